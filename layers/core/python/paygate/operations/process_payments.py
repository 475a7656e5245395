"""Settles a batch of payments: one claim, the acquirer, one settlement, one send."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from paygate.domain.acquiring import Charge
from paygate.domain.errors import QueueUnavailableError, UnavailableError
from paygate.domain.ids import new_id
from paygate.operations.create_payment import RESEND_AFTER_SECONDS
from paygate.operations.ports import Acquirer, Database, Queue

LOG = logging.getLogger("paygate.process_payments")
# Longer than the function may run, so that a claim outlives no consumer that could still settle it.
LEASE_SECONDS = 35


def process_payments(
    database: Database, acquirer: Acquirer, webhooks_queue: Queue, payment_ids: Sequence[str]
) -> set[str]:
    """Bring these payments to their end; the ids that are still open afterwards and must come again.

    Safe to run twice and in parallel: only a payment's claimer charges it, the acquirer knows the payment id as its
    idempotency key, and only a payment that is still processing is settled.
    """
    claimed = database.run("claim_payments", payment_ids=list(payment_ids), lease_seconds=LEASE_SECONDS)
    outcomes = [outcome for outcome in (_charge(acquirer, row) for row in claimed) if outcome is not None]
    settled: list[dict[str, str]] = []
    if outcomes:
        row = database.run("settle_payments", outcomes=json.dumps(outcomes), resend_after_seconds=RESEND_AFTER_SECONDS)[
            0
        ]
        settled = row["settled"] or []
        _announce(webhooks_queue, row["delivery_ids"] or ())
    for payment in settled:
        LOG.info("payment settled", extra={"payment_id": payment["id"], "status": payment["status"]})
    left = set(payment_ids) - {payment["id"] for payment in settled}
    if not left:
        return set()
    return {row["id"] for row in database.run("find_open_payments", payment_ids=sorted(left))}


def _charge(acquirer: Acquirer, row: dict[str, Any]) -> dict[str, Any] | None:
    charge = Charge(row["id"], row["amount_minor"], row["currency"], row["vpa"])
    try:
        decision = acquirer.authorize(charge)
    except UnavailableError as error:
        LOG.warning("acquirer gave no answer", extra={"payment_id": charge.payment_id, "error": error.description})
        return None
    return {
        "payment_id": charge.payment_id,
        "event_id": new_id("evt"),
        "succeeded": decision.succeeded,
        "failure_reason": decision.failure_reason,
        "acquirer_reference": decision.reference,
    }


def _announce(webhooks_queue: Queue, delivery_ids: Sequence[str]) -> None:
    try:
        webhooks_queue.send_all(delivery_ids)
    except QueueUnavailableError as error:
        LOG.warning("deliveries left to the sweeper", extra={"count": len(delivery_ids), "error": error.description})
