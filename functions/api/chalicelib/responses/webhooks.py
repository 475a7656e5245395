"""Reply bodies of webhook endpoints, deliveries and events."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field, RootModel

from chalicelib.responses.common import ResponseBody
from paygate.domain.webhooks import DeliveryStatus


class WebhookEndpoint(ResponseBody):
    """Where a merchant's webhooks go."""

    id: str
    url: str | None
    description: str
    events: list[str] = Field(description="`*`, families such as `payment.*`, or types")
    status: Literal["enabled", "disabled"]
    disabled_reason: Literal["no_url", "requested", "gone", "failing"] | None
    failing_since: AwareDatetime | None = Field(description="the first failure since the last success")
    previous_secret_expires_at: AwareDatetime | None = Field(description="until then the old secret signs as well")
    created_at: AwareDatetime


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint with its new secret."""

    secret: str = Field(description="shown this once", examples=["whsec_…"])


class DeletedWebhookEndpoint(ResponseBody):
    """An endpoint that is no more."""

    id: str
    deleted: Literal[True]


class WebhookEndpointList(ResponseBody):
    """A merchant's endpoints, newest first."""

    data: list[WebhookEndpoint]
    has_more: bool


class WebhookDelivery(ResponseBody):
    """One event on its way to one endpoint."""

    id: str
    event_id: str
    event: str
    endpoint_id: str
    payment_id: str | None
    status: DeliveryStatus
    run: int = Field(description="counts how often it was sent all over again, from 1")
    attempts: int = Field(description="of all runs")
    response_status: int | None = Field(description="of the latest attempt")
    error_kind: str | None = Field(description="of the latest attempt: why there was no answer, or none that counts")
    next_attempt_at: AwareDatetime | None = Field(description="only with status pending")
    replay_id: str | None = Field(description="the replay that began this run")
    created_at: AwareDatetime


class WebhookDeliveryList(ResponseBody):
    """A part of the log, newest first."""

    data: list[WebhookDelivery]
    total: int
    limit: int
    offset: int


class WebhookDeliveryPage(ResponseBody):
    """A page of the log, newest first."""

    data: list[WebhookDelivery]
    has_more: bool


class WebhookLog(RootModel[WebhookDeliveryList | WebhookDeliveryPage]):
    """Counted, or, with `total=false`, a page by cursor."""


class AttemptTimings(ResponseBody):
    """Milliseconds; null for what it did not come to, or had no need of on a connection that was open."""

    dns_ms: int | None
    connect_ms: int | None
    tls_ms: int | None
    first_byte_ms: int | None = Field(description="from the end of the request to the start of the answer")


class WebhookAttempt(ResponseBody):
    """One try to deliver."""

    number: int
    run: int
    started_at: AwareDatetime
    duration_ms: int
    timings: AttemptTimings
    address: str | None = Field(description="the address that was dialled")
    request_headers: dict[str, str] | None
    response_status: int | None
    response_body: str | None = Field(description="its first 16 KiB")
    response_truncated: bool
    error_kind: str | None
    error: str | None = Field(description="what went wrong, in words")


class WebhookDeliveryDetail(WebhookDelivery):
    """A delivery with what was sent and each attempt."""

    request_body: str
    attempt_log: list[WebhookAttempt] = Field(description="the latest first, 100 at most")


class WebhookReplay(ResponseBody):
    """Many deliveries that are sent again; a dry run is answered with `dry_run` and `count` alone."""

    id: str
    status: Literal["running", "done"]
    total: int
    ended: int = Field(description="no longer under way")
    delivered: int
    created_at: AwareDatetime


class WebhookReplayCount(ResponseBody):
    """What a replay would send again."""

    dry_run: Literal[True]
    count: int


class Event(ResponseBody):
    """Something that happened."""

    id: str
    type: str
    sequence: int | None = Field(description="counts the payment's events from 1")
    payment_id: str | None
    refund_id: str | None
    endpoint_id: str | None
    created_at: AwareDatetime
    body: dict[str, object] = Field(description="what its webhooks carry")


class EventList(ResponseBody):
    """A page of events, newest first."""

    data: list[Event]
    has_more: bool
