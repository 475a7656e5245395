"""Bodies of the webhook endpoints' routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.schemas.common import RequestBody, Text


class UpdateWebhookEndpointBody(RequestBody):
    """What is left out stays as it is; a new URL enables the endpoint unless `status` says otherwise."""

    url: Annotated[Text, Field(min_length=1, max_length=2048)] | None = None
    status: Literal["enabled", "disabled"] | None = None
