from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from paygate.domain.errors import (
    ConflictError,
    DatabaseUnavailableError,
    IdempotencyKeyTakenError,
    NotFoundError,
)
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations.answer_once import key_parameters
from paygate.operations.create_refund import NewRefund, RefundIntake, create_refund
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from tests.unit.fakes import FakeDatabase, FakeQueue

BODY = '{"id":"rfnd_1","status":"pending"}'
KEY = IdempotentRequest("test POST /v1/payments/{payment_id}/refunds", "key-1", '{"amount":"00"}', "req_1")
ROW = {"body": BODY, "currency": "INR", "amount_captured_minor": 50_000, "left_minor": 50_000, "delivery_ids": None}
ALL = NewRefund("pay_1")
PART = NewRefund("pay_1", 20_000, "too small")


class Setting:
    def __init__(self, *, refunds_down: bool = False, webhooks_down: bool = False, **row: Any) -> None:
        self.database = FakeDatabase(create_refund=[{**ROW, **row}])
        self.refunds = FakeQueue(down=refunds_down)
        self.webhooks = FakeQueue(down=webhooks_down)

    def create(
        self, refund: NewRefund = PART, delay_seconds: int = 0, idempotent: IdempotentRequest | None = None
    ) -> str:
        intake = RefundIntake(self.database, self.refunds, self.webhooks, delay_seconds)
        return create_refund(intake, "merchant_1", refund, idempotent)

    @property
    def sent(self) -> list[Any]:
        return [*self.refunds.sent, *self.webhooks.batches]


@pytest.mark.parametrize(("refund", "amount_minor", "reason"), [(ALL, None, None), (PART, 20_000, "too small")])
def test_a_refund_is_stored_and_answered_as_the_database_prints_it(
    refund: NewRefund, amount_minor: int | None, reason: str | None
) -> None:
    setting = Setting()
    assert setting.create(refund) == BODY
    parameters = setting.database.parameters("create_refund")
    made = [parameters.pop(name) for name in ("refund_id", "event_id")]
    assert [re.sub(r"_[0-9A-Za-z]{22}$", "", each) for each in made] == ["rfnd", "evt"]
    assert parameters == {
        "payment_id": "pay_1",
        "merchant_id": "merchant_1",
        "amount_minor": amount_minor,
        "reason": reason,
        "resend_after_seconds": RESEND_AFTER_SECONDS,
        **key_parameters(None),
    }


def test_a_key_goes_into_the_same_statement() -> None:
    setting = Setting()
    assert setting.create(idempotent=KEY) == BODY
    parameters = setting.database.parameters("create_refund")
    assert {name: parameters[name] for name in key_parameters(KEY)} == key_parameters(KEY)
    assert setting.database.names == ["create_refund"]


@pytest.mark.parametrize("delay_seconds", [0, 1, 900])
def test_the_delay_goes_to_the_queue_and_holds_the_sweeper_back(delay_seconds: int) -> None:
    setting = Setting()
    setting.create(delay_seconds=delay_seconds)
    parameters = setting.database.parameters("create_refund")
    assert setting.refunds.sent == [(parameters["refund_id"], delay_seconds)]
    assert parameters["resend_after_seconds"] == RESEND_AFTER_SECONDS + delay_seconds


@pytest.mark.parametrize(("delivery_ids", "sent"), [("whd_1,whd_2", ["whd_1", "whd_2"]), (None, [])])
def test_its_first_webhooks_are_sent_at_once(delivery_ids: str | None, sent: list[str]) -> None:
    setting = Setting(delivery_ids=delivery_ids)
    setting.create()
    assert setting.webhooks.batches == [sent]


# --- Refusals ---------------------------------------------------------------------------------------------------------


def refusal_of(setting: Setting, refund: NewRefund) -> ConflictError:
    with pytest.raises(ConflictError) as raised:
        setting.create(refund, idempotent=KEY)
    assert setting.sent == []
    return raised.value


@pytest.mark.parametrize("refund", [ALL, PART], ids=["all", "part"])
def test_a_payment_that_the_merchant_does_not_have_is_not_found(refund: NewRefund) -> None:
    setting = Setting()
    setting.database.answers["create_refund"] = []
    with pytest.raises(NotFoundError) as raised:
        setting.create(refund)
    assert raised.value.description == "There is no payment with this id."
    assert (raised.value.field, raised.value.reason, setting.sent) == (None, None, [])


@pytest.mark.parametrize("refund", [ALL, PART], ids=["all", "part"])
def test_a_payment_without_money_of_ours_cannot_be_refunded(refund: NewRefund) -> None:
    error = refusal_of(Setting(body=None, amount_captured_minor=None, left_minor=None), refund)
    assert type(error) is ConflictError
    assert (error.field, error.reason) == (None, "PAYMENT_NOT_CAPTURED")
    assert error.description == "Nothing has been captured of this payment."


@pytest.mark.parametrize("refund", [ALL, PART], ids=["all", "part"])
def test_a_payment_whose_money_has_all_gone_back_cannot_be_refunded(refund: NewRefund) -> None:
    error = refusal_of(Setting(body=None, left_minor=0), refund)
    assert type(error) is ConflictError
    assert (error.code, error.field, error.reason) == ("CONFLICT_ERROR", "amount", "PAYMENT_FULLY_REFUNDED")
    said = "All of the payment's 50000 is refunded or about to be; 0 is left (INR, in its minor unit)."
    assert error.description == said


@pytest.mark.parametrize("left_minor", [1, 19_999])
def test_more_than_is_left_is_refused_with_what_is_left(left_minor: int) -> None:
    error = refusal_of(Setting(body=None, left_minor=left_minor, currency="USD"), PART)
    assert type(error) is ConflictError
    assert (error.code, error.field, error.reason) == ("CONFLICT_ERROR", "amount", "REFUND_EXCEEDS_LEFT")
    said = f"amount must be at most {left_minor}, which is what is left to refund (USD, in its minor unit)."
    assert error.description == said


@pytest.mark.parametrize(("refund", "left_minor"), [(ALL, 1), (ALL, 50_000), (PART, 20_000), (PART, 50_000)])
def test_if_nothing_about_the_payment_stood_in_the_way_the_key_did(refund: NewRefund, left_minor: int) -> None:
    error = refusal_of(Setting(body=None, left_minor=left_minor), refund)
    assert type(error) is IdempotencyKeyTakenError


# --- What does not answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("refunds_down", "webhooks_down"), [(True, False), (False, True), (True, True)])
def test_a_queue_that_does_not_answer_is_no_error_and_its_jobs_are_left_to_the_sweeper(
    refunds_down: bool, webhooks_down: bool, log_records: list[logging.LogRecord]
) -> None:
    setting = Setting(refunds_down=refunds_down, webhooks_down=webhooks_down, delivery_ids="whd_1")
    assert setting.create() == BODY
    refund_id = setting.database.parameters("create_refund")["refund_id"]
    lost = [refund_id] * refunds_down + ["whd_1"] * webhooks_down
    assert [(record.getMessage(), vars(record)["ids"]) for record in log_records] == [
        ("jobs left to the sweeper", [each]) for each in lost
    ]
    assert setting.sent == [(refund_id, 0)] * (not refunds_down) + [["whd_1"]] * (not webhooks_down)


def test_a_database_that_breaks_sends_nothing() -> None:
    setting = Setting()
    setting.database.answers["create_refund"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        setting.create()
    assert setting.sent == []
