"""Lists of refunds and of the ledger: complete, stable, narrowed, and each merchant's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import BadRequestError, NotFoundError
from paygate.domain.paging import Page
from paygate.operations.list_ledger import JournalFilter, list_ledger
from paygate.operations.list_refunds import RefundFilter, list_refunds, list_refunds_of_payment
from tests.integration.settlements import paid
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_refunds, start_refund

COUNT = 10
START = datetime(2026, 1, 1, tzinfo=UTC)
List = Callable[[Page], dict[str, Any]]


@pytest.fixture
def payment_id(database: PostgresDatabase, sql: Rows) -> str:
    return paid(database, sql, 1_000)


@pytest.fixture
def refund_ids(database: PostgresDatabase, sql: Rows, payment_id: str) -> list[str]:
    """Refunds of the payment, newest first; some of them and of their journals share their time."""
    ids = [start_refund(database, payment_id, 10) for _ in range(COUNT)]
    sql.run("SET session_replication_role = replica")
    for number, refund_id in enumerate(ids):
        for change in (
            "refunds SET created_at = :moment WHERE id",
            "journals SET created_at = :moment WHERE refund_id",
        ):
            sql.run(f"UPDATE {change} = :id", moment=START + timedelta(seconds=number // 3), id=refund_id)
    sql.run("RESET session_replication_role")
    return sql.column("SELECT id FROM refunds ORDER BY created_at DESC, id DESC")


def refunds(
    database: PostgresDatabase, page: Page, merchant_id: str = TEST_MERCHANT_ID, **wanted: Any
) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(list_refunds(database, merchant_id, page, replace(RefundFilter(), **wanted)))
    return result


def journals(
    database: PostgresDatabase, page: Page, merchant_id: str = TEST_MERCHANT_ID, **wanted: Any
) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(list_ledger(database, merchant_id, page, JournalFilter(**wanted)))
    return result


def ids_of(result: dict[str, Any]) -> list[str]:
    return [each["id"] for each in result["data"]]


LISTS = pytest.mark.parametrize(("what", "table"), [(refunds, "refunds"), (journals, "journals")])


@LISTS
@pytest.mark.usefixtures("refund_ids")
def test_pages_in_both_directions_hold_everything_once(
    database: PostgresDatabase, sql: Rows, what: Callable[..., dict[str, Any]], table: str
) -> None:
    ids = sql.column(f"SELECT id FROM {table} ORDER BY created_at DESC, id DESC")  # noqa: S608
    found: list[str] = []
    while True:
        result = what(database, Page(limit=3, starting_after=found[-1] if found else None))
        found += ids_of(result)
        if not result["has_more"]:
            break
    assert found == ids
    assert len(ids) >= COUNT
    back = what(database, Page(limit=4, ending_before=ids[6]))
    assert (ids_of(back), back["has_more"]) == (ids[2:6], True)
    first = what(database, Page(limit=4, ending_before=ids[2]))
    assert (ids_of(first), first["has_more"]) == (ids[:2], False)
    assert what(database, Page(starting_after=ids[-1])) == {"data": [], "has_more": False}


def test_refunds_are_narrowed_by_payment_status_and_time(
    database: PostgresDatabase, sql: Rows, payment_id: str, refund_ids: list[str]
) -> None:
    other = start_refund(database, paid(database, sql), 10)
    finish_refunds(database, *refund_ids[:2], other)
    finish_refunds(database, refund_ids[5], kind="failed", failure_reason="refund_declined")
    page = Page(limit=100)
    assert ids_of(refunds(database, page, status="processed")) == [other, *refund_ids[:2]]
    assert ids_of(refunds(database, page, status="failed")) == [refund_ids[5]]
    assert ids_of(refunds(database, page, payment_id=payment_id)) == refund_ids
    assert ids_of(refunds(database, page, payment_id=payment_id, status="processed")) == refund_ids[:2]
    assert ids_of(refunds(database, page, payment_id="pay_unknown")) == []
    listed = json.loads(list_refunds_of_payment(database, TEST_MERCHANT_ID, Page(limit=4), payment_id))
    assert (ids_of(listed), listed["has_more"]) == (refund_ids[:4], True)


@pytest.mark.parametrize(
    ("bounds", "seconds"),
    [
        ({"created_gte": 1}, {1, 2, 3}),
        ({"created_gt": 1}, {2, 3}),
        ({"created_lt": 1}, {0}),
        ({"created_lte": 1}, {0, 1}),
        ({"created_gt": 0, "created_lt": 3}, {1, 2}),
    ],
)
@pytest.mark.usefixtures("refund_ids")
def test_created_bounds_include_or_exclude_as_they_say(
    database: PostgresDatabase, bounds: dict[str, int], seconds: set[int]
) -> None:
    wanted: dict[str, Any] = {name: START + timedelta(seconds=value) for name, value in bounds.items()}
    found = refunds(database, Page(limit=100), **wanted)["data"]
    assert {(datetime.fromisoformat(each["created_at"]) - START).seconds for each in found} == seconds


def test_journals_are_narrowed_by_payment_and_refund(
    database: PostgresDatabase, sql: Rows, payment_id: str, refund_ids: list[str]
) -> None:
    dollars = paid(database, sql, 700, currency="USD")
    finish_refunds(database, refund_ids[0])

    def types(**wanted: str) -> list[str]:
        return sorted(each["type"] for each in journals(database, Page(limit=100), **wanted)["data"])

    assert types(refund_id=refund_ids[0]) == ["refund", "refund_processed"]
    assert types(payment_id=dollars) == ["capture"]
    assert types(payment_id=payment_id) == ["capture", *["refund"] * COUNT, "refund_processed"]
    assert types(payment_id=dollars, refund_id=refund_ids[0]) == types(refund_id="rfnd_unknown") == []


@LISTS
@pytest.mark.parametrize("field", ["starting_after", "ending_before"])
def test_a_cursor_that_is_unknown_or_anothers_is_refused_by_its_field(
    database: PostgresDatabase, sql: Rows, what: Callable[..., dict[str, Any]], table: str, field: str
) -> None:
    stranger = sql.add_merchant()
    theirs = paid(database, sql, merchant_id=stranger)
    start_refund(database, theirs, merchant_id=stranger)
    for cursor in ("unknown_1", *sql.column(f"SELECT id FROM {table}"), theirs):  # noqa: S608
        with pytest.raises(BadRequestError) as refused:
            what(database, replace(Page(), **{field: cursor}))
        assert (refused.value.field, refused.value.reason) == (field, "INVALID_CURSOR")


@LISTS
@pytest.mark.usefixtures("refund_ids")
def test_a_merchant_sees_its_own_alone(
    database: PostgresDatabase, sql: Rows, payment_id: str, what: Callable[..., dict[str, Any]], table: str
) -> None:
    stranger = sql.add_merchant()
    theirs = paid(database, sql, merchant_id=stranger)
    start_refund(database, theirs, merchant_id=stranger)
    assert {each["payment_id"] for each in what(database, Page(limit=100))["data"]} == {payment_id}
    assert {each["payment_id"] for each in what(database, Page(limit=100), stranger)["data"]} == {theirs}
    assert what(database, Page(), payment_id=theirs)["data"] == []
    for unknown in (theirs, "pay_unknown"):
        with pytest.raises(NotFoundError):
            list_refunds_of_payment(database, TEST_MERCHANT_ID, Page(), unknown)
