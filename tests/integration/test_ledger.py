"""The ledger: what each step books, and what the database refuses to book, whatever the code does."""

from __future__ import annotations

import pytest
from pg8000.exceptions import DatabaseError

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import BadRequestError, NotFoundError
from paygate.operations.set_merchant_fee import set_merchant_fee
from tests.integration.settlements import accounts, amounts, booked, claimed, paid, settle
from tests.support.rows import (
    TEST_MERCHANT_ID,
    Rows,
    finish_payment,
    finish_refunds,
    finish_request,
    request_capture,
    start_payment,
    start_refund,
)

JOURNAL = (
    "INSERT INTO journals (id, merchant_id, currency, type, amount_minor, payment_id, refund_id)"
    " VALUES ('jrn_1', :merchant_id, 'INR', :type, 700, :payment_id, :refund_id)"
)
ENTRY = (
    "INSERT INTO ledger_entries (journal_id, merchant_id, currency, account, amount_minor)"
    " VALUES (:journal_id, :merchant_id, :currency, :account, :amount_minor)"
)
Entry = tuple[str, int]


def book(
    sql: Rows,
    payment_id: str,
    *entries: Entry,
    type_: str = "capture",
    refund_id: str | None = None,
    merchant_id: str = TEST_MERCHANT_ID,
    currency: str = "INR",
) -> None:
    """Book a journal of 700 with these entries in one transaction."""
    sql.run("BEGIN")
    try:
        sql.run(JOURNAL, merchant_id=TEST_MERCHANT_ID, type=type_, payment_id=payment_id, refund_id=refund_id)
        for account, amount_minor in entries:
            add_entry(sql, "jrn_1", account, amount_minor, merchant_id=merchant_id, currency=currency)
        sql.run("COMMIT")
    except DatabaseError:
        sql.run("ROLLBACK")
        raise


def add_entry(
    sql: Rows,
    journal_id: str,
    account: str,
    amount_minor: int,
    *,
    merchant_id: str = TEST_MERCHANT_ID,
    currency: str = "INR",
) -> None:
    sql.run(
        ENTRY,
        journal_id=journal_id,
        merchant_id=merchant_id,
        currency=currency,
        account=account,
        amount_minor=amount_minor,
    )


def ledger(sql: Rows) -> list[dict[str, object]]:
    return sql.all("SELECT * FROM journals JOIN ledger_entries ON journal_id = id ORDER BY id, account")


# --- What is booked ---------------------------------------------------------------------------------------------------


def test_each_step_of_a_payment_books_its_journal(database: PostgresDatabase, sql: Rows) -> None:
    sql.run("UPDATE merchants SET fee_basis_points = 200")
    payment_id = paid(database, sql, 10_000)
    assert accounts(sql, payment_id) == {"acquirer_receivable": 10_000, "merchant_payable": -9_800, "fees": -200}
    processed, failed = start_refund(database, payment_id, 3_000), start_refund(database, payment_id, 500)
    assert accounts(sql, payment_id) == {
        "acquirer_receivable": 10_000,
        "merchant_payable": -6_300,
        "refunds_payable": -3_500,
        "fees": -200,
    }
    finish_refunds(database, processed)
    finish_refunds(database, failed, kind="failed", failure_reason="refund_declined")
    assert accounts(sql, payment_id) == {"acquirer_receivable": 7_000, "merchant_payable": -6_800, "fees": -200}
    assert booked(sql, payment_id) == [
        ("capture", 10_000),
        ("fee", 200),
        ("refund", 500),
        ("refund", 3_000),
        ("refund_failed", 500),
        ("refund_processed", 3_000),
    ]
    assert sql.value("SELECT sum(amount_minor)::int FROM ledger_entries") == 0


