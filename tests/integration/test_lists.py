"""Lists by cursor, against real Postgres: complete, stable, narrowed, and each merchant's own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page
from paygate.operations.list_orders import list_orders
from paygate.operations.list_payments import PaymentFilter, list_payments
from tests.support.rows import CARD, TEST_MERCHANT_ID, finish_payment, rows_of, start_payment

COUNT = 25


@pytest.fixture
def payment_ids(secrets: DeploymentSecrets, database: PostgresDatabase) -> list[str]:
    """Payments of the test merchant, newest first; some share their time to the microsecond."""
    ids = [start_payment(database, "order_test_123") for _ in range(COUNT)]
    with rows_of(secrets.database_url) as rows:
        for number, payment_id in enumerate(ids):
            rows.run(
                "UPDATE payments SET created_at = '2026-01-01Z'::timestamptz + :seconds * interval '1 second'"
                " WHERE id = :id",
                seconds=number // 3,
                id=payment_id,
            )
        return [str(value) for value in rows.column("SELECT id FROM payments ORDER BY created_at DESC, id DESC")]


def page_of(database: PostgresDatabase, page: Page, wanted: PaymentFilter | None = None) -> dict[str, Any]:
    body = list_payments(database, TEST_MERCHANT_ID, page, wanted or PaymentFilter())
    result: dict[str, Any] = json.loads(body)
    assert body == json.dumps(result, separators=(",", ":"), ensure_ascii=False)
    return result


def page_at(field: str, cursor: str) -> Page:
    return Page(starting_after=cursor) if field == "starting_after" else Page(ending_before=cursor)


def ids_of(result: dict[str, Any]) -> list[str]:
    return [payment["id"] for payment in result["data"]]


def test_pages_forward_hold_every_payment_once_newest_first(database: PostgresDatabase, payment_ids: list[str]) -> None:
    found: list[str] = []
    cursor: str | None = None
    for has_more in (True, True, True, False):
        result = page_of(database, Page(limit=7, starting_after=cursor))
        assert result["has_more"] is has_more
        found += ids_of(result)
        cursor = found[-1]
    assert found == payment_ids


def test_pages_backward_mirror_those_forward(database: PostgresDatabase, payment_ids: list[str]) -> None:
    result = page_of(database, Page(limit=7, ending_before=payment_ids[10]))
    assert (ids_of(result), result["has_more"]) == (payment_ids[3:10], True)
    result = page_of(database, Page(limit=7, ending_before=payment_ids[3]))
    assert (ids_of(result), result["has_more"]) == (payment_ids[:3], False)


def test_a_payment_that_is_made_meanwhile_shifts_no_page(database: PostgresDatabase, payment_ids: list[str]) -> None:
    first = ids_of(page_of(database, Page(limit=10)))
    start_payment(database, "order_test_123")
    assert ids_of(page_of(database, Page(limit=10, starting_after=first[-1]))) == payment_ids[10:20]


def test_the_end_of_a_list_is_an_empty_page(database: PostgresDatabase, payment_ids: list[str]) -> None:
    assert page_of(database, Page(starting_after=payment_ids[-1])) == {"data": [], "has_more": False}
    assert page_of(database, Page(ending_before=payment_ids[0])) == {"data": [], "has_more": False}


def test_filters_narrow_and_combine(
    secrets: DeploymentSecrets, database: PostgresDatabase, payment_ids: list[str]
) -> None:
    with rows_of(secrets.database_url) as rows:
        order_id = rows.add_order(reusable=True)
        other = start_payment(database, order_id)
    for payment_id in (*payment_ids[:4], other):
        finish_payment(database, payment_id)
    assert ids_of(page_of(database, Page(limit=100), PaymentFilter(status="success"))) == [other, *payment_ids[:4]]
    assert ids_of(page_of(database, Page(), PaymentFilter(order_id=order_id))) == [other]
    assert ids_of(page_of(database, Page(), PaymentFilter(order_id=order_id, status="pending"))) == []
    assert len(ids_of(page_of(database, Page(limit=100), PaymentFilter(method="upi")))) == COUNT + 1
    successes = page_of(
        database,
        Page(limit=2, starting_after=payment_ids[0]),
        PaymentFilter(status="success", order_id="order_test_123"),
    )
    assert (ids_of(successes), successes["has_more"]) == (payment_ids[1:3], True)


def test_payments_are_found_by_vpa_in_any_case_and_by_the_last_digits_of_a_card(
    secrets: DeploymentSecrets, database: PostgresDatabase, payment_ids: list[str]
) -> None:
    asha = [start_payment(database, "order_test_123", vpa=vpa) for vpa in ("Asha.K@okBank", "asha.k@okbank")][::-1]
    card = start_payment(database, "order_test_123", card=CARD)
    other_card = start_payment(database, "order_test_123", card=replace(CARD, number="4000000000000002"))
    finish_payment(database, asha[0])
    for vpa in ("asha.k@okbank", "ASHA.K@OKBANK", "Asha.K@okBank"):
        assert ids_of(page_of(database, Page(), PaymentFilter(vpa=vpa))) == asha
    assert (
        ids_of(page_of(database, Page(limit=1, starting_after=asha[0]), PaymentFilter(vpa="asha.k@okbank"))) == asha[1:]
    )
    assert ids_of(page_of(database, Page(), PaymentFilter(vpa="asha.k@okbank", status="pending"))) == asha[1:]
    assert ids_of(page_of(database, Page(), PaymentFilter(vpa="asha@okbank"))) == []
    assert ids_of(page_of(database, Page(), PaymentFilter(card_last4="4242"))) == [card]
    assert ids_of(page_of(database, Page(), PaymentFilter(card_last4="0002"))) == [other_card]
    assert ids_of(page_of(database, Page(), PaymentFilter(card_last4="4242", vpa="asha.k@okbank"))) == []
    first = page_of(database, Page(limit=20), PaymentFilter(vpa="USER@paytm"))
    rest = page_of(database, Page(limit=20, starting_after=ids_of(first)[-1]), PaymentFilter(vpa="USER@paytm"))
    assert ids_of(first) + ids_of(rest) == payment_ids
    with rows_of(secrets.database_url) as rows:
        other = rows.add_merchant()
    theirs = json.loads(list_payments(database, other, Page(), PaymentFilter(vpa="asha.k@okbank")))
    assert theirs == {"data": [], "has_more": False}


@pytest.mark.parametrize(
    ("bounds", "seconds"),
    [
        ({"created_gte": 3}, range(3, 9)),
        ({"created_gt": 3}, range(4, 9)),
        ({"created_lt": 3}, range(3)),
        ({"created_lte": 3}, range(4)),
        ({"created_gte": 2, "created_lt": 5}, range(2, 5)),
        ({"created_gt": 5, "created_lt": 5}, range(0)),
    ],
)
@pytest.mark.usefixtures("payment_ids")
def test_created_bounds_include_or_exclude_as_they_say(
    database: PostgresDatabase, bounds: dict[str, int], seconds: range
) -> None:
    start = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    changes: dict[str, Any] = {name: start + timedelta(seconds=value) for name, value in bounds.items()}
    wanted = replace(PaymentFilter(), **changes)
    found = page_of(database, Page(limit=100), wanted)["data"]
    times = {datetime.fromisoformat(payment["created_at"]) for payment in found}
    assert times == {start + timedelta(seconds=value) for value in seconds}


@pytest.mark.parametrize("field", ["starting_after", "ending_before"])
def test_a_cursor_that_is_unknown_or_anothers_is_refused_by_its_field(
    secrets: DeploymentSecrets, database: PostgresDatabase, field: str
) -> None:
    with rows_of(secrets.database_url) as rows:
        merchant_id = rows.add_merchant()
        order_id = rows.add_order(merchant_id=merchant_id)
    theirs = start_payment(database, order_id, merchant_id=merchant_id)
    for cursor in ("pay_unknown", theirs):
        with pytest.raises(BadRequestError) as refused:
            page_of(database, page_at(field, cursor))
        assert (refused.value.field, refused.value.reason) == (field, "INVALID_CURSOR")
    with pytest.raises(BadRequestError):
        list_orders(database, TEST_MERCHANT_ID, page_at(field, order_id))


def test_a_merchant_sees_its_own_alone(secrets: DeploymentSecrets, database: PostgresDatabase) -> None:
    with rows_of(secrets.database_url) as rows:
        merchant_id = rows.add_merchant()
        order_id = rows.add_order(merchant_id=merchant_id)
    start_payment(database, order_id, merchant_id=merchant_id)
    assert page_of(database, Page()) == {"data": [], "has_more": False}
    theirs = json.loads(list_orders(database, merchant_id, Page()))
    assert [order["id"] for order in theirs["data"]] == [order_id]


def test_orders_page_in_both_directions(secrets: DeploymentSecrets, database: PostgresDatabase) -> None:
    with rows_of(secrets.database_url) as rows:
        for _ in range(5):
            rows.add_order()
        ids = rows.column("SELECT id FROM orders ORDER BY created_at DESC, id DESC")
    first = json.loads(list_orders(database, TEST_MERCHANT_ID, Page(limit=4)))
    assert ([order["id"] for order in first["data"]], first["has_more"]) == (ids[:4], True)
    rest = json.loads(list_orders(database, TEST_MERCHANT_ID, Page(limit=4, starting_after=ids[3])))
    assert ([order["id"] for order in rest["data"]], rest["has_more"]) == (ids[4:], False)
    back = json.loads(list_orders(database, TEST_MERCHANT_ID, Page(limit=2, ending_before=ids[4])))
    assert ([order["id"] for order in back["data"]], back["has_more"]) == (ids[2:4], True)
