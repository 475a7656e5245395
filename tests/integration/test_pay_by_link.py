"""A payment by UPI without a VPA, which comes from any app: settled, captured, refunded, and told without one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import responses
from paygate.domain.ids import new_id
from paygate.operations.reconcile import reconcile
from tests.integration.hooks import Hooks
from tests.integration.replays import assert_fresh, assert_replayed
from tests.integration.settlements import accounts, booked
from tests.integration.shoppers import BY_LINK, BY_VPA, Shop
from tests.support.rows import Rows, finish_refunds

NAME = "Asha & Söhne 😀"


@pytest.fixture
def shop(hooks: Hooks) -> Shop:
    return Shop(hooks.api)


def of_payment(shop: Shop, route: str, payment_id: str, **body: Any) -> Any:
    answer = shop.api.send(route, json.dumps(body) if body else None, path={"payment_id": payment_id})
    assert answer.status in (200, 201, 202), answer.text
    return answer.json


def read(shop: Shop, payment_id: str) -> dict[str, Any]:
    payment: dict[str, Any] = of_payment(shop, "GET /payments/{payment_id}", payment_id)
    return payment


def told(sql: Rows, payment_id: str) -> list[dict[str, Any]]:
    """The payment as each of its events tells it, oldest first."""
    bodies = sql.column("SELECT body FROM events WHERE payment_id = :id ORDER BY sequence", id=payment_id)
    return [json.loads(body)["data"]["payment"] for body in bodies]


@pytest.mark.parametrize(("succeed", "status"), [(True, "success"), (False, "failed")])
def test_it_is_settled_and_told_without_a_vpa_everywhere(
    shop: Shop,
    hooks: Hooks,
    succeed: bool,
    status: str,
) -> None:
    hooks.create()
    order_id = shop.api.sql.add_order(amount_minor=70_050)
    payment_id = shop.paid(order_id, BY_LINK)
    shop.process(payment_id, succeed=succeed)
    payment = read(shop, payment_id)
    responses.Payment.model_validate(payment)
    assert (payment["status"], payment["method"], payment["amount"]) == (status, "upi", 70_050)
    assert (shop.payment(payment_id).json["status"], "signature" in shop.payment(payment_id).json) == (status, succeed)
    listed = shop.api.send("GET /payments", query=[("order_id", order_id), ("method", "upi"), ("status", status)])
    assert listed.json == {"data": [payment], "has_more": False}
    events = shop.api.send("GET /events", query=[("payment_id", payment_id)]).json["data"]
    types = [f"payment.{status}", "payment.pending", "payment.created"]
    assert [event["type"] for event in events] == types
    assert [each["status"] for each in told(shop.api.sql, payment_id)] == ["pending", "pending", status]
    assert told(shop.api.sql, payment_id)[-1] == payment
    sent = [json.loads(body) for _, body, _ in hooks.deliver()]
    of_payments = [each for each in sent if each["event"].startswith("payment.")]
    assert sorted(each["event"] for each in of_payments) == sorted(types)
    shapes = [payment, *told(shop.api.sql, payment_id), *(each["data"]["payment"] for each in of_payments)]
    assert not [shape for shape in shapes if {"vpa", "card", "payee_name"} & shape.keys()]
    (end,) = [each["data"]["payment"] for each in of_payments if each["event"] == types[0]]
    assert end == payment
    timeline = of_payment(shop, "GET /payments/{payment_id}/timeline", payment_id)["data"]
    assert [entry["type"] for entry in timeline] == types[::-1]
    assert reconcile(shop.api.wiring.database) == []


def test_it_is_booked_and_refunded_as_any_other(shop: Shop) -> None:
    sql, database = shop.api.sql, shop.api.wiring.database
    payments = [shop.paid(sql.add_order(amount_minor=10_000), how) for how in (BY_LINK, BY_VPA)]
    shop.process(*payments)
    for payment_id in payments:
        refund = of_payment(shop, "POST /payments/{payment_id}/refunds", payment_id, amount=4_000)
        finish_refunds(database, refund["id"])
    by_link, by_vpa = payments
    assert (
        booked(sql, by_link)
        == booked(sql, by_vpa)
        == [*(("capture", 10_000), ("refund", 4_000), ("refund_processed", 4_000))]
    )
    assert accounts(sql, by_link) == accounts(sql, by_vpa)
    assert read(shop, by_link)["amount_refunded"] == 4_000
    assert reconcile(database) == []


@pytest.mark.parametrize(("request_", "status"), [("capture", "captured"), ("cancel", "cancelled")])
def test_it_is_authorized_first_if_its_order_says_so(shop: Shop, request_: str, status: str) -> None:
    payment_id = shop.paid(shop.api.sql.add_order(capture="manual"), BY_LINK)
    shop.process(payment_id)
    assert read(shop, payment_id)["status"] == "authorized"
    of_payment(shop, f"POST /payments/{{payment_id}}/{request_}", payment_id)
    shop.process(payment_id)
    assert read(shop, payment_id)["status"] == status
    assert "vpa" not in read(shop, payment_id)


def test_its_link_names_the_merchant_and_a_replay_the_name_that_it_had_then(shop: Shop) -> None:
    order_id, key = shop.api.sql.add_order(), new_id("key")
    for name in (NAME, "Another"):
        assert shop.api.send("PATCH /merchant", json.dumps({"name": name})).status == 200
        if name == NAME:
            first = shop.pay(order_id, BY_LINK, key=key)
            assert_fresh(first)
    assert_replayed(shop.pay(order_id, BY_LINK, key=key), first)
    link = urlsplit(first.json["upi_link"])
    assert parse_qs(link.query)["pn"] == [NAME]
    fresh = shop.pay(shop.api.sql.add_order(), BY_LINK).json
    assert parse_qs(urlsplit(fresh["upi_link"]).query)["pn"] == ["Another"]


def test_a_link_names_no_other_merchant_than_the_orders(shop: Shop) -> None:
    other = shop.of(shop.api.add_merchant())
    merchant_id = shop.api.sql.value("SELECT merchant_id FROM api_keys WHERE id = :id", id=other.key)
    link = other.pay(shop.api.sql.add_order(merchant_id=merchant_id), BY_LINK).json["upi_link"]
    assert parse_qs(urlsplit(link).query)["pn"] == ["Another"]


def test_a_merchants_own_request_still_takes_a_vpa(shop: Shop) -> None:
    answer = shop.api.send("POST /payments", json.dumps({"order_id": "order_test_123", **BY_LINK}))
    assert (answer.status, answer.error["field"], answer.error["reason"]) == (400, "vpa", "MISSING_FIELD")
