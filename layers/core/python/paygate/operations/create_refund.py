"""A refund begins: its amount is held in one transaction, then it is on its way to be processed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paygate.domain.errors import ConflictError, IdempotencyKeyTakenError, NotFoundError, PaygateError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.operations.answer_once import key_parameters
from paygate.operations.jobs import RESEND_AFTER_SECONDS, ids_of, send_job, send_jobs
from paygate.operations.ports import Database, Queue


@dataclass(frozen=True)
class NewRefund:
    """How much to give back of which payment, in its currency's minor unit; all that is left if no amount is given."""

    payment_id: str
    amount_minor: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class RefundIntake:
    """What taking a refund needs."""

    database: Database
    refunds_queue: Queue
    webhooks_queue: Queue
    processing_delay_seconds: int


def create_refund(
    intake: RefundIntake, merchant_id: str, refund: NewRefund, idempotent: IdempotentRequest | None = None
) -> str:
    """Store the refund with its event, journal, deliveries and outbox rows, and return its wire form (JSON text).

    Raises NotFoundError (no such payment), ConflictError (nothing was captured, or less is left) and
    IdempotencyKeyTakenError. A queue that does not answer is no error: the outbox brings the job back.
    """
    refund_id = new_id("rfnd")
    rows = intake.database.run(
        "create_refund",
        refund_id=refund_id,
        payment_id=refund.payment_id,
        merchant_id=merchant_id,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
        event_id=new_id("evt"),
        resend_after_seconds=RESEND_AFTER_SECONDS + intake.processing_delay_seconds,
        **key_parameters(idempotent),
    )
    if not rows:
        raise NotFoundError("There is no payment with this id.")
    row = rows[0]
    if row["body"] is None:
        raise _refusal(row, refund.amount_minor)
    send_job(intake.refunds_queue, refund_id, delay_seconds=intake.processing_delay_seconds)
    send_jobs(intake.webhooks_queue, ids_of(row["delivery_ids"]))
    return str(row["body"])


def _refusal(row: dict[str, Any], amount_minor: int | None) -> PaygateError:
    left_minor: int | None = row["left_minor"]
    if left_minor is None:
        return ConflictError("Nothing has been captured of this payment.", reason="PAYMENT_NOT_CAPTURED")
    unit = f"({row['currency']}, in its minor unit)"
    if left_minor == 0:
        captured = row["amount_captured_minor"]
        return ConflictError(
            f"All of the payment's {captured} is refunded or about to be; 0 is left {unit}.",
            field="amount",
            reason="PAYMENT_FULLY_REFUNDED",
        )
    if amount_minor is not None and amount_minor > left_minor:
        return ConflictError(
            f"amount must be at most {left_minor}, which is what is left to refund {unit}.",
            field="amount",
            reason="REFUND_EXCEEDS_LEFT",
        )
    # Nothing about the payment stood in the way, so the key did.
    return IdempotencyKeyTakenError("The key is taken.")
