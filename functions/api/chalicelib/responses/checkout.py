"""Reply bodies of the checkout and of the merchant's settings."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from chalicelib.responses.common import ResponseBody
from paygate.domain.payment_status import PaymentStatus


class CheckoutMerchant(ResponseBody):
    """Whom a shopper pays."""

    name: str


class CheckoutOrder(ResponseBody):
    """What a shopper is asked to pay."""

    id: str
    amount: int = Field(description="in the currency's minor unit")
    currency: str
    status: Literal["created", "authorized", "paid", "expired"]
    merchant: CheckoutMerchant
    methods: list[Literal["upi", "card"]]
    test_mode: bool


class CheckoutPayment(ResponseBody):
    """A payment as its shopper sees it."""

    id: str
    order_id: str
    amount: int
    currency: str
    method: Literal["upi", "card"]
    status: PaymentStatus
    failure_reason: str | None = Field(None, description="only with status failed")
    upi_link: str | None = Field(None, description="only of a new payment by UPI without a VPA: opens a payment app")
    upi_qr: str | None = Field(None, description="the same as a QR code: an SVG image in a data URI")
    signature: str | None = Field(
        None, description="once it has succeeded: hex HMAC-SHA256 of `order_id|payment_id` under the checkout secret"
    )


class MerchantSettings(ResponseBody):
    """A merchant's own settings."""

    id: str
    name: str
    email: str
    allowed_origins: list[str] = Field(description="whose pages may embed the checkout")
    created_at: AwareDatetime


class MerchantWithSecret(MerchantSettings):
    """A merchant with its new checkout secret."""

    secret: str = Field(description="shown this once", examples=["chksec_…"])
