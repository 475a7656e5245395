"""Idempotency keys when something fails: the request itself, the database, or a Redis that is down or hangs."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.domain.ids import new_id
from tests.integration.api import MERCHANT, REQUESTS_PER_SECOND, Api, running_api
from tests.integration.replays import (
    ORDER,
    POSTS,
    assert_fresh,
    assert_replayed,
    card,
    count,
    upi,
)
from tests.integration.support import refusing_port
from tests.support.api import Answer
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.servers import Servers

OTHER_ORDER = json.dumps({"amount": 60_000, "currency": "INR"})
OTHER_PAYMENT = json.dumps({"order_id": "order_test_123", "method": "upi", "vpa": "other@paytm"})


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


@contextmanager
def redis_that_refuses() -> Iterator[str]:
    with refusing_port() as port:
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def redis_that_hangs() -> Iterator[str]:
    """Takes connections and never says a word."""
    with hanging_server() as listener:
        yield url_of(listener)


def hanging_server() -> socket.socket:
    """The kernel takes connections for it; nobody else does."""
    return socket.create_server(("127.0.0.1", 0))


def url_of(listener: socket.socket) -> str:
    return f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def connections_to(listener: socket.socket) -> int:
    """How many connections have been made; they are closed by this."""
    listener.setblocking(False)
    count = 0
    while True:
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            return count
        connection.close()
        count += 1


@pytest.mark.parametrize(
    ("route", "bad", "good"),
    [
        pytest.param("POST /orders", '{"amount":1,"currency":"INR"}', ORDER, id="schema"),
        pytest.param("POST /orders", "{", ORDER, id="JSON"),
        pytest.param(
            "POST /orders", '{"amount":100,"currency":"INR","expires_at":"2020-01-01T00:00:00Z"}', ORDER, id="expiry"
        ),
        pytest.param("POST /payments", upi(vpa="no vpa"), upi(), id="VPA"),
        pytest.param("POST /payments", card(number="4242424242424241"), card(), id="card"),
    ],
)
def test_a_request_that_breaks_a_rule_does_not_take_the_key(api: Api, route: str, bad: str, good: str) -> None:
    key = new_id("key")
    assert_fresh(api.send(route, bad, key=key), 400)
    assert count(api, "idempotency_keys") == 0
    assert_fresh(api.send(route, good, key=key))


def test_a_request_under_way_holds_off_its_twin_until_it_is_answered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_id("key")
    twins: list[Answer] = []
    run = api.wiring.database.run

    def slow(name: str, /, **parameters: object) -> list[dict[str, Any]]:
        if name == "create_order" and not twins:
            twins.append(api.send("POST /orders", ORDER, key=key))
        return run(name, **parameters)

    monkeypatch.setattr(api.wiring.database, "run", slow)
    first = api.send("POST /orders", ORDER, key=key)
    assert_fresh(first)
    (twin,) = twins
    assert_fresh(twin, 409)
    assert (twin.headers["Retry-After"], twin.error["reason"]) == ("1", "IDEMPOTENCY_KEY_IN_USE")
    assert_replayed(api.send("POST /orders", ORDER, key=key), first)
    assert count(api, "idempotency_keys") == 1


@pytest.mark.parametrize(("route", "body"), POSTS)
def test_the_key_of_a_request_that_met_a_dead_database_may_be_used_again(
    api: Api, monkeypatch: pytest.MonkeyPatch, route: str, body: str
) -> None:
    key = new_id("key")
    assert_fresh(api.send("POST /orders", ORDER))  # from now on the merchant is known without the database
    with monkeypatch.context() as patch, refusing_port() as port:
        patch.setattr(api.wiring.database, "_url", f"postgresql://user@127.0.0.1:{port}/nothing?sslmode=disable")
        api.wiring.database.close()
        failed = api.send(route, body, key=key)
    assert_fresh(failed, 503)
    assert (failed.error["code"], failed.headers["Retry-After"]) == ("UNAVAILABLE_ERROR", "1")
    assert count(api, "idempotency_keys") == 0
    assert_fresh(api.send(route, body, key=key))


@pytest.mark.parametrize(("route", "body"), POSTS)
def test_a_request_whose_commit_was_never_confirmed_is_answered_with_what_was_committed(
    api: Api, monkeypatch: pytest.MonkeyPatch, route: str, body: str
) -> None:
    key = new_id("key")
    run = api.wiring.database.run

    def lose_the_answer(name: str, /, **parameters: object) -> list[dict[str, Any]]:
        rows = run(name, **parameters)
        if name.startswith("create_"):
            raise DatabaseUnavailableError("The connection broke.")
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(api.wiring.database, "run", lose_the_answer)
        failed = api.send(route, body, key=key)
    assert_fresh(failed, 503)
    written = api.written()
    again = api.send(route, body, key=key)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.headers["Original-Request-Id"] == failed.request_id
    assert api.written() == written


@pytest.mark.parametrize("redis", [redis_that_refuses, redis_that_hangs], ids=["down", "hung"])
@pytest.mark.parametrize(
    ("route", "body", "other_body"), [("POST /orders", ORDER, OTHER_ORDER), ("POST /payments", upi(), OTHER_PAYMENT)]
)
@pytest.mark.parametrize("from_the_start", [True, False], ids=["from the start", "after the first request"])
def test_without_redis_a_key_has_one_effect_and_one_answer(
    api: Api,
    redis: Callable[[], AbstractContextManager[str]],
    route: str,
    body: str,
    other_body: str,
    from_the_start: bool,
) -> None:
    key = new_id("key")
    with redis() as url:
        if from_the_start:
            api.use_redis(url)
        first = api.send(route, body, key=key)
        api.use_redis(url)
        written = api.written()
        answers = [api.send(route, body, key=key) for _ in range(3)]
        reused = api.send(route, other_body, key=key)
        assert api.written() == written
    assert first.status == 201
    assert [(answer.status, answer.text) for answer in answers] == [(201, first.text)] * 3
    assert {answer.headers["Original-Request-Id"] for answer in answers} == {first.request_id}
    assert not [name for answer in answers for name in answer.headers if "RateLimit" in name]
    assert (reused.status, reused.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_hung_redis_costs_its_timeout_now_and_then_and_not_for_every_request(api: Api) -> None:
    with hanging_server() as listener:
        api.use_redis(url_of(listener))
        assert [api.send("GET /orders").status for _ in range(10)] == [200] * 10
        assert 1 <= connections_to(listener) < 10


def test_a_card_payment_without_redis_is_refused_and_its_key_stays_free(api: Api, servers: Servers) -> None:
    card = {"number": "4242424242424242", "expiry_month": 12, "expiry_year": 2040, "cvv": "123"}
    body, key = json.dumps({"order_id": "order_test_123", "method": "card", "card": card}), new_id("key")
    with redis_that_refuses() as url:
        api.use_redis(url)
        written = api.written()
        failed = api.send("POST /payments", body, key=key)
        assert (failed.status, failed.headers["Retry-After"]) == (503, "1")
        assert api.written() == written
    api.use_redis(servers.redis_url)
    done = api.send("POST /payments", body, key=key)
    assert done.status == 201
    assert "Idempotent-Replayed" not in done.headers


def test_a_request_that_came_too_early_does_not_take_the_key(api: Api) -> None:
    key = new_id("key")
    bucket = f"paygate:rate:{{{TEST_MERCHANT_ID}}}:{MERCHANT['X-Api-Key']}"
    in_a_minute_us = int((time.time() + 60) * 1_000_000)
    api.valkey.set(bucket, in_a_minute_us)
    written, locks = api.written(), api.keys_in_valkey()
    early = api.send("POST /orders", ORDER, key=key)
    assert_fresh(early, 429)
    assert early.error["code"] == "RATE_LIMIT_ERROR"
    assert 50 < int(early.headers["Retry-After"]) <= 60
    assert (api.written(), api.keys_in_valkey()) == (written, locks)
    api.valkey.delete(bucket)
    assert_fresh(api.send("POST /orders", ORDER, key=key))


@pytest.mark.parametrize(("route", "body"), POSTS)
def test_a_replay_takes_a_token_as_any_request(api: Api, route: str, body: str) -> None:
    key = new_id("key")
    headers = [api.send(route, body, key=key).headers for _ in range(2)]
    assert all(each["X-RateLimit-Limit"] == REQUESTS_PER_SECOND for each in headers)
    assert all({"RateLimit", "RateLimit-Policy", "X-RateLimit-Reset"} <= each.keys() for each in headers)
