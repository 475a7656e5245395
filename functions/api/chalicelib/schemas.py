"""Request bodies, validated strictly: no unknown fields, no numbers in strings, no text that Postgres cannot hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ID_LENGTH_MAX = 64
AMOUNT_MINOR_MAX = 999_999_999_999
# Postgres text cannot hold NUL.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH_MAX, pattern=r"^[0-9A-Za-z_]+$")]


class RequestBody(BaseModel):
    """Base of every request body."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CreateOrderBody(RequestBody):
    """`amount` is in the currency's minor unit (paise, cents)."""

    amount: int = Field(ge=100, le=AMOUNT_MINOR_MAX)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    receipt: Annotated[Text, Field(max_length=40)] | None = None
    notes: dict[
        Annotated[Text, Field(min_length=1, max_length=256)],
        Annotated[Text, Field(max_length=256)],
    ] = Field(default_factory=dict, max_length=15)
    reusable: bool = False


class CreatePaymentBody(RequestBody):
    """Amount and currency are the order's."""

    order_id: Id
    method: Literal["upi"]
    vpa: Annotated[Text, Field(max_length=320)]


class UpdateWebhookEndpointBody(RequestBody):
    """What is left out stays as it is; a new URL enables the endpoint unless `status` says otherwise."""

    url: Annotated[Text, Field(min_length=1, max_length=2048)] | None = None
    status: Literal["enabled", "disabled"] | None = None
