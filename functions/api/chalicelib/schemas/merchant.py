"""Bodies of the merchant's own routes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.schemas.common import RequestBody, Text
from paygate.domain.origins import ORIGIN_LENGTH_MAX, ORIGINS_MAX


class UpdateMerchantBody(RequestBody):
    """What is left out stays as it is."""

    name: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    allowed_origins: (
        Annotated[
            list[Annotated[Text, Field(max_length=ORIGIN_LENGTH_MAX)]],
            Field(max_length=ORIGINS_MAX, description="whose pages may embed the checkout, as https://shop.example"),
        ]
        | None
    ) = None


class RotateCheckoutSecretBody(RequestBody):
    """Nothing is to be said."""
