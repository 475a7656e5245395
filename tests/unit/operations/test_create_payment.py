from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from paygate.domain.errors import (
    BadRequestError,
    ConflictError,
    DatabaseUnavailableError,
    IdempotencyKeyTakenError,
    NotFoundError,
    PaygateError,
    VaultUnavailableError,
)
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations.answer_once import key_parameters
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from tests.support.rows import CARD
from tests.unit.fakes import FakeDatabase, FakeQueue, FakeVault, Rows

BODY = '{"id":"pay_1","status":"pending"}'
KEY = IdempotentRequest("test POST /v1/payments", "key-1", '{"order_id":"00"}', "req_1")
BY_UPI = NewPayment("order_1", vpa="user@paytm")
BY_CARD = NewPayment("order_1", card=CARD)


class Setting:
    def __init__(self, database: FakeDatabase, *, payments_down: bool = False, webhooks_down: bool = False) -> None:
        self.database = database
        self.payments = FakeQueue(down=payments_down)
        self.webhooks = FakeQueue(down=webhooks_down)
        self.vault = FakeVault()

    def create(
        self, payment: NewPayment = BY_UPI, delay_seconds: int = 0, idempotent: IdempotentRequest | None = None
    ) -> str:
        intake = PaymentIntake(self.database, self.payments, self.webhooks, self.vault, b"card key", delay_seconds)
        return create_payment(intake, "merchant_1", payment, idempotent)

    @property
    def sent(self) -> list[Any]:
        return [*self.payments.sent, *self.webhooks.batches]


def stored(delivery_ids: str | None = None) -> FakeDatabase:
    return FakeDatabase(create_payment=[{"body": BODY, "order_status": "created", "delivery_ids": delivery_ids}])


def refused(order_status: str) -> FakeDatabase:
    return FakeDatabase(create_payment=[{"body": None, "order_status": order_status, "delivery_ids": None}])


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
        "card_network": None,
        "card_last4": None,
        "card_expiry_month": None,
        "card_expiry_year": None,
        "card_fingerprint": None,
        "resend_after_seconds": RESEND_AFTER_SECONDS,
        **key_parameters(None),
    }
    assert setting.vault.cards == {}


def test_of_a_card_the_database_gets_what_may_be_kept_and_the_vault_the_rest() -> None:
    setting = Setting(stored())
    assert setting.create(BY_CARD, idempotent=KEY) == BODY
    parameters = setting.database.parameters("create_payment")
    assert setting.vault.cards == {parameters["payment_id"]: CARD}
    card = {name: value for name, value in parameters.items() if name.startswith(("card", "method", "vpa"))}
    assert card == {
        "method": "card",
        "vpa": None,
        "card_network": "visa",
        "card_last4": "4242",
        "card_expiry_month": 12,
        "card_expiry_year": 2040,
        "card_fingerprint": CARD.fingerprint(b"card key").hex(),
    }
    assert {name: parameters[name] for name in key_parameters(KEY)} == key_parameters(KEY)
    assert CARD.number not in str(parameters)


def test_the_vault_has_the_card_before_the_payment_exists() -> None:
    setting = Setting(FakeDatabase())

    def store(**parameters: object) -> Rows:
        assert setting.vault.cards == {parameters["payment_id"]: CARD}
        return [{"body": BODY, "order_status": "created", "delivery_ids": None}]

    setting.database.answers["create_payment"] = store
    assert setting.create(BY_CARD) == BODY


def test_without_the_vault_no_payment_by_card_begins_and_one_by_upi_does() -> None:
    setting = Setting(stored())
    setting.vault.down = True
    with pytest.raises(VaultUnavailableError):
        setting.create(BY_CARD)
    assert (setting.database.calls, setting.sent) == ([], [])
    assert setting.create(BY_UPI) == BODY


REFUSALS = [
    pytest.param(FakeDatabase(create_payment=[]), NotFoundError, None, id="missing"),
    pytest.param(refused("paid"), ConflictError, "ORDER_ALREADY_PAID", id="paid"),
    pytest.param(refused("authorized"), ConflictError, "ORDER_ALREADY_AUTHORIZED", id="authorized"),
    pytest.param(refused("expired"), ConflictError, "ORDER_EXPIRED", id="expired"),
]


