"""What a shopper's browser is told of a payment that it has just begun."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from paygate.domain.upi import upi_link

SHOWN = ("id", "order_id", "amount", "currency", "method", "status")


def show_checkout_payment(body: str, payee: str, draw: Callable[[str], str]) -> str:
    """From a new payment's wire form (JSON text) its public one. A payment by UPI without a VPA, which comes with its
    `payee_name`, has the link that a payment app opens, and the QR code of it as a data URI, which `draw` makes.

    It depends on nothing but what was stored and the deployment's `payee`, so a replay is the same, byte for byte.
    """
    payment: dict[str, Any] = json.loads(body)
    wire = {name: payment[name] for name in SHOWN}
    if payment["method"] == "upi" and "vpa" not in payment:
        link = upi_link(payee, payment["payee_name"], payment["id"], payment["amount"])
        wire |= {"upi_link": link, "upi_qr": draw(link)}
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
