"""Bodies and query strings of the orders' routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chalicelib.schemas.common import AMOUNT_MINOR_MAX, Moment, RequestBody, Text


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
    currency: Annotated[str, AfterValidator(_check_currency)]
    receipt: Annotated[Text, Field(max_length=40)] | None = None
    notes: dict[
        Annotated[Text, Field(min_length=1, max_length=256)],
        Annotated[Text, Field(max_length=256)],
    ] = Field(default_factory=dict, max_length=15)
    capture: Literal["automatic", "manual"] = "automatic"
    reusable: bool = False
    expires_at: Moment | None = Field(None, description="in the future and within a year; without it, never")