def test_a_payment_that_is_not_captured_books_nothing(database: PostgresDatabase, sql: Rows) -> None:
    winner, loser = claimed(database, sql.add_order(), 2)
    settle(database, winner, loser)
    declined = start_payment(database, "order_test_123")
    finish_payment(database, declined, failure_reason="payment_declined")
    authorized = paid(database, sql, capture="manual")
    assert [booked(sql, payment_id) for payment_id in (loser, declined, authorized)] == [[], [], []]
    assert booked(sql, winner) == [("capture", 50_000)]


@pytest.mark.parametrize(
    ("amount_minor", "basis_points", "fee_minor"),
    [(100, 0, 0), (100, 49, 0), (100, 50, 1), (101, 149, 2), (50_000, 175, 875), (333, 290, 10), (100, 10_000, 100)],
)
@pytest.mark.parametrize("capture", ["automatic", "manual"])
def test_a_capture_costs_its_fee_and_none_is_no_journal(
    database: PostgresDatabase, sql: Rows, capture: str, amount_minor: int, basis_points: int, fee_minor: int
) -> None:
    set_merchant_fee(database, TEST_MERCHANT_ID, basis_points)
    payment_id = paid(database, sql, amount_minor if capture == "automatic" else 60_000, capture=capture)
    if capture == "manual":
        assert booked(sql, payment_id) == []
        request_capture(database, payment_id, amount_minor)
        finish_request(database, payment_id, "captured")
    assert amounts(sql, payment_id) == (amount_minor, 0, fee_minor)
    assert booked(sql, payment_id) == [("capture", amount_minor), ("fee", fee_minor)][: 2 if fee_minor else 1]


def test_earlier_captures_keep_their_fee(database: PostgresDatabase, sql: Rows) -> None:
    set_merchant_fee(database, TEST_MERCHANT_ID, 100)
    before = paid(database, sql, 1_000)
    set_merchant_fee(database, TEST_MERCHANT_ID, 300)
    assert (amounts(sql, before)[2], amounts(sql, paid(database, sql, 1_000))[2]) == (10, 30)


@pytest.mark.parametrize("basis_points", [-1, 10_001])
def test_a_fee_out_of_range_is_refused(database: PostgresDatabase, sql: Rows, basis_points: int) -> None:
    with pytest.raises(BadRequestError) as raised:
        set_merchant_fee(database, TEST_MERCHANT_ID, basis_points)
    assert raised.value.field == "basis_points"
    with pytest.raises(DatabaseError, match="merchants_fee_basis_points_check"):
        sql.run("UPDATE merchants SET fee_basis_points = CAST(:basis_points AS int)", basis_points=basis_points)


def test_an_unknown_merchant_gets_no_fee(database: PostgresDatabase) -> None:
    with pytest.raises(NotFoundError):
        set_merchant_fee(database, "merchant_unknown", 100)


# --- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param((), id="no entries"),
        pytest.param((("acquirer_receivable", 700),), id="one side"),
        pytest.param((("acquirer_receivable", 700), ("merchant_payable", -699)), id="unbalanced"),
        pytest.param((("acquirer_receivable", 699), ("merchant_payable", -699)), id="another amount"),
        pytest.param((("acquirer_receivable", 1_400), ("merchant_payable", -1_400)), id="twice the amount"),
        pytest.param(
            (("acquirer_receivable", 700), ("merchant_payable", -700), ("refunds_payable", 5), ("fees", -5)), id="more"
        ),
    ],
)
def test_a_journal_that_does_not_balance_is_refused(
    database: PostgresDatabase, sql: Rows, entries: tuple[Entry, ...]
) -> None:
    payment_id = start_payment(database, "order_test_123")
    with pytest.raises(DatabaseError, match="jrn_1 does not balance"):
        book(sql, payment_id, *entries)
    assert ledger(sql) == []


def test_a_journal_that_balances_is_taken(database: PostgresDatabase, sql: Rows) -> None:
    book(sql, start_payment(database, "order_test_123"), ("acquirer_receivable", 700), ("merchant_payable", -700))
    assert len(ledger(sql)) == 2


