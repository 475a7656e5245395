"""A merchant's events, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paygate.domain.paging import Page
from paygate.operations.list_pages import body_of, parameters_of
from paygate.operations.ports import Database


@dataclass(frozen=True)
class EventFilter:
    """Only events that fulfil all that is given; times are aware, and bound `created_at`."""

    type: str | None = None
    payment_id: str | None = None
    created_gt: datetime | None = None
    created_gte: datetime | None = None
    created_lt: datetime | None = None
    created_lte: datetime | None = None


def list_events(database: Database, merchant_id: str, page: Page, wanted: EventFilter) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no event's id."""
    (row,) = database.run("list_events", merchant_id=merchant_id, **parameters_of(page, **vars(wanted)))
    return body_of(row, page, "event")
