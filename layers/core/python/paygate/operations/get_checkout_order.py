"""What a shopper is asked to pay."""

from __future__ import annotations

import json
from typing import Any

from paygate.domain.errors import BadRequestError, NotFoundError
from paygate.domain.upi import CURRENCY
from paygate.operations.ports import Database


def get_checkout_order(database: Database, merchant_id: str, order_id: str, *, test_mode: bool) -> str:
    """The order's public wire form (JSON text) with the methods that can pay it. Raises NotFoundError."""
    rows = database.run("get_checkout_order", order_id=order_id, merchant_id=merchant_id)
    if not rows:
        raise NotFoundError("There is no order with this id.")
    order: dict[str, Any] = json.loads(rows[0]["body"])
    methods = ["upi", "card"] if order["currency"] == CURRENCY else ["card"]
    wire = {**order, "methods": methods, "test_mode": test_mode}
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))


def check_upi(database: Database, merchant_id: str, order_id: str) -> None:
    """Raises BadRequestError for an order that UPI cannot pay: a link in rupees would not ask for its amount."""
    rows = database.run("get_checkout_order", order_id=order_id, merchant_id=merchant_id)
    if rows and json.loads(rows[0]["body"])["currency"] != CURRENCY:
        raise BadRequestError(
            f"Orders in another currency than {CURRENCY} cannot be paid by UPI.",
            field="method",
            reason="METHOD_NOT_ALLOWED",
        )
