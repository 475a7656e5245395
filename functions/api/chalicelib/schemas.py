"""Request bodies, validated strictly: no unknown fields, no numbers in strings, no text that Postgres cannot hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
)

from paygate.domain.cards import Card, check_card
from paygate.domain.ids import ID_LENGTH_MAX
from paygate.domain.paging import LIMIT_DEFAULT, LIMIT_MAX, Page
from paygate.domain.payment_status import PaymentStatus

OFFSET_MAX = timedelta(hours=14)
AMOUNT_MINOR_MAX = 999_999_999_999
# Postgres text cannot hold NUL.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH_MAX, pattern=r"^[0-9A-Za-z_]+$")]


class RequestBody(BaseModel):
    """Base of every request body."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _check_offset(moment: datetime) -> datetime:
    # Postgres refuses offsets from 16 hours on; none on earth is over 14.
    offset = moment.utcoffset()
    if offset is None or abs(offset) > OFFSET_MAX:
        raise ValueError("must have an offset of at most 14 hours")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_check_offset)]


def _check_currency(code: str) -> str:
    # Loaded by the one route that needs it. Metals, funds and test codes have no minor unit to count in.
    from iso4217 import Currency

    try:
        known = Currency(code).exponent is not None
    except ValueError:
        known = False
    if not known:
        raise ValueError("must be the ISO 4217 code of a currency, such as INR")
    return code


class CreateOrderBody(RequestBody):
    """`amount` is in the currency's minor unit (paise, cents)."""

    amount: int = Field(ge=100, le=AMOUNT_MINOR_MAX)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(_check_currency)]
    receipt: Annotated[Text, Field(max_length=40)] | None = None
    notes: dict[
        Annotated[Text, Field(min_length=1, max_length=256)],
        Annotated[Text, Field(max_length=256)],
    ] = Field(default_factory=dict, max_length=15)
    capture: Literal["automatic", "manual"] = "automatic"
    reusable: bool = False
    expires_at: Moment | None = Field(None, description="in the future and within a year; without it, never")


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


class RequestQuery(BaseModel):
    """Base of every query string; its values are text, so numbers and times are read from text."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(RequestQuery):
    """Which part of a list is wanted."""

    limit: int = Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    starting_after: Id | None = None
    ending_before: Id | None = None

    def page(self) -> Page:
        """Raises BadRequestError when both cursors are given."""
        return Page(self.limit, self.starting_after, self.ending_before)


class ListPaymentsQuery(PageQuery):
    """Times are ISO 8601 with an offset or Z."""

    status: PaymentStatus | None = None
    method: Literal["upi", "card"] | None = None
    order_id: Id | None = None
    created_gt: Moment | None = None
    created_gte: Moment | None = None
    created_lt: Moment | None = None
    created_lte: Moment | None = None


class UpdateWebhookEndpointBody(RequestBody):
    """What is left out stays as it is; a new URL enables the endpoint unless `status` says otherwise."""

    url: Annotated[Text, Field(min_length=1, max_length=2048)] | None = None
    status: Literal["enabled", "disabled"] | None = None
