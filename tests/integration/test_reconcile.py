"""Reconciling: any difference between rows and ledger is found, and there is none that was not planted."""

from __future__ import annotations

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.operations import reconcile as module
from paygate.operations.reconcile import Difference, reconcile, reconcile_next
from tests.integration.settlements import paid
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

MERCHANT = f"{TEST_MERCHANT_ID} INR"
OF_PAYMENT = "WHERE journal_id IN (SELECT id FROM journals WHERE payment_id = :id AND type = 'capture')"


@pytest.fixture
def payment_id(database: PostgresDatabase, sql: Rows) -> str:
    """A payment of 1000 with a fee of 20 and refunds of 100 (pending), 200 (processed) and 50 (failed)."""
    sql.run("UPDATE merchants SET fee_basis_points = 200")
    payment_id = paid(database, sql, 1_000)
    start_refund(database, payment_id, 100)
    finish_refunds(database, start_refund(database, payment_id, 200))
    finish_refunds(database, start_refund(database, payment_id, 50), kind="failed", failure_reason="refund_declined")
    return payment_id


def plant(sql: Rows, change: str, **parameters: object) -> None:
    """As only somebody could who is above every rule of the database."""
    sql.run("SET session_replication_role = replica")
    sql.run(change, **parameters)
    sql.run("RESET session_replication_role")


def both(payment_id: str, *accounts: tuple[str, int, int], whole: dict[str, tuple[int, int]]) -> list[Difference]:
    """The payment's differences, and the merchant's as a whole."""
    return [
        *(Difference(payment_id, *account) for account in sorted(accounts)),
        *(Difference(MERCHANT, account, *amounts) for account, amounts in sorted(whole.items())),
    ]


def differences(database: PostgresDatabase) -> list[Difference]:
    found = reconcile(database)
    return sorted(found, key=lambda each: (each.subject_id == MERCHANT, each.account))


def test_whatever_happens_to_payments_and_refunds_nothing_differs(
    database: PostgresDatabase, sql: Rows, payment_id: str
) -> None:
    start_payment(database, "order_test_123")
    finish_payment(database, start_payment(database, "order_test_123"), failure_reason="payment_declined")
    stranger = sql.add_merchant()
    theirs = paid(database, sql, 5_000, merchant_id=stranger, currency="USD")
    start_refund(database, theirs, merchant_id=stranger)
    for kind in ("captured", "capture_refused", "cancelled", None):
        authorized = paid(database, sql, 700, capture="manual")
        if kind == "cancelled":
            sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=authorized)
        elif kind is not None:
            request_capture(database, authorized, 333)
        if kind is not None:
            finish_request(database, authorized, kind, "capture_declined" if kind == "capture_refused" else None)
    assert reconcile(database) == []
    assert reconcile_next(database) == []
    assert sql.value("SELECT amount_refunded_minor FROM payments WHERE id = :id", id=payment_id) == 300


def test_an_empty_ledger_differs_from_nothing(database: PostgresDatabase) -> None:
    assert (reconcile(database), reconcile_next(database)) == ([], [])


def test_a_row_that_was_changed_is_found(database: PostgresDatabase, sql: Rows, payment_id: str) -> None:
    plant(sql, "UPDATE payments SET amount_captured_minor = 999 WHERE id = :id", id=payment_id)
    changed = (("acquirer_receivable", 799, 800), ("merchant_payable", -679, -680))
    assert differences(database) == both(
        payment_id, *changed, whole={"acquirer_receivable": (799, 800), "merchant_payable": (-679, -680)}
    )


def test_a_refund_that_is_not_held_by_its_payment_is_found(
    database: PostgresDatabase, sql: Rows, payment_id: str
) -> None:
    plant(sql, "UPDATE payments SET amount_refunded_minor = 200 WHERE id = :id", id=payment_id)
    assert differences(database) == both(
        payment_id, ("merchant_payable", -780, -680), whole={"merchant_payable": (-780, -680)}
    )


def test_a_refund_whose_end_was_not_booked_is_found(database: PostgresDatabase, sql: Rows, payment_id: str) -> None:
    plant(sql, "UPDATE refunds SET status = 'processed' WHERE status = 'pending'")
    changed = (("acquirer_receivable", 700, 800), ("refunds_payable", 0, -100))
    assert differences(database) == both(
        payment_id, *changed, whole={"acquirer_receivable": (700, 800), "refunds_payable": (0, -100)}
    )


def test_a_fee_that_was_not_booked_is_found(database: PostgresDatabase, sql: Rows, payment_id: str) -> None:
    plant(sql, "UPDATE payments SET fee_minor = 0 WHERE id = :id", id=payment_id)
    changed = (("fees", 0, -20), ("merchant_payable", -700, -680))
    assert differences(database) == both(
        payment_id, *changed, whole={"fees": (0, -20), "merchant_payable": (-700, -680)}
    )


