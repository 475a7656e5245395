"""What outlives its time: orders are marked, idempotency keys forgotten, a batch at a time and by many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations import sweep as sweep_module
from paygate.operations.sweep import EXPIRE_SECONDS_MAX, ROLL_UP_SECONDS_MAX, Swept, sweep
from tests.integration.settlements import jobs_in, paid, payment_of
from tests.integration.support import RealQueue
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_request, request_capture, rows_of

Clock = Callable[[], float]


def add_keys(sql: Rows, count: int, *, expires_in: str, prefix: str = "key") -> None:
    sql.run(
        "INSERT INTO idempotency_keys (merchant_id, scope, key, fingerprint, request_id, status, body, expires_at)"
        " SELECT :merchant_id, 'test POST /v1/orders', :prefix || number, '{}', 'req_1', 201, '{}',"
        " now() + CAST(:expires_in AS interval) + number * interval '1 millisecond'"
        " FROM generate_series(1, CAST(:count AS int)) AS number",
        merchant_id=TEST_MERCHANT_ID,
        prefix=prefix,
        count=count,
        expires_in=expires_in,
    )


def swept(
    *, sent: int = 0, orders: int = 0, authorizations: int = 0, keys: int = 0, ledger_differences: int = 0
) -> Swept:
    return Swept(
        *(sent, orders, authorizations, keys),
        held_expired=0,
        secrets_expired=0,
        ledger_differences=ledger_differences,
        hours_counted=0,
    )


def statuses(sql: Rows, *order_ids: str) -> list[str]:
    return [sql.value("SELECT status FROM orders WHERE id = :id", id=order_id) for order_id in order_ids]


def lapsed(database: PostgresDatabase, sql: Rows, *, seconds: int = 1, **order: Any) -> str:
    """An authorized payment that should have been captured so many seconds ago."""
    payment_id = paid(database, sql, capture="manual", **order)
    sql.run(
        "UPDATE payments SET capture_before = now() - CAST(:seconds AS int) * interval '1 second' WHERE id = :id",
        seconds=seconds,
        id=payment_id,
    )
    return payment_id


def keys(sql: Rows) -> list[str]:
    return sql.column("SELECT key FROM idempotency_keys ORDER BY key")


def test_only_open_orders_whose_time_is_over_expire(database: PostgresDatabase, sql: Rows) -> None:
    over, later, never = (sql.add_order(expires_in_seconds=seconds) for seconds in (-1, 3_600, None))
    reusable = sql.add_order(reusable=True, expires_in_seconds=-1)
    paid, authorized = sql.add_order(expires_in_seconds=-1), sql.add_order(expires_in_seconds=-1)
    for order_id, status in ((paid, "paid"), (authorized, "authorized")):
        sql.run(f"UPDATE orders SET status = '{status}' WHERE id = :id", id=order_id)  # noqa: S608
    assert sweep(database, {}) == swept(orders=2)
    assert statuses(sql, over, reusable) == ["expired", "expired"]
    assert statuses(sql, later, never, paid, authorized) == ["created", "created", "paid", "authorized"]
    assert sweep(database, {}) == swept()


def test_only_keys_whose_day_is_over_are_forgotten(database: PostgresDatabase, sql: Rows) -> None:
    add_keys(sql, 3, expires_in="-1 minute", prefix="old")
    add_keys(sql, 2, expires_in="1 minute", prefix="new")
    assert sweep(database, {}) == swept(keys=3)
    assert keys(sql) == ["new1", "new2"]


def test_more_than_a_batch_is_done_a_batch_at_a_time(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 3)
    payment_ids = [lapsed(database, sql) for _ in range(5)]
    order_ids = [sql.add_order(expires_in_seconds=-1) for _ in range(7)]
    add_keys(sql, 8, expires_in="-1 minute")
    assert sweep(database, {"payments": payments_queue}) == swept(authorizations=5, orders=7, keys=8, sent=5)
    assert set(statuses(sql, *order_ids)) == {"expired"}
    assert keys(sql) == []
    assert sorted(payments_queue.received()) == sorted(payment_ids)
    assert set(sql.column("SELECT requested FROM payments")) == {"cancel"}


@pytest.mark.parametrize("statement", ["expire_orders", "expire_idempotency_keys"])
def test_one_statement_takes_no_more_than_its_limit_and_the_oldest_first(
    database: PostgresDatabase, sql: Rows, statement: str
) -> None:
    order_ids = [sql.add_order(expires_in_seconds=-seconds) for seconds in (10, 30, 20)]
    add_keys(sql, 3, expires_in="-1 minute")
    assert database.run(statement, limit=2) == [{"count": 2}]
    if statement == "expire_orders":
        assert statuses(sql, *order_ids) == ["created", "expired", "expired"]
    else:
        assert keys(sql) == ["key3"]
    assert database.run(statement, limit=2) == [{"count": 1}]
    assert database.run(statement, limit=2) == [{"count": 0}]


def test_when_its_time_is_over_the_rest_waits_for_the_next_run(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 2)
    for _ in range(5):
        sql.add_order(expires_in_seconds=-1)
    add_keys(sql, 2, expires_in="-1 minute")
    # For each part its start and a look before each batch: one of authorizations, one of jobs, two of orders in time,
    # none of keys, of what is held and of old secrets, and no look at the dashboard's hours.
    none = (0.0, EXPIRE_SECONDS_MAX)
    readings = iter([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 2.0, EXPIRE_SECONDS_MAX, *none * 3, 0.0, *[ROLL_UP_SECONDS_MAX] * 3])
    assert sweep(database, {}, clock=lambda: next(readings)) == swept(orders=4)
    assert sweep(database, {}) == swept(orders=1, keys=2)


def test_sweepers_at_once_share_the_work_out(
    secrets: DeploymentSecrets, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 5)
    for _ in range(40):
        sql.add_order(expires_in_seconds=-1)
    add_keys(sql, 40, expires_in="-1 minute")
    start = threading.Barrier(3)

    def run() -> Swept:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            return sweep(own, {})

    with ThreadPoolExecutor(3) as pool:
        done = [future.result(timeout=60) for future in [pool.submit(run) for _ in range(3)]]
    assert sum(each.orders_expired for each in done) == 40
    assert sum(each.keys_expired for each in done) == 40
    assert sql.value("SELECT count(*) FROM orders WHERE status = 'expired'") == 40


def test_what_another_holds_is_passed_over_without_waiting(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    held, free = sql.add_order(expires_in_seconds=-1), sql.add_order(expires_in_seconds=-1)
    add_keys(sql, 2, expires_in="-1 minute")
    with rows_of(secrets.database_url) as other:
        other.run("BEGIN")
        other.run("SELECT 1 FROM orders WHERE id = :id FOR UPDATE", id=held)
        other.run("SELECT 1 FROM idempotency_keys WHERE key = 'key1' FOR UPDATE")
        assert sweep(database, {}) == swept(orders=1, keys=1)
        other.run("ROLLBACK")
    assert statuses(sql, held, free) == ["created", "expired"]
    assert keys(sql) == ["key1"]


# --- Authorizations that nobody has captured --------------------------------------------------------------------------


def test_only_authorizations_whose_time_is_over_and_that_nothing_is_asked_of_are_cancelled(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue
) -> None:
    over = lapsed(database, sql)
    later, captured = paid(database, sql, capture="manual"), paid(database, sql)
    asked = paid(database, sql, capture="manual")
    request_capture(database, asked, 700)
    sql.run("UPDATE payments SET capture_before = now() - interval '1 second' WHERE id = :id", id=asked)
    sql.run("UPDATE outbox SET due_at = now() + interval '1 hour'")
    assert sweep(database, {"payments": payments_queue}) == swept(sent=1, authorizations=1)
    requested = {payment_id: payment_of(sql, payment_id)["requested"] for payment_id in (over, later, captured, asked)}
    assert requested == {over: "cancel", later: None, captured: None, asked: "capture"}
    assert payments_queue.received() == [over], "told at once"
    assert jobs_in(sql, "payments").keys() == {over, asked}
    assert sweep(database, {"payments": payments_queue}) == swept(), "asked for once"
    finish_request(database, over, "cancelled")
    assert payment_of(sql, over)["status"] == "cancelled"
    assert statuses(sql, payment_of(sql, over)["order_id"]) == ["created"]
    assert jobs_in(sql, "payments").keys() == {asked}


def test_one_statement_cancels_no_more_than_its_limit_and_the_oldest_first(
    database: PostgresDatabase, sql: Rows
) -> None:
    young, oldest, old = (lapsed(database, sql, seconds=seconds) for seconds in (10, 30, 20))
    assert database.run("cancel_expired_authorizations", limit=2) == [{"count": 2}]
    assert jobs_in(sql, "payments").keys() == {oldest, old}
    assert [database.run("cancel_expired_authorizations", limit=2) for _ in range(2)] == [
        [{"count": 1}],
        [{"count": 0}],
    ]
    assert jobs_in(sql, "payments").keys() == {young, oldest, old}


def test_two_sweepers_cancel_each_authorization_once(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    payment_ids = [lapsed(database, sql) for _ in range(20)]
    start = threading.Barrier(2)

    def run() -> int:
        done = 0
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            while count := own.run("cancel_expired_authorizations", limit=3)[0]["count"]:
                done += count
        return done

    with ThreadPoolExecutor(2) as pool:
        counts = [future.result(timeout=60) for future in [pool.submit(run) for _ in range(2)]]
    assert sum(counts) == 20
    assert jobs_in(sql, "payments").keys() == set(payment_ids)


def test_a_lapsed_authorization_that_another_holds_is_passed_over(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    held, free = lapsed(database, sql), lapsed(database, sql)
    with rows_of(secrets.database_url) as other:
        other.run("BEGIN")
        other.run("SELECT 1 FROM payments WHERE id = :id FOR UPDATE", id=held)
        assert database.run("cancel_expired_authorizations", limit=10) == [{"count": 1}]
        other.run("ROLLBACK")
    assert jobs_in(sql, "payments").keys() == {free}
