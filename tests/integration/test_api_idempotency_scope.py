"""Which requests an idempotency key makes one: the same merchant, route, path and body, for a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chalice.app import Blueprint

from chalicelib.app import PaygateApp
from chalicelib.view import Call, endpoint
from paygate.domain.ids import new_id
from paygate.operations.create_order import NewOrder, create_order
from tests.integration.api import Api, running_api
from tests.integration.replays import (
    ORDER,
    assert_fresh,
    assert_replayed,
    count,
    flush,
    upi,
)
from tests.support.servers import Servers


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


@pytest.fixture
def app() -> PaygateApp:
    """An app with a route that has an id in its path and no body; the API has no such route yet."""
    routes = Blueprint(__name__)

    @endpoint(routes, "POST /things/{thing_id}/orders", summary="Order a thing", response="Order", status=201)
    def create(call: Call, thing_id: str) -> str:
        return create_order(call.wiring.database, call.merchant_id, NewOrder(100, "INR", thing_id), call.idempotent)

    app = PaygateApp(app_name="test", configure_logs=False)
    app.register_blueprint(routes)
    return app


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


def test_a_key_that_was_used_for_another_object_is_refused_by_the_name_of_its_id(api: Api, app: PaygateApp) -> None:
    route, key = "POST /things/{thing_id}/orders", new_id("key")
    first = api.send(route, key=key, app=app, path={"thing_id": "thing_1"})
    assert (first.status, first.json["receipt"]) == (201, "thing_1")
    other = api.send(route, key=key, app=app, path={"thing_id": "thing_2"})
    assert (other.status, other.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert other.error["description"].endswith("these fields differ: thing_id.")
    again = api.send(route, key=key, app=app, path={"thing_id": "thing_1"})
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert api.sql.value("SELECT count(*) FROM orders WHERE receipt LIKE 'thing%'") == 1
