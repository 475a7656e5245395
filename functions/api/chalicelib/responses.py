"""Reply bodies as models. The API answers with JSON that Postgres has printed, so these serve the OpenAPI document and
the tests, which hold real replies against them; no request loads this module.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from paygate.domain.payment_status import PaymentStatus


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
    created_at: AwareDatetime


class Timeline(ResponseBody):
    """Every event of a payment, oldest first."""

    data: list[TimelineEntry]


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
