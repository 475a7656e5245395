from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from paygate.domain.acquiring import Charge
from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations.charging import Charger
from paygate.operations.process_payments import CHARGE_WITHIN_SECONDS, LEASE_SECONDS, process_payments
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import CARD
from tests.unit.fakes import FakeDatabase, FakeQueue, FakeVault, Rows, card_row, claimed_row

DELAY_SECONDS = 5


class Payments:
    """The payments table as far as the statements of this operation show it, with all that works on it."""

    def __init__(self, *, queues_down: bool = False, **statuses: str) -> None:
        self.statuses = statuses
        self.outcomes: list[dict[str, Any]] = []
        self.delivery_ids: str | None = "whd_1,whd_2"
        self.database = FakeDatabase(
            claim_payments=self._claim, settle_payments=self._settle, find_finished_payments=self._find_finished
        )
        self.acquirer = ScriptedAcquirer()
        self.vault = FakeVault()
        self.payments_queue, self.webhooks_queue = FakeQueue(down=queues_down), FakeQueue(down=queues_down)

    def process(self, *payment_ids: str) -> set[str]:
        charger = Charger(self.acquirer, self.vault)
        return process_payments(self.database, charger, self.payments_queue, self.webhooks_queue, payment_ids)

    def _claim(self, payment_ids: Sequence[str], lease_seconds: int, charge_within_seconds: int) -> Rows:
        assert (lease_seconds, charge_within_seconds) == (LEASE_SECONDS, CHARGE_WITHIN_SECONDS)
        claimed = [each for each in payment_ids if self.statuses.get(each) == "pending"]
        self.statuses |= dict.fromkeys(claimed, "processing")
        return [card_row(each) if "card" in each else claimed_row(each) for each in claimed]

    def _settle(self, outcomes: str, resend_after_seconds: int) -> Rows:
        assert resend_after_seconds > 0
        given = json.loads(outcomes)
        self.outcomes += given
        settled = [
            {"id": each["payment_id"], "status": "success" if each["succeeded"] else "failed"}
            for each in given
            if each["kind"] == "decided"
        ]
        self.statuses |= {each["id"]: each["status"] for each in settled}
        later = [
            {"id": each["payment_id"], "delay_seconds": DELAY_SECONDS} for each in given if each["kind"] == "undecided"
        ]
        return [{"settled": settled or None, "jobs": later or None, "delivery_ids": self.delivery_ids}]

    def _find_finished(self, payment_ids: Sequence[str]) -> Rows:
        return [{"id": each} for each in payment_ids if self.statuses.get(each) in ("success", "failed")]


def test_a_batch_is_charged_settled_in_one_statement_and_announced() -> None:
    payments = Payments(pay_1="pending", pay_declined="pending")
    payments.acquirer = ScriptedAcquirer({"pay_declined": "payment_declined"})
    assert payments.process("pay_1", "pay_declined") == set()
    assert payments.database.names == ["claim_payments", "settle_payments"]
    assert payments.statuses == {"pay_1": "success", "pay_declined": "failed"}
    assert payments.acquirer.charges[0] == Charge("pay_1", 50_000, "INR", vpa="user@paytm")
    event_ids = [outcome.pop("event_id") for outcome in payments.outcomes]
    assert len({event_id for event_id in event_ids if event_id.startswith("evt_")}) == 2
    assert payments.outcomes == [
        {
            "payment_id": "pay_1",
            "kind": "decided",
            "succeeded": True,
            "failure_reason": None,
            "acquirer_reference": "ref_pay_1",
            "charge_in_air": False,
        },
        {
            "payment_id": "pay_declined",
            "kind": "decided",
            "succeeded": False,
            "failure_reason": "payment_declined",
            "acquirer_reference": "ref_pay_declined",
            "charge_in_air": False,
        },
    ]
    assert payments.webhooks_queue.batches == [["whd_1", "whd_2"]]
    assert payments.payments_queue.sent == []


def test_a_payment_without_the_acquirers_word_gets_a_message_of_its_own_for_later(
    log_records: list[logging.LogRecord],
) -> None:
    payments = Payments(pay_1="pending", pay_2="pending")
    payments.acquirer = ScriptedAcquirer(silent={"pay_2"})
    assert payments.process("pay_1", "pay_2") == set()
    assert payments.statuses == {"pay_1": "success", "pay_2": "processing"}
    assert [(outcome["payment_id"], outcome["kind"]) for outcome in payments.outcomes] == [
        ("pay_1", "decided"),
        ("pay_2", "undecided"),
    ]
    assert payments.payments_queue.sent == [("pay_2", DELAY_SECONDS)]
    assert [record.getMessage() for record in log_records] == ["no word yet", "payments settled"]


@pytest.mark.parametrize(
    ("status", "open_ids"),
    [("success", set()), ("failed", set()), ("processing", {"pay_1"}), ("unknown to the database", {"pay_1"})],
)
def test_what_is_held_by_another_or_unknown_comes_again_and_is_not_charged(status: str, open_ids: set[str]) -> None:
    payments = Payments(pay_1=status)
    assert payments.process("pay_1") == open_ids
    assert payments.acquirer.charges == []
    assert payments.database.names == ["claim_payments", "find_finished_payments"]


def test_only_what_could_not_be_claimed_is_looked_up_again() -> None:
    payments = Payments(pay_1="pending", pay_2="processing", pay_3="success")
    assert payments.process("pay_1", "pay_2", "pay_3") == {"pay_2"}
    assert payments.database.parameters("find_finished_payments") == {"payment_ids": ["pay_2", "pay_3"]}


def test_a_message_that_comes_twice_charges_once() -> None:
    payments = Payments(pay_1="pending")
    for _ in range(2):
        assert payments.process("pay_1") == set()
    assert [charge.payment_id for charge in payments.acquirer.charges] == ["pay_1"]


def test_a_payment_that_was_settled_by_another_in_between_does_not_come_again() -> None:
    payments = Payments(pay_1="pending")
    payments.database.answers["settle_payments"] = [{"settled": None, "jobs": None, "delivery_ids": None}]
    assert payments.process("pay_1") == set()
    assert (payments.payments_queue.sent, payments.webhooks_queue.batches) == ([], [[]])


def test_queues_that_do_not_answer_leave_the_payments_settled(log_records: list[logging.LogRecord]) -> None:
    payments = Payments(queues_down=True, pay_1="pending")
    assert payments.process("pay_1") == set()
    assert payments.statuses == {"pay_1": "success"}
    assert log_records[0].getMessage() == "jobs left to the sweeper"


def test_a_settlement_that_cannot_be_stored_brings_the_batch_back_and_keeps_the_cards() -> None:
    payments = Payments(pay_card="pending")
    payments.vault.put("pay_card", CARD)
    payments.database.answers["settle_payments"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        payments.process("pay_card")
    assert payments.webhooks_queue.batches == []
    assert payments.vault.cards == {"pay_card": CARD}


def test_cards_are_forgotten_once_their_payments_are_settled_and_not_before() -> None:
    payments = Payments(pay_card_1="pending", pay_card_2="pending", pay_3="pending")
    for payment_id in ("pay_card_1", "pay_card_2"):
        payments.vault.put(payment_id, CARD)
    payments.acquirer = ScriptedAcquirer(silent={"pay_card_2"})
    assert payments.process("pay_card_1", "pay_card_2", "pay_3") == set()
    assert payments.statuses == {"pay_card_1": "success", "pay_card_2": "processing", "pay_3": "success"}
    assert payments.vault.cards == {"pay_card_2": CARD}
