"""Settles a batch of payments: one claim, the acquirer, one settlement, one send."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.charging import Charger
from paygate.operations.create_payment import RESEND_AFTER_SECONDS, ids_of
from paygate.operations.ports import Database, Queue

LOG = logging.getLogger("paygate.process_payments")
# Longer than the function may run, so that a claim outlives no consumer that could still settle it.
LEASE_SECONDS = 35
# A payment that could not be charged for so long, because everything was down, is not charged any more: the shopper has
# gone, and may have paid elsewhere. Longer than TEST_PROCESSING_DELAY and the wait for a silent acquirer can be.
CHARGE_WITHIN_SECONDS = 3_600


def process_payments(
    database: Database, charger: Charger, payments_queue: Queue, webhooks_queue: Queue, payment_ids: Sequence[str]
) -> set[str]:
    """Bring these payments to their end; the ids that must come again.

    Those are payments that another consumer holds, and ids that no payment has, which so end in the dead-letter queue.
    A payment without a word from its acquirer does not come again by itself: it gets a message of its own for later.

    Safe to run twice and in parallel: only a payment's claimer charges it, the acquirer knows the payment id as its
    idempotency key, and only a payment that is still processing is settled.
    """
    claimed = database.run(
        "claim_payments",
        payment_ids=list(payment_ids),
        lease_seconds=LEASE_SECONDS,
        charge_within_seconds=CHARGE_WITHIN_SECONDS,
    )
    if claimed:
        _settle(database, charger, payments_queue, webhooks_queue, claimed)
    left = set(payment_ids) - {row["id"] for row in claimed}
    if not left:
        return set()
    finished = {row["id"] for row in database.run("find_finished_payments", payment_ids=sorted(left))}
    return left - finished


def _settle(
    database: Database, charger: Charger, payments_queue: Queue, webhooks_queue: Queue, claimed: list[dict[str, Any]]
) -> None:
    outcomes = [outcome.row() for outcome in charger.charge_all(claimed)]
    row = database.run("settle_payments", outcomes=json.dumps(outcomes), resend_after_seconds=RESEND_AFTER_SECONDS)[0]
    settled: list[dict[str, str]] = row["settled"] or []
    charger.discard_cards(claimed, {payment["id"] for payment in settled})
    _send(partial(webhooks_queue.send_all, ids_of(row["delivery_ids"])))
    _send(partial(_send_jobs, payments_queue, row["jobs"] or ()))
    if settled:
        LOG.info("payments settled", extra={"payments": settled})


def _send_jobs(payments_queue: Queue, jobs: Sequence[dict[str, Any]]) -> None:
    for job in jobs:
        payments_queue.send(job["id"], delay_seconds=job["delay_seconds"])


def _send(send: Callable[[], None]) -> None:
    try:
        send()
    except QueueUnavailableError as error:
        LOG.warning("jobs left to the sweeper", extra={"error": error.description})
