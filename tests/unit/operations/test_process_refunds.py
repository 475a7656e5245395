from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from paygate.operations.process_refunds import LEASE_SECONDS, process_refunds
from paygate.operations.refunding import Refunder
from tests.support.acquirers import ScriptedAcquirer
from tests.unit.fakes import FakeDatabase, FakeQueue, Rows, refund_row

DELAY_SECONDS = 5


class Refunds:
    """The refunds table as far as the statements of this operation show it, with all that works on it."""

    def __init__(self, *, queues_down: bool = False, **statuses: str) -> None:
        self.statuses = statuses
        self.held: set[str] = set()
        self.outcomes: list[dict[str, Any]] = []
        self.database = FakeDatabase(
            claim_refunds=self._claim, settle_refunds=self._settle, find_finished_refunds=self._find_finished
        )
        self.acquirer = ScriptedAcquirer()
        self.refunds_queue, self.webhooks_queue = FakeQueue(down=queues_down), FakeQueue(down=queues_down)

    def process(self, *refund_ids: str) -> set[str]:
        refunder = Refunder(self.acquirer, AcquirerCalls())
        return process_refunds(self.database, refunder, self.refunds_queue, self.webhooks_queue, refund_ids)

    def _claim(self, refund_ids: Sequence[str], lease_seconds: int) -> Rows:
        assert lease_seconds == LEASE_SECONDS
        return [
            refund_row(each) for each in refund_ids if self.statuses.get(each) == "pending" and each not in self.held
        ]

    def _settle(self, outcomes: str, resend_after_seconds: int) -> Rows:
        assert resend_after_seconds == RESEND_AFTER_SECONDS
        given = json.loads(outcomes)
        self.outcomes += given
        settled = [{"id": each["refund_id"], "status": each["kind"]} for each in given if each["kind"] != "undecided"]
        self.statuses |= {each["id"]: each["status"] for each in settled}
        later = [
            {"id": each["refund_id"], "delay_seconds": DELAY_SECONDS} for each in given if each["kind"] == "undecided"
        ]
        return [{"settled": settled or None, "jobs": later or None, "delivery_ids": "whd_1,whd_2"}]

    def _find_finished(self, refund_ids: Sequence[str]) -> Rows:
        return [{"id": each} for each in refund_ids if self.statuses.get(each) in ("processed", "failed")]


def test_a_batch_is_refunded_settled_in_one_statement_and_announced(log_records: list[logging.LogRecord]) -> None:
    refunds = Refunds(rfnd_1="pending", rfnd_declined="pending")
    refunds.acquirer = ScriptedAcquirer({"rfnd_declined": "refund_declined"})
    assert refunds.process("rfnd_1", "rfnd_declined") == set()
    assert refunds.database.names == ["claim_refunds", "settle_refunds"]
    assert refunds.database.parameters("claim_refunds")["refund_ids"] == ["rfnd_1", "rfnd_declined"]
    assert refunds.statuses == {"rfnd_1": "processed", "rfnd_declined": "failed"}
    event_ids = [outcome.pop("event_id") for outcome in refunds.outcomes]
    assert len({event_id for event_id in event_ids if event_id.startswith("evt_")}) == 2
    assert refunds.outcomes == [
        {
            "refund_id": "rfnd_1",
            "kind": "processed",
            "failure_reason": None,
            "acquirer_reference": "ref_rfnd_1",
        },
        {
            "refund_id": "rfnd_declined",
            "kind": "failed",
            "failure_reason": "refund_declined",
            "acquirer_reference": "ref_rfnd_declined",
        },
    ]
    assert refunds.webhooks_queue.batches == [["whd_1", "whd_2"]]
    assert refunds.refunds_queue.sent == []
    (line,) = log_records
    assert (line.getMessage(), vars(line)["refunds"]) == (
        "refunds settled",
        [{"id": "rfnd_1", "status": "processed"}, {"id": "rfnd_declined", "status": "failed"}],
    )


