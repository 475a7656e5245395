from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from paygate.domain.acquiring import Charge
from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from paygate.operations.process_payments import CHARGE_WITHIN_SECONDS, LEASE_SECONDS, process_payments
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import CARD
from tests.unit.fakes import FakeDatabase, FakeQueue, FakeVault, Rows, card_row, claimed_row

DELAY_SECONDS = 5
AUTHORIZATION_SECONDS = 3_600
# What a payment's row says whose merchant has asked for something, by what the status is called here.
REQUESTS: dict[str, dict[str, Any]] = {
    "capture asked for": {"requested": "capture", "requested_amount_minor": 20_000, "claimed_before": True},
    "cancel asked for": {"requested": "cancel", "claimed_before": True},
}


class Payments:
    """The payments table as far as the statements of this operation show it, with all that works on it."""

    def __init__(self, *, queues_down: bool = False, **statuses: str) -> None:
        self.statuses = statuses
        self.outcomes: list[dict[str, Any]] = []
        self.delivery_ids: str | None = "whd_1,whd_2"
        self.database = FakeDatabase(
            claim_payments=self._claim,
            settle_payments=self._settle,
            settle_captures=self._settle_captures,
            find_finished_payments=self._find_finished,
        )
        self.acquirer = ScriptedAcquirer()
        self.vault = FakeVault()
        self.payments_queue, self.webhooks_queue = FakeQueue(down=queues_down), FakeQueue(down=queues_down)

    def process(self, *payment_ids: str) -> set[str]:
        charger = Charger(self.acquirer, self.vault, AcquirerCalls())
        return process_payments(
            self.database, charger, self.payments_queue, self.webhooks_queue, AUTHORIZATION_SECONDS, payment_ids
        )

    def _claim(self, payment_ids: Sequence[str], lease_seconds: int, charge_within_seconds: int) -> Rows:
        assert (lease_seconds, charge_within_seconds) == (LEASE_SECONDS, CHARGE_WITHIN_SECONDS)
        claimed = [each for each in payment_ids if self.statuses.get(each) in ("pending", *REQUESTS)]
        rows = [self._row(each) for each in claimed]
        self.statuses |= {each: "processing" for each in claimed if self.statuses[each] == "pending"}
        return rows

    def _row(self, payment_id: str) -> dict[str, Any]:
        row = card_row if "card" in payment_id else claimed_row
        return row(payment_id, **REQUESTS.get(self.statuses[payment_id], {}))

    def _settle(self, outcomes: str, authorization_seconds: int, resend_after_seconds: int) -> Rows:
        assert (authorization_seconds, resend_after_seconds) == (AUTHORIZATION_SECONDS, RESEND_AFTER_SECONDS)
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

    def _settle_captures(self, outcomes: str, resend_after_seconds: int) -> Rows:
        assert resend_after_seconds == RESEND_AFTER_SECONDS
        given = json.loads(outcomes)
        self.outcomes += given
        settled = [
            {"id": each["payment_id"], "status": each["kind"].replace("capture_refused", "authorized")}
            for each in given
        ]
        self.statuses |= {each["id"]: each["status"] for each in settled}
        return [{"settled": settled, "delivery_ids": "whd_3"}]

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
    messages = [(record.getMessage(), vars(record).get("ids")) for record in log_records]
    assert messages[0] == ("jobs left to the sweeper", ["whd_1", "whd_2"])
    assert messages[-1] == ("payments settled", None)


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


# --- Captures and cancels ---------------------------------------------------------------------------------------------


def test_captures_and_cancels_are_settled_in_a_statement_of_their_own(log_records: list[logging.LogRecord]) -> None:
    payments = Payments(pay_1="capture asked for", pay_2="cancel asked for", pay_refused="capture asked for")
    payments.acquirer = ScriptedAcquirer({"pay_refused": "capture_declined"})
    assert payments.process("pay_1", "pay_2", "pay_refused") == set()
    assert payments.database.names == ["claim_payments", "settle_captures"]
    assert payments.statuses == {"pay_1": "captured", "pay_2": "cancelled", "pay_refused": "authorized"}
    assert [(each["payment_id"], each["kind"], each["failure_reason"]) for each in payments.outcomes] == [
        ("pay_1", "captured", None),
        ("pay_2", "cancelled", None),
        ("pay_refused", "capture_refused", "capture_declined"),
    ]
    assert len({each["event_id"] for each in payments.outcomes}) == 3
    assert [amount for _, amount in payments.acquirer.captures] == [20_000, 20_000]
    assert payments.webhooks_queue.batches == [["whd_3"]]
    (line,) = log_records
    assert [each["status"] for each in vars(line)["payments"]] == ["captured", "cancelled", "authorized"]


def test_in_a_mixed_batch_each_outcome_goes_to_its_own_statement(log_records: list[logging.LogRecord]) -> None:
    payments = Payments(pay_1="pending", pay_2="capture asked for", pay_silent="cancel asked for")
    payments.acquirer = ScriptedAcquirer(silent={"pay_silent"})
    assert payments.process("pay_1", "pay_2", "pay_silent") == set()
    assert payments.database.names == ["claim_payments", "settle_payments", "settle_captures"]
    given = [json.loads(parameters["outcomes"]) for _, parameters in payments.database.calls[1:]]
    assert [[(each["payment_id"], each["kind"]) for each in outcomes] for outcomes in given] == [
        [("pay_1", "decided"), ("pay_silent", "undecided")],
        [("pay_2", "captured")],
    ]
    assert payments.payments_queue.sent == [("pay_silent", DELAY_SECONDS)]
    assert payments.webhooks_queue.batches == [["whd_1", "whd_2"], ["whd_3"]]
    assert payments.statuses == {"pay_1": "success", "pay_2": "captured", "pay_silent": "cancel asked for"}
    assert log_records[-1].getMessage() == "payments settled"
    assert [each["id"] for each in vars(log_records[-1])["payments"]] == ["pay_1", "pay_2"]


def test_captures_that_cannot_be_stored_bring_the_batch_back() -> None:
    payments = Payments(pay_1="pending", pay_2="capture asked for")
    payments.database.answers["settle_captures"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        payments.process("pay_1", "pay_2")
    # What was settled before is announced all the same.
    assert payments.statuses == {"pay_1": "success", "pay_2": "capture asked for"}
    assert payments.webhooks_queue.batches == [["whd_1", "whd_2"]]


def test_a_request_that_was_settled_by_another_in_between_is_no_trouble(log_records: list[logging.LogRecord]) -> None:
    payments = Payments(pay_1="cancel asked for")
    payments.database.answers["settle_captures"] = [{"settled": None, "delivery_ids": None}]
    assert payments.process("pay_1") == set()
    assert payments.webhooks_queue.batches == [[]]
    assert log_records == []
