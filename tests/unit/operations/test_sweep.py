from __future__ import annotations

import logging

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations import sweep as module
from paygate.operations.sweep import RESEND_AFTER_SECONDS, sweep
from tests.unit.fakes import FakeDatabase, FakeQueue, Rows

BATCH_SIZE = 3


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", BATCH_SIZE)


def jobs(*names: str) -> Rows:
    """Rows for names such as `payments:pay_1`."""
    return [{"queue": queue, "subject_id": subject_id} for queue, _, subject_id in (n.partition(":") for n in names)]


def database_with(*batches: Rows) -> FakeDatabase:
    left = list(batches)

    def resend(limit: int, resend_after_seconds: int) -> Rows:
        assert (limit, resend_after_seconds) == (BATCH_SIZE, RESEND_AFTER_SECONDS)
        return left.pop(0)

    return FakeDatabase(resend_due_jobs=resend, record_worker_run=[])


def test_due_jobs_go_to_their_queues_again() -> None:
    payments, webhooks = FakeQueue(), FakeQueue()
    database = database_with(jobs("payments:pay_1", "webhooks:whd_1", "payments:pay_2"), [])
    assert sweep(database, {"payments": payments, "webhooks": webhooks}) == 3
    assert payments.batches == [["pay_1", "pay_2"]]
    assert webhooks.batches == [["whd_1"]]


def test_with_nothing_due_only_the_run_is_recorded() -> None:
    database, queue = database_with([]), FakeQueue()
    assert sweep(database, {"payments": queue, "webhooks": queue}) == 0
    assert queue.batches == []
    assert database.names == ["resend_due_jobs", "record_worker_run"]
    assert database.parameters("record_worker_run") == {"worker": "sweep"}


@pytest.mark.parametrize(("sizes", "batches"), [((2,), 1), ((3, 0), 2), ((3, 3, 1), 3)])
def test_it_goes_on_for_as_long_as_batches_are_full(sizes: tuple[int, ...], batches: int) -> None:
    database = database_with(*(jobs(*(f"payments:pay_{n}" for n in range(size))) for size in sizes))
    assert sweep(database, {"payments": FakeQueue()}) == sum(sizes)
    assert database.names == ["resend_due_jobs"] * batches + ["record_worker_run"]


def test_it_ends_also_when_there_is_always_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCHES_MAX", 4)
    full = jobs("payments:pay_1", "payments:pay_2", "payments:pay_3")
    database = FakeDatabase(resend_due_jobs=full, record_worker_run=[])
    assert sweep(database, {"payments": FakeQueue()}) == 4 * BATCH_SIZE
    assert database.names == ["resend_due_jobs"] * 4 + ["record_worker_run"]


def test_a_queue_that_does_not_answer_counts_nothing_and_does_not_stop_the_other(
    log_records: list[logging.LogRecord],
) -> None:
    webhooks = FakeQueue()
    database = database_with(jobs("payments:pay_1", "webhooks:whd_1"))
    assert sweep(database, {"payments": FakeQueue(down=True), "webhooks": webhooks}) == 1
    assert webhooks.batches == [["whd_1"]]
    assert database.names[-1] == "record_worker_run"
    assert [record.getMessage() for record in log_records] == ["queue does not answer", "swept"]


def test_a_run_that_could_not_read_the_outbox_is_not_recorded() -> None:
    database = FakeDatabase(resend_due_jobs=DatabaseUnavailableError("no"))
    with pytest.raises(DatabaseUnavailableError):
        sweep(database, {})
    assert database.names == ["resend_due_jobs"]
