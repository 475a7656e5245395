"""Sends a batch of webhook deliveries and records what came of each."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from paygate.domain.errors import WorkflowUnavailableError
from paygate.operations.delivering import LEASE_SECONDS, Deliverer
from paygate.operations.jobs import send_jobs
from paygate.operations.ports import Queue, RetryClock

LOG = logging.getLogger("paygate.deliver_webhooks")


def deliver_webhooks(
    deliverer: Deliverer, clock: RetryClock, slow_queue: Queue | None, delivery_ids: Sequence[str]
) -> set[str]:
    """Attempt every delivery of these that is due and free; each that has to be tried again gets its alarm clock.

    With a `slow_queue`, which the fast lane has, deliveries to endpoints that were slow lately are passed on to it: one
    that hangs would keep the rest of its batch's lane waiting. Always returns the empty set, so that no message comes
    again: the next attempt of a failed delivery is in the outbox, and so is one whose outcome could not be stored.
    """
    rows = deliverer.database.run(
        "claim_webhook_deliveries",
        delivery_ids=list(delivery_ids),
        any_lane=slow_queue is None,
        lease_seconds=LEASE_SECONDS,
    )
    claimed = [row for row in rows if not row["diverted"]]
    if claimed:
        for each in deliverer.attempt(claimed, clock.execution_arn_prefix):
            if each["status"] == "pending" and not each["runs_again"]:
                _start(clock, each["id"], each["run"], each["next_attempt_at"])
    diverted = [row["id"] for row in rows if row["diverted"]]
    if diverted and slow_queue is not None:
        # Last, so that the others need not wait for it.
        send_jobs(slow_queue, diverted)
    return set()


def _start(clock: RetryClock, delivery_id: str, run: int, next_attempt_at: str) -> None:
    try:
        clock.start(delivery_id, run, next_attempt_at)
    except WorkflowUnavailableError as error:
        LOG.warning("retry left to the sweeper", extra={"delivery_id": delivery_id, "error": error.description})
