"""Reply bodies of orders, payments and refunds."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from chalicelib.responses.common import ResponseBody
from paygate.domain.payment_status import PaymentStatus
from paygate.domain.refund_status import RefundStatus


class Order(ResponseBody):
    """What is to be paid."""

    id: str = Field(examples=["order_NXhj67fGH2jk9mPq"])
    amount: int = Field(description="in the currency's minor unit")
    currency: str
    receipt: str | None
    notes: dict[str, str]
    status: Literal["created", "authorized", "paid", "expired"]
    capture: Literal["automatic", "manual"] = Field(
        description="manual: a payment is authorized first, then captured or cancelled"
    )
    reusable: bool = Field(description="any number of payments may succeed; the order never becomes paid")
    expires_at: AwareDatetime | None = Field(description="from then on the order takes no payment")
    created_at: AwareDatetime


class OrderList(ResponseBody):
    """A page of orders, newest first."""

    data: list[Order]
    has_more: bool


class PaymentCard(ResponseBody):
    """What is kept of a card."""

    network: Literal["visa", "mastercard", "rupay", "amex", "diners", "discover", "unionpay"]
    last4: str


class Payment(ResponseBody):
    """One attempt to pay an order."""

    id: str
    order_id: str
    amount: int = Field(description="in the currency's minor unit; the order's")
    currency: str
    method: Literal["upi", "card"]
    vpa: str | None = Field(None, description="only with method upi")
    card: PaymentCard | None = Field(None, description="only with method card")
    status: PaymentStatus
    failure_reason: str | None = Field(None, description="only with status failed")
    amount_captured: int | None = Field(None, description="once captured")
    amount_refunded: int | None = Field(
        None, description="once captured: what its refunds hold that are pending or processed"
    )
    capture_before: AwareDatetime | None = Field(
        None, description="only with status authorized: what is not captured by then is cancelled"
    )
    pending_action: Literal["capture", "cancel"] | None = Field(
        None, description="what was asked for and the acquirer has not answered yet"
    )
    capture_failure_reason: str | None = Field(None, description="why the acquirer refused the latest capture")
    created_at: AwareDatetime


class PaymentList(ResponseBody):
    """A page of payments, newest first."""

    data: list[Payment]
    has_more: bool


class TimelineEntry(ResponseBody):
    """One event of a payment."""

    id: str
    type: str
    sequence: int = Field(description="counts the payment's events from 1")
    refund_id: str | None = Field(None, description="only for events of a refund")
    created_at: AwareDatetime


class Timeline(ResponseBody):
    """Every event of a payment, oldest first."""

    data: list[TimelineEntry]


class Refund(ResponseBody):
    """Money on its way back to the shopper."""

    id: str
    payment_id: str
    amount: int = Field(description="in the currency's minor unit")
    currency: str
    reason: str | None
    status: RefundStatus
    failure_reason: str | None = Field(description="only with status failed; the amount can be refunded again")
    created_at: AwareDatetime


class RefundList(ResponseBody):
    """A page of refunds, newest first."""

    data: list[Refund]
    has_more: bool
