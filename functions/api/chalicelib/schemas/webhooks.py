"""Bodies and query strings of the webhook log's routes, and of the event log's."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from chalicelib.schemas.common import CreatedRangeQuery, Id, Moment, PageQuery, RequestBody
from paygate.domain.errors import BadRequestError
from paygate.domain.webhooks import EVENT_FILTERS, EVENT_TYPES, TEST_EVENT, DeliveryStatus
from paygate.operations.list_webhooks import DeliveryFilter

OFFSET_MAX = 1_000_000


def _check_event(event: str) -> str:
    if event not in (*EVENT_FILTERS, TEST_EVENT):
        raise ValueError(f"must be one of {', '.join((*EVENT_FILTERS, TEST_EVENT))}")
    return event


def _check_type(event: str) -> str:
    if event not in (*EVENT_TYPES, TEST_EVENT):
        raise ValueError(f"must be one of {', '.join((*EVENT_TYPES, TEST_EVENT))}")
    return event


Event = Annotated[str, AfterValidator(_check_event), Field(description="a type, or a family such as `payment.*`")]


def _read_offset(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 7 else value


class DeliveryFilterFields(BaseModel):
    """What narrows deliveries down, in a query string as in a body; times are ISO 8601 with an offset or Z."""

    event: Event | None = None
    endpoint_id: Id | None = None
    payment_id: Id | None = None
    event_id: Id | None = None
    created_gt: Moment | None = None
    created_gte: Moment | None = None
    created_lt: Moment | None = None
    created_lte: Moment | None = None

    def wanted(self) -> DeliveryFilter:
        """The filter; the status is not part of it."""
        return DeliveryFilter(**{name: getattr(self, name) for name in DeliveryFilterFields.model_fields})


class ListWebhooksQuery(DeliveryFilterFields, PageQuery):
    """Which deliveries are wanted: by offset and counted, or, with `total=false`, by cursor."""

    total: Literal["true", "false"] = "true"
    offset: Annotated[int, BeforeValidator(_read_offset), Field(strict=True)] = Field(0, ge=0, le=OFFSET_MAX)
    status: DeliveryStatus | None = None

    @property
    def counted(self) -> bool:
        """Whether all of them are counted. Raises BadRequestError for a cursor where they are, an offset where not."""
        cursor_field = self.page().cursor_field
        if self.total == "true" and cursor_field is not None:
            raise BadRequestError(f"{cursor_field} needs total=false.", field=cursor_field, reason="INVALID_VALUE")
        if self.total == "false" and self.offset > 0:
            raise BadRequestError("offset needs total=true.", field="offset", reason="INVALID_VALUE")
        return self.total == "true"


class RequestWebhookRetryBody(RequestBody):
    """Nothing is to be said."""


class ReplayWebhooksBody(DeliveryFilterFields, RequestBody):
    """Which deliveries are to be sent again; those that were held or exhausted, unless `status` says otherwise."""

    dry_run: bool = Field(False, description="only count them")
    status: Literal["delivered", "exhausted", "held", "cancelled", "expired"] | None = None


class ListEventsQuery(CreatedRangeQuery):
    """Which events are wanted."""

    type: Annotated[str, AfterValidator(_check_type)] | None = None
    payment_id: Id | None = None
