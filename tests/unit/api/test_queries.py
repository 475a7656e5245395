from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.unit.api.conftest import Call, FakeWiring

FOUND = {"cursor_known": True, "body": '{"data":[{"id":"2"},{"id":"1"}],"has_more":false}'}
STATEMENTS = {
    "GET /payments": "list_payments",
    "GET /orders": "list_orders",
    "GET /refunds": "list_refunds",
    "GET /ledger": "list_ledger",
}
LISTS = sorted(STATEMENTS)


@pytest.fixture(autouse=True)
def answers(wiring: FakeWiring) -> None:
    for name in STATEMENTS.values():
        wiring.database.answers[name] = [FOUND]


@pytest.mark.parametrize("route", LISTS)
def test_a_list_without_a_query_is_the_newest_ten(call: Call, wiring: FakeWiring, route: str) -> None:
    answer = call(route)
    assert (answer.status, answer.json) == (200, {"data": [{"id": "2"}, {"id": "1"}], "has_more": False})
    assert wiring.database.parameters(STATEMENTS[route]) == {"merchant_id": "merchant_1", "limit": 10}


@pytest.mark.parametrize("route", LISTS)
@pytest.mark.parametrize("field", ["starting_after", "ending_before"])
def test_a_cursor_reaches_the_statement_under_its_name(call: Call, wiring: FakeWiring, route: str, field: str) -> None:
    assert call(route, query=[(field, "id_1"), ("limit", "100")]).status == 200
    asked = wiring.database.parameters(STATEMENTS[route])
    assert asked == {"merchant_id": "merchant_1", "limit": 100, field: "id_1"}


def test_filters_reach_the_statement_and_times_are_aware(call: Call, wiring: FakeWiring) -> None:
    query = [
        ("status", "success"),
        ("method", "upi"),
        ("order_id", "order_1"),
        ("vpa", "User@paytm"),
        ("card_last4", "0042"),
        ("created_gte", "2026-01-01T05:30:00+05:30"),
        ("created_lt", "2026-02-01T00:00:00Z"),
    ]
    assert call("GET /payments", query=query).status == 200
    asked = wiring.database.parameters("list_payments")
    assert (asked["status"], asked["method"], asked["order_id"]) == ("success", "upi", "order_1")
    assert (asked["vpa"], asked["card_last4"]) == ("User@paytm", "0042")
    assert (asked["created_gte"], asked["created_lt"]) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 2, 1, tzinfo=UTC),
    )
    assert asked.keys().isdisjoint({"created_gt", "created_lte", "starting_after", "ending_before"})


@pytest.mark.parametrize(
    ("query", "field", "words", "reason"),
    [
        ([("limit", "0")], "limit", "must be at least 1", "INVALID_VALUE"),
        ([("limit", "101")], "limit", "must be at most 100", "INVALID_VALUE"),
        ([("limit", "ten")], "limit", "must be a whole number", "INVALID_VALUE"),
        ([("limit", "")], "limit", "must be a whole number", "INVALID_VALUE"),
        ([("limit", "1"), ("limit", "2")], "limit", "is given more than once", "INVALID_VALUE"),
        ([("offset", "3")], "offset", "is not a known field", "UNKNOWN_FIELD"),
        (
            [("status", "done")],
            "status",
            "must be 'pending', 'processing', 'success', 'failed', 'authorized', 'captured' or 'cancelled'",
            "INVALID_VALUE",
        ),
        ([("method", "cash")], "method", "must be 'upi' or 'card'", "INVALID_VALUE"),
        ([("created_gt", "yesterday")], "created_gt", "must be an ISO 8601 time with an offset or Z", "INVALID_VALUE"),
        (
            [("created_gt", "2026-01-01T00:00:00")],
            "created_gt",
            "must be an ISO 8601 time with an offset or Z",
            "INVALID_VALUE",
        ),
        (
            [("starting_after", "pay 1")],
            "starting_after",
            "has characters or a form that is not allowed",
            "INVALID_VALUE",
        ),
        (
            [("starting_after", "\x00")],
            "starting_after",
            "has characters or a form that is not allowed",
            "INVALID_VALUE",
        ),
        (
            [("created_lt", "2026-01-01T00:00:00+20:00")],
            "created_lt",
            "must have an offset of at most 14 hours",
            "INVALID_VALUE",
        ),
        ([("vpa", "")], "vpa", "must not be empty", "INVALID_VALUE"),
        ([("card_last4", "424")], "card_last4", "has characters or a form that is not allowed", "INVALID_VALUE"),
        (
            [("card_last4", "42\u0664\u0662")],
            "card_last4",
            "has characters or a form that is not allowed",
            "INVALID_VALUE",
        ),
        ([("order_id", "x" * 65)], "order_id", "must have at most 64 characters", "INVALID_VALUE"),
    ],
)
def test_a_query_that_breaks_a_rule_is_refused_by_field_and_rule(
    call: Call, wiring: FakeWiring, query: list[tuple[str, str]], field: str, words: str, reason: str
) -> None:
    answer = call("GET /payments", query=query)
    assert answer.status == 400
    assert answer.error == {
        "code": "BAD_REQUEST_ERROR",
        "description": f"{field} {words}.",
        "field": field,
        "reason": reason,
    }
    assert wiring.database.names == []


def test_both_cursors_at_once_are_refused(call: Call) -> None:
    answer = call("GET /orders", query=[("starting_after", "a"), ("ending_before", "b")])
    assert (answer.status, answer.error["field"]) == (400, "ending_before")


@pytest.mark.parametrize("route", LISTS)
def test_an_unknown_cursor_is_refused(call: Call, wiring: FakeWiring, route: str) -> None:
    wiring.database.answers[STATEMENTS[route]] = [{"cursor_known": False, "body": '{"data":[],"has_more":false}'}]
    answer = call(route, query=[("starting_after", "id_1")])
    assert (answer.status, answer.error["reason"]) == (400, "INVALID_CURSOR")
    assert json.loads(answer.text)["error"]["field"] == "starting_after"
