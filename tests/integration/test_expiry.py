"""What outlives its time: orders are marked, idempotency keys forgotten, a batch at a time and by many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations import sweep as sweep_module
from paygate.operations.sweep import EXPIRE_SECONDS_MAX, Swept, sweep
from tests.support.rows import TEST_MERCHANT_ID, Rows, rows_of

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


def statuses(sql: Rows, *order_ids: str) -> list[str]:
    return [sql.value("SELECT status FROM orders WHERE id = :id", id=order_id) for order_id in order_ids]


def keys(sql: Rows) -> list[str]:
    return sql.column("SELECT key FROM idempotency_keys ORDER BY key")


def test_only_open_orders_whose_time_is_over_expire(database: PostgresDatabase, sql: Rows) -> None:
    over, later, never = (sql.add_order(expires_in_seconds=seconds) for seconds in (-1, 3_600, None))
    reusable = sql.add_order(reusable=True, expires_in_seconds=-1)
    paid, authorized = sql.add_order(expires_in_seconds=-1), sql.add_order(expires_in_seconds=-1)
    for order_id, status in ((paid, "paid"), (authorized, "authorized")):
        sql.run(f"UPDATE orders SET status = '{status}' WHERE id = :id", id=order_id)  # noqa: S608
    assert sweep(database, {}) == Swept(sent=0, orders_expired=2, keys_expired=0)
    assert statuses(sql, over, reusable) == ["expired", "expired"]
    assert statuses(sql, later, never, paid, authorized) == ["created", "created", "paid", "authorized"]
    assert sweep(database, {}) == Swept(0, 0, 0)


def test_only_keys_whose_day_is_over_are_forgotten(database: PostgresDatabase, sql: Rows) -> None:
    add_keys(sql, 3, expires_in="-1 minute", prefix="old")
    add_keys(sql, 2, expires_in="1 minute", prefix="new")
    assert sweep(database, {}) == Swept(sent=0, orders_expired=0, keys_expired=3)
    assert keys(sql) == ["new1", "new2"]


def test_more_than_a_batch_is_done_a_batch_at_a_time(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 3)
    order_ids = [sql.add_order(expires_in_seconds=-1) for _ in range(7)]
    add_keys(sql, 8, expires_in="-1 minute")
    assert sweep(database, {}) == Swept(sent=0, orders_expired=7, keys_expired=8)
    assert set(statuses(sql, *order_ids)) == {"expired"}
    assert keys(sql) == []


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
    # For each part its start and a look before each batch: one of jobs, two of orders in time, none of keys.
    readings = iter([0.0, 1.0, 0.0, 1.0, 2.0, EXPIRE_SECONDS_MAX, 0.0, EXPIRE_SECONDS_MAX])
    assert sweep(database, {}, clock=lambda: next(readings)) == Swept(sent=0, orders_expired=4, keys_expired=0)
    assert sweep(database, {}) == Swept(sent=0, orders_expired=1, keys_expired=2)


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
        assert sweep(database, {}) == Swept(sent=0, orders_expired=1, keys_expired=1)
        other.run("ROLLBACK")
    assert statuses(sql, held, free) == ["created", "expired"]
    assert keys(sql) == ["key1"]
