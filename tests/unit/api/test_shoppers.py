"""Shoppers share one publishable key, so each is counted by where the request comes from; and what they are refused."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from chalicelib.view import SHOPPER_LIMIT_PER_SECOND
from paygate.domain.errors import DatabaseUnavailableError, StatementFailedError
from paygate.log import JsonLines
from tests.support.api import Answer
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring, make_config

ORDER = "GET /checkout/orders/{order_id}"
PAY = "POST /checkout/payments"
PAGE = "GET /checkout/page"
FOUND = {"body": '{"id":"order_1","amount":100,"currency":"INR"}'}
KEY = CREDENTIALS["X-Api-Key"]
EDGE_SECRET = "the-edge-secret"
OPENING = [("key", KEY), ("order_id", "order_1"), ("origin", "https://shop.example")]


def look(call: Call, wiring: FakeWiring, came_from: str | None, edge: str | None = None) -> Answer:
    wiring.database.answers["get_checkout_order"] = [FOUND]
    given = {"X-Forwarded-For": came_from, "X-Paygate-Edge": edge}
    headers = {name: value for name, value in given.items() if value is not None}
    return call(ORDER, headers=headers, query=[("key", KEY)], order_id="order_1")


def bucket(call: Call, wiring: FakeWiring, came_from: str | None, edge: str | None = None) -> str:
    assert look(call, wiring, came_from, edge).status == 200
    return wiring.gate.admitted[-1][0]


@pytest.mark.parametrize(
    ("came_from", "directly", "through_edge"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, 198.51.100.1", "198.51.100.1", "192.0.2.1"),
        ("192.0.2.1,198.51.100.1", "198.51.100.1", "192.0.2.1"),
        ("  192.0.2.1 ,  198.51.100.1 ", "198.51.100.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1, 198.51.100.1", "198.51.100.1", "192.0.2.1"),
        ("2001:db8:0:1:2:3:4:5, 2001:db8:0:2::", "2001:db8:0:2::/64", "2001:db8:0:1::/64"),
        ("2001:DB8:0:1::, ::ffff:192.0.2.1", "192.0.2.1", "2001:db8:0:1::/64"),
        ("nonsense, unknown", "unknown", "nonsense"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_shopper_is_counted_by_the_hop_that_nobody_can_have_made_up(
    call: Call, wiring: FakeWiring, came_from: str | None, directly: str, through_edge: str
) -> None:
    wiring.config = make_config(EDGE_SECRET=EDGE_SECRET)
    for edge, client in ((None, directly), (EDGE_SECRET, through_edge)):
        assert bucket(call, wiring, came_from, edge) == f"paygate:rate:{{merchant_1}}:checkout:{client}"
    assert set(wiring.gate.limits) == {SHOPPER_LIMIT_PER_SECOND}


FORGED = ("", "203.0.113.1, ", "203.0.113.2, ", "198.51.100.1, 192.0.2.1, ", "😀, ", "x" * 5_000 + ", ", ",,, ")


@pytest.mark.parametrize("secret", ["", EDGE_SECRET])
@pytest.mark.parametrize("edge", [None, "", "wrong", EDGE_SECRET[:-1], f"{EDGE_SECRET}x", EDGE_SECRET.upper(), "é"])
def test_whatever_a_client_writes_in_a_direct_call_changes_nothing(
    call: Call, wiring: FakeWiring, secret: str, edge: str | None
) -> None:
    wiring.config = make_config(EDGE_SECRET=secret)
    buckets = {bucket(call, wiring, f"{start}198.51.100.1", edge) for start in FORGED}
    assert buckets == {"paygate:rate:{merchant_1}:checkout:198.51.100.1"}


def test_nor_does_what_it_writes_before_cloudfronts_hops(call: Call, wiring: FakeWiring) -> None:
    wiring.config = make_config(EDGE_SECRET=EDGE_SECRET)
    buckets = {bucket(call, wiring, f"{start}192.0.2.1, 198.51.100.1", EDGE_SECRET) for start in FORGED}
    assert buckets == {"paygate:rate:{merchant_1}:checkout:192.0.2.1"}


@pytest.mark.parametrize("edge", [EDGE_SECRET, "not the edge's secret"])
def test_no_log_line_tells_the_edges_secret(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord], edge: str
) -> None:
    wiring.config = make_config(EDGE_SECRET=EDGE_SECRET)
    assert look(call, wiring, "192.0.2.1", edge).status == 200
    wiring.database.answers["get_checkout_order"] = RuntimeError("a mistake of ours")
    answer = call(ORDER, headers={"X-Paygate-Edge": edge}, query=[("key", KEY)], order_id="order_1")
    assert answer.status == 500
    lines = [JsonLines().format(record) for record in log_records]
    assert len(lines) == 3
    assert edge not in "".join(lines) + answer.text


def test_two_shoppers_are_counted_apart(call: Call, wiring: FakeWiring) -> None:
    clients = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1")
    assert len({bucket(call, wiring, client) for client in clients}) == len(clients)


def test_a_long_hop_makes_no_long_name(call: Call, wiring: FakeWiring) -> None:
    assert len(bucket(call, wiring, f"192.0.2.1, {'x' * 7_000}")) < 200


def test_a_shopper_takes_nothing_from_the_merchants_own_limit(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_order"] = [{"body": "{}"}]
    shoppers = bucket(call, wiring, KEY)
    assert call("GET /orders/{order_id}", order_id="order_1").status == 200
    assert wiring.gate.admitted[-1][0] == "paygate:rate:{merchant_1}:key_1" != shoppers
    assert wiring.gate.limits == [SHOPPER_LIMIT_PER_SECOND, 100]


@pytest.mark.parametrize("route", [ORDER, PAY, PAGE])
def test_a_shopper_who_comes_too_early_does_nothing_and_is_told_when_to_come_again(
    call: Call, wiring: FakeWiring, route: str
) -> None:
    wiring.gate.limit = replace(wiring.gate.limit, limit_per_second=20, remaining=0, wait_seconds=1)
    body = json.dumps({"key": KEY, "order_id": "order_1", "method": "upi"}) if route == PAY else None
    query = {ORDER: [("key", KEY)], PAY: [], PAGE: OPENING}[route]
    path = {"order_id": "order_1"} if route == ORDER else {}
    answer = call(route, body, headers={}, query=query, **path)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert answer.error == {"code": "RATE_LIMIT_ERROR", "description": "At most 20 requests a second are allowed."}
    assert answer.headers["X-RateLimit-Limit"] == "20"
    assert wiring.database.calls == []


def test_opening_the_page_counts_as_well(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["open_checkout"] = [{"allowed_origins": ["https://shop.example"]}]
    answer = call(PAGE, headers={"X-Forwarded-For": "192.0.2.1"}, query=OPENING)
    assert answer.status == 200, answer.text
    assert wiring.gate.admitted == [("paygate:rate:{merchant_1}:checkout:192.0.2.1", None)]
    assert wiring.gate.limits == [SHOPPER_LIMIT_PER_SECOND]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DatabaseUnavailableError("at 10.0.0.7"), 503, "UNAVAILABLE_ERROR"),
        (StatementFailedError("SELECT secret"), 500, "SERVER_ERROR"),
        (ZeroDivisionError("SELECT secret"), 500, "SERVER_ERROR"),
    ],
)
def test_what_goes_wrong_on_our_side_is_told_by_a_page_too(
    call: Call, wiring: FakeWiring, error: Exception, status: int, code: str
) -> None:
    wiring.database.answers["open_checkout"] = error
    answer = call(PAGE, headers={}, query=OPENING)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert answer.headers.get("Retry-After") == ("1" if status == 503 else None)
    assert (answer.error["code"], answer.config["error"]["request_id"]) == (code, answer.request_id)
    assert "SELECT" not in answer.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["https://shop.example"], "https://shop.example"),
        (["http://localhost:3000"], "http://localhost:3000"),
        (["null"], None),
        (["https://shop.example/"], None),
        (["</script>"], None),
        (["https://shop.example; script-src *"], None),
        ([], None),
    ],
)
def test_a_refusal_speaks_to_what_can_be_an_origin_alone(
    call: Call, wiring: FakeWiring, given: list[str], told: str | None
) -> None:
    query = [("key", "key_2"), ("order_id", "order_1"), *(("origin", origin) for origin in given)]
    answer = call(PAGE, headers={}, query=query)
    assert (answer.status, answer.config["origin"]) == (401 if given else 400, told)
    assert answer.headers["Content-Security-Policy"].endswith("; frame-ancestors *")


def test_a_page_opened_without_any_question_is_refused_too(call: Call) -> None:
    answer = call(PAGE, headers={})
    assert (answer.status, answer.error["reason"], answer.config["origin"]) == (400, "MISSING_FIELD", None)
