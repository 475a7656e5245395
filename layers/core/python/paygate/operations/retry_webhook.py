"""One more attempt at a delivery whose alarm clock has rung."""

from __future__ import annotations

from typing import Any

from paygate.operations.delivering import LEASE_SECONDS, Deliverer


def retry_webhook(deliverer: Deliverer, delivery_id: str, run: int) -> dict[str, Any]:
    """Attempt this run of a delivery if it is due and free, and say whether and when to come back.

    `{delivery_id, run, outcome, next_attempt_at}`; the outcome is `wait` (until that time, ISO 8601) or `ended`: it is
    delivered, exhausted, held, cancelled, or another run has taken its place.
    """
    rows = deliverer.database.run(
        "claim_webhook_deliveries",
        delivery_ids=[delivery_id],
        run=run,
        any_lane=True,
        lease_seconds=LEASE_SECONDS,
    )
    recorded = deliverer.attempt(rows, None) if rows else []
    if recorded:
        waits = recorded[0]["status"] == "pending" and not recorded[0]["runs_again"]
        next_attempt_at = recorded[0]["next_attempt_at"] if waits else None
    else:
        # Not due yet, or in other hands, which may fail: then this clock is the one that is needed.
        standing = deliverer.database.run("find_webhook_run", delivery_id=delivery_id, run=run)
        next_attempt_at = standing[0]["next_attempt_at"] if standing else None
    return {
        "delivery_id": delivery_id,
        "run": run,
        "outcome": "ended" if next_attempt_at is None else "wait",
        "next_attempt_at": next_attempt_at,
    }
