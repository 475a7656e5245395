"""What tests of settlements share: payments that are claimed, and the statement that settles them."""

from __future__ import annotations

import json
from typing import Any

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.operations.charging import Outcome
from tests.support.rows import AUTHORIZATION_SECONDS, RESEND_AFTER_SECONDS, Rows, finish_payment, start_payment


def claimed(database: PostgresDatabase, order_id: str, count: int = 1) -> list[str]:
    """Payments of an order that this consumer holds, oldest first."""
    payment_ids = [start_payment(database, order_id) for _ in range(count)]
    assert (
        len(database.run("claim_payments", payment_ids=payment_ids, lease_seconds=35, charge_within_seconds=3600))
        == count
    )
    return payment_ids


def settle(database: PostgresDatabase, *payment_ids: str, failure_reason: str | None = None) -> dict[str, Any]:
    """Settle in one batch, with the same word of the acquirer for each."""
    outcomes = [Outcome(payment_id, "decided", failure_reason, "ref_1") for payment_id in payment_ids]
    return store(database, *outcomes)


def store(database: PostgresDatabase, *outcomes: Outcome) -> dict[str, Any]:
    """Settle one batch with these outcomes."""
    (row,) = database.run(
        "settle_payments",
        outcomes=json.dumps([outcome.row() for outcome in outcomes]),
        authorization_seconds=AUTHORIZATION_SECONDS,
        resend_after_seconds=RESEND_AFTER_SECONDS,
    )
    return row


def paid(database: PostgresDatabase, sql: Rows, amount_minor: int = 50_000, **order: Any) -> str:
    """A payment of an order of its own, captured at once or, with `capture="manual"`, authorized."""
    order_id = sql.add_order(amount_minor=amount_minor, **order)
    merchant = {"merchant_id": order["merchant_id"]} if "merchant_id" in order else {}
    payment_id = start_payment(database, order_id, **merchant)
    finish_payment(database, payment_id)
    return payment_id


def payment_of(sql: Rows, payment_id: str) -> dict[str, Any]:
    return sql.one("SELECT *, claimed_until - updated_at AS wait FROM payments WHERE id = :id", id=payment_id)


def refund_of(sql: Rows, refund_id: str) -> dict[str, Any]:
    return sql.one("SELECT *, claimed_until - updated_at AS wait FROM refunds WHERE id = :id", id=refund_id)


def amounts(sql: Rows, payment_id: str) -> tuple[int | None, int | None, int | None]:
    """What was captured of a payment, what refunds hold of it, and its fee."""
    row = payment_of(sql, payment_id)
    return row["amount_captured_minor"], row["amount_refunded_minor"], row["fee_minor"]


def booked(sql: Rows, payment_id: str) -> list[tuple[str, int]]:
    """Type and amount of each journal of a payment."""
    rows = sql.all("SELECT type, amount_minor FROM journals WHERE payment_id = :id ORDER BY 1, 2", id=payment_id)
    return [(row["type"], row["amount_minor"]) for row in rows]


def accounts(sql: Rows, payment_id: str) -> dict[str, int]:
    """What all of a payment's journals have moved to (positive) or from each account that is not even."""
    rows = sql.all(
        "SELECT account, sum(e.amount_minor)::bigint AS amount FROM ledger_entries AS e"
        " JOIN journals AS j ON j.id = journal_id WHERE payment_id = :id GROUP BY account"
        " HAVING sum(e.amount_minor) <> 0",
        id=payment_id,
    )
    return {row["account"]: row["amount"] for row in rows}


def events_of(sql: Rows, payment_id: str) -> list[tuple[int, str]]:
    """Sequence and type of each event of a payment."""
    rows = sql.all("SELECT sequence, type FROM events WHERE payment_id = :id ORDER BY sequence", id=payment_id)
    return [(row["sequence"], row["type"]) for row in rows]


def jobs_in(sql: Rows, queue: str) -> dict[str, float]:
    """What the outbox holds for a queue, and the seconds until the sweeper brings it back."""
    rows = sql.all("SELECT subject_id, due_at - now() AS wait FROM outbox WHERE queue = :queue", queue=queue)
    return {row["subject_id"]: row["wait"].total_seconds() for row in rows}
