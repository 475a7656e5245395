"""From an HTTP request to an operation and back: authentication, body checks, errors, the log line, the headers.

A decorator and not Chalice middleware, because Chalice turns a view's exception into a bare 500 before any middleware
sees it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ValidationError

from chalicelib.validation import as_bad_request
from paygate.domain.errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PaygateError,
    PayloadTooLargeError,
    UnavailableError,
)
from paygate.domain.ids import ID_LENGTH_MAX, new_id
from paygate.log import configure
from paygate.wiring import Wiring, get_wiring

BODY_BYTES_MAX = 64 * 1024
JSON_TYPE = "application/json"
# The only place where an error becomes an HTTP status; the first class that fits decides.
STATUSES: tuple[tuple[type[PaygateError], int], ...] = (
    (PayloadTooLargeError, 413),
    (BadRequestError, 400),
    (AuthenticationError, 401),
    (NotFoundError, 404),
    (ConflictError, 409),
    (UnavailableError, 503),
    (PaygateError, 500),
)
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True)
class Reply:
    """A status that differs from the route's usual one."""

    status: int
    body: str


@dataclass(frozen=True)
class Call:
    """One request as a view sees it; `merchant_id` is empty on public routes, `body` and `query` are its models."""

    wiring: Wiring
    merchant_id: str
    body: Any
    query: Any


@dataclass(frozen=True)
class RouteSpec:
    """What the OpenAPI document tells of a route; `response` names a model of `chalicelib.responses`."""

    method: str
    path: str
    summary: str
    response: str
    status: int
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    public: bool


View = Callable[..., str | Reply]


def endpoint(  # noqa: PLR0913  one keyword for each fact of a route
    blueprint: Blueprint,
    route: str,
    *,
    summary: str,
    response: str,
    status: int = 200,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    public: bool = False,
) -> Callable[[View], View]:
    """Register a view for `route`, such as `POST /payments`; the view gets a Call and the path's parameters."""
    method, _, path = route.partition(" ")
    spec = RouteSpec(method, f"/v1{path}", summary, response, status, body, query, public)

    def register(view: View) -> View:
        @wraps(view)
        def handle(**path_parameters: str) -> Response:
            return _respond(spec, view, blueprint.current_request, path_parameters)

        handle.spec = spec  # type: ignore[attr-defined]
        # Chalice would refuse other content types in its own words; ours name the header.
        blueprint.route(spec.path, methods=[method], name=f"{method} {path}", content_types=["*/*"])(handle)
        return view

    return register


def _respond(spec: RouteSpec, view: View, request: Any, path_parameters: dict[str, str]) -> Response:
    log = configure()
    started = time.perf_counter()
    request_id = new_id("req")
    headers: dict[str, str | list[str]] = {"Content-Type": JSON_TYPE, "X-Request-Id": request_id}
    merchant_id = ""
    code: str | None = None
    try:
        wiring = get_wiring()
        if not spec.public:
            merchant_id = wiring.authenticator.authenticate(
                request.headers.get("x-api-key", ""), request.headers.get("x-api-secret", "")
            )
        _check_path(path_parameters)
        call = Call(wiring, merchant_id, _parse_body(spec, request), _parse_query(spec, request))
        answer = view(call, **path_parameters)
        reply = answer if isinstance(answer, Reply) else Reply(spec.status, answer)
    except PaygateError as error:
        code = error.code
        reply = error_reply(error, request_id)
        if error.retryable:
            headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            log.warning("unavailable", request_id=request_id, error=error.description)
    except Exception:
        # The one catch-all of the API: a merchant gets a clean 500 with an id, the log the trace that belongs to it.
        log.exception("request failed", request_id=request_id)
        failure = PaygateError("Something went wrong on our side. Quote the request id when you report it.")
        code = failure.code
        reply = error_reply(failure, request_id)
    log.info(
        "request",
        request_id=request_id,
        route=f"{spec.method} {spec.path}",
        status=reply.status,
        code=code,
        merchant_id=merchant_id,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return Response(body=reply.body, status_code=reply.status, headers=headers)


def error_reply(error: PaygateError, request_id: str) -> Reply:
    """The wire form of an error."""
    detail = {"code": error.code, "description": error.description, "field": error.field, "reason": error.reason}
    present = {name: value for name, value in detail.items() if value is not None}
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return Reply(status, json.dumps({"error": {**present, "request_id": request_id}}, separators=(",", ":")))


def _check_path(path_parameters: dict[str, str]) -> None:
    for value in path_parameters.values():
        # No id looks like this, so there is no such object; the database need not see it.
        if len(value) > ID_LENGTH_MAX or not value.isascii() or not value.replace("_", "").isalnum():
            raise NotFoundError("There is no object with this id.")


def _parse_body(spec: RouteSpec, request: Any) -> BaseModel | None:
    if spec.body is None:
        return None
    raw: bytes = request.raw_body or b""
    if len(raw) > BODY_BYTES_MAX:
        raise PayloadTooLargeError(f"The body must be at most {BODY_BYTES_MAX // 1024} KiB.")
    content_type = request.headers.get("content-type", JSON_TYPE).partition(";")[0].strip().lower()
    if content_type != JSON_TYPE:
        raise BadRequestError(
            f"The Content-Type must be {JSON_TYPE}.", field="Content-Type", reason="UNSUPPORTED_MEDIA_TYPE"
        )
    try:
        return spec.body.model_validate_json(raw)
    except ValidationError as error:
        raise as_bad_request(error) from None


def _parse_query(spec: RouteSpec, request: Any) -> BaseModel | None:
    if spec.query is None:
        return None
    given: dict[str, str] = {}
    for name in request.query_params or ():
        values = request.query_params.getlist(name)
        if len(values) > 1:
            raise BadRequestError(f"{name} is given more than once.", field=name, reason="INVALID_VALUE")
        given[name] = values[0]
    try:
        return spec.query.model_validate(given)
    except ValidationError as error:
        raise as_bad_request(error) from None
