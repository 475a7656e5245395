from __future__ import annotations

import logging
from collections.abc import Callable
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
from paygate.operations.capture_payment import cancel_payment, capture_payment
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from tests.unit.fakes import FakeDatabase, FakeQueue

BODY = '{"id":"pay_1","status":"authorized","pending_action":"capture"}'
KEY = IdempotentRequest("test POST /v1/payments/{payment_id}/capture", "key-1", '{"amount":"00"}', "req_1")
ROW = {"body": BODY, "status": "authorized", "requested_before": None, "amount_minor": 50_000, "too_late": False}
REFUSED = {**ROW, "body": None}
Act = Callable[["Setting"], str]


class Setting:
    def __init__(self, *rows: dict[str, Any], down: bool = False) -> None:
        self.database = FakeDatabase(capture_payment=list(rows), cancel_payment=list(rows))
        self.queue = FakeQueue(down=down)

    def capture(self, amount_minor: int | None = None, idempotent: IdempotentRequest | None = None) -> str:
        return capture_payment(self.database, self.queue, "merchant_1", "pay_1", amount_minor, idempotent)

    def cancel(self, idempotent: IdempotentRequest | None = None) -> str:
        return cancel_payment(self.database, self.queue, "merchant_1", "pay_1", idempotent)


BOTH = pytest.mark.parametrize("act", [Setting.capture, Setting.cancel], ids=["capture", "cancel"])


def refusal_of(act: Act, row: dict[str, Any]) -> ConflictError:
    setting = Setting(row)
    with pytest.raises(ConflictError) as raised:
        act(setting)
    assert setting.queue.batches == []
    return raised.value


@pytest.mark.parametrize("amount_minor", [None, 1, 50_000])
@pytest.mark.parametrize("key", [None, KEY], ids=["no key", "key"])
def test_a_capture_is_asked_for_and_answered_as_the_database_prints_it(
    amount_minor: int | None, key: IdempotentRequest | None
) -> None:
    setting = Setting(ROW)
    assert setting.capture(amount_minor, key) == BODY
    assert setting.database.calls == [
        (
            "capture_payment",
            {
                "payment_id": "pay_1",
                "merchant_id": "merchant_1",
                "amount_minor": amount_minor,
                "resend_after_seconds": RESEND_AFTER_SECONDS,
                **key_parameters(key),
            },
        )
    ]
    assert setting.queue.batches == [["pay_1"]]


@pytest.mark.parametrize("key", [None, KEY], ids=["no key", "key"])
def test_a_cancel_is_asked_for_and_answered_as_the_database_prints_it(key: IdempotentRequest | None) -> None:
    setting = Setting(ROW)
    assert setting.cancel(key) == BODY
    assert setting.database.calls == [
        (
            "cancel_payment",
            {
                "payment_id": "pay_1",
                "merchant_id": "merchant_1",
                "resend_after_seconds": RESEND_AFTER_SECONDS,
                **key_parameters(key),
            },
        )
    ]
    assert setting.queue.batches == [["pay_1"]]


@BOTH
def test_a_payment_that_the_merchant_does_not_have_is_not_found(act: Act) -> None:
    setting = Setting()
    with pytest.raises(NotFoundError) as raised:
        act(setting)
    assert raised.value.description == "There is no payment with this id."
    assert (raised.value.field, setting.queue.batches) == (None, [])


@BOTH
@pytest.mark.parametrize("status", ["pending", "processing", "success", "failed", "captured", "cancelled"])
def test_only_an_authorized_payment_takes_a_request(act: Act, status: str) -> None:
    # Such a payment may have had a time to be captured in, which has passed.
    error = refusal_of(act, {**REFUSED, "status": status, "too_late": True})
    assert type(error) is ConflictError
    assert (error.code, error.field, error.reason) == ("CONFLICT_ERROR", None, "PAYMENT_NOT_AUTHORIZED")
    assert error.description == f"The payment is {status}, not authorized."


@BOTH
@pytest.mark.parametrize(("before", "reason"), [("capture", "CAPTURE_PENDING"), ("cancel", "CANCEL_PENDING")])
@pytest.mark.parametrize("too_late", [False, True])
def test_a_payment_takes_one_request_at_a_time(act: Act, before: str, reason: str, too_late: bool) -> None:
    error = refusal_of(act, {**REFUSED, "requested_before": before, "too_late": too_late})
    assert type(error) is ConflictError
    assert (error.code, error.field, error.reason) == ("CONFLICT_ERROR", None, reason)
    assert error.description == f"A {before} of the payment is under way."


@pytest.mark.parametrize("amount_minor", [None, 1, 50_001])
def test_what_was_not_captured_in_time_cannot_be_captured(amount_minor: int | None) -> None:
    error = refusal_of(lambda setting: setting.capture(amount_minor), {**REFUSED, "too_late": True})
    assert type(error) is ConflictError
    assert (error.code, error.field, error.reason) == ("CONFLICT_ERROR", None, "AUTHORIZATION_EXPIRED")
    assert error.description == "The authorization has expired; the payment is being cancelled."


def test_no_more_is_captured_than_was_authorized() -> None:
    error = refusal_of(lambda setting: setting.capture(50_001), REFUSED)
    assert type(error) is ConflictError
    assert (error.code, error.field, error.reason) == ("CONFLICT_ERROR", "amount", "CAPTURE_EXCEEDS_AUTHORIZED")
    assert error.description == "amount must be at most 50000, which is what is authorized."


@pytest.mark.parametrize("amount_minor", [None, 1, 50_000])
def test_if_nothing_about_the_payment_stood_in_the_way_of_a_capture_the_key_did(amount_minor: int | None) -> None:
    error = refusal_of(lambda setting: setting.capture(amount_minor, KEY), REFUSED)
    assert type(error) is IdempotencyKeyTakenError


@pytest.mark.parametrize("too_late", [False, True])
def test_if_nothing_about_the_payment_stood_in_the_way_of_a_cancel_the_key_did(too_late: bool) -> None:
    # An authorization that has expired is to be cancelled: asking for it is no mistake.
    error = refusal_of(lambda setting: setting.cancel(KEY), {**REFUSED, "too_late": too_late})
    assert type(error) is IdempotencyKeyTakenError


@BOTH
def test_a_queue_that_does_not_answer_is_no_error_and_leaves_the_job_to_the_sweeper(
    act: Act, log_records: list[logging.LogRecord]
) -> None:
    assert act(Setting(ROW, down=True)) == BODY
    (record,) = log_records
    assert (record.getMessage(), vars(record)["ids"]) == ("jobs left to the sweeper", ["pay_1"])


@BOTH
def test_a_database_that_breaks_sends_nothing(act: Act) -> None:
    setting = Setting()
    for name in ("capture_payment", "cancel_payment"):
        setting.database.answers[name] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        act(setting)
    assert setting.queue.batches == []
