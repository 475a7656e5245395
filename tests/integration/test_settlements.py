"""Balances and daily settlements: sums over the ledger, each merchant's own, days of UTC."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations.get_settlements import as_csv, get_settlements, list_settlements
from paygate.operations.reconcile import Difference, reconcile
from paygate.operations.roll_up_activity import roll_up_activity
from tests.integration.settlements import paid
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_refunds, start_refund

DAY = date(2026, 3, 29)


def today() -> date:
    return datetime.now(UTC).date()


def balances(database: PostgresDatabase, merchant_id: str = TEST_MERCHANT_ID) -> dict[str, dict[str, int]]:
    (row,) = database.run("get_balance", merchant_id=merchant_id)
    return {entry.pop("currency"): entry for entry in json.loads(row["body"])["data"]}


def move(sql: Rows, moment: str, payment_id: str, type_: str = "capture") -> None:
    """Let a journal have been booked at another time."""
    sql.run("SET session_replication_role = replica")
    sql.run(
        "UPDATE journals SET created_at = CAST(:moment AS timestamptz) WHERE payment_id = :id AND type = :type",
        moment=moment,
        id=payment_id,
        type=type_,
    )
    sql.run("RESET session_replication_role")


def busy(database: PostgresDatabase, sql: Rows, merchant_id: str = TEST_MERCHANT_ID) -> None:
    """Captures, fees and refunds of every kind in two currencies."""
    sql.run("UPDATE merchants SET fee_basis_points = 200 WHERE id = :id", id=merchant_id)
    for currency, amount_minor in (("INR", 10_000), ("INR", 5_000), ("USD", 7_000)):
        payment_id = paid(database, sql, amount_minor, currency=currency, merchant_id=merchant_id)
        pending, processed, failed = (
            start_refund(database, payment_id, part, merchant_id=merchant_id) for part in (100, 200, 300)
        )
        finish_refunds(database, processed)
        finish_refunds(database, failed, kind="failed", failure_reason="refund_declined")
        assert pending


def test_a_balance_is_the_sum_over_each_account(database: PostgresDatabase, sql: Rows) -> None:
    busy(database, sql)
    busy(database, sql, sql.add_merchant())
    assert balances(database) == {
        "INR": {"acquirer_receivable": 14_600, "merchant_payable": 14_100, "refunds_payable": 200, "fees": 300},
        "USD": {"acquirer_receivable": 6_800, "merchant_payable": 6_560, "refunds_payable": 100, "fees": 140},
    }
    for currency, accounts in balances(database).items():
        for account, amount_minor in accounts.items():
            booked = sql.value(
                "SELECT sum(amount_minor)::bigint FROM ledger_entries"
                " WHERE merchant_id = :merchant_id AND currency = :currency AND account = :account",
                merchant_id=TEST_MERCHANT_ID,
                currency=currency,
                account=account,
            )
            assert amount_minor == (booked if account == "acquirer_receivable" else -booked)


def test_a_balance_is_the_same_however_much_of_it_is_stored(database: PostgresDatabase, sql: Rows) -> None:
    other = sql.add_merchant()
    for _ in range(2):
        busy(database, sql)
        busy(database, sql, other)
        before = balances(database), balances(database, other)
        for behind_seconds in (60, 0):
            database.run("advance_balances", behind_seconds=behind_seconds)
            assert (balances(database), balances(database, other)) == before
        assert sql.value("SELECT count(*) FROM ledger_balances") == 16
    assert reconcile(database) == []


def test_stored_balances_move_on_by_a_day_at_most_and_never_back(database: PostgresDatabase, sql: Rows) -> None:
    for moment in ("2026-03-01T12:00:00Z", "2026-03-02T11:00:00Z", "2026-03-05T12:00:00Z"):
        move(sql, moment, paid(database, sql, 1_000))
    stored, untils = [], []
    for _ in range(3):
        (row,) = database.run("advance_balances", behind_seconds=60)
        untils.append(row["moment"].isoformat())
        stored.append(sql.value("SELECT amount_minor FROM ledger_balances WHERE account = 'acquirer_receivable'"))
    assert untils == [f"2026-03-0{day}T12:00:00+00:00" for day in (2, 3, 4)]
    assert stored == [2_000, 2_000, 2_000]
    assert balances(database)["INR"]["acquirer_receivable"] == 3_000


def test_two_sweepers_at_once_store_a_journal_once(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    busy(database, sql)
    before = balances(database)

    def advance(_: int) -> None:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("advance_balances", behind_seconds=0)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(advance, range(8)))
    assert balances(database) == before
    assert reconcile(database) == []


def test_a_stored_balance_that_is_wrong_is_found(database: PostgresDatabase, sql: Rows) -> None:
    paid(database, sql, 1_000)
    database.run("advance_balances", behind_seconds=0)
    sql.run("UPDATE ledger_balances SET amount_minor = amount_minor + 1 WHERE account = 'merchant_payable'")
    assert reconcile(database) == [Difference(f"{TEST_MERCHANT_ID} INR", "merchant_payable", -999, -1_000)]


def test_the_largest_amounts_are_added_up_exactly(database: PostgresDatabase, sql: Rows) -> None:
    for _ in range(3):
        paid(database, sql, 999_999_999_999)
    assert balances(database)["INR"]["merchant_payable"] == 2_999_999_999_997
    (row,) = get_settlements(database, TEST_MERCHANT_ID, today())
    assert row["captured"] == 2_999_999_999_997


def test_a_settlement_adds_up_one_day_of_each_currency(database: PostgresDatabase, sql: Rows) -> None:
    busy(database, sql)
    busy(database, sql, sql.add_merchant())
    sql.run("SET session_replication_role = replica")
    sql.run("UPDATE journals SET created_at = '2026-03-29T12:00:00Z'")
    sql.run("RESET session_replication_role")
    rows = get_settlements(database, TEST_MERCHANT_ID, DAY)
    assert rows == [
        {
            "date": "2026-03-29",
            "currency": "INR",
            "captured": 15_000,
            "refunded": 1_200,
            "refunds_failed": 600,
            "fees": 300,
            "net": 14_100,
            "captured_count": 2,
            "refunded_count": 6,
            "refunds_failed_count": 2,
        },
        {
            "date": "2026-03-29",
            "currency": "USD",
            "captured": 7_000,
            "refunded": 600,
            "refunds_failed": 300,
            "fees": 140,
            "net": 6_560,
            "captured_count": 1,
            "refunded_count": 3,
            "refunds_failed_count": 1,
        },
    ]
    for row in rows:
        assert row["net"] == balances(database)[row["currency"]]["merchant_payable"], "all of it was on that day"
    assert get_settlements(database, TEST_MERCHANT_ID, DAY + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        ("2026-03-28T23:59:59.999Z", -1),
        ("2026-03-29T00:00:00Z", 0),
        ("2026-03-29T23:59:59.999Z", 0),
        ("2026-03-30T00:00:00Z", 1),
        ("2026-03-29T02:00:00+05:30", -1),
        ("2026-03-29T20:00:00-05:00", 1),
    ],
)
def test_a_day_is_one_of_utc(database: PostgresDatabase, sql: Rows, moment: str, days: int) -> None:
    move(sql, moment, paid(database, sql, 700))
    found = {offset: get_settlements(database, TEST_MERCHANT_ID, DAY + timedelta(days=offset)) for offset in (-1, 0, 1)}
    assert [offset for offset, rows in found.items() if rows] == [days]
    assert found[days][0]["date"] == str(DAY + timedelta(days=days))


def test_days_add_up_to_the_balance_also_when_a_refund_ends_on_another_day(
    database: PostgresDatabase, sql: Rows
) -> None:
    payment_id = paid(database, sql, 1_000)
    failed = start_refund(database, payment_id, 400)
    finish_refunds(database, failed, kind="failed", failure_reason="refund_declined")
    for day, type_ in enumerate(("capture", "refund", "refund_failed"), start=1):
        move(sql, f"2026-03-0{day}T12:00:00Z", payment_id, type_)
    nets = [get_settlements(database, TEST_MERCHANT_ID, date(2026, 3, day))[0]["net"] for day in (1, 2, 3)]
    assert nets == [1_000, -400, 400]
    assert sum(nets) == balances(database)["INR"]["merchant_payable"]


def test_a_refund_that_is_processed_settles_nothing_more(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql, 1_000)
    refund_id = start_refund(database, payment_id, 400)
    before = get_settlements(database, TEST_MERCHANT_ID, today())
    finish_refunds(database, refund_id)
    assert get_settlements(database, TEST_MERCHANT_ID, today()) == before
    assert [(row["refunded"], row["refunds_failed"], row["net"]) for row in before] == [(400, 0, 600)]


def test_a_day_on_which_refunds_were_only_processed_is_a_row_of_zeros(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql, 1_000)
    finish_refunds(database, start_refund(database, payment_id, 400))
    move(sql, "2026-03-29T12:00:00Z", payment_id, "refund_processed")
    (row,) = get_settlements(database, TEST_MERCHANT_ID, DAY)
    assert {name: value for name, value in row.items() if name not in ("date", "currency")} == dict.fromkeys(
        (
            *("captured", "refunded", "refunds_failed", "fees", "net"),
            *("captured_count", "refunded_count", "refunds_failed_count"),
        ),
        0,
    )


def test_csv_has_the_same_rows(database: PostgresDatabase, sql: Rows) -> None:
    busy(database, sql)
    rows = get_settlements(database, TEST_MERCHANT_ID, today())
    read: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert read == [{name: str(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)])
def test_a_day_without_anything_has_no_rows(database: PostgresDatabase, sql: Rows, day: date) -> None:
    paid(database, sql, 700)
    assert get_settlements(database, TEST_MERCHANT_ID, day) == []


def test_several_days_are_each_as_it_is_alone_counted_or_not(database: PostgresDatabase, sql: Rows) -> None:
    busy(database, sql)
    busy(database, sql, sql.add_merchant())
    for moment in ("28T00:00:00Z", "28T23:59:59.999Z", "30T11:59:59.999Z", "31T00:00:00Z"):
        move(sql, f"2026-03-{moment}", paid(database, sql, 700))
    days = [DAY + timedelta(days=offset) for offset in range(-1, 3)]
    alone = [row for day in reversed(days) for row in get_settlements(database, TEST_MERCHANT_ID, day)]
    assert [row["date"] for row in alone] == ["2026-03-31", "2026-03-30", "2026-03-28"]
    now = get_settlements(database, TEST_MERCHANT_ID, today())
    for _ in range(2):
        assert list_settlements(database, TEST_MERCHANT_ID, days[0], days[-1]) == alone
        assert list_settlements(database, TEST_MERCHANT_ID, days[0], days[0]) == alone[-1:]
        assert list_settlements(database, TEST_MERCHANT_ID, today(), today()) == now
        roll_up_activity(database, in_time=lambda: True)
    assert sql.value("SELECT count(*) FROM activity_hours WHERE kind = 'journal' AND hour < '2026-04-01'") == 4
