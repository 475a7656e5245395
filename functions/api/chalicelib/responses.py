"""Reply bodies as models. The API answers with JSON that Postgres has printed, so these serve the OpenAPI document and
the tests, which hold real replies against them; no request loads this module.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from paygate.domain.ledger import Account, JournalType
from paygate.domain.payment_status import PaymentStatus
from paygate.domain.refund_status import RefundStatus


class ResponseBody(BaseModel):
    """Base of every reply body."""

    model_config = ConfigDict(extra="forbid")


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


class Balance(ResponseBody):
    """Every account of one currency; acquirer_receivable is what the other three add up to."""

    currency: str
    acquirer_receivable: int = Field(description="captured and not paid back: what the acquirer owes")
    merchant_payable: int = Field(description="what the merchant is owed")
    refunds_payable: int = Field(description="held by pending refunds")
    fees: int


class BalanceList(ResponseBody):
    """A balance for each currency."""

    data: list[Balance]
    has_more: bool


class LedgerEntry(ResponseBody):
    """One side of a journal."""

    account: Account
    direction: Literal["debit", "credit"]
    amount: int


class Journal(ResponseBody):
    """An amount that moved between two accounts."""

    id: str
    type: JournalType
    amount: int = Field(description="in the currency's minor unit")
    currency: str
    payment_id: str
    refund_id: str | None
    entries: list[LedgerEntry] = Field(description="the debit, then the credit")
    created_at: AwareDatetime


class JournalList(ResponseBody):
    """A page of journals, newest first."""

    data: list[Journal]
    has_more: bool


class Settlement(ResponseBody):
    """What was booked on one day in one currency."""

    date: date
    currency: str
    captured: int
    refunded: int = Field(description="held by the refunds that were created")
    refunds_failed: int = Field(description="freed by the refunds that failed")
    fees: int
    net: int = Field(description="captured - refunded + refunds_failed - fees")
    captured_count: int
    refunded_count: int
    refunds_failed_count: int


class SettlementList(ResponseBody):
    """One day, by currency."""

    data: list[Settlement]
    has_more: bool


class WebhookEndpoint(ResponseBody):
    """Where a merchant's webhooks go."""

    id: str
    url: str | None
    events: list[str]
    status: Literal["enabled", "disabled"]
    created_at: AwareDatetime


class WebhookEndpointList(ResponseBody):
    """A merchant's endpoints, newest first."""

    data: list[WebhookEndpoint]
    has_more: bool


class Health(ResponseBody):
    """Whether the parts that requests need do answer."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"] | None = None
    redis: Literal["connected", "disconnected"] | None = None
    timestamp: AwareDatetime


class JobStatus(ResponseBody):
    """Background work as the queues report it."""

    pending: int
    processing: int
    completed: int
    failed: int
    worker_status: Literal["running", "stopped"]


class Merchant(ResponseBody):
    """The test merchant."""

    id: str
    name: str
    email: str
    created_at: AwareDatetime


class ErrorDetail(ResponseBody):
    """What went wrong, for people and for machines."""

    code: str = Field(examples=["BAD_REQUEST_ERROR"])
    description: str
    field: str | None = Field(None, description="the request field at fault")
    reason: str | None = Field(None, description="refines the code, e.g. INVALID_VPA")
    request_id: str


class Error(ResponseBody):
    """Every error reply."""

    error: ErrorDetail