def test_a_refund_without_the_acquirers_word_gets_a_message_of_its_own_for_later(
    log_records: list[logging.LogRecord],
) -> None:
    refunds = Refunds(rfnd_1="pending", rfnd_2="pending")
    refunds.acquirer = ScriptedAcquirer(silent={"rfnd_2"})
    assert refunds.process("rfnd_1", "rfnd_2") == set()
    assert refunds.statuses == {"rfnd_1": "processed", "rfnd_2": "pending"}
    assert [(each["refund_id"], each["kind"]) for each in refunds.outcomes] == [
        ("rfnd_1", "processed"),
        ("rfnd_2", "undecided"),
    ]
    assert refunds.refunds_queue.sent == [("rfnd_2", DELAY_SECONDS)]
    assert [record.getMessage() for record in log_records] == ["no word yet", "refunds settled"]


@pytest.mark.parametrize(
    ("status", "open_ids"),
    [("processed", set()), ("failed", set()), ("pending", {"rfnd_1"}), ("unknown to the database", {"rfnd_1"})],
)
def test_what_is_held_by_another_or_unknown_comes_again_and_is_not_refunded(status: str, open_ids: set[str]) -> None:
    refunds = Refunds(rfnd_1=status)
    refunds.held = {"rfnd_1"}
    assert refunds.process("rfnd_1") == open_ids
    assert (refunds.acquirer.refunds, refunds.acquirer.asked) == ([], [])
    assert refunds.database.names == ["claim_refunds", "find_finished_refunds"]
    assert (refunds.refunds_queue.sent, refunds.webhooks_queue.batches) == ([], [])


def test_only_what_could_not_be_claimed_is_looked_up_again() -> None:
    refunds = Refunds(rfnd_1="pending", rfnd_3="pending", rfnd_2="processed")
    refunds.held = {"rfnd_3"}
    assert refunds.process("rfnd_1", "rfnd_3", "rfnd_2") == {"rfnd_3"}
    assert refunds.database.parameters("find_finished_refunds") == {"refund_ids": ["rfnd_2", "rfnd_3"]}


def test_a_message_that_comes_twice_refunds_once() -> None:
    refunds = Refunds(rfnd_1="pending")
    for _ in range(2):
        assert refunds.process("rfnd_1") == set()
    assert [refund.refund_id for refund in refunds.acquirer.refunds] == ["rfnd_1"]


def test_a_refund_that_was_settled_by_another_in_between_does_not_come_again(
    log_records: list[logging.LogRecord],
) -> None:
    refunds = Refunds(rfnd_1="pending")
    refunds.database.answers["settle_refunds"] = [{"settled": None, "jobs": None, "delivery_ids": None}]
    assert refunds.process("rfnd_1") == set()
    assert (refunds.refunds_queue.sent, refunds.webhooks_queue.batches) == ([], [[]])
    assert log_records == []


def test_queues_that_do_not_answer_leave_the_refunds_settled(log_records: list[logging.LogRecord]) -> None:
    refunds = Refunds(queues_down=True, rfnd_1="pending", rfnd_2="pending")
    refunds.acquirer = ScriptedAcquirer(silent={"rfnd_2"})
    assert refunds.process("rfnd_1", "rfnd_2") == set()
    assert refunds.statuses == {"rfnd_1": "processed", "rfnd_2": "pending"}
    left = [vars(record)["ids"] for record in log_records if record.getMessage() == "jobs left to the sweeper"]
    assert left == [["whd_1", "whd_2"], ["rfnd_2"]]


def test_a_settlement_that_cannot_be_stored_brings_the_batch_back() -> None:
    refunds = Refunds(rfnd_1="pending")
    refunds.database.answers["settle_refunds"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        refunds.process("rfnd_1")
    assert (refunds.refunds_queue.sent, refunds.webhooks_queue.batches) == ([], [])
