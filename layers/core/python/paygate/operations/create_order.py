"""A merchant announces what is to be paid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from paygate.domain.ids import new_id
from paygate.operations.ports import Database


@dataclass(frozen=True)
class NewOrder:
    """An order as the merchant wants it; `amount_minor` is in the currency's minor unit."""

    amount_minor: int
    currency: str
    receipt: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    reusable: bool = False


def create_order(database: Database, merchant_id: str, order: NewOrder) -> str:
    """Store the order and return its wire form (JSON text)."""
    rows = database.run(
        "create_order",
        order_id=new_id("order"),
        merchant_id=merchant_id,
        amount_minor=order.amount_minor,
        currency=order.currency,
        receipt=order.receipt,
        notes=json.dumps(dict(order.notes), separators=(",", ":"), ensure_ascii=False),
        reusable=order.reusable,
    )
    return str(rows[0]["body"])
