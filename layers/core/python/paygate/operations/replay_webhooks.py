"""A merchant wants many webhooks sent again, such as those that were held while its endpoint was disabled."""

from __future__ import annotations

from collections.abc import Sequence

from paygate.domain.errors import ConflictError, IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.operations.answer_once import Answer, key_parameters
from paygate.operations.jobs import RESEND_AFTER_SECONDS, ids_of, send_jobs
from paygate.operations.list_webhooks import DeliveryFilter
from paygate.operations.ports import Database, Queue
from paygate.operations.send_test_webhook import endpoint_disabled
from paygate.operations.update_webhook_endpoint import endpoint_unknown

DELIVERIES_MAX = 10_000
# Ten calls of ten; the sweeper sends the rest, within a minute.
SEND_MAX = 100
MISSED = ("held", "exhausted")


def replay_webhooks(
    database: Database,
    webhooks_queue: Queue,
    merchant_id: str,
    wanted: DeliveryFilter,
    statuses: Sequence[str],
    *,
    dry_run: bool,
    idempotent: IdempotentRequest | None = None,
) -> Answer:
    """Begin a new run of every delivery of these statuses that the filter finds: 202 and the replay, whose progress can
    be asked for; or, dry, 200 and how many there are. Deliveries under way and those of disabled endpoints are left
    out.

    Raises NotFoundError (the endpoint), ConflictError (REPLAY_TOO_LARGE, ENDPOINT_DISABLED) and
    IdempotencyKeyTakenError.
    """
    (row,) = database.run(
        "replay_webhooks",
        merchant_id=merchant_id,
        replay_id=new_id("whr"),
        statuses=list(statuses),
        dry_run=dry_run,
        deliveries_max=DELIVERIES_MAX,
        send_max=SEND_MAX,
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **wanted.parameters(),
        **key_parameters(idempotent),
    )
    if row["body"] is None:
        if wanted.endpoint_id is not None and row["endpoint_status"] is None:
            raise endpoint_unknown()
        if row["count"] > DELIVERIES_MAX:
            raise ConflictError(
                f"More than {DELIVERIES_MAX} deliveries would be sent again; narrow them down, by time for example.",
                reason="REPLAY_TOO_LARGE",
            )
        if wanted.endpoint_id is not None and row["endpoint_status"] != "enabled" and not dry_run:
            raise endpoint_disabled()
        raise IdempotencyKeyTakenError("The key is taken.")
    delivery_ids = ids_of(row["delivery_ids"])
    if delivery_ids:
        send_jobs(webhooks_queue, delivery_ids)
    return Answer(200 if dry_run else 202, row["body"])