@pytest.mark.parametrize("payment", [BY_UPI, BY_CARD], ids=["upi", "card"])
@pytest.mark.parametrize(("database", "expected", "reason"), REFUSALS)
def test_an_order_that_takes_no_payment_is_an_error_that_leaves_nothing_behind(
    database: FakeDatabase, expected: type[PaygateError], reason: str | None, payment: NewPayment
) -> None:
    setting = Setting(database)
    with pytest.raises(expected) as raised:
        setting.create(payment)
    assert type(raised.value) is expected
    assert (raised.value.field, raised.value.reason) == ("order_id", reason)
    assert (setting.sent, setting.vault.cards) == ([], {})


@pytest.mark.parametrize("payment", [BY_UPI, BY_CARD], ids=["upi", "card"])
def test_a_key_that_is_taken_leaves_nothing_behind(payment: NewPayment) -> None:
    setting = Setting(refused("created"))
    with pytest.raises(IdempotencyKeyTakenError):
        setting.create(payment, idempotent=KEY)
    assert (setting.sent, setting.vault.cards) == ([], {})


def test_a_card_that_cannot_be_taken_back_is_left_to_expire(log_records: list[logging.LogRecord]) -> None:
    setting = Setting(FakeDatabase())

    def store(**parameters: object) -> Rows:
        setting.vault.down = True
        return []

    setting.database.answers["create_payment"] = store
    with pytest.raises(NotFoundError):
        setting.create(BY_CARD)
    assert [record.getMessage() for record in log_records] == ["card left to expire"]


def test_a_database_that_breaks_may_have_stored_the_payment_so_its_card_is_kept_and_nothing_sent() -> None:
    setting = Setting(FakeDatabase(create_payment=DatabaseUnavailableError("no")))
    with pytest.raises(DatabaseUnavailableError):
        setting.create(BY_CARD)
    assert list(setting.vault.cards.values()) == [CARD]
    assert setting.sent == []


@pytest.mark.parametrize("delay_seconds", [0, 1, 900])
def test_the_delay_goes_to_the_queue_and_holds_the_sweeper_back(delay_seconds: int) -> None:
    setting = Setting(stored())
    setting.create(delay_seconds=delay_seconds)
    parameters = setting.database.parameters("create_payment")
    assert setting.payments.sent == [(parameters["payment_id"], delay_seconds)]
    assert parameters["resend_after_seconds"] == RESEND_AFTER_SECONDS + delay_seconds


@pytest.mark.parametrize(
    ("delivery_ids", "sent"), [("whd_1,whd_2", ["whd_1", "whd_2"]), ("whd_1", ["whd_1"]), (None, [])]
)
def test_its_first_webhooks_are_sent_at_once(delivery_ids: str | None, sent: list[str]) -> None:
    setting = Setting(stored(delivery_ids))
    setting.create()
    assert [each for batch in setting.webhooks.batches for each in batch] == sent


@pytest.mark.parametrize(("payments_down", "webhooks_down"), [(True, False), (False, True), (True, True)])
def test_a_queue_that_does_not_answer_is_no_error(
    payments_down: bool, webhooks_down: bool, log_records: list[logging.LogRecord]
) -> None:
    setting = Setting(stored("whd_1"), payments_down=payments_down, webhooks_down=webhooks_down)
    assert setting.create() == BODY
    assert [record.getMessage() for record in log_records] == ["jobs left to the sweeper"] * (
        payments_down + webhooks_down
    )


@pytest.mark.parametrize("vpa", ["user", "", "us er@bank"])
def test_a_bad_vpa_is_refused_before_anything_is_stored(vpa: str) -> None:
    setting = Setting(FakeDatabase())
    with pytest.raises(BadRequestError) as raised:
        setting.create(NewPayment("order_1", vpa=vpa))
    assert raised.value.reason == "INVALID_VPA"
    assert setting.database.calls == []


def test_neither_card_nor_keys_show_in_a_log() -> None:
    shown = repr(BY_CARD) + repr(PaymentIntake(FakeDatabase(), FakeQueue(), FakeQueue(), FakeVault(), b"secret", 0))
    assert not [secret for secret in (CARD.number, "'123'", CARD.holder_name, "secret") if str(secret) in shown]
