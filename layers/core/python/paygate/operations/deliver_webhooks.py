"""Sends a batch of webhook deliveries and records what came of each."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from paygate.domain.retry_policy import next_delay_seconds
from paygate.domain.webhooks import Attempt, signed_headers
from paygate.operations.ports import Cipher, Database, WebhookSender

LOG = logging.getLogger("paygate.deliver_webhooks")
# Longer than a batch can take: deliveries run in parallel, each for at most fifteen seconds.
LEASE_SECONDS = 35
PARALLEL_MAX = 10


def deliver_webhooks(
    database: Database,
    sender: WebhookSender,
    cipher: Cipher,
    schedule_seconds: Sequence[int],
    delivery_ids: Sequence[str],
) -> set[str]:
    """Attempt every delivery of these that is due and free, and store the outcomes in one statement.

    Always returns the empty set, so that no message comes again: the next attempt of a failed delivery is in the
    outbox, and so is one whose outcome could not be stored.
    """
    rows = database.run("claim_webhook_deliveries", delivery_ids=list(delivery_ids), lease_seconds=LEASE_SECONDS)
    if not rows:
        return set()
    attempts = [_attempt(row, cipher) for row in rows]
    with ThreadPoolExecutor(max_workers=min(PARALLEL_MAX, len(attempts))) as pool:
        outcomes = list(pool.map(lambda attempt: _send(sender, attempt, schedule_seconds), attempts))
    for row in database.run("record_webhook_attempts", attempts=json.dumps(outcomes)):
        LOG.info("webhook attempted", extra={"delivery_id": row["id"], "status": row["status"]})
    return set()


def _attempt(row: dict[str, Any], cipher: Cipher) -> Attempt:
    return Attempt(
        delivery_id=row["id"],
        event_id=row["event_id"],
        number=row["attempts"] + 1,
        sequence=row["sequence"],
        url=row["url"],
        secret=cipher.decrypt(bytes(row["secret_encrypted"]), owner=row["endpoint_id"]),
        body=row["body"].encode(),
    )


def _send(sender: WebhookSender, attempt: Attempt, schedule_seconds: Sequence[int]) -> dict[str, Any]:
    started_at = datetime.now(UTC)
    response = sender.post(attempt.url, attempt.body, signed_headers(attempt, int(time.time())))
    jitter = random.uniform(-1, 1)  # noqa: S311  spreads load, guards nothing
    return {
        "delivery_id": attempt.delivery_id,
        "number": attempt.number,
        "started_at": started_at.isoformat(),
        "duration_ms": response.duration_ms,
        "response_status": response.status,
        "error_kind": response.error_kind,
        "response_body": response.body,
        "delivered": response.delivered,
        "delay_seconds": next_delay_seconds(schedule_seconds, attempt.number, jitter),
    }
