"""The migrations themselves: repeatable, and reversible."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pg8000.native
import pytest
from pogo_core.util import migrate as pogo

from paygate.adapters.postgres.connection import PostgresDatabase, connect
from paygate.adapters.postgres.migrations import ADVISORY_LOCK, apply_migrations
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.paging import Page
from paygate.operations.list_payments import PaymentFilter, list_payments
from paygate.operations.reconcile import reconcile
from paygate_local.database import MIGRATIONS
from tests.integration.settlements import accounts, amounts, booked, paid
from tests.support.polling import eventually
from tests.support.rows import (
    CARD,
    TEST_MERCHANT_ID,
    Rows,
    finish_payment,
    finish_refunds,
    finish_request,
    request_capture,
    rows_of,
    start_payment,
    start_refund,
)


def test_applying_again_changes_nothing(secrets: DeploymentSecrets) -> None:
    first = apply_migrations(secrets.database_url, MIGRATIONS)
    assert first == sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
    assert apply_migrations(secrets.database_url, MIGRATIONS) == first


def test_rolling_back_leaves_nothing_and_applying_again_restores_the_schema(secrets: DeploymentSecrets) -> None:
    before = _schema(secrets.database_url)
    assert any("payments" in line for line in before)
    asyncio.run(_roll_back(secrets.database_url))
    assert [line for line in _schema(secrets.database_url) if "_pogo" not in line] == []
    apply_migrations(secrets.database_url, MIGRATIONS)
    assert _schema(secrets.database_url) == before


def test_a_migration_that_waits_for_another_one_does_not_keep_that_from_building_indexes(
    secrets: DeploymentSecrets, sql: Rows
) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%advisory_lock%' AND pid <> pg_backend_pid()"
    with ThreadPoolExecutor(1) as pool, rows_of(secrets.database_url) as first:
        first.run("SELECT pg_advisory_lock(:lock)", lock=ADVISORY_LOCK)
        second = pool.submit(apply_migrations, secrets.database_url, MIGRATIONS)
        try:
            eventually(lambda: sql.value(waiting) > 0, what="the second migration")
            first.run("CREATE INDEX CONCURRENTLY another ON payments (amount_minor)")
            assert not second.done()
        finally:
            first.run("SELECT pg_advisory_unlock_all()")
        assert len(second.result(timeout=30)) == len(list(MIGRATIONS.glob("*.sql")))


# --- 0003: what was paid before there was a ledger --------------------------------------------------------------------


@pytest.fixture
def before_the_ledger(secrets: DeploymentSecrets, tmp_path: Path) -> Iterator[Rows]:
    """A database without the ledger that holds a merchant and payments of every status."""
    asyncio.run(_roll_back(secrets.database_url))
    for path in MIGRATIONS.glob("000[12]_*.sql"):
        shutil.copy(path, tmp_path)
    assert len(apply_migrations(secrets.database_url, tmp_path)) == 2
    with rows_of(secrets.database_url) as sql:
        sql.run("INSERT INTO merchants (id, name, email) VALUES (:id, 'Old', 'old@example.com')", id=TEST_MERCHANT_ID)
        for number, status in enumerate(("pending", "processing", "failed", "success", "success", "authorized")):
            capture = "manual" if status == "authorized" else "automatic"
            sql.run(
                "INSERT INTO payments (id, order_id, merchant_id, amount_minor, currency, method, vpa, exclusive,"
                " status, failure_reason, capture, event_sequence, updated_at) VALUES (:id, :order_id, :merchant_id,"
                " CAST(:amount AS int), 'INR', 'upi', 'user@paytm', true, CAST(:status AS text),"
                " CASE WHEN CAST(:status AS text) = 'failed' THEN 'why' END, :capture, 3,"
                " '2026-03-29T12:00:00.123456Z')",
                id=f"pay_{number}_{status}",
                order_id=sql.add_order(capture=capture),
                merchant_id=TEST_MERCHANT_ID,
                amount=1_000 + number,
                status=status,
                capture=capture,
            )
        yield sql


def test_what_was_captured_before_the_ledger_is_booked_by_its_migration(
    secrets: DeploymentSecrets, before_the_ledger: Rows
) -> None:
    sql = before_the_ledger
    apply_migrations(secrets.database_url, MIGRATIONS)
    captured = {"pay_3_success": 1_003, "pay_4_success": 1_004}
    for payment_id in sql.column("SELECT id FROM payments"):
        amount = captured.get(payment_id)
        assert amounts(sql, payment_id) == ((amount, 0, 0) if amount else (None, None, None)), payment_id
        assert booked(sql, payment_id) == ([("capture", amount)] if amount else []), payment_id
        assert accounts(sql, payment_id) == (
            {"acquirer_receivable": amount, "merchant_payable": -amount} if amount else {}
        )
    moments = sql.column("SELECT iso8601(created_at) FROM journals")
    assert moments == ["2026-03-29T12:00:00.123Z"] * 2, "when they were settled"
    window = sql.all("SELECT id, iso8601(capture_before) AS until FROM payments WHERE capture_before IS NOT NULL")
    assert window == [{"id": "pay_5_authorized", "until": "2026-04-05T12:00:00.123Z"}]
    database = PostgresDatabase(secrets.database_url)
    try:
        assert reconcile(database) == []
        refund_id = start_refund(database, "pay_3_success", 1_003)
        finish_refunds(database, refund_id)
        sql.run("UPDATE payments SET capture_before = now() + interval '1 hour' WHERE status = 'authorized'")
        request_capture(database, "pay_5_authorized")
        finish_request(database, "pay_5_authorized", "captured")
        assert amounts(sql, "pay_5_authorized") == (1_005, 0, 0)
        assert reconcile(database) == []
    finally:
        database.close()


def test_rolling_the_ledger_back_keeps_payments_and_what_they_have_become(
    secrets: DeploymentSecrets, database: PostgresDatabase, sql: Rows
) -> None:
    payment_id = paid(database, sql, 1_000)
    start_refund(database, payment_id, 100)
    finish_refunds(database, start_refund(database, payment_id, 300))
    authorized = paid(database, sql, 700, capture="manual")
    request_capture(database, authorized, 400)
    database.close()
    asyncio.run(_roll_back(secrets.database_url, to="0002"))
    tables = sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert not {"refunds", "journals", "ledger_entries"} & set(tables)
    statuses = sql.all("SELECT id, status, amount_minor FROM payments ORDER BY amount_minor")
    assert [tuple(row.values()) for row in statuses] == [
        (authorized, "authorized", 700),
        (payment_id, "success", 1_000),
    ]
    assert sql.column("SELECT queue FROM outbox") == ["payments"]
    with pytest.raises(pg8000.exceptions.DatabaseError, match="outbox_queue_check"):
        sql.run("INSERT INTO outbox (queue, subject_id, due_at) VALUES ('refunds', 'rfnd_1', now())")
    body = sql.value("SELECT payment_json(p) FROM payments AS p WHERE id = :id", id=payment_id)
    assert "amount_captured" not in body

    apply_migrations(secrets.database_url, MIGRATIONS)
    assert amounts(sql, payment_id) == (1_000, 0, 0), "its refunds are gone with their table"
    assert reconcile(database) == []
    fresh = start_payment(database, sql.add_order())
    finish_payment(database, fresh)
    assert fresh in list_payments(database, TEST_MERCHANT_ID, Page(), PaymentFilter(status="success"))


# --- 0005: payments without a VPA, which the earlier schema does not know ---------------------------------------------


def test_rolling_the_checkout_back_keeps_every_payment_and_applying_it_again_takes_payments_by_link(
    secrets: DeploymentSecrets, database: PostgresDatabase, sql: Rows
) -> None:
    by_link = start_payment(database, sql.add_order(), vpa=None)
    by_vpa = start_payment(database, sql.add_order())
    by_card = start_payment(database, sql.add_order(), card=CARD)
    finish_payment(database, by_link)
    database.close()
    asyncio.run(_roll_back(secrets.database_url, to="0004"))
    rows = sql.all("SELECT id, method, vpa, status FROM payments ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        (by_link, "upi", "unknown@unknown", "success"),
        (by_vpa, "upi", "user@paytm", "pending"),
        (by_card, "card", None, "pending"),
    ]
    with pytest.raises(pg8000.exceptions.DatabaseError, match="payments_check"):
        sql.run("UPDATE payments SET vpa = NULL WHERE id = :id", id=by_vpa)
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'merchants'"
    assert not {"allowed_origins", "checkout_secret_encrypted"} & set(sql.column(columns))

    apply_migrations(secrets.database_url, MIGRATIONS)
    merchant = sql.one("SELECT allowed_origins, checkout_secret_encrypted FROM merchants")
    assert merchant == {"allowed_origins": [], "checkout_secret_encrypted": None}, "nobody may embed it until they say"
    fresh = start_payment(database, sql.add_order(), vpa=None)
    finish_payment(database, fresh)
    finish_payment(database, by_vpa)
    assert sql.column("SELECT status FROM payments WHERE vpa IS NULL AND method = 'upi'") == ["success"]
    assert reconcile(database) == []


# --- 0009: indexes of tables that may be large and are written to -----------------------------------------------------

INDEXES = {
    *("events_by_time", "events_newest_of_type", "webhook_deliveries_newest_of_type"),
    *("payments_by_vpa", "payments_by_card_last4"),
}
VALID = "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid"


def test_who_writes_does_not_wait_for_the_dashboards_indexes(
    secrets: DeploymentSecrets, database: PostgresDatabase, sql: Rows
) -> None:
    asyncio.run(_roll_back(secrets.database_url, to="0008"))
    payment_id = start_payment(database, "order_test_123")
    assert INDEXES.isdisjoint(sql.column(VALID))
    building = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    with ThreadPoolExecutor(1) as pool, rows_of(secrets.database_url) as slow:
        slow.run("BEGIN")
        for table in ("payments", "events", "webhook_deliveries"):
            slow.run(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        migrating = pool.submit(apply_migrations, secrets.database_url, MIGRATIONS)
        try:
            eventually(lambda: sql.value(building) > 0, what="the first index")
            finish_payment(database, payment_id)
        finally:
            slow.run("COMMIT")
        migrating.result(timeout=60)
    assert set(sql.column(VALID)) >= INDEXES


def test_an_index_that_was_not_finished_is_built_anew(secrets: DeploymentSecrets, sql: Rows) -> None:
    sql.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'payments_by_vpa'::regclass")
    sql.run("DROP INDEX payments_by_card_last4")
    sql.run("DELETE FROM _pogo_migration WHERE migration_id LIKE '0009%'")
    apply_migrations(secrets.database_url, MIGRATIONS)
    assert set(sql.column(VALID)) >= INDEXES


async def _roll_back(database_url: str, to: str = "0000") -> None:
    """Undo every migration after the one whose name begins with `to`."""
    count = sum(path.stem[:4] > to for path in MIGRATIONS.glob("*.sql"))
    connection = await asyncpg.connect(database_url)
    try:
        await pogo.rollback(connection, MIGRATIONS, count=count, schema_name="public")
    finally:
        await connection.close()


def _schema(database_url: str) -> list[str]:
    connection: pg8000.native.Connection = connect(database_url)
    try:
        rows = connection.run(
            "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' UNION ALL "
            "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        )
    finally:
        connection.close()
    return [row[0] for row in rows]
