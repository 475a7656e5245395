"""A merchant announces what is to be paid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from paygate.domain.errors import BadRequestError, IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.operations.answer_once import key_parameters
from paygate.operations.ports import Database

EXPIRY_MAX = timedelta(days=365)


@dataclass(frozen=True)
class NewOrder:
    """An order as the merchant wants it; `amount_minor` is in the currency's minor unit, `capture` automatic or manual.

    `expires_at` is an aware time; None is never.
    """

    amount_minor: int
    currency: str
    receipt: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    reusable: bool = False
    capture: str = "automatic"
    expires_at: datetime | None = None


def create_order(
    database: Database, merchant_id: str, order: NewOrder, idempotent: IdempotentRequest | None = None
) -> str:
    """Store the order and return its wire form (JSON text).

    Raises BadRequestError (an expiry that is past or over a year away) and IdempotencyKeyTakenError.
    """
    _check_expiry(order.expires_at, datetime.now(UTC))
    rows = database.run(
        "create_order",
        order_id=new_id("order"),
        merchant_id=merchant_id,
        amount_minor=order.amount_minor,
        currency=order.currency,
        receipt=order.receipt,
        notes=json.dumps(dict(order.notes), separators=(",", ":"), ensure_ascii=False),
        reusable=order.reusable,
        capture=order.capture,
        expires_at=order.expires_at.isoformat() if order.expires_at else None,
        **key_parameters(idempotent),
    )
    if not rows:
        raise IdempotencyKeyTakenError("The key is taken.")
    return str(rows[0]["body"])


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and not now < expires_at <= now + EXPIRY_MAX:
        raise BadRequestError(
            "expires_at must be in the future and within a year.", field="expires_at", reason="INVALID_VALUE"
        )
