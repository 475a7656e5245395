from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.errors import DatabaseUnavailableError, UnavailableError
from paygate.operations.process_payments import LEASE_SECONDS, process_payments
from tests.unit.fakes import FakeDatabase, FakeQueue, Rows


class FakeAcquirer:
    """Has no answer for the given payments; declines the others whose VPA says so."""

    def __init__(self, *silent_about: str) -> None:
        self.silent_about = silent_about
        self.charges: list[Charge] = []

    def authorize(self, charge: Charge) -> Decision:
        self.charges.append(charge)
        if charge.payment_id in self.silent_about:
            raise UnavailableError("The acquirer does not answer.")
        return Decision(f"ref_{charge.payment_id}", "payment_declined" if charge.vpa == "no@bank" else None)


class Payments:
    """The payments table as far as the statements of this operation show it: statuses by id."""

    def __init__(self, **statuses: str) -> None:
        self.statuses = statuses
        self.outcomes: list[dict[str, Any]] = []
        self.delivery_ids: list[str] | None = ["whd_1"]
        self.database = FakeDatabase(
            claim_payments=self._claim, settle_payments=self._settle, find_open_payments=self._find_open
        )

    def _claim(self, payment_ids: list[str], lease_seconds: int) -> Rows:
        assert lease_seconds == LEASE_SECONDS
        claimed = [each for each in payment_ids if self.statuses.get(each) == "pending"]
        self.statuses |= dict.fromkeys(claimed, "processing")
        return [self._row(each) for each in claimed]

    def _row(self, payment_id: str) -> dict[str, Any]:
        vpa = "no@bank" if "declined" in payment_id else "user@paytm"
        return {"id": payment_id, "amount_minor": 50_000, "currency": "INR", "method": "upi", "vpa": vpa}

    def _settle(self, outcomes: str, resend_after_seconds: int) -> Rows:
        assert resend_after_seconds > 0
        self.outcomes += json.loads(outcomes)
        settled = [
            {"id": each["payment_id"], "status": "success" if each["succeeded"] else "failed"}
            for each in json.loads(outcomes)
        ]
        self.statuses |= {each["id"]: each["status"] for each in settled}
        return [{"settled": settled, "delivery_ids": self.delivery_ids}]

    def _find_open(self, payment_ids: list[str]) -> Rows:
        return [{"id": each} for each in payment_ids if self.statuses.get(each) in ("pending", "processing")]


def test_a_batch_is_charged_settled_in_one_statement_and_announced() -> None:
    payments, acquirer, webhooks = Payments(pay_1="pending", pay_declined="pending"), FakeAcquirer(), FakeQueue()
    assert process_payments(payments.database, acquirer, webhooks, ["pay_1", "pay_declined"]) == set()
    assert payments.database.names == ["claim_payments", "settle_payments"]
    assert payments.statuses == {"pay_1": "success", "pay_declined": "failed"}
    assert acquirer.charges[0] == Charge("pay_1", 50_000, "INR", "user@paytm")
    event_ids = [outcome.pop("event_id") for outcome in payments.outcomes]
    assert len({event_id for event_id in event_ids if event_id.startswith("evt_")}) == 2
    assert payments.outcomes == [
        {"payment_id": "pay_1", "succeeded": True, "failure_reason": None, "acquirer_reference": "ref_pay_1"},
        {
            "payment_id": "pay_declined",
            "succeeded": False,
            "failure_reason": "payment_declined",
            "acquirer_reference": "ref_pay_declined",
        },
    ]
    assert webhooks.batches == [["whd_1"]]


def test_a_payment_without_the_acquirers_answer_stays_open_and_comes_again(
    log_records: list[logging.LogRecord],
) -> None:
    payments, acquirer = Payments(pay_1="pending", pay_2="pending"), FakeAcquirer("pay_2")
    assert process_payments(payments.database, acquirer, FakeQueue(), ["pay_1", "pay_2"]) == {"pay_2"}
    assert payments.statuses == {"pay_1": "success", "pay_2": "processing"}
    assert [outcome["payment_id"] for outcome in payments.outcomes] == ["pay_1"]
    assert [record.getMessage() for record in log_records] == ["acquirer gave no answer", "payment settled"]


def test_nothing_is_settled_when_the_acquirer_answers_nothing() -> None:
    payments, webhooks = Payments(pay_1="pending"), FakeQueue()
    assert process_payments(payments.database, FakeAcquirer("pay_1"), webhooks, ["pay_1"]) == {"pay_1"}
    assert payments.database.names == ["claim_payments", "find_open_payments"]
    assert webhooks.batches == []


@pytest.mark.parametrize(
    ("status", "open_ids"),
    [("success", set()), ("failed", set()), ("unknown", set()), ("processing", {"pay_1"})],
)
def test_only_the_claimer_charges_and_only_an_open_payment_comes_again(status: str, open_ids: set[str]) -> None:
    payments, acquirer = Payments(pay_1=status), FakeAcquirer()
    assert process_payments(payments.database, acquirer, FakeQueue(), ["pay_1"]) == open_ids
    assert acquirer.charges == []
    assert payments.outcomes == []


def test_a_message_that_comes_twice_charges_once() -> None:
    payments, acquirer = Payments(pay_1="pending"), FakeAcquirer()
    for _ in range(2):
        assert process_payments(payments.database, acquirer, FakeQueue(), ["pay_1"]) == set()
    assert [charge.payment_id for charge in acquirer.charges] == ["pay_1"]


def test_a_payment_that_was_settled_by_another_in_between_does_not_come_again() -> None:
    payments = Payments(pay_1="pending")

    def settle(outcomes: str, resend_after_seconds: int) -> Rows:
        payments.statuses["pay_1"] = "failed"
        return [{"settled": None, "delivery_ids": None}]

    payments.database.answers["settle_payments"] = settle
    assert process_payments(payments.database, FakeAcquirer(), FakeQueue(), ["pay_1"]) == set()


def test_a_webhooks_queue_that_does_not_answer_leaves_the_payments_settled(
    log_records: list[logging.LogRecord],
) -> None:
    payments = Payments(pay_1="pending")
    assert process_payments(payments.database, FakeAcquirer(), FakeQueue(down=True), ["pay_1"]) == set()
    assert payments.statuses == {"pay_1": "success"}
    assert log_records[0].getMessage() == "deliveries left to the sweeper"


def test_a_settlement_that_cannot_be_stored_brings_the_batch_back() -> None:
    payments, webhooks = Payments(pay_1="pending"), FakeQueue()
    payments.database.answers["settle_payments"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        process_payments(payments.database, FakeAcquirer(), webhooks, ["pay_1"])
    assert webhooks.batches == []
