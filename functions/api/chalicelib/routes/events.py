"""The event log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.errors import NotFoundError
from paygate.operations.list_events import EventFilter, list_events

if TYPE_CHECKING:
    from chalicelib.schemas.webhooks import ListEventsQuery

routes = Blueprint(__name__)


@endpoint(
    routes, "GET /events", summary="List events, newest first", response="EventList", query="webhooks.ListEventsQuery"
)
def list_all(call: Call) -> str:
    query: ListEventsQuery = call.query
    wanted = EventFilter(
        query.type, query.payment_id, query.created_gt, query.created_gte, query.created_lt, query.created_lte
    )
    return list_events(call.wiring.database, call.merchant_id, query.page(), wanted)


@endpoint(routes, "GET /events/{event_id}", summary="Get an event", response="Event")
def get(call: Call, event_id: str) -> str:
    rows = call.wiring.database.run("get_event", event_id=event_id, merchant_id=call.merchant_id)
    if not rows:
        raise NotFoundError("There is no event with this id.")
    return str(rows[0]["body"])
