from __future__ import annotations

import pytest

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.get_job_status import SWEEP_AGE_SECONDS_MAX, get_job_status
from tests.unit.fakes import FakeDatabase, FakeQueue


def counts(*, completed: int = 0, seconds_since_sweep: int | None = 5) -> FakeDatabase:
    return FakeDatabase(get_job_counts=[{"completed": completed, "seconds_since_sweep": seconds_since_sweep}])


def test_numbers_are_summed_over_the_queues() -> None:
    queues = [FakeQueue(waiting=1, in_flight=2), FakeQueue(waiting=10, in_flight=20)]
    dead_letter_queues = [FakeQueue(waiting=100, in_flight=7), FakeQueue(waiting=200)]
    assert get_job_status(counts(completed=42), queues, dead_letter_queues) == {
        "pending": 11,
        "processing": 22,
        "completed": 42,
        "failed": 300,
        "worker_status": "running",
    }


@pytest.mark.parametrize(
    ("seconds_since_sweep", "worker_status"),
    [
        (0, "running"),
        (59, "running"),
        (SWEEP_AGE_SECONDS_MAX, "running"),
        (SWEEP_AGE_SECONDS_MAX + 1, "stopped"),
        (86_400, "stopped"),
        (None, "stopped"),
    ],
)
def test_the_worker_runs_if_the_sweeper_ran_lately(seconds_since_sweep: int | None, worker_status: str) -> None:
    status = get_job_status(counts(seconds_since_sweep=seconds_since_sweep), [], [])
    assert status["worker_status"] == worker_status


@pytest.mark.parametrize("down", ["queue", "dead letters"])
def test_a_queue_that_does_not_answer_is_an_error_and_not_zero(down: str) -> None:
    queues = [FakeQueue(down=down == "queue")]
    dead_letter_queues = [FakeQueue(down=down == "dead letters")]
    with pytest.raises(QueueUnavailableError):
        get_job_status(counts(), queues, dead_letter_queues)
