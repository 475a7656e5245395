"""The rate limit through the app: which requests count, and what they are told."""

from __future__ import annotations

import json

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.domain.rate_limit import RateLimit
from tests.support.api import Answer
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring, with_key
from tests.unit.fakes import Rows

ORDER = json.dumps({"amount": 50_000, "currency": "INR"})
GET_ORDER = "GET /orders/{order_id}"
TOLD = {
    "RateLimit-Policy": '"default";q=100;w=1',
    "RateLimit": '"default";r=99;t=1',
    "X-RateLimit-Limit": "100",
    "X-RateLimit-Remaining": "99",
    "X-RateLimit-Reset": "1",
}
EMPTY = RateLimit(limit_per_second=100, remaining=0, full_after_seconds=1, wait_seconds=3)


def limits(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if "ratelimit" in name.lower()}


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([{"body": "{}"}], 200),
        ([], 404),
        (DatabaseUnavailableError("no"), 503),
        (RuntimeError("a mistake of ours"), 500),
    ],
)
def test_every_answer_to_a_merchant_tells_how_much_is_left(
    call: Call, wiring: FakeWiring, found: Rows | Exception, status: int
) -> None:
    wiring.database.answers["get_order"] = found
    answer = call(GET_ORDER, order_id="order_1")
    assert (answer.status, limits(answer)) == (status, TOLD)
    assert wiring.gate.admitted == [("paygate:rate:{merchant_1}:key_1", None)]


@pytest.mark.parametrize(
    ("route", "body", "headers", "status"),
    [
        pytest.param("POST /orders", "not JSON", {}, 400, id="body"),
        pytest.param("POST /orders", " " * 70_000, {}, 413, id="size"),
        pytest.param("POST /orders", ORDER, {"Content-Type": "text/plain"}, 400, id="content type"),
        pytest.param("POST /orders", ORDER, {"Idempotency-Key": "no key"}, 400, id="key"),
        pytest.param(GET_ORDER, None, {}, 404, id="path"),
    ],
)
def test_a_bad_request_counts_as_any_other(
    call: Call, wiring: FakeWiring, route: str, body: str | None, headers: dict[str, str], status: int
) -> None:
    path = {"order_id": "no id"} if "{" in route else {}
    answer = call(route, body, headers={**CREDENTIALS, **headers}, **path)
    assert (answer.status, limits(answer)) == (status, TOLD)
    assert len(wiring.gate.admitted) == 1


@pytest.mark.parametrize(
    ("route", "body"),
    [("POST /orders", ORDER), ("POST /orders", "not JSON"), ("GET /orders", None)],
    ids=["post", "bad request", "get"],
)
def test_a_request_that_came_too_early_does_nothing_and_is_told_when_to_come_again(
    call: Call, wiring: FakeWiring, route: str, body: str | None
) -> None:
    wiring.gate.limit = EMPTY
    answer = call(route, body, headers=with_key("k1"))
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
    assert answer.error == {
        "code": "RATE_LIMIT_ERROR",
        "description": "At most 100 requests a second are allowed.",
    }
    assert limits(answer) == {**TOLD, "RateLimit": '"default";r=0;t=1', "X-RateLimit-Remaining": "0"}
    assert wiring.database.calls == []


def test_who_is_not_known_takes_nothing_and_is_told_nothing(call: Call, wiring: FakeWiring) -> None:
    answer = call("POST /orders", ORDER, headers={**with_key("k1"), "X-Api-Secret": "wrong"})
    assert (answer.status, limits(answer)) == (401, {})
    assert wiring.gate.admitted == []


def test_a_public_route_is_not_limited(call: Call, wiring: FakeWiring) -> None:
    answer = call("GET /health/redis", headers={})
    assert (answer.status, limits(answer)) == (200, {})
    assert wiring.gate.admitted == []


def test_without_redis_requests_go_on_and_are_told_nothing(call: Call, wiring: FakeWiring) -> None:
    wiring.gate.down = True
    wiring.database.answers["create_order"] = [{"body": "{}"}]
    answers = [call("POST /orders", ORDER, headers=with_key("k1")) for _ in range(3)]
    assert [(answer.status, limits(answer)) for answer in answers] == [(201, {})] * 3
    # Redis is left alone for a moment, so that a slow one does not slow down every request.
    assert len(wiring.gate.admitted) == 1