def test_a_journal_that_is_gone_is_found(database: PostgresDatabase, sql: Rows, payment_id: str) -> None:
    plant(sql, f"DELETE FROM ledger_entries {OF_PAYMENT}", id=payment_id)  # noqa: S608
    plant(sql, "DELETE FROM journals WHERE payment_id = :id AND type = 'capture'", id=payment_id)
    changed = (("acquirer_receivable", 800, -200), ("merchant_payable", -680, 320))
    assert differences(database) == both(
        payment_id, *changed, whole={"acquirer_receivable": (800, -200), "merchant_payable": (-680, 320)}
    )


def test_an_entry_that_was_changed_is_found(database: PostgresDatabase, sql: Rows, payment_id: str) -> None:
    plant(
        sql,
        f"UPDATE ledger_entries SET amount_minor = 1001 {OF_PAYMENT} AND account = 'acquirer_receivable'",  # noqa: S608
        id=payment_id,
    )
    assert differences(database) == both(
        payment_id, ("acquirer_receivable", 800, 801), whole={"acquirer_receivable": (800, 801)}
    )


def test_a_capture_that_no_row_tells_of_is_found(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql, 700)
    plant(
        sql,
        "UPDATE payments SET status = 'processing', amount_captured_minor = NULL, amount_refunded_minor = NULL,"
        " fee_minor = NULL",
    )
    changed = (("acquirer_receivable", 0, 700), ("merchant_payable", 0, -700))
    assert differences(database) == both(
        payment_id, *changed, whole={"acquirer_receivable": (0, 700), "merchant_payable": (0, -700)}
    )


@pytest.mark.parametrize("column", ["merchant_id", "currency"])
def test_what_was_booked_for_another_merchant_or_currency_is_found(
    database: PostgresDatabase, sql: Rows, column: str
) -> None:
    payment_id = paid(database, sql, 700)
    value = sql.add_merchant() if column == "merchant_id" else "USD"
    for table in ("journals", "ledger_entries"):
        plant(sql, f"UPDATE {table} SET {column} = :value", value=value)  # noqa: S608
    other = f"{value} INR" if column == "merchant_id" else f"{TEST_MERCHANT_ID} USD"
    found = {(each.subject_id, each.account): (each.rows_minor, each.ledger_minor) for each in reconcile(database)}
    assert found == {
        **{(subject, "acquirer_receivable"): (700, 0) for subject in (payment_id, MERCHANT)},
        **{(subject, "merchant_payable"): (-700, 0) for subject in (payment_id, MERCHANT)},
        (other, "acquirer_receivable"): (0, 700),
        (other, "merchant_payable"): (0, -700),
    }


def test_entries_without_a_payment_are_found_for_their_merchant(database: PostgresDatabase, sql: Rows) -> None:
    paid(database, sql, 700)
    plant(
        sql,
        "INSERT INTO ledger_entries (journal_id, account, merchant_id, currency, amount_minor)"
        " VALUES ('jrn_gone', 'fees', :merchant_id, 'INR', -5)",
        merchant_id=TEST_MERCHANT_ID,
    )
    assert reconcile(database) == [Difference(MERCHANT, "fees", 0, -5)]


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5, 6, 100])
def test_every_payment_is_compared_whatever_the_size_of_a_batch(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch, batch_size: int
) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", batch_size)
    payment_ids = sorted(paid(database, sql, 700) for _ in range(6))
    plant(sql, "UPDATE payments SET fee_minor = 1")
    found = [each.subject_id for each in reconcile(database) if each.account == "fees"]
    assert found == [*payment_ids, MERCHANT]


def test_runs_go_on_where_the_last_one_ended_and_begin_anew_after_the_last_payment(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", 2)
    payment_ids = sorted(paid(database, sql, 700) for _ in range(5))
    plant(sql, "UPDATE payments SET fee_minor = 1")
    runs = [{each.subject_id for each in reconcile_next(database)} for _ in range(4)]
    assert runs == [set(payment_ids[:2]), set(payment_ids[2:4]), set(payment_ids[4:]), set(payment_ids[:2])]
    assert sql.value("SELECT position FROM worker_runs WHERE worker = 'reconcile'") == payment_ids[1]
    told = {vars(record)["subject_id"] for record in caplog.records if record.levelname == "ERROR"}
    assert told == set(payment_ids)


def test_a_batch_that_ends_with_the_last_payment_is_followed_by_an_empty_one_and_then_the_first(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", 2)
    payment_ids = sorted(paid(database, sql, 700) for _ in range(2))
    plant(sql, "UPDATE payments SET fee_minor = 1")
    runs = [{each.subject_id for each in reconcile_next(database)} for _ in range(3)]
    assert runs == [set(payment_ids), set(), set(payment_ids)]
