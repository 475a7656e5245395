"""A merchant wants a webhook sent again, whatever became of it before."""

from __future__ import annotations

from paygate.domain.errors import IdempotencyKeyTakenError, NotFoundError
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations.answer_once import key_parameters
from paygate.operations.jobs import RESEND_AFTER_SECONDS, send_jobs
from paygate.operations.ports import Database, Queue
from paygate.operations.send_test_webhook import endpoint_disabled


def request_webhook_retry(
    database: Database,
    webhooks_queue: Queue,
    merchant_id: str,
    delivery_id: str,
    idempotent: IdempotentRequest | None = None,
) -> str:
    """Begin a new run of the delivery at once; its wire form (JSON text). Two requests are two runs.

    Raises NotFoundError, ConflictError (ENDPOINT_DISABLED) and IdempotencyKeyTakenError.
    """
    rows = database.run(
        "request_webhook_retry",
        delivery_id=delivery_id,
        merchant_id=merchant_id,
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(idempotent),
    )
    if not rows:
        raise NotFoundError("There is no webhook delivery with this id.")
    if rows[0]["body"] is None:
        if rows[0]["endpoint_status"] != "enabled":
            raise endpoint_disabled()
        raise IdempotencyKeyTakenError("The key is taken.")
    send_jobs(webhooks_queue, [delivery_id])
    return str(rows[0]["body"])
