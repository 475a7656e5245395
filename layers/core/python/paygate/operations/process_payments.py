"""Settles a batch of payments: one claim, the acquirer, one settlement, one send."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from paygate.operations.charging import Charger
from paygate.operations.jobs import RESEND_AFTER_SECONDS, ids_of, send_jobs, send_unanswered
from paygate.operations.ports import Database, Queue

LOG = logging.getLogger("paygate.process_payments")
# Longer than the function may run, so that a claim outlives no consumer that could still settle it.
LEASE_SECONDS = 35
# A payment that could not be charged for so long, because everything was down, is not charged any more: the shopper has
# gone, and may have paid elsewhere. Longer than TEST_PROCESSING_DELAY and the wait for a silent acquirer can be.
CHARGE_WITHIN_SECONDS = 3_600


def process_payments(
    database: Database,
    charger: Charger,
    payments_queue: Queue,
    webhooks_queue: Queue,
    authorization_seconds: int,
    payment_ids: Sequence[str],
) -> set[str]:
    """Bring these payments to their end; the ids that must come again.

    `authorization_seconds` is how long a merchant has to capture a payment that is only authorized now.

    Those are payments that another consumer holds, and ids that no payment has, which so end in the dead-letter queue.
    A payment without a word from its acquirer does not come again by itself: it gets a message of its own for later.

    Safe to run twice and in parallel: only a payment's claimer charges it, the acquirer knows the payment id as its
    idempotency key, and only a payment that still waits for its acquirer's word is settled.
    """
    claimed = database.run(
        "claim_payments",
        payment_ids=list(payment_ids),
        lease_seconds=LEASE_SECONDS,
        charge_within_seconds=CHARGE_WITHIN_SECONDS,
    )
    if claimed:
        _settle(database, charger, payments_queue, webhooks_queue, authorization_seconds, claimed)
    left = set(payment_ids) - {row["id"] for row in claimed}
    if not left:
        return set()
    finished = {row["id"] for row in database.run("find_finished_payments", payment_ids=sorted(left))}
    return left - finished


def _settle(
    database: Database,
    charger: Charger,
    payments_queue: Queue,
    webhooks_queue: Queue,
    authorization_seconds: int,
    claimed: list[dict[str, Any]],
) -> None:
    outcomes = charger.charge_all(claimed)
    answers = [outcome.row() for outcome in outcomes if outcome.of_request]
    others = [outcome.row() for outcome in outcomes if not outcome.of_request]
    settled: list[dict[str, str]] = []
    if others:
        row = database.run(
            "settle_payments",
            outcomes=json.dumps(others),
            authorization_seconds=authorization_seconds,
            resend_after_seconds=RESEND_AFTER_SECONDS,
        )[0]
        settled += row["settled"] or []
        charger.discard_cards(claimed, {payment["id"] for payment in settled})
        send_jobs(webhooks_queue, ids_of(row["delivery_ids"]))
        send_unanswered(payments_queue, row["jobs"])
    if answers:
        row = database.run("settle_captures", outcomes=json.dumps(answers), resend_after_seconds=RESEND_AFTER_SECONDS)[
            0
        ]
        settled += row["settled"] or []
        send_jobs(webhooks_queue, ids_of(row["delivery_ids"]))
    if settled:
        LOG.info("payments settled", extra={"payments": settled})
