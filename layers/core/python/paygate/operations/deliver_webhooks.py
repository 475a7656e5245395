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

from paygate.domain.errors import SecretUnreadableError
from paygate.domain.retry_policy import next_delay_seconds
from paygate.domain.webhooks import Attempt, WebhookResponse, signed_headers
from paygate.operations.ports import Cipher, Database, WebhookSender

LOG = logging.getLogger("paygate.deliver_webhooks")
# Longer than the function may run. Deliveries go out in parallel, each for at most 25 seconds (connect, TLS, answer);
# what is left of the function's minute is for slow name servers, which have no limit of their own.
LEASE_SECONDS = 70
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
    with ThreadPoolExecutor(max_workers=min(PARALLEL_MAX, len(rows))) as pool:
        outcomes = list(pool.map(lambda row: _attempt(sender, cipher, row, schedule_seconds), rows))
    for row in database.run("record_webhook_attempts", attempts=json.dumps(outcomes)):
        LOG.info("webhook attempted", extra={"delivery_id": row["id"], "status": row["status"]})
    return set()


def _attempt(
    sender: WebhookSender, cipher: Cipher, row: dict[str, Any], schedule_seconds: Sequence[int]
) -> dict[str, Any]:
    number = row["attempts"] + 1
    started_at = datetime.now(UTC)
    try:
        response = _send(sender, cipher, row, number)
    except Exception:
        # Whatever one receiver brings about must not keep the others' outcomes from being stored.
        LOG.exception("webhook attempt broke off", extra={"delivery_id": row["id"]})
        response = WebhookResponse(status=None, error_kind="internal_error", body="", duration_ms=0)
    jitter = random.uniform(-1, 1)  # noqa: S311  spreads load, guards nothing
    return {
        "delivery_id": row["id"],
        "number": number,
        "started_at": started_at.isoformat(),
        "duration_ms": response.duration_ms,
        "response_status": response.status,
        "error_kind": response.error_kind,
        "response_body": response.body,
        "delivered": response.delivered,
        "delay_seconds": next_delay_seconds(schedule_seconds, number, jitter),
    }


def _send(sender: WebhookSender, cipher: Cipher, row: dict[str, Any], number: int) -> WebhookResponse:
    try:
        secret = cipher.decrypt(bytes(row["secret_encrypted"]), owner=row["endpoint_id"])
    except SecretUnreadableError:
        # Nothing can be signed; it counts as an attempt, so that it neither harms its batch nor goes on for ever.
        return WebhookResponse(status=None, error_kind="secret_unreadable", body="", duration_ms=0)
    attempt = Attempt(
        delivery_id=row["id"],
        event_id=row["event_id"],
        number=number,
        sequence=row["sequence"],
        url=row["url"],
        secret=secret,
        body=row["body"].encode(),
    )
    return sender.post(attempt.url, attempt.body, signed_headers(attempt, int(time.time())))
