"""A merchant wants to see a webhook arrive."""

from __future__ import annotations

from paygate.domain.errors import ConflictError, IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.operations.answer_once import key_parameters
from paygate.operations.jobs import RESEND_AFTER_SECONDS, send_jobs
from paygate.operations.ports import Database, Queue
from paygate.operations.update_webhook_endpoint import endpoint_unknown


def send_test_webhook(
    database: Database,
    webhooks_queue: Queue,
    merchant_id: str,
    endpoint_id: str,
    idempotent: IdempotentRequest | None = None,
) -> str:
    """Send `endpoint.test` to this endpoint, once; the delivery's wire form (JSON text).

    Raises NotFoundError, ConflictError (ENDPOINT_DISABLED) and IdempotencyKeyTakenError.
    """
    delivery_id = new_id("whd")
    rows = database.run(
        "send_test_webhook",
        endpoint_id=endpoint_id,
        merchant_id=merchant_id,
        delivery_id=delivery_id,
        event_id=new_id("evt"),
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(idempotent),
    )
    if not rows:
        raise endpoint_unknown()
    if rows[0]["body"] is None:
        if rows[0]["status"] != "enabled":
            raise endpoint_disabled()
        raise IdempotencyKeyTakenError("The key is taken.")
    send_jobs(webhooks_queue, [delivery_id])
    return str(rows[0]["body"])


def endpoint_disabled() -> ConflictError:
    """For an endpoint that nothing is sent to."""
    return ConflictError("The webhook endpoint is disabled or deleted; enable it first.", reason="ENDPOINT_DISABLED")
