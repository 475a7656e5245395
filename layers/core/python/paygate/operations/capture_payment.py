"""A merchant captures or cancels an authorized payment: asked for here, done once the acquirer has answered."""

from __future__ import annotations

from typing import Any

from paygate.domain.errors import ConflictError, IdempotencyKeyTakenError, NotFoundError, PaygateError
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations.answer_once import key_parameters
from paygate.operations.jobs import RESEND_AFTER_SECONDS, send_jobs
from paygate.operations.ports import Database, Queue


def capture_payment(
    database: Database,
    payments_queue: Queue,
    merchant_id: str,
    payment_id: str,
    amount_minor: int | None,
    idempotent: IdempotentRequest | None = None,
) -> str:
    """Ask for all of the payment, or for an amount of it, once; the rest is released. Its wire form (JSON text).

    Raises NotFoundError, ConflictError (not authorized, asked for already, too late, more than was authorized) and
    IdempotencyKeyTakenError.
    """
    rows = database.run(
        "capture_payment",
        payment_id=payment_id,
        merchant_id=merchant_id,
        amount_minor=amount_minor,
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(idempotent),
    )
    row = _accepted(rows)
    if row["body"] is None:
        raise _refusal(row, amount_minor)
    send_jobs(payments_queue, [payment_id])
    return str(row["body"])


def cancel_payment(
    database: Database,
    payments_queue: Queue,
    merchant_id: str,
    payment_id: str,
    idempotent: IdempotentRequest | None = None,
) -> str:
    """Ask for the money to be released; the order can then be paid again. The payment's wire form (JSON text).

    Raises NotFoundError, ConflictError (not authorized, asked for already) and IdempotencyKeyTakenError.
    """
    rows = database.run(
        "cancel_payment",
        payment_id=payment_id,
        merchant_id=merchant_id,
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(idempotent),
    )
    row = _accepted(rows)
    if row["body"] is None:
        raise _refusal({**row, "too_late": False}, None)
    send_jobs(payments_queue, [payment_id])
    return str(row["body"])


def _accepted(rows: list[dict[str, Any]]) -> dict[str, Any]:
    if not rows:
        raise NotFoundError("There is no payment with this id.")
    return rows[0]


def _refusal(row: dict[str, Any], amount_minor: int | None) -> PaygateError:
    if row["status"] != "authorized":
        return ConflictError(f"The payment is {row['status']}, not authorized.", reason="PAYMENT_NOT_AUTHORIZED")
    if row["requested_before"] is not None:
        return ConflictError(
            f"A {row['requested_before']} of the payment is under way.",
            reason=f"{row['requested_before'].upper()}_PENDING",
        )
    if row["too_late"]:
        return ConflictError(
            "The authorization has expired; the payment is being cancelled.", reason="AUTHORIZATION_EXPIRED"
        )
    if amount_minor is not None and amount_minor > row["amount_minor"]:
        return ConflictError(
            f"amount must be at most {row['amount_minor']}, which is what is authorized.",
            field="amount",
            reason="CAPTURE_EXCEEDS_AUTHORIZED",
        )
    # Nothing about the payment stood in the way, so the key did.
    return IdempotencyKeyTakenError("The key is taken.")
