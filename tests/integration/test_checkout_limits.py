"""The limit on shoppers with the real Valkey: one who asks too often shuts out neither others nor the merchant."""

from __future__ import annotations

import pytest

from chalicelib import view
from paygate.domain.ids import new_id
from tests.integration.shoppers import BY_LINK, Shop

HOPS = "192.0.2.1, 198.51.100.1"
TRIES_MAX = 200


def test_who_asks_too_often_is_shut_out_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "SHOPPER_LIMIT_PER_SECOND", 1)
    # One token a second: two requests within one of them are enough, at some point, on any machine.
    refused = next(
        answer
        for number in range(TRIES_MAX)
        if (answer := shop.pay("order_test_123", BY_LINK, came_from=f"203.0.113.{number % 250}, {HOPS}")).status != 201
    )
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert refused.headers["X-RateLimit-Limit"] == "1"
    made = shop.api.sql.value("SELECT count(*) FROM payments")
    assert made >= 1
    other = shop.pay("order_test_123", BY_LINK, came_from="192.0.2.1, 198.51.100.2")
    assert (other.status, other.headers["X-RateLimit-Limit"]) == (201, "1")
    mine = shop.api.send("GET /payments", headers={"X-Forwarded-For": HOPS})
    assert mine.status == 200
    assert len(mine.json["data"]) == made + 1


def test_another_merchants_shoppers_are_counted_apart(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "SHOPPER_LIMIT_PER_SECOND", 1)
    other = shop.of(shop.api.add_merchant())
    assert shop.pay("order_test_123", BY_LINK, came_from=HOPS).status == 201
    assert other.pay("order_test_123", BY_LINK, came_from=HOPS).status == 404


def test_guessing_keys_is_counted_as_well(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "SHOPPER_LIMIT_PER_SECOND", 1)
    statuses = set()
    for _ in range(TRIES_MAX):
        answer = shop.api.send(
            "GET /checkout/orders/{order_id}",
            path={"order_id": "order_test_123"},
            query=[("key", new_id("key"))],
            merchant={},
            headers={"X-Forwarded-For": HOPS},
        )
        statuses.add(answer.status)
        if answer.status == 429:
            break
    assert statuses == {401, 429}
