from __future__ import annotations

import logging
import re

import pytest

from paygate.domain.errors import BadRequestError, ConflictError, DatabaseUnavailableError, NotFoundError
from paygate.operations.create_payment import RESEND_AFTER_SECONDS, NewPayment, create_payment
from tests.unit.fakes import FakeDatabase, FakeQueue

BODY = '{"id":"pay_1","status":"pending"}'


class Setting:
    def __init__(self, database: FakeDatabase, *, payments_down: bool = False, webhooks_down: bool = False) -> None:
        self.database = database
        self.payments = FakeQueue(down=payments_down)
        self.webhooks = FakeQueue(down=webhooks_down)

    def create(self, vpa: str = "user@paytm", delay_seconds: int = 0) -> str:
        payment = NewPayment("order_1", "upi", vpa)
        return create_payment(
            self.database,
            self.payments,
            self.webhooks,
            "merchant_1",
            payment,
            processing_delay_seconds=delay_seconds,
        )


def stored(delivery_ids: list[str] | None = None) -> FakeDatabase:
    return FakeDatabase(create_payment=[{"body": BODY, "delivery_ids": delivery_ids}])


def test_a_payment_is_stored_and_answered_as_the_database_prints_it() -> None:
    setting = Setting(stored())
    assert setting.create() == BODY
    parameters = setting.database.parameters("create_payment")
    made = [parameters.pop(name) for name in ("payment_id", "created_event_id", "pending_event_id")]
    assert [re.sub(r"_[0-9A-Za-z]{22}$", "", each) for each in made] == ["pay", "evt", "evt"]
    assert len(set(made)) == 3
    assert parameters == {
        "order_id": "order_1",
        "merchant_id": "merchant_1",
        "method": "upi",
        "vpa": "user@paytm",
        "resend_after_seconds": RESEND_AFTER_SECONDS,
    }


@pytest.mark.parametrize("delay_seconds", [0, 1, 900])
def test_the_delay_goes_to_the_queue_and_holds_the_sweeper_back(delay_seconds: int) -> None:
    setting = Setting(stored())
    setting.create(delay_seconds=delay_seconds)
    parameters = setting.database.parameters("create_payment")
    assert setting.payments.sent == [(parameters["payment_id"], delay_seconds)]
    assert parameters["resend_after_seconds"] == RESEND_AFTER_SECONDS + delay_seconds


@pytest.mark.parametrize(("delivery_ids", "sent"), [(["whd_1", "whd_2"], ["whd_1", "whd_2"]), (None, [])])
def test_its_first_webhooks_are_sent_at_once(delivery_ids: list[str] | None, sent: list[str]) -> None:
    setting = Setting(stored(delivery_ids))
    setting.create()
    assert setting.webhooks.batches == [sent]


@pytest.mark.parametrize(("payments_down", "webhooks_down"), [(True, False), (False, True), (True, True)])
def test_a_queue_that_does_not_answer_is_no_error(
    payments_down: bool, webhooks_down: bool, log_records: list[logging.LogRecord]
) -> None:
    setting = Setting(stored(["whd_1"]), payments_down=payments_down, webhooks_down=webhooks_down)
    assert setting.create() == BODY
    assert [record.getMessage() for record in log_records] == ["send postponed to the sweeper"]


def test_an_order_that_the_merchant_does_not_have_is_not_found() -> None:
    setting = Setting(FakeDatabase(create_payment=[]))
    with pytest.raises(NotFoundError) as raised:
        setting.create()
    assert raised.value.field == "order_id"
    assert (setting.payments.sent, setting.webhooks.batches) == ([], [])


def test_an_order_that_is_paid_is_a_conflict() -> None:
    setting = Setting(FakeDatabase(create_payment=[{"body": None, "delivery_ids": None}]))
    with pytest.raises(ConflictError) as raised:
        setting.create()
    assert (raised.value.field, raised.value.reason) == ("order_id", "ORDER_ALREADY_PAID")
    assert (setting.payments.sent, setting.webhooks.batches) == ([], [])


def test_a_bad_vpa_is_refused_before_anything_is_stored() -> None:
    setting = Setting(FakeDatabase())
    with pytest.raises(BadRequestError) as raised:
        setting.create(vpa="user")
    assert raised.value.reason == "INVALID_VPA"
    assert setting.database.calls == []


def test_nothing_is_sent_when_nothing_was_stored() -> None:
    setting = Setting(FakeDatabase(create_payment=DatabaseUnavailableError("no")))
    with pytest.raises(DatabaseUnavailableError):
        setting.create()
    assert (setting.payments.sent, setting.webhooks.batches) == ([], [])
