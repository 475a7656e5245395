"""What tests of settlements share: payments that are claimed, and the statement that settles them."""

from __future__ import annotations

import json
from typing import Any

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.operations.charging import Outcome
from tests.support.rows import start_payment

RESEND_AFTER_SECONDS = 30


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
        resend_after_seconds=RESEND_AFTER_SECONDS,
    )
    return row
