"""How the sweeper keeps the dashboard's hours: what is counted when, and where the next run goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations import roll_up_activity as module
from paygate.operations.roll_up_activity import BEHIND_SECONDS, SPAN_SECONDS, roll_up_activity
from paygate.operations.sweep import sweep
from tests.support.rows import (
    TEST_MERCHANT_ID,
    Rows,
    finish_payment,
    finish_refunds,
    rows_of,
    start_payment,
    start_refund,
)

HOURS = "SELECT hour, kind, status, reason, count, amount_minor FROM activity_hours ORDER BY hour, kind, status"


def roll_up(database: PostgresDatabase) -> int:
    return roll_up_activity(database, lambda: True)


def pay(database: PostgresDatabase, sql: Rows, hours_ago: float) -> str:
    """A payment that has succeeded, all of it so long ago."""
    payment_id = start_payment(database, "order_test_123")
    finish_payment(database, payment_id)
    move(sql, payment_id, hours_ago)
    return payment_id


def move(sql: Rows, payment_id: str, hours_ago: float) -> None:
    for table, column in (("payments", "id"), ("events", "payment_id")):
        sql.run(
            f"UPDATE {table} SET created_at = now() - :hours * interval '1 hour' WHERE {column} = :id",  # noqa: S608
            hours=hours_ago,
            id=payment_id,
        )


def position(sql: Rows, worker: str) -> datetime:
    text: str = sql.value("SELECT position FROM worker_runs WHERE worker = :worker", worker=worker)
    return datetime.fromisoformat(text)


def closed_until(sql: Rows) -> datetime:
    moment: datetime = sql.value(
        "SELECT date_trunc('hour', now() - :seconds * interval '1 second')", seconds=BEHIND_SECONDS
    )
    return moment


def test_the_sweeper_counts(database: PostgresDatabase, sql: Rows) -> None:
    pay(database, sql, 30)
    pay(database, sql, 3)
    assert [sweep(database, {}).hours_counted for _ in range(2)] == [2, 0]


def test_hours_without_anything_are_passed_over(database: PostgresDatabase, sql: Rows) -> None:
    pay(database, sql, 24 * 800)
    pay(database, sql, 3)
    assert roll_up(database) == 2
    assert position(sql, "activity_hours") == closed_until(sql)
    assert len(sql.all(HOURS)) == 2


def test_the_hour_that_is_under_way_is_not_counted(database: PostgresDatabase, sql: Rows) -> None:
    start_payment(database, "order_test_123")
    assert roll_up(database) == 0
    assert sql.all(HOURS) == []
    assert position(sql, "activity_hours") <= datetime.now(UTC) - timedelta(seconds=BEHIND_SECONDS)


def test_a_run_without_time_is_gone_on_with_by_the_next(database: PostgresDatabase, sql: Rows) -> None:
    for hours_ago in (50, 40, 30):
        pay(database, sql, hours_ago)
    for counted in (1, 2, 3):
        once = iter([True])
        assert roll_up_activity(database, lambda once=once: next(once, False)) == 1  # type: ignore[misc]
        assert len(sql.all(HOURS)) == counted
    assert roll_up(database) == 0


def test_what_changed_while_the_first_counts_were_under_way_is_found_after_them(
    database: PostgresDatabase, sql: Rows
) -> None:
    payment_id = start_payment(database, "order_test_123")
    move(sql, payment_id, 30)
    # As if the migration had been an hour ago: since then only the hours have been counted.
    sql.run("UPDATE worker_runs SET position = iso8601(position::timestamptz - interval '1 hour')")
    assert database.run("close_activity_hour", behind_seconds=BEHIND_SECONDS) == [{"count": 1}]
    finish_payment(database, payment_id)
    sql.run("UPDATE events SET created_at = now() - interval '30 minutes' WHERE payment_id = :id", id=payment_id)
    roll_up(database)
    assert [row["status"] for row in sql.all(HOURS)] == ["success"]


def test_a_late_change_of_a_payment_is_counted_in_its_own_hour(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, "order_test_123")
    move(sql, payment_id, 30)
    roll_up(database)
    (before,) = sql.all(HOURS)
    assert (before["status"], before["count"]) == ("pending", 1)
    finish_payment(database, payment_id, failure_reason="payment_declined")
    assert roll_up(database) == 1
    (after,) = sql.all(HOURS)
    assert after == {**before, "status": "failed", "reason": "payment_declined"}


def test_a_late_change_of_a_refund_is_counted_in_the_refunds_hour(database: PostgresDatabase, sql: Rows) -> None:
    refund_id = start_refund(database, pay(database, sql, 60), 700)
    sql.run("UPDATE refunds SET created_at = now() - interval '30 hours'")
    sql.run("UPDATE events SET created_at = now() - interval '30 hours' WHERE refund_id IS NOT NULL")
    roll_up(database)
    of_payment, of_refund = sql.all(HOURS)
    finish_refunds(database, refund_id)
    assert roll_up(database) == 1
    assert sql.all(HOURS) == [of_payment, {**of_refund, "status": "processed"}]


def test_what_was_committed_late_is_found_by_looking_back(
    secrets: DeploymentSecrets, database: PostgresDatabase, sql: Rows
) -> None:
    payment_id = start_payment(database, "order_test_123")
    move(sql, payment_id, 30)
    with rows_of(secrets.database_url) as slow:
        slow.run("BEGIN")
        slow.run("UPDATE payments SET status = 'processing' WHERE id = :id", id=payment_id)
        slow.run(
            "UPDATE payments SET status = 'failed', failure_reason = 'payment_declined' WHERE id = :id", id=payment_id
        )
        slow.run(
            "INSERT INTO events (id, merchant_id, payment_id, sequence, type, body)"
            " VALUES ('evt_late', :merchant_id, :id, 3, 'payment.failed', '{}')",
            id=payment_id,
            merchant_id=TEST_MERCHANT_ID,
        )
        assert roll_up(database) == 1
        assert [row["status"] for row in sql.all(HOURS)] == ["pending"]
        slow.run("COMMIT")
    assert sql.value("SELECT created_at FROM events WHERE id = 'evt_late'") < position(sql, "activity_changes")
    assert roll_up(database) == 1
    assert [row["status"] for row in sql.all(HOURS)] == ["failed"]


def test_a_backlog_of_events_is_looked_at_a_piece_at_a_time(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_ids = [start_payment(database, "order_test_123") for _ in range(3)]
    for number, payment_id in enumerate(payment_ids):
        move(sql, payment_id, 100 + 2 * number)
    roll_up(database)
    for number, payment_id in enumerate(payment_ids):
        finish_payment(database, payment_id)
        sql.run(
            "UPDATE events SET created_at = now() - :seconds * interval '1 second'"
            " WHERE payment_id = :id AND sequence = 3",
            id=payment_id,
            seconds=(2 * number + 1) * SPAN_SECONDS,
        )
    # The sweeper has been away.
    sql.run(
        "UPDATE worker_runs SET position = iso8601(now() - :seconds * interval '1 second')"
        " WHERE worker = 'activity_changes'",
        seconds=6 * SPAN_SECONDS,
    )
    monkeypatch.setattr(module, "BATCH_SIZE", 2)
    assert roll_up(database) == 3
    assert {row["status"] for row in sql.all(HOURS)} == {"success"}
    assert sql.value("SELECT now() - :at::timestamptz", at=position(sql, "activity_changes")) < timedelta(minutes=1)


@pytest.mark.parametrize("worker", ["activity_hours", "activity_changes"])
def test_a_sweeper_leaves_the_work_to_one_that_is_at_it(
    secrets: DeploymentSecrets, database: PostgresDatabase, sql: Rows, worker: str
) -> None:
    pay(database, sql, 30)
    with rows_of(secrets.database_url) as other:
        other.run("BEGIN")
        other.run("SELECT FROM worker_runs WHERE worker = :worker FOR UPDATE", worker=worker)
        assert roll_up(database) == (0 if worker == "activity_hours" else 1)
        other.run("ROLLBACK")
    assert roll_up(database) == (1 if worker == "activity_hours" else 0)


def test_a_view_that_is_older_than_the_last_ones_work_changes_nothing(database: PostgresDatabase, sql: Rows) -> None:
    """A statement that began before another one's work was done, and gets at the row only after it."""
    pay(database, sql, 30)
    sql.run("UPDATE worker_runs SET ran_at = now() + interval '1 minute' WHERE worker LIKE 'activity%'")
    before = position(sql, "activity_changes")
    assert roll_up(database) == 0
    assert sql.all(HOURS) == []
    assert position(sql, "activity_changes") == before
