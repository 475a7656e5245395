"""What operators are told of the background: which consumers are there, and how much is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.ids import new_id
from paygate.operations.get_ops_status import get_ops_status
from paygate.operations.list_queues import QueuePair
from paygate.operations.roll_up_activity import roll_up_activity
from paygate.operations.sweep import sweep
from tests.integration.settlements import paid
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_payment, finish_refunds, start_payment, start_refund
from tests.unit.fakes import FakeDeadLetterQueue, FakeQueue

CONSUMER_OF = {"payments": "process_payments", "refunds": "process_refunds", "webhooks": "deliver_webhooks"}


def status(database: PostgresDatabase, in_flight: Mapping[str, int] | None = None) -> dict[str, Any]:
    names = (*CONSUMER_OF, "slow_webhooks")
    pairs = {
        name: QueuePair(FakeQueue(in_flight=(in_flight or {}).get(name, 0)), FakeDeadLetterQueue(0)) for name in names
    }
    told: dict[str, Any] = json.loads(get_ops_status(database, pairs))
    return told


def stopped(database: PostgresDatabase, **in_flight: int) -> list[str]:
    workers = status(database, in_flight)["workers"]
    return [each["name"] for each in workers if each["name"] in CONSUMER_OF.values() and each["status"] == "stopped"]


def send_in_vain(database: PostgresDatabase, sql: Rows) -> float:
    """Let time pass until the jobs are due, and the sweeper come by; how many seconds that was."""
    waited = float(sql.value("SELECT max(extract(epoch FROM due_at - now())) FROM outbox"))
    sql.run("UPDATE outbox SET due_at = now()")
    queues = {name: FakeQueue() for name in CONSUMER_OF}
    assert sweep(database, queues).sent == sql.value("SELECT count(*) FROM outbox")
    return waited


@pytest.mark.parametrize("queue", CONSUMER_OF)
def test_a_consumer_that_has_taken_no_job_seven_minutes_after_it_was_due_is_stopped(
    database: PostgresDatabase, sql: Rows, queue: str
) -> None:
    sql.run("INSERT INTO outbox (queue, subject_id, due_at) VALUES (:queue, 'id', now())", queue=queue)
    send_in_vain(database, sql)
    since_due = 0.0
    while stopped(database) == []:
        since_due += send_in_vain(database, sql)
        assert since_due < 900
    assert since_due == pytest.approx(420, abs=5)
    assert stopped(database) == [CONSUMER_OF[queue]]


@pytest.mark.parametrize("lane", ["webhooks", "slow_webhooks"])
def test_a_consumer_that_works_on_something_is_not_stopped_however_long_its_backlog(
    database: PostgresDatabase, sql: Rows, lane: str
) -> None:
    for queue in CONSUMER_OF:
        sql.run("INSERT INTO outbox (queue, subject_id, due_at) VALUES (:queue, 'id', now())", queue=queue)
    for _ in range(6):
        send_in_vain(database, sql)
    assert stopped(database) == list(CONSUMER_OF.values())
    assert stopped(database, **{lane: 1}) == ["process_payments", "process_refunds"]
    assert stopped(database, payments=1, refunds=10) == ["deliver_webhooks"]


# --- What is done -----------------------------------------------------------------------------------------------------


def completed(database: PostgresDatabase) -> int:
    number: int = status(database)["jobs"]["completed"]
    return number


def test_what_is_done_is_counted_whether_its_hour_is_closed_or_not(database: PostgresDatabase, sql: Rows) -> None:
    stranger = sql.add_merchant()
    for merchant_id in (TEST_MERCHANT_ID, stranger):
        _, under_way, failed = (
            start_payment(database, sql.add_order(merchant_id=merchant_id), merchant_id=merchant_id) for _ in range(3)
        )
        database.run("claim_payments", payment_ids=[under_way], lease_seconds=30, charge_within_seconds=3_600)
        finish_payment(database, failed, failure_reason="payment_declined")
        refunded = paid(database, sql, 1_000, merchant_id=merchant_id)
        start_refund(database, refunded, 100, merchant_id=merchant_id)
        finish_refunds(database, start_refund(database, refunded, 200, merchant_id=merchant_id))
    assert completed(database) == 6
    sql.run("UPDATE payments SET created_at = now() - interval '3 hours' WHERE merchant_id = :id", id=stranger)
    sql.run("UPDATE refunds SET created_at = now() - interval '2 hours' WHERE merchant_id = :id", id=stranger)
    assert completed(database) == 6
    roll_up_activity(database, lambda: True)
    assert completed(database) == 6
    sql.run("UPDATE activity_hours SET count = count + 1000 WHERE kind = 'payment' AND status = 'failed'")
    assert completed(database) == 1_006, "rows of hours that are closed are not read again"


def test_deliveries_and_bookings_of_closed_hours_are_not_among_it(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql)
    sql.run("UPDATE payments SET created_at = now() - interval '3 hours'")
    sql.run("UPDATE events SET created_at = now() - interval '3 hours'")
    endpoint_id = new_id("whe")
    sql.run(
        "INSERT INTO webhook_endpoints (id, merchant_id, url, secret_encrypted, status)"
        " SELECT :id, merchant_id, 'https://merchant.example/', '', 'enabled' FROM payments",
        id=endpoint_id,
    )
    sql.run(
        "INSERT INTO webhook_deliveries (id, event_id, event_type, endpoint_id, merchant_id, status, created_at)"
        " SELECT 'whd_' || id, id, type, :endpoint_id, merchant_id, 'delivered', created_at"
        " FROM events WHERE payment_id = :id",
        id=payment_id,
        endpoint_id=endpoint_id,
    )
    roll_up_activity(database, lambda: True)
    assert completed(database) == 1
