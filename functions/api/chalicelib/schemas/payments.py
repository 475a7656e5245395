"""Bodies and query strings of the payments' routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel, StringConstraints, WithJsonSchema

from chalicelib.schemas.common import AMOUNT_MINOR_MAX, CreatedRangeQuery, Id, RequestBody, Text, read_digits
from paygate.domain.cards import Card, check_card
from paygate.domain.payment_status import PaymentStatus
from paygate.domain.vpa import VPA_LENGTH_MAX

# Forms send what a shopper typed as text.
DigitsOrNumber = Annotated[
    int,
    BeforeValidator(read_digits),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]{1,4}$"}]}),
]


class CardBody(RequestBody):
    """A card as the shopper typed it; spaces and hyphens in the number are passed over."""

    number: str = Field(repr=False, min_length=1, max_length=40, examples=["4242 4242 4242 4242"])
    expiry_month: DigitsOrNumber
    expiry_year: DigitsOrNumber = Field(description="with two or four digits")
    cvv: str = Field(repr=False, min_length=1, max_length=10)
    holder_name: Annotated[Text, Field(min_length=1, max_length=100)] | None = Field(None, repr=False)

    def card(self, today: date) -> Card:
        """The card, checked. Raises BadRequestError."""
        return check_card(self.number, self.expiry_month, self.expiry_year, self.cvv, self.holder_name, today=today)


class CreateUpiPaymentBody(RequestBody):
    """Pay an order by UPI; amount and currency are the order's."""

    order_id: Id
    method: Literal["upi"]
    vpa: Annotated[Text, Field(max_length=VPA_LENGTH_MAX)]


class CreateCardPaymentBody(RequestBody):
    """Pay an order by card; amount and currency are the order's."""

    order_id: Id
    method: Literal["card"]
    card: CardBody


class CreatePaymentBody(
    RootModel[Annotated[CreateUpiPaymentBody | CreateCardPaymentBody, Field(discriminator="method")]]
):
    """What is given beside `order_id` depends on `method`."""


class CapturePaymentBody(RequestBody):
    """`amount` is in the currency's minor unit; without it, all that is authorized is captured."""

    amount: int | None = Field(None, ge=1, le=AMOUNT_MINOR_MAX)


class CancelPaymentBody(RequestBody):
    """Nothing is to be said."""


class ListPaymentsQuery(CreatedRangeQuery):
    """Which payments are wanted."""

    status: PaymentStatus | None = None
    method: Literal["upi", "card"] | None = None
    order_id: Id | None = None
    vpa: Annotated[Text, Field(min_length=1, max_length=VPA_LENGTH_MAX)] | None = None
    card_last4: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
