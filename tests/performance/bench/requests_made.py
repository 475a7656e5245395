"""API calls that figures are made of: an order, ways to pay it, and a refund."""

from __future__ import annotations

import uuid

from tests.performance.bench.deployment import Deployment
from tests.performance.bench.events import ApiCall

ORDER_BODY = {"amount": 50000, "currency": "INR", "receipt": "bench", "notes": {"cart": "42"}}
CARD = {
    "number": "4242424242424242",
    "expiry_month": 12,
    "expiry_year": 2035,
    "cvv": "123",
    "holder_name": "Asha Rao",
}


def order(deployment: Deployment) -> str:
    """A new order's id: each payment has its own, as in a shop."""
    return str(deployment.api(ApiCall("POST /orders", ORDER_BODY), expect=201)["id"])


def payment(order_id: str) -> ApiCall:
    """A UPI payment with a fresh Idempotency-Key."""
    body = {"order_id": order_id, "method": "upi", "vpa": "user@paytm"}
    return ApiCall("POST /payments", body, headers={"Idempotency-Key": str(uuid.uuid4())})


def card_payment(order_id: str) -> ApiCall:
    """A card payment with a fresh Idempotency-Key."""
    body = {"order_id": order_id, "method": "card", "card": CARD}
    return ApiCall("POST /payments", body, headers={"Idempotency-Key": str(uuid.uuid4())})


def paid_order(deployment: Deployment) -> str:
    """Order and pay; the pending payment's id."""
    return str(deployment.api(payment(order(deployment)), expect=201)["id"])


def refund(payment_id: str) -> ApiCall:
    """A part of the payment back, with a fresh Idempotency-Key."""
    body = {"amount": 10000, "reason": "one of the five was broken"}
    path = {"payment_id": payment_id}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return ApiCall("POST /payments/{payment_id}/refunds", body, path_parameters=path, headers=headers)
