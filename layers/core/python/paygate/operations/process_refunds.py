"""Settles a batch of refunds: one claim, the acquirer, one settlement, one send."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from paygate.operations.jobs import RESEND_AFTER_SECONDS, ids_of, send_jobs, send_unanswered
from paygate.operations.ports import Database, Queue
from paygate.operations.refunding import Refunder

LOG = logging.getLogger("paygate.process_refunds")
# Longer than the function may run, so that a claim outlives no consumer that could still settle it.
LEASE_SECONDS = 35


def process_refunds(
    database: Database, refunder: Refunder, refunds_queue: Queue, webhooks_queue: Queue, refund_ids: Sequence[str]
) -> set[str]:
    """Bring these refunds to their end; the ids that must come again, as `process_payments` has them.

    Safe to run twice and in parallel: only a refund's claimer asks for it, the acquirer knows the refund id as its
    idempotency key, and only a refund that is still pending is settled.
    """
    claimed = database.run("claim_refunds", refund_ids=list(refund_ids), lease_seconds=LEASE_SECONDS)
    if claimed:
        outcomes = [outcome.row() for outcome in refunder.refund_all(claimed)]
        row = database.run("settle_refunds", outcomes=json.dumps(outcomes), resend_after_seconds=RESEND_AFTER_SECONDS)[
            0
        ]
        send_jobs(webhooks_queue, ids_of(row["delivery_ids"]))
        send_unanswered(refunds_queue, row["jobs"])
        if row["settled"]:
            LOG.info("refunds settled", extra={"refunds": row["settled"]})
    left = set(refund_ids) - {row["id"] for row in claimed}
    if not left:
        return set()
    finished = {row["id"] for row in database.run("find_finished_refunds", refund_ids=sorted(left))}
    return left - finished
