"""Bodies and query strings of the checkout's routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from chalicelib.schemas.common import Id, RequestBody, RequestQuery, Text
from chalicelib.schemas.payments import CardBody
from paygate.domain.origins import ORIGIN_LENGTH_MAX
from paygate.domain.vpa import VPA_LENGTH_MAX

Key = Annotated[Id, Field(description="the publishable key: an API key's id")]


class OpenCheckoutQuery(RequestQuery):
    """Who embeds the checkout, and for what."""

    key: Key
    order_id: Id
    origin: Annotated[Text, Field(max_length=ORIGIN_LENGTH_MAX, description="of the page that embeds it")]
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$")] = "en"


class CheckoutQuery(RequestQuery):
    """Whose checkout."""

    key: Key


class CheckoutUpiPaymentBody(RequestBody):
    """Pay by UPI: to a request that the app of `vpa` shows, or, without one, from any app by link or QR code."""

    key: Key
    order_id: Id
    method: Literal["upi"]
    vpa: Annotated[Text, Field(max_length=VPA_LENGTH_MAX)] | None = None


class CheckoutCardPaymentBody(RequestBody):
    """Pay by card."""

    key: Key
    order_id: Id
    method: Literal["card"]
    card: CardBody


class CreateCheckoutPaymentBody(
    RootModel[Annotated[CheckoutUpiPaymentBody | CheckoutCardPaymentBody, Field(discriminator="method")]]
):
    """What is given beside `order_id` depends on `method`."""

    @property
    def key(self) -> str:
        return self.root.key
