"""What a bad request looks like and how it must be answered; the tables are in the modules beside."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

ORDER = {"amount": 50_000, "currency": "INR"}
UPI = {"order_id": "order_test_123", "method": "upi", "vpa": "user@paytm"}
CARD = {"number": "4242424242424242", "expiry_month": 12, "expiry_year": 2040, "cvv": "123", "holder_name": "Asha Rao"}
CARD_PAYMENT = {"order_id": "order_test_123", "method": "card", "card": CARD}


@dataclasses.dataclass(frozen=True)
class Bad:
    """One bad request. `key` is its idempotency key; without one the test gives it a good one of its own."""

    name: str
    route: str
    body: str | bytes | None = None
    field: str | None = None
    reason: str | None = "INVALID_VALUE"
    status: int = 400
    code: str = "BAD_REQUEST_ERROR"
    key: str | Sequence[str] | None = None
    headers: Mapping[str, str] | None = None
    query: Sequence[tuple[str, str]] = ()
    path: dict[str, str] = dataclasses.field(default_factory=dict)
    # Without a key: a refusal by the operation itself is kept under one.
    keyless: bool = False


def order(name: str, at: str | None, reason: str = "INVALID_VALUE", /, **changes: Any) -> Bad:
    """An order with these changes, at fault at the field `at`."""
    return Bad(f"order: {name}", "POST /orders", json.dumps({**ORDER, **changes}), at, reason)


def raw_order(name: str, at: str | None, text: str, reason: str = "INVALID_VALUE") -> Bad:
    """An order with this text in place of its amount."""
    return Bad(f"order: {name}", "POST /orders", f'{{"amount":{text},"currency":"INR"}}', at, reason)


def upi(name: str, at: str | None, reason: str = "INVALID_VALUE", /, **changes: Any) -> Bad:
    """A payment by UPI with these changes."""
    return Bad(f"upi: {name}", "POST /payments", json.dumps({**UPI, **changes}), at, reason)


def card(name: str, at: str | None, reason: str = "INVALID_VALUE", /, **changes: Any) -> Bad:
    """A payment by a card with these changes."""
    body = {**CARD_PAYMENT, "card": {**CARD, **changes}}
    return Bad(f"card: {name}", "POST /payments", json.dumps(body), at, reason)


def payment(name: str, at: str | None, reason: str, body: Any) -> Bad:
    """A payment with this very body."""
    return Bad(f"payment: {name}", "POST /payments", json.dumps(body), at, reason)


def without(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def any_of(*values: Any) -> tuple[Any, ...]:
    """Values of several types, in a row."""
    return values
