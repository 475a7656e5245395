from __future__ import annotations

from datetime import UTC, datetime

import pytest

from paygate.domain.errors import BadRequestError, NotFoundError
from paygate.domain.paging import Page
from paygate.operations.list_ledger import JournalFilter, list_ledger
from paygate.operations.list_refunds import RefundFilter, list_refunds, list_refunds_of_payment
from tests.unit.fakes import FakeDatabase

BODY = '{"data":[{"id":"rfnd_1"}],"has_more":false}'
FOUND = [{"cursor_known": False, "body": BODY}]
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def test_without_filters_the_statement_is_given_none() -> None:
    database = FakeDatabase(list_refunds=FOUND)
    assert list_refunds(database, "merchant_1", Page(), RefundFilter()) == BODY
    assert database.parameters("list_refunds") == {"merchant_id": "merchant_1", "limit": 10}


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (RefundFilter(payment_id="pay_1"), {"payment_id": "pay_1"}),
        (RefundFilter(status="failed"), {"status": "failed"}),
        (RefundFilter(created_gt=MOMENT), {"created_gt": MOMENT}),
        (RefundFilter(created_gte=MOMENT), {"created_gte": MOMENT}),
        (RefundFilter(created_lt=MOMENT), {"created_lt": MOMENT}),
        (RefundFilter(created_lte=MOMENT), {"created_lte": MOMENT}),
        (
            RefundFilter("pay_1", "pending", created_gt=MOMENT),
            {"payment_id": "pay_1", "status": "pending", "created_gt": MOMENT},
        ),
    ],
)
def test_each_filter_reaches_the_statement_under_its_name(wanted: RefundFilter, given: dict[str, object]) -> None:
    database = FakeDatabase(list_refunds=FOUND)
    assert list_refunds(database, "merchant_1", Page(5), wanted) == BODY
    assert database.parameters("list_refunds") == {"merchant_id": "merchant_1", "limit": 5, **given}


@pytest.mark.parametrize(
    ("page", "field"),
    [(Page(starting_after="rfnd_9"), "starting_after"), (Page(ending_before="rfnd_9"), "ending_before")],
)
def test_a_cursor_that_is_no_refunds_id_is_refused_by_its_name(page: Page, field: str) -> None:
    database = FakeDatabase(list_refunds=FOUND)
    with pytest.raises(BadRequestError) as raised:
        list_refunds(database, "merchant_1", page, RefundFilter())
    assert (raised.value.field, raised.value.reason) == (field, "INVALID_CURSOR")
    assert raised.value.description == "There is no refund with this id."
    assert database.parameters("list_refunds")[field] == "rfnd_9"


def test_a_known_cursor_is_taken() -> None:
    database = FakeDatabase(list_refunds=[{"cursor_known": True, "body": BODY}])
    assert list_refunds(database, "merchant_1", Page(starting_after="rfnd_9"), RefundFilter()) == BODY


def test_the_refunds_of_one_payment_are_listed_if_the_merchant_has_it() -> None:
    database = FakeDatabase(get_payment=[{"body": "{}"}], list_refunds=FOUND)
    assert list_refunds_of_payment(database, "merchant_1", Page(7), "pay_1") == BODY
    assert database.calls == [
        ("get_payment", {"payment_id": "pay_1", "merchant_id": "merchant_1"}),
        ("list_refunds", {"merchant_id": "merchant_1", "limit": 7, "payment_id": "pay_1"}),
    ]


def test_the_refunds_of_a_payment_that_the_merchant_does_not_have_are_not_found() -> None:
    database = FakeDatabase(get_payment=[])
    with pytest.raises(NotFoundError) as raised:
        list_refunds_of_payment(database, "merchant_1", Page(), "pay_1")
    assert raised.value.description == "There is no payment with this id."
    assert database.names == ["get_payment"]


# --- Journals, which are listed in the same way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (JournalFilter(), {}),
        (JournalFilter(payment_id="pay_1"), {"payment_id": "pay_1"}),
        (JournalFilter(refund_id="rfnd_1"), {"refund_id": "rfnd_1"}),
        (JournalFilter("pay_1", "rfnd_1"), {"payment_id": "pay_1", "refund_id": "rfnd_1"}),
    ],
)
def test_filters_of_journals_reach_the_statement(wanted: JournalFilter, given: dict[str, str]) -> None:
    database = FakeDatabase(list_ledger=FOUND)
    assert list_ledger(database, "merchant_1", Page(), wanted) == BODY
    assert database.parameters("list_ledger") == {"merchant_id": "merchant_1", "limit": 10, **given}


def test_a_cursor_that_is_no_journals_id_is_refused() -> None:
    with pytest.raises(BadRequestError) as raised:
        list_ledger(FakeDatabase(list_ledger=FOUND), "merchant_1", Page(ending_before="jrn_9"), JournalFilter())
    assert (raised.value.field, raised.value.description) == ("ending_before", "There is no journal with this id.")
