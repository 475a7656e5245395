"""Idempotency keys through the real app, Postgres and Valkey: one effect, one answer (promise P3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from paygate.domain.ids import new_id
from tests.integration.api import Api, running_api
from tests.integration.replays import (
    ORDER,
    REDIS_STATES,
    Break,
    assert_fresh,
    assert_replayed,
    card,
    count,
    flush,
    leave_as_it_is,
    upi,
)
from tests.support.polling import eventually
from tests.support.rows import finish_payment
from tests.support.servers import Servers


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


@REDIS_STATES
@pytest.mark.parametrize(
    ("route", "body", "table"),
    [("POST /orders", ORDER, "orders"), ("POST /payments", upi(), "payments"), ("POST /payments", card(), "payments")],
    ids=["order", "upi", "card"],
)
def test_a_success_is_replayed_byte_for_byte(api: Api, route: str, body: str, table: str, happens: Break) -> None:
    key = new_id("key")
    first = api.send(route, body, key=key)
    assert_fresh(first)
    written = api.written()
    for _ in range(3):
        happens(api)
        assert_replayed(api.send(route, body, key=key), first)
    assert api.written() == written
    assert api.sql.value("SELECT count(*) FROM idempotency_keys") == 1
    assert count(api, table) == (3 if table == "orders" else 1)  # two orders are the test merchant's


def test_a_payment_is_replayed_as_it_was_when_its_order_has_been_paid_since(api: Api) -> None:
    order_id, key = api.sql.add_order(), new_id("key")
    first = api.send("POST /payments", upi(order_id), key=key)
    finish_payment(api.wiring.database, first.json["id"])
    assert api.sql.value("SELECT status FROM orders WHERE id = :id", id=order_id) == "paid"
    flush(api)
    assert_replayed(api.send("POST /payments", upi(order_id), key=key), first)
    assert first.json["status"] == "pending"


def test_an_order_is_replayed_as_it_was_when_it_has_expired_since(api: Api) -> None:
    expires_at = datetime.now(UTC) + timedelta(seconds=1.5)
    body, key = json.dumps({"amount": 100, "currency": "INR", "expires_at": expires_at.isoformat()}), new_id("key")
    first = api.send("POST /orders", body, key=key)
    assert_fresh(first)
    flush(api)
    eventually(lambda: datetime.now(UTC) > expires_at, what="the order's end")
    assert_replayed(api.send("POST /orders", body, key=key), first)


@REDIS_STATES
@pytest.mark.parametrize(
    ("state", "status", "reason"),
    [
        ("unknown", 404, None),
        ("paid", 409, "ORDER_ALREADY_PAID"),
        ("authorized", 409, "ORDER_ALREADY_AUTHORIZED"),
        ("expired", 409, "ORDER_EXPIRED"),
    ],
)
@pytest.mark.parametrize("make", [upi, card], ids=["upi", "card"])
def test_a_refusal_stands_also_when_its_cause_is_gone(
    api: Api, make: Callable[[str], str], state: str, status: int, reason: str | None, happens: Break
) -> None:
    order_id, key = api.sql.add_order(), new_id("key")
    merchant_id = api.sql.value("SELECT merchant_id FROM orders WHERE id = :id", id=order_id)
    if state == "unknown":
        api.sql.run("UPDATE orders SET merchant_id = :other WHERE id = :id", id=order_id, other=api.sql.add_merchant())
    else:
        api.sql.run("UPDATE orders SET status = :state WHERE id = :id", id=order_id, state=state)
    first = api.send("POST /payments", make(order_id), key=key)
    assert_fresh(first, status)
    assert first.error.get("reason") == reason
    api.sql.run(
        "UPDATE orders SET status = 'created', merchant_id = :merchant_id WHERE id = :id",
        id=order_id,
        merchant_id=merchant_id,
    )
    happens(api)
    again = api.send("POST /payments", make(order_id), key=key)
    assert_replayed(again, first)
    assert again.json["error"]["request_id"] == first.request_id
    assert count(api, "payments") == 0
    assert not [name for name in api.keys_in_valkey() if name.startswith(b"paygate:card:")]
    # With a key of its own the same request is a new one.
    assert_fresh(api.send("POST /payments", make(order_id), key=new_id("key")))


def test_a_replayed_card_payment_leaves_no_second_card(api: Api) -> None:
    key = new_id("key")
    first = api.send("POST /payments", card(), key=key)
    for happens in (leave_as_it_is, flush, flush):
        happens(api)
        kept = {name for name in api.keys_in_valkey() if name.startswith(b"paygate:card:")}
        assert_replayed(api.send("POST /payments", card(), key=key), first)
        assert {name for name in api.keys_in_valkey() if name.startswith(b"paygate:card:")} == kept


@REDIS_STATES
def test_a_key_of_another_request_is_refused_and_changes_nothing(api: Api, happens: Break) -> None:
    key = new_id("key")
    first = api.send("POST /payments", upi(), key=key)
    written = api.written()
    for body in (upi(vpa="other@paytm"), upi("order_NXhj67fGH2jk9mPq", "other@paytm"), upi("order_0"), card()):
        happens(api)
        answer = api.send("POST /payments", body, key=key)
        assert_fresh(answer, 422)
        assert (answer.error["code"], answer.error["field"]) == ("IDEMPOTENCY_KEY_REUSED", "Idempotency-Key")
        names = {name for name in ("order_id", "method", "vpa", "card") if name in answer.error["description"]}
        assert names == differing(upi(), body)
        assert "other@paytm" not in answer.text
    assert api.written() == written
    happens(api)
    assert_replayed(api.send("POST /payments", upi(), key=key), first)


def differing(first: str, second: str) -> set[str]:
    one, other = json.loads(first), json.loads(second)
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


@pytest.mark.parametrize(("changes", "status"), [({"cvv": "999"}, 201), ({"number": "4242424242424242"}, 422)])
def test_the_number_tells_card_payments_apart_and_the_security_code_does_not(
    api: Api, changes: dict[str, str], status: int
) -> None:
    key = new_id("key")
    assert_fresh(api.send("POST /payments", card(), key=key))
    assert api.send("POST /payments", card(**changes), key=key).status == status
    assert count(api, "payments") == 1
