"""Which requests an idempotency key makes one: the same merchant, route, path and body, for a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from paygate.domain.ids import new_id
from tests.integration.api import Api, running_api
from tests.integration.replays import (
    ORDER,
    assert_fresh,
    assert_replayed,
    count,
    flush,
    upi,
)
from tests.integration.settlements import paid
from tests.support.servers import Servers


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


def test_fields_in_another_order_are_the_same_request(api: Api) -> None:
    key = new_id("key")
    first = api.send("POST /orders", ORDER, key=key)
    turned = json.dumps(dict(reversed(list(json.loads(ORDER).items()))), indent=2, ensure_ascii=False)
    assert_replayed(api.send("POST /orders", turned, key=key), first)


def test_a_quoted_and_a_bare_key_are_the_same(api: Api) -> None:
    key = new_id("key")
    first = api.send("POST /orders", ORDER, key=f'"{key}"')
    assert_replayed(api.send("POST /orders", ORDER, key=key), first)
    assert_replayed(api.send("POST /orders", ORDER, key=f' "{key}" '), first)


def test_keys_that_differ_only_in_case_are_different(api: Api) -> None:
    key = new_id("key")
    assert_fresh(api.send("POST /orders", ORDER, key=key.lower()))
    assert_fresh(api.send("POST /orders", ORDER, key=key.upper()))


def test_each_route_has_its_own_keys(api: Api) -> None:
    key = new_id("key")
    assert_fresh(api.send("POST /orders", ORDER, key=key))
    assert_fresh(api.send("POST /payments", upi(), key=key))
    assert count(api, "idempotency_keys") == 2


def test_each_merchant_has_its_own_keys(api: Api) -> None:
    key, other = new_id("key"), api.add_merchant()
    ours = api.send("POST /orders", ORDER, key=key)
    theirs = api.send("POST /orders", ORDER, key=key, merchant=other)
    assert_fresh(theirs)
    assert theirs.json["id"] != ours.json["id"]
    assert_replayed(api.send("POST /orders", ORDER, key=key), ours)
    assert_replayed(api.send("POST /orders", ORDER, key=key, merchant=other), theirs)


def test_after_its_day_a_key_is_new_and_lives_another_day(api: Api) -> None:
    key = new_id("key")
    first = api.send("POST /orders", ORDER, key=key)
    lifetime = api.sql.value("SELECT expires_at - created_at FROM idempotency_keys")
    assert lifetime == timedelta(hours=24)
    api.sql.run("UPDATE idempotency_keys SET expires_at = now() + interval '1 minute'")
    flush(api)
    assert_replayed(api.send("POST /orders", ORDER, key=key), first)
    api.sql.run("UPDATE idempotency_keys SET expires_at = now()")
    flush(api)
    other_body = json.dumps({"amount": 700, "currency": "INR"})
    second = api.send("POST /orders", other_body, key=key)
    assert_fresh(second)
    assert second.json["id"] != first.json["id"]
    assert_replayed(api.send("POST /orders", other_body, key=key), second)
    assert api.sql.value("SELECT expires_at > now() + interval '23 hours' FROM idempotency_keys")


@pytest.mark.parametrize(
    ("route", "capture", "status"),
    [
        ("POST /payments/{payment_id}/refunds", "automatic", 201),
        ("POST /payments/{payment_id}/capture", "manual", 202),
        ("POST /payments/{payment_id}/cancel", "manual", 202),
    ],
)
def test_a_key_that_was_used_for_another_payment_is_refused_by_the_name_of_its_id(
    api: Api, route: str, capture: str, status: int
) -> None:
    one, another = (paid(api.wiring.database, api.sql, capture=capture) for _ in range(2))
    key = new_id("key")
    first = api.send(route, key=key, path={"payment_id": one})
    assert_fresh(first, status)
    written = api.written()
    other = api.send(route, key=key, path={"payment_id": another})
    assert (other.status, other.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert other.error["description"].endswith("these fields differ: payment_id.")
    assert_replayed(api.send(route, key=key, path={"payment_id": one}), first)
    assert api.written() == written


def test_captures_cancels_and_refunds_have_keys_of_their_own(api: Api) -> None:
    key, path = new_id("key"), {"payment_id": paid(api.wiring.database, api.sql, capture="manual")}
    assert_fresh(api.send("POST /payments/{payment_id}/capture", key=key, path=path), 202)
    assert_fresh(api.send("POST /payments/{payment_id}/cancel", key=key, path=path), 409)
    assert_fresh(api.send("POST /payments/{payment_id}/refunds", key=key, path=path), 409)
    assert count(api, "idempotency_keys") == 3
