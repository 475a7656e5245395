"""What helps a merchant's developers find out what happened: their requests, and what became of an idempotency key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.request_log import RequestFilter
from paygate.operations.get_idempotency_key import get_idempotency_key
from paygate.operations.list_requests import list_requests

if TYPE_CHECKING:
    from chalicelib.schemas.developers import GetIdempotencyKeyQuery, ListRequestsQuery

routes = Blueprint(__name__)


@endpoint(
    routes,
    "GET /requests",
    summary="List the requests of the last 24 hours, newest first; those of the dashboard itself are left out",
    response="RequestList",
    query="developers.ListRequestsQuery",
    access="session",
)
def list_all(call: Call) -> str:
    query: ListRequestsQuery = call.query
    wanted = RequestFilter(call.merchant_id, query.request_id, query.failed)
    return list_requests(call.wiring.request_log, wanted, query.limit)


@endpoint(
    routes,
    "GET /idempotency-keys",
    summary="Where an idempotency key was used, and what became of it",
    response="IdempotencyKeyList",
    query="developers.GetIdempotencyKeyQuery",
    access="session",
)
def get_key(call: Call) -> str:
    query: GetIdempotencyKeyQuery = call.query
    wiring = call.wiring
    views: Iterator[Any] = (
        entry.view_function for methods in routes.current_app.routes.values() for entry in methods.values()
    )
    specs = [view.spec for view in views]
    # As the view names the scope of a request.
    scopes = [f"{wiring.config.mode} {spec.method} {spec.path}" for spec in specs if spec.idempotent]
    return get_idempotency_key(wiring.database, wiring.redis, call.merchant_id, scopes, query.key)
