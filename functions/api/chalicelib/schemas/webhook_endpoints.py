"""Bodies of the webhook endpoints' routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chalicelib.schemas.common import RequestBody, Text
from paygate.domain.webhook_url import URL_LENGTH_MAX
from paygate.domain.webhooks import EVENT_FILTERS
from paygate.operations.rotate_webhook_secret import OVERLAP_SECONDS_DEFAULT, OVERLAP_SECONDS_MAX


def _check_event(event: str) -> str:
    if event not in EVENT_FILTERS:
        raise ValueError(f"must be one of {', '.join(EVENT_FILTERS)}")
    return event


Url = Annotated[Text, Field(min_length=1, max_length=URL_LENGTH_MAX)]
Events = Annotated[
    list[Annotated[str, AfterValidator(_check_event)]],
    Field(min_length=1, max_length=len(EVENT_FILTERS), description="`*`, families such as `payment.*`, or types"),
]
Description = Annotated[Text, Field(max_length=255)]


class CreateWebhookEndpointBody(RequestBody):
    """Where events go, and which."""

    url: Url
    events: Events = Field(default_factory=lambda: ["*"])
    description: Description = ""
    status: Literal["enabled", "disabled"] = "enabled"


class UpdateWebhookEndpointBody(RequestBody):
    """What is left out stays as it is; a new URL enables the endpoint unless `status` says otherwise."""

    url: Url | None = None
    events: Events | None = None
    description: Description | None = None
    status: Literal["enabled", "disabled"] | None = None


class RotateWebhookSecretBody(RequestBody):
    """How long the old secret signs as well."""

    overlap_seconds: int = Field(OVERLAP_SECONDS_DEFAULT, ge=0, le=OVERLAP_SECONDS_MAX)


class SendTestWebhookBody(RequestBody):
    """Nothing is to be said."""
