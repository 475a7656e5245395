from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from paygate.domain.errors import BadRequestError, IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations import create_order as module
from paygate.operations.answer_once import key_parameters
from paygate.operations.create_order import EXPIRY_MAX, NewOrder, create_order
from tests.unit.fakes import FakeDatabase

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KEY = IdempotentRequest("test POST /v1/orders", "key-1", '{"amount":"00"}', "req_1")


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "datetime", SimpleNamespace(now=lambda zone: NOW.astimezone(zone)))


def test_an_order_is_stored_as_the_merchant_wants_it_and_answered_as_the_database_prints_it() -> None:
    database = FakeDatabase(create_order=[{"body": '{"id":"order_1"}'}])
    order = NewOrder(50_000, "INR", "receipt 1", {"né😀": 'a "b"'}, reusable=True)
    assert create_order(database, "merchant_1", order) == '{"id":"order_1"}'
    parameters = database.parameters("create_order")
    assert re.fullmatch(r"order_[0-9A-Za-z]{22}", parameters.pop("order_id"))
    assert parameters == {
        "merchant_id": "merchant_1",
        "amount_minor": 50_000,
        "currency": "INR",
        "receipt": "receipt 1",
        "notes": '{"né😀":"a \\"b\\""}',
        "reusable": True,
        "capture": "automatic",
        "expires_at": None,
        **key_parameters(None),
    }


def test_what_the_merchant_leaves_out_is_empty() -> None:
    database = FakeDatabase(create_order=[{"body": "{}"}])
    create_order(database, "merchant_1", NewOrder(100, "INR"))
    parameters = database.parameters("create_order")
    left_out = ("receipt", "notes", "reusable", "capture", "expires_at")
    assert [parameters[name] for name in left_out] == [None, "{}", False, "automatic", None]


@pytest.mark.usefixtures("at_now")
@pytest.mark.parametrize(
    "expires_at",
    [
        NOW + timedelta(microseconds=1),
        NOW + EXPIRY_MAX,
        (NOW + timedelta(hours=1)).astimezone(timezone(timedelta(hours=5.5))),
    ],
)
def test_an_expiry_from_now_to_a_year_on_is_stored_with_its_zone(expires_at: datetime) -> None:
    database = FakeDatabase(create_order=[{"body": "{}"}])
    create_order(database, "merchant_1", NewOrder(100, "INR", expires_at=expires_at))
    assert datetime.fromisoformat(database.parameters("create_order")["expires_at"]) == expires_at


@pytest.mark.usefixtures("at_now")
@pytest.mark.parametrize(
    "expires_at",
    [NOW, NOW - timedelta(seconds=1), NOW + EXPIRY_MAX + timedelta(microseconds=1), datetime.max.replace(tzinfo=UTC)],
)
def test_any_other_expiry_is_refused_before_anything_is_stored(expires_at: datetime) -> None:
    database = FakeDatabase()
    with pytest.raises(BadRequestError) as raised:
        create_order(database, "merchant_1", NewOrder(100, "INR", expires_at=expires_at), KEY)
    assert (raised.value.field, raised.value.reason) == ("expires_at", "INVALID_VALUE")
    assert database.calls == []


def test_a_key_goes_into_the_statement_and_no_row_says_that_it_is_taken() -> None:
    database = FakeDatabase(create_order=[])
    with pytest.raises(IdempotencyKeyTakenError):
        create_order(database, "merchant_1", NewOrder(100, "INR"), KEY)
    parameters = database.parameters("create_order")
    assert {name: parameters[name] for name in key_parameters(KEY)} == key_parameters(KEY)
