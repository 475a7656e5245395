"""Attempts at webhook deliveries that a consumer has claimed, and the record of what came of them."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from paygate.domain.errors import DatabaseUnavailableError, SecretUnreadableError
from paygate.domain.ids import new_id
from paygate.domain.retry_policy import ONCE, RetrySchedule, next_delay_seconds, parse_retry_after
from paygate.domain.webhooks import SLOW_MS, TEST_EVENT, WARN_PERCENTS, Attempt, WebhookResponse, signed_headers
from paygate.operations.jobs import RESEND_AFTER_SECONDS, ids_of, send_jobs
from paygate.operations.ports import Cipher, Database, Queue, WebhookSender

LOG = logging.getLogger("paygate.deliver_webhooks")
PARALLEL_MAX = 10
# An attempt takes 15 seconds at most, and a function that makes some 30.
LEASE_SECONDS = 40
# A delivery whose alarm clock has not rung by then is taken by the sweeper.
OVERDUE_SECONDS = 120
# How long an endpoint's webhooks go by the slow lane after it was slow.
SLOW_SECONDS = 600


@dataclass(frozen=True)
class Deliverer:
    """All that attempts need. `disable_after_seconds` is how long an endpoint may fail without a single success."""

    database: Database
    sender: WebhookSender
    cipher: Cipher
    webhooks_queue: Queue
    schedule: RetrySchedule
    disable_after_seconds: int
    # They are kept: starting ten costs as much as a webhook.
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(PARALLEL_MAX), init=False, repr=False
    )

    def attempt(self, rows: Sequence[dict[str, Any]], execution_arn_prefix: str | None) -> list[dict[str, Any]]:
        """Send what was claimed, at the same time, and store the outcomes in one statement.

        For each delivery `{id, status, run, runs_again, next_attempt_at}`; one that runs again and webhooks that tell
        of an endpoint's health are on their way to the queue.
        """
        attempts = [self._threads.submit(self._outcome, row) for row in rows]
        self._mark_slow(rows, attempts)
        outcomes = [attempt.result() for attempt in attempts]
        (row,) = self.database.run(
            "record_webhook_attempts",
            # Compact, as the headers in it are shown as they were stored.
            attempts=json.dumps(outcomes, separators=(",", ":")),
            execution_arn_prefix=execution_arn_prefix,
            warn_percents=list(WARN_PERCENTS),
            disable_after_seconds=self.disable_after_seconds,
            slow_seconds=SLOW_SECONDS,
            overdue_seconds=OVERDUE_SECONDS,
            resend_after_seconds=RESEND_AFTER_SECONDS,
        )
        recorded: list[dict[str, Any]] = row["recorded"] or []
        for each in recorded:
            LOG.info(
                "webhook attempted", extra={"delivery_id": each["id"], "status": each["status"], "run": each["run"]}
            )
        again = [each["id"] for each in recorded if each["runs_again"]] + ids_of(row["delivery_ids"])
        if again:
            send_jobs(self.webhooks_queue, again)
        return recorded

    def _mark_slow(self, rows: Sequence[dict[str, Any]], attempts: Sequence[Future[dict[str, Any]]]) -> None:
        """Let other consumers know which receivers are slow before these hold up their batches as well."""
        late = wait(attempts, timeout=SLOW_MS / 1000).not_done
        if not late:
            return
        endpoint_ids = {row["endpoint_id"] for row, attempt in zip(rows, attempts, strict=True) if attempt in late}
        try:
            self.database.run("mark_slow_endpoints", endpoint_ids=sorted(endpoint_ids), slow_seconds=SLOW_SECONDS)
        except DatabaseUnavailableError as error:
            # The attempts are under way all the same, and their record says it again.
            LOG.warning("slow endpoints not marked", extra={"error": error.description})

    def _outcome(self, row: dict[str, Any]) -> dict[str, Any]:
        number = row["attempts"] + 1
        started_at = datetime.now(UTC)
        try:
            response = self._send(row, number)
        except Exception:
            # Whatever one receiver brings about must not keep the others' outcomes from being stored.
            LOG.exception("webhook attempt broke off", extra={"delivery_id": row["id"]})
            response = WebhookResponse(status=None, error_kind="internal_error", body="", duration_ms=0)
        return {
            "delivery_id": row["id"],
            "run": row["run"],
            "number": number,
            "started_at": started_at.isoformat(),
            "duration_ms": response.duration_ms,
            **vars(response.timings),
            "address": response.address,
            "request_headers": dict(response.request_headers),
            "response_status": response.status,
            "response_body": response.body,
            "response_truncated": response.truncated,
            "error_kind": response.error_kind,
            "error": response.error,
            "delivered": response.delivered,
            "gone": response.gone,
            "slow": response.slow,
            "delay_seconds": self._delay_seconds(row, response),
            "exhausted_event_id": new_id("evt"),
            "endpoint_event_id": new_id("evt"),
        }

    def _delay_seconds(self, row: dict[str, Any], response: WebhookResponse) -> float | None:
        return next_delay_seconds(
            # Whoever asks for a test wants to know now.
            ONCE if row["type"] == TEST_EVENT else self.schedule,
            row["run_attempts"] + 1,
            random.uniform(-1, 1),  # noqa: S311  spreads load, guards nothing
            overloaded=response.overloaded,
            retry_after_seconds=parse_retry_after(response.retry_after, datetime.now(UTC)),
        )

    def _send(self, row: dict[str, Any], number: int) -> WebhookResponse:
        try:
            secrets = [
                self.cipher.decrypt(bytes(sealed), owner=row["endpoint_id"])
                for sealed in (row["secret_encrypted"], row["previous_secret_encrypted"])
                if sealed is not None
            ]
        except SecretUnreadableError as error:
            # Nothing can be signed; it counts as an attempt, so that it neither harms its batch nor goes on for ever.
            return WebhookResponse(None, "secret_unreadable", body="", duration_ms=0, error=error.description)
        attempt = Attempt(
            delivery_id=row["id"],
            event_id=row["event_id"],
            number=number,
            sequence=row["sequence"],
            url=row["url"],
            secrets=secrets,
            body=row["body"].encode(),
        )
        return self.sender.post(attempt.url, attempt.body, signed_headers(attempt, int(time.time())))
