"""Refunds and journals as they are listed, balances, and settlements as JSON and CSV."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.api.conftest import Call, FakeWiring

LISTED = '{"data":[{"id":"2"},{"id":"1"}],"has_more":false}'
FOUND = [{"cursor_known": True, "body": LISTED}]
ROW = {
    "date": "2026-11-23",
    "currency": "INR",
    "captured": 100_000,
    "refunded": 30_000,
    "refunds_failed": 5_000,
    "fees": 2_000,
    "net": 73_000,
    "captured_count": 2,
    "refunded_count": 3,
    "refunds_failed_count": 1,
}
A_DAY = ("date", "2026-11-23")
NO_FORM = "has characters or a form that is not allowed"
NO_DAY = "must be a day such as 2026-11-23"
NO_TIME = "must be an ISO 8601 time with an offset or Z"


@pytest.fixture(autouse=True)
def answers(wiring: FakeWiring) -> None:
    wiring.database.answers |= {
        "list_refunds": FOUND,
        "list_ledger": FOUND,
        "get_settlements": [ROW],
        "get_payment": [{"body": "{}"}],
    }


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_filters_of_refunds_reach_the_statement_and_times_are_aware(call: Call, wiring: FakeWiring) -> None:
    query = [
        ("payment_id", "pay_1"),
        ("status", "failed"),
        ("created_gt", "2026-01-01T05:30:00+05:30"),
        ("created_gte", "2026-01-02T00:00:00Z"),
        ("created_lt", "2026-01-03T00:00:00Z"),
        ("created_lte", "2026-01-04T00:00:00Z"),
    ]
    assert call("GET /refunds", query=query).text == LISTED
    assert wiring.database.parameters("list_refunds") == {
        "merchant_id": "merchant_1",
        "limit": 10,
        "payment_id": "pay_1",
        "status": "failed",
        "created_gt": datetime(2026, 1, 1, tzinfo=UTC),
        "created_gte": datetime(2026, 1, 2, tzinfo=UTC),
        "created_lt": datetime(2026, 1, 3, tzinfo=UTC),
        "created_lte": datetime(2026, 1, 4, tzinfo=UTC),
    }


def test_filters_of_journals_reach_the_statement(call: Call, wiring: FakeWiring) -> None:
    given = {"payment_id": "pay_1", "refund_id": "rfnd_1"}
    assert call("GET /ledger", query=list(given.items())).text == LISTED
    assert wiring.database.parameters("list_ledger") == {"merchant_id": "merchant_1", "limit": 10, **given}


def test_the_refunds_of_one_payment_are_listed(call: Call, wiring: FakeWiring) -> None:
    query = [("limit", "3"), ("starting_after", "rfnd_1")]
    assert call("GET /payments/{payment_id}/refunds", query=query, payment_id="pay_1").text == LISTED
    assert wiring.database.calls == [
        ("get_payment", {"payment_id": "pay_1", "merchant_id": "merchant_1"}),
        (
            "list_refunds",
            {"merchant_id": "merchant_1", "limit": 3, "starting_after": "rfnd_1", "payment_id": "pay_1"},
        ),
    ]


def test_the_refunds_of_an_unknown_payment_are_not_found(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_payment"] = []
    answer = call("GET /payments/{payment_id}/refunds", payment_id="pay_1")
    assert (answer.status, answer.error["description"]) == (404, "There is no payment with this id.")
    assert wiring.database.names == ["get_payment"]


STATUSES = "must be 'pending', 'processed' or 'failed'"


@pytest.mark.parametrize(
    ("route", "query", "words"),
    [
        ("GET /refunds", ("status", "success"), STATUSES),
        ("GET /refunds", ("status", ""), STATUSES),
        ("GET /refunds", ("status", "FAILED"), STATUSES),
        ("GET /refunds", ("payment_id", "pay 1"), NO_FORM),
        ("GET /refunds", ("payment_id", ""), "must not be empty"),
        ("GET /refunds", ("payment_id", "p" * 65), "must have at most 64 characters"),
        ("GET /refunds", ("created_gte", "2026-11-23"), NO_TIME),
        ("GET /refunds", ("created_lte", "1769904000"), NO_TIME),
        ("GET /refunds", ("limit", "101"), "must be at most 100"),
        ("GET /refunds", ("refund_id", "rfnd_1"), "is not a known field"),
        ("GET /refunds", ("currency", "INR"), "is not a known field"),
        ("GET /payments/{payment_id}/refunds", ("limit", "0"), "must be at least 1"),
        ("GET /payments/{payment_id}/refunds", ("status", "failed"), "is not a known field"),
        ("GET /ledger", ("type", "fee"), "is not a known field"),
        ("GET /ledger", ("refund_id", "\x00"), NO_FORM),
        ("GET /ledger", ("payment_id", "pay-1"), NO_FORM),
        ("GET /ledger", ("limit", "+5"), "must be a whole number"),
        ("GET /ledger", ("created_gt", "2026-01-01T00:00:00Z"), "is not a known field"),
        ("GET /ledger", ("account", "fees"), "is not a known field"),
    ],
)
def test_a_query_that_breaks_a_rule_is_refused_by_field_and_rule(
    call: Call, wiring: FakeWiring, route: str, query: tuple[str, str], words: str
) -> None:
    answer = call(route, query=[query], **({"payment_id": "pay_1"} if "{" in route else {}))
    assert answer.status == 400
    assert answer.error == {
        "code": "BAD_REQUEST_ERROR",
        "description": f"{query[0]} {words}.",
        "field": query[0],
        "reason": "UNKNOWN_FIELD" if "known" in words else "INVALID_VALUE",
    }
    assert wiring.database.calls == []


# --- Balances and settlements -----------------------------------------------------------------------------------------


def test_balances_are_the_merchants_own_as_the_database_prints_them(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_balance"] = [{"body": LISTED}]
    answer = call("GET /balance")
    assert (answer.status, answer.text) == (200, LISTED)
    assert wiring.database.parameters("get_balance") == {"merchant_id": "merchant_1"}


@pytest.mark.parametrize("query", [[A_DAY], [A_DAY, ("format", "json")]], ids=["no format", "json"])
def test_a_settlement_is_json_unless_another_format_is_wanted(
    call: Call, wiring: FakeWiring, query: list[tuple[str, str]]
) -> None:
    answer = call("GET /settlements", query=query)
    assert (answer.status, answer.json) == (200, {"data": [ROW], "has_more": False})
    assert answer.headers["Content-Type"] == "application/json"
    assert wiring.database.parameters("get_settlements") == {"merchant_id": "merchant_1", "date": "2026-11-23"}


def test_a_settlement_as_csv_says_so_in_its_content_type(call: Call) -> None:
    answer = call("GET /settlements", query=[A_DAY, ("format", "csv")])
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.text == (
        "date,currency,captured,refunded,refunds_failed,fees,net,captured_count,refunded_count,refunds_failed_count\r\n"
        "2026-11-23,INR,100000,30000,5000,2000,73000,2,3,1\r\n"
    )


def test_a_day_without_bookings_is_empty_and_not_missing(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_settlements"] = []
    assert call("GET /settlements", query=[A_DAY]).json == {"data": [], "has_more": False}
    text = call("GET /settlements", query=[A_DAY, ("format", "csv")]).text
    assert (text[:14], text.count("\r\n")) == ("date,currency,", 1)


@pytest.mark.parametrize("day", ["2026-11-23", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_every_day_of_the_calendar_is_taken(call: Call, wiring: FakeWiring, day: str) -> None:
    assert call("GET /settlements", query=[("date", day)]).status == 200
    assert wiring.database.parameters("get_settlements")["date"] == day


@pytest.mark.parametrize(
    ("query", "field", "words", "reason"),
    [
        ([], "date", "is required", "MISSING_FIELD"),
        ([("format", "csv")], "date", "is required", "MISSING_FIELD"),
        *(
            ([("date", given)], "date", NO_DAY, "INVALID_VALUE")
            for given in (
                "",
                "today",
                "2026-1-2",
                "20261123",
                "23-11-2026",
                "2026/11/23",
                "1769904000",
                "2026-11-23T00:00:00Z",
                "2026-11-23T00:00:00",
                " 2026-11-23",
                "2026-11-23\n",
                "+2026-11-23",
                "٢٠٢٦-11-23",
            )
        ),
        *(
            ([("date", given)], "date", "must be a day such as 2026-11-23", "INVALID_VALUE")
            for given in ("2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "0000-01-01")
        ),
        ([A_DAY, A_DAY], "date", "is given more than once", "INVALID_VALUE"),
        *(
            ([A_DAY, ("format", given)], "format", "must be 'json' or 'csv'", "INVALID_VALUE")
            for given in ("", "CSV", "xml")
        ),
        ([A_DAY, ("limit", "10")], "limit", "is not a known field", "UNKNOWN_FIELD"),
        ([A_DAY, ("currency", "INR")], "currency", "is not a known field", "UNKNOWN_FIELD"),
    ],
)
def test_a_query_for_a_settlement_that_breaks_a_rule_is_refused(
    call: Call, wiring: FakeWiring, query: list[tuple[str, str]], field: str, words: str, reason: str
) -> None:
    answer = call("GET /settlements", query=query)
    assert answer.status == 400
    assert answer.error == {
        "code": "BAD_REQUEST_ERROR",
        "description": f"{field} {words}.",
        "field": field,
        "reason": reason,
    }
    assert wiring.database.calls == []


def test_a_refusal_is_json_also_when_csv_is_wanted(call: Call) -> None:
    answer = call("GET /settlements", query=[("format", "csv")])
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/json")
    assert answer.error["field"] == "date"
