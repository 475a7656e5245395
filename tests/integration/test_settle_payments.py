"""Settling: at most one success for an order that is not reusable (promise P1), all in one transaction (P2)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from pg8000.exceptions import DatabaseError

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import ConflictError
from paygate.operations.charging import Outcome
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from paygate.operations.jobs import ids_of
from tests.integration.settlements import claimed, settle, store
from tests.integration.support import RealQueue
from tests.support.rows import TEST_MERCHANT_ID, Rows, start_payment
from tests.unit.fakes import FakeVault


def ends(sql: Rows, payment_ids: Sequence[str]) -> list[str]:
    """Each payment's status, or why it failed."""
    return [
        str(sql.value("SELECT coalesce(failure_reason, status) FROM payments WHERE id = :id", id=payment_id))
        for payment_id in payment_ids
    ]


def everything(sql: Rows) -> list[list[dict[str, Any]]]:
    tables = ("payments", "orders", "events", "webhook_deliveries", "outbox")
    return [sql.all(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]  # noqa: S608


def order_status(sql: Rows, order_id: str) -> str:
    return str(sql.value("SELECT status FROM orders WHERE id = :id", id=order_id))


def test_of_two_successes_in_one_batch_the_first_wins(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order()
    payment_ids = claimed(database, order_id, 2)
    settled = settle(database, *reversed(payment_ids))["settled"]
    assert ends(sql, payment_ids) == ["success", "order_already_paid"]
    assert {row["id"]: row["status"] for row in settled} == dict(zip(payment_ids, ("success", "failed"), strict=True))
    assert order_status(sql, order_id) == "paid"


def test_of_two_successes_in_two_batches_the_first_wins(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order()
    early, late = claimed(database, order_id, 2)
    settle(database, late)
    settle(database, early)
    assert ends(sql, [late, early]) == ["success", "order_already_paid"]


def test_orders_in_one_batch_do_not_touch_each_other(database: PostgresDatabase, sql: Rows) -> None:
    order_ids = [sql.add_order() for _ in range(5)]
    payments = {order_id: claimed(database, order_id, 2) for order_id in order_ids}
    settle(database, *(payment_id for pair in payments.values() for payment_id in pair))
    # Of two payments of one millisecond, either may have the smaller id.
    assert [sorted(ends(sql, pair)) for pair in payments.values()] == [["order_already_paid", "success"]] * 5
    assert {order_status(sql, order_id) for order_id in order_ids} == {"paid"}


def test_a_failure_beside_a_success_keeps_its_own_reason(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order()
    first, second = claimed(database, order_id, 2)
    store(database, Outcome(first, "decided", "payment_declined", "ref_1"), Outcome(second, "decided", None, "ref_2"))
    assert ends(sql, [first, second]) == ["payment_declined", "success"]


def test_a_failed_payment_leaves_its_order_payable(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> None:
    order_id = sql.add_order()
    failed = claimed(database, order_id)
    settle(database, *failed, failure_reason="insufficient_funds")
    assert (ends(sql, failed), order_status(sql, order_id)) == (["insufficient_funds"], "created")
    retried = claimed(database, order_id)
    settle(database, *retried)
    assert (ends(sql, retried), order_status(sql, order_id)) == (["success"], "paid")
    intake = PaymentIntake(database, payments_queue, webhooks_queue, FakeVault(), b"card key", 0)
    with pytest.raises(ConflictError):
        create_payment(intake, TEST_MERCHANT_ID, NewPayment(order_id, vpa="user@paytm"))


def test_a_reusable_order_is_paid_any_number_of_times_and_stays_payable(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order(reusable=True)
    payment_ids = claimed(database, order_id, 4)
    settle(database, *payment_ids[:3])
    settle(database, payment_ids[3])
    assert ends(sql, payment_ids) == ["success"] * 4
    assert order_status(sql, order_id) == "created"
    assert start_payment(database, order_id)


@pytest.mark.parametrize(
    ("first_reason", "second_reason"), [(None, None), (None, "payment_timed_out"), ("payment_declined", None)]
)
def test_settling_again_changes_nothing(
    database: PostgresDatabase, sql: Rows, first_reason: str | None, second_reason: str | None
) -> None:
    order_id = sql.add_order()
    (payment_id,) = claimed(database, order_id)
    settle(database, payment_id, failure_reason=first_reason)
    before = everything(sql)
    again = settle(database, payment_id, failure_reason=second_reason)
    assert again == {"settled": None, "jobs": None, "delivery_ids": None}
    assert everything(sql) == before


def test_only_a_claimed_payment_can_be_settled(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, sql.add_order())
    assert settle(database, payment_id, "pay_unknown")["settled"] is None
    assert ends(sql, [payment_id]) == ["pending"]


@pytest.mark.parametrize(("reason", "last"), [(None, "payment.success"), ("payment_declined", "payment.failed")])
def test_events_count_from_one_without_a_gap(
    database: PostgresDatabase, sql: Rows, reason: str | None, last: str
) -> None:
    (payment_id,) = claimed(database, sql.add_order())
    settle(database, payment_id, failure_reason=reason)
    rows = sql.all("SELECT sequence, type FROM events WHERE payment_id = :id ORDER BY sequence", id=payment_id)
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert [row["type"] for row in rows] == ["payment.created", "payment.pending", last]
    assert sql.value("SELECT event_sequence FROM payments WHERE id = :id", id=payment_id) == 3


def test_settling_ends_the_payments_job_and_no_other(database: PostgresDatabase, sql: Rows) -> None:
    settled, other = claimed(database, "order_test_123", 2)
    settle(database, settled)
    assert sql.all("SELECT queue, subject_id FROM outbox") == [{"queue": "payments", "subject_id": other}]


def test_deliveries_with_their_jobs_are_made_for_matching_endpoints_only(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    payment_ids = claimed(database, "order_test_123", 2)
    # Endpoints that come after the first two events, so that every delivery is the settlement's.
    matching = {sql.add_endpoint(cipher, events=[pattern]) for pattern in ("*", "payment.*", "payment.success")}
    sql.add_endpoint(cipher, events=["payment.failed", "refund.*"])
    disabled = sql.add_endpoint(cipher, status="disabled")
    sql.add_endpoint(cipher, merchant_id=sql.add_merchant())
    returned = ids_of(settle(database, *payment_ids)["delivery_ids"])
    deliveries = sql.all(
        "SELECT d.id, d.endpoint_id, e.payment_id, e.type, d.merchant_id, d.status"
        " FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id"
    )
    held = [(row["payment_id"], row["status"]) for row in deliveries if row["endpoint_id"] == disabled]
    assert sorted(held) == sorted((payment_id, "held") for payment_id in payment_ids)
    deliveries = [row for row in deliveries if row["endpoint_id"] != disabled]
    assert {(row["endpoint_id"], row["payment_id"]) for row in deliveries} == {
        (endpoint_id, payment_id) for endpoint_id in matching for payment_id in payment_ids
    }
    assert len(deliveries) == 6
    assert {(row["type"], row["merchant_id"], row["status"]) for row in deliveries} == {
        ("payment.success", TEST_MERCHANT_ID, "pending")
    }
    delivery_ids = sorted(row["id"] for row in deliveries)
    assert sorted(returned) == delivery_ids
    assert sorted(sql.column("SELECT subject_id FROM outbox WHERE queue = 'webhooks'")) == delivery_ids


def test_the_database_itself_refuses_a_second_success(database: PostgresDatabase, sql: Rows) -> None:
    first, second = claimed(database, sql.add_order(), 2)
    settle(database, first)
    with pytest.raises(DatabaseError, match="payments_one_success"):
        sql.run(
            "UPDATE payments SET status = 'success', amount_captured_minor = amount_minor, amount_refunded_minor = 0,"
            " fee_minor = 0 WHERE id = :id",
            id=second,
        )
    assert ends(sql, [first, second]) == ["success", "processing"]


def test_consumers_that_race_for_orders_let_one_payment_of_each_succeed(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    order_ids = [sql.add_order() for _ in range(8)]
    columns = [[claimed(database, order_id)[0] for order_id in order_ids] for _ in range(6)]
    start = threading.Barrier(len(columns))

    def consume(number: int) -> None:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            # Half of them the other way round: locks taken in the order of the batch would be a deadlock.
            batch = columns[number] if number % 2 else list(reversed(columns[number]))
            start.wait(timeout=30)
            settle(own, *batch)

    with ThreadPoolExecutor(len(columns)) as pool:
        for done in [pool.submit(consume, number) for number in range(len(columns))]:
            done.result(timeout=60)
    for place, order_id in enumerate(order_ids):
        outcome = sorted(ends(sql, [column[place] for column in columns]))
        assert outcome == ["order_already_paid"] * 5 + ["success"]
        assert order_status(sql, order_id) == "paid"
    assert sql.value("SELECT count(*) FROM events WHERE type = 'payment.success'") == len(order_ids)


def test_one_payment_settled_by_many_at_once_is_settled_once(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows, cipher: AesGcmCipher
) -> None:
    sql.add_endpoint(cipher, events=["payment.success"])
    payment_ids = claimed(database, "order_test_123", 5)
    start = threading.Barrier(4)

    def consume() -> int:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            return len(settle(own, *payment_ids)["settled"] or ())

    with ThreadPoolExecutor(4) as pool:
        counts = [done.result(timeout=60) for done in [pool.submit(consume) for _ in range(4)]]
    assert sum(counts) == 5
    assert sql.value("SELECT count(*) FROM events WHERE type = 'payment.success'") == 5
    assert sql.value("SELECT count(*) FROM webhook_deliveries") == 5


def test_a_payment_claimed_by_many_at_once_has_one_claimer(
    database: PostgresDatabase, secrets: DeploymentSecrets
) -> None:
    payment_ids = [start_payment(database, "order_test_123") for _ in range(10)]
    start = threading.Barrier(4)

    def claim() -> list[str]:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            return [
                row["id"]
                for row in own.run(
                    "claim_payments", payment_ids=payment_ids, lease_seconds=35, charge_within_seconds=3600
                )
            ]

    with ThreadPoolExecutor(4) as pool:
        claims = [done.result(timeout=60) for done in [pool.submit(claim) for _ in range(4)]]
    assert sorted(payment_id for claim_ids in claims for payment_id in claim_ids) == sorted(payment_ids)