@pytest.mark.parametrize("foreign", ["merchant", "currency"])
def test_entries_of_another_merchant_or_currency_are_refused(
    database: PostgresDatabase, sql: Rows, foreign: str
) -> None:
    payment_id = start_payment(database, "order_test_123")
    both: tuple[Entry, Entry] = (("acquirer_receivable", 700), ("merchant_payable", -700))
    of_another = {"merchant": {"merchant_id": sql.add_merchant()}, "currency": {"currency": "USD"}}
    with pytest.raises(DatabaseError, match="does not balance"):
        book(sql, payment_id, *both, **of_another[foreign])
    assert ledger(sql) == []


@pytest.mark.parametrize("foreign", ["neither", "merchant", "currency"])
def test_nothing_is_added_to_a_journal_later(database: PostgresDatabase, sql: Rows, foreign: str) -> None:
    paid(database, sql, 1_000)
    before = ledger(sql)
    of_another = {"neither": {}, "merchant": {"merchant_id": sql.add_merchant()}, "currency": {"currency": "USD"}}
    with pytest.raises(DatabaseError, match="does not balance"):
        add_entry(sql, str(before[0]["id"]), "fees", 5, **of_another[foreign])
    sql.run("BEGIN")
    for account, amount_minor in (("fees", 5), ("refunds_payable", -5)):
        add_entry(sql, str(before[0]["id"]), account, amount_minor, **of_another[foreign])
    with pytest.raises(DatabaseError, match="does not balance"):
        sql.run("SET CONSTRAINTS ALL IMMEDIATE")
    sql.run("ROLLBACK")
    assert ledger(sql) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journals SET amount_minor = amount_minor + 1",
        "UPDATE journals SET created_at = now() WHERE false",
        "DELETE FROM journals",
        "TRUNCATE journals CASCADE",
        "UPDATE ledger_entries SET amount_minor = 2 * amount_minor",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries",
        "TRUNCATE payments CASCADE",
        "TRUNCATE merchants CASCADE",
    ],
)
def test_what_is_booked_is_neither_changed_nor_removed(database: PostgresDatabase, sql: Rows, change: str) -> None:
    paid(database, sql, 1_000)
    before = ledger(sql)
    with pytest.raises(DatabaseError, match="the ledger is append-only"):
        sql.run(change)
    assert ledger(sql) == before
    assert len(before) == 2


@pytest.mark.parametrize("type_", ["capture", "fee"])
def test_a_capture_and_its_fee_are_booked_once(database: PostgresDatabase, sql: Rows, type_: str) -> None:
    sql.run("UPDATE merchants SET fee_basis_points = 200")
    payment_id = paid(database, sql, 1_000)
    with pytest.raises(DatabaseError, match="journals_once"):
        book(sql, payment_id, ("acquirer_receivable", 700), ("merchant_payable", -700), type_=type_)


@pytest.mark.parametrize("type_", ["refund", "refund_processed", "refund_failed"])
def test_a_refund_and_its_end_are_booked_once(database: PostgresDatabase, sql: Rows, type_: str) -> None:
    payment_id = paid(database, sql, 1_000)
    refund_id = start_refund(database, payment_id, 700)
    finish_refunds(database, refund_id)
    with pytest.raises(DatabaseError, match="journals_once_for_refund"):
        book(*(sql, payment_id, ("refunds_payable", 700), ("merchant_payable", -700)), type_=type_, refund_id=refund_id)
    assert booked(sql, payment_id) == [("capture", 1_000), ("refund", 700), ("refund_processed", 700)]


@pytest.mark.parametrize(("type_", "of_refund"), [("capture", True), ("fee", True), ("refund", False)])
def test_journals_of_refunds_name_theirs_and_no_others_do(
    database: PostgresDatabase, sql: Rows, type_: str, of_refund: bool
) -> None:
    payment_id = paid(database, sql, 1_000)
    refund_id = start_refund(database, payment_id, 700) if of_refund else None
    with pytest.raises(DatabaseError, match="journals_check"):
        book(sql, payment_id, ("fees", 700), ("merchant_payable", -700), type_=type_, refund_id=refund_id)
