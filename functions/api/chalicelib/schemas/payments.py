"""Bodies and query strings of the payments' routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel

from chalicelib.schemas.common import Id, Moment, PageQuery, RequestBody, Text
from paygate.domain.cards import Card, check_card
from paygate.domain.payment_status import PaymentStatus


def _read_digits(value: object) -> object:
    # Forms send what a shopper typed as text.
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 4 else value


DigitsOrNumber = Annotated[int, BeforeValidator(_read_digits)]


class CardBody(RequestBody):
    """A card as the shopper typed it; spaces and hyphens in the number are passed over."""

    number: str = Field(min_length=1, max_length=40, examples=["4242 4242 4242 4242"])
    expiry_month: DigitsOrNumber
    expiry_year: DigitsOrNumber = Field(description="with two or four digits")
    cvv: str = Field(min_length=1, max_length=10)
    holder_name: Annotated[Text, Field(min_length=1, max_length=100)] | None = None

    def card(self, today: date) -> Card:
        """The card, checked. Raises BadRequestError."""
        return check_card(self.number, self.expiry_month, self.expiry_year, self.cvv, self.holder_name, today=today)


class CreateUpiPaymentBody(RequestBody):
    """Pay an order by UPI; amount and currency are the order's."""

    order_id: Id
    method: Literal["upi"]
    vpa: Annotated[Text, Field(max_length=320)]


class CreateCardPaymentBody(RequestBody):
    """Pay an order by card; amount and currency are the order's."""

    order_id: Id
    method: Literal["card"]
    card: CardBody


class CreatePaymentBody(
    RootModel[Annotated[CreateUpiPaymentBody | CreateCardPaymentBody, Field(discriminator="method")]]
):
    """What is given beside `order_id` depends on `method`."""


class ListPaymentsQuery(PageQuery):
    """Times are ISO 8601 with an offset or Z."""

    status: PaymentStatus | None = None
    method: Literal["upi", "card"] | None = None
    order_id: Id | None = None
    created_gt: Moment | None = None
    created_gte: Moment | None = None
    created_lt: Moment | None = None
    created_lte: Moment | None = None
