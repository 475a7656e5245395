from __future__ import annotations

import logging

import pytest

from paygate.operations.jobs import ids_of, send_job, send_jobs, send_unanswered
from tests.unit.fakes import FakeQueue

UNANSWERED = [{"id": "rfnd_1", "delay_seconds": 5}, {"id": "rfnd_2", "delay_seconds": 900}]


def left_to_the_sweeper(records: list[logging.LogRecord]) -> list[list[str]]:
    assert {(record.levelname, record.getMessage()) for record in records} <= {("WARNING", "jobs left to the sweeper")}
    assert {vars(record)["error"] for record in records} <= {"SQS did not answer."}
    return [vars(record)["ids"] for record in records]


@pytest.mark.parametrize(
    ("text", "ids"),
    [(None, []), ("", []), ("whd_1", ["whd_1"]), ("whd_1,whd_2,whd_3", ["whd_1", "whd_2", "whd_3"])],
)
def test_ids_are_read_as_statements_write_them(text: str | None, ids: list[str]) -> None:
    assert ids_of(text) == ids


def test_jobs_are_sent_in_one_go(log_records: list[logging.LogRecord]) -> None:
    queue = FakeQueue()
    send_jobs(queue, ("whd_1", "whd_2"))
    assert (queue.batches, queue.sent, log_records) == ([["whd_1", "whd_2"]], [], [])


@pytest.mark.parametrize("delay_seconds", [0, 900])
def test_a_job_is_sent_with_its_delay(delay_seconds: int, log_records: list[logging.LogRecord]) -> None:
    queue = FakeQueue()
    send_job(queue, "pay_1", delay_seconds=delay_seconds)
    assert (queue.sent, queue.batches, log_records) == ([("pay_1", delay_seconds)], [], [])


@pytest.mark.parametrize(
    ("jobs", "sent"),
    [(None, []), ([], []), (UNANSWERED[:1], [("rfnd_1", 5)]), (UNANSWERED, [("rfnd_1", 5), ("rfnd_2", 900)])],
)
def test_each_job_without_a_word_is_sent_with_a_delay_of_its_own(
    jobs: list[dict[str, object]] | None, sent: list[tuple[str, int]]
) -> None:
    queue = FakeQueue()
    send_unanswered(queue, jobs)
    assert (queue.sent, queue.batches) == (sent, [])


def test_a_queue_that_does_not_answer_is_no_error_and_the_jobs_are_told_by_their_ids(
    log_records: list[logging.LogRecord],
) -> None:
    queue = FakeQueue(down=True)
    send_jobs(queue, ("whd_1", "whd_2"))
    send_job(queue, "pay_1", delay_seconds=5)
    send_unanswered(queue, UNANSWERED)
    assert left_to_the_sweeper(log_records) == [["whd_1", "whd_2"], ["pay_1"], ["rfnd_1"], ["rfnd_2"]]


def test_a_job_that_could_not_be_sent_does_not_keep_the_next_one_back(log_records: list[logging.LogRecord]) -> None:
    class Recovering(FakeQueue):
        def send(self, object_id: str, *, delay_seconds: int = 0) -> None:
            self.down = object_id == "rfnd_1"
            super().send(object_id, delay_seconds=delay_seconds)

    queue = Recovering()
    send_unanswered(queue, UNANSWERED)
    assert queue.sent == [("rfnd_2", 900)]
    assert left_to_the_sweeper(log_records) == [["rfnd_1"]]
