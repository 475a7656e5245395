"""The log of a merchant's webhook deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paygate.domain.paging import Page
from paygate.domain.webhooks import EVENT_TYPES, TEST_EVENT
from paygate.operations.list_pages import body_of, parameters_of
from paygate.operations.ports import Database


@dataclass(frozen=True)
class DeliveryFilter:
    """Only deliveries that fulfil all that is given; `event` is a type, or a family such as `payment.*`. Times are
    aware, and bound `created_at`.
    """

    event: str | None = None
    endpoint_id: str | None = None
    payment_id: str | None = None
    event_id: str | None = None
    created_gt: datetime | None = None
    created_gte: datetime | None = None
    created_lt: datetime | None = None
    created_lte: datetime | None = None

    def parameters(self) -> dict[str, Any]:
        """What a statement with the filter is given."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        if given.get("event") == "*":
            del given["event"]
        elif self.event is not None and self.event.endswith("*"):
            given["event_family"] = given.pop("event").removesuffix("*")
        return given


def list_webhooks(
    database: Database, merchant_id: str, wanted: DeliveryFilter, status: str | None, limit: int, offset: int
) -> str:
    """`{data, total, limit, offset}` (JSON text), newest first. Counting takes time in proportion to what
    a filter finds."""
    filters = wanted.parameters() | ({} if status is None else {"status": status})
    part = {"merchant_id": merchant_id, "limit": limit, "offset": offset}
    if filters:
        (row,) = database.run("list_webhooks", **part, **filters)
    else:
        (row,) = database.run("list_all_webhooks", **part)
    return str(row["body"])


def list_webhook_deliveries(
    database: Database, merchant_id: str, page: Page, wanted: DeliveryFilter, status: str | None
) -> str:
    """The same as a page by cursor, `{data, has_more}`, which takes as long whatever there is.

    Raises BadRequestError for a cursor that is no delivery's id.
    """
    filters = wanted.parameters()
    family, event = filters.pop("event_family", None), filters.pop("event", None)
    if family is not None:
        filters["event_types"] = [each for each in (*EVENT_TYPES, TEST_EVENT) if each.startswith(family)]
    elif event is not None:
        filters["event_types"] = [event]
    elif status is None and "endpoint_id" in filters:
        filters["only_endpoint_id"] = filters.pop("endpoint_id")
    (row,) = database.run(
        "list_webhook_deliveries", merchant_id=merchant_id, **parameters_of(page, status=status, **filters)
    )
    return body_of(row, page, "webhook delivery")
