"""From an HTTP request to an operation and back: authentication, limits, idempotency, errors, log line and headers.

A decorator and not Chalice middleware, because Chalice turns a view's exception into a bare 500 before any middleware
sees it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.access import Access, identify
from chalicelib.replies import error_reply
from chalicelib.request import JSON_TYPE, check_path, client_of, parse_body, parse_idempotency, parse_query
from paygate.domain.errors import PaygateError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.log import configure, log_request
from paygate.operations.answer_once import Answer, answer_once
from paygate.wiring import Wiring, get_wiring

if TYPE_CHECKING:
    from pydantic import BaseModel

    from paygate.domain.sessions import Session

# Of one shopper, or of those behind one address.
SHOPPER_LIMIT_PER_SECOND = 20


@dataclass(frozen=True)
class Call:
    """One request as a view sees it; `merchant_id` is empty on public routes, `body` and `query` are its models.

    `request` is Chalice's, for what is neither, such as cookies. `session` is a `paygate.domain.sessions.Session`, and
    None for a key, a shopper or nobody in particular.
    """

    wiring: Wiring
    merchant_id: str
    body: Any
    query: Any
    idempotent: IdempotentRequest | None
    request: Any
    session: Any


# From the wiring and the body that is stored to the body that is answered.
Finish = Callable[[Wiring, str], str]
# From an error, the request and its id to the answer, for a route that does not speak JSON.
Refuse = Callable[[PaygateError, Any, str], Answer]


@dataclass(frozen=True)
class RouteSpec:
    """What the OpenAPI document tells of a route; `response` names a model of `chalicelib.responses`, the other two
    names are of `chalicelib.schemas`.
    """

    method: str
    path: str
    summary: str
    response: str
    status: int
    body_name: str | None
    query_name: str | None
    access: Access
    finish: Finish | None
    refuse: Refuse | None

    @property
    def body(self) -> type[BaseModel] | None:
        """The model of the body."""
        return _model(self.body_name)

    @property
    def query(self) -> type[BaseModel] | None:
        """The model of the query string."""
        return _model(self.query_name)

    @property
    def idempotent(self) -> bool:
        """Whether the route takes an Idempotency-Key; others ignore it."""
        return self.method == "POST" and self.access in ("key", "shopper")


# What a view returns is the body of the route's usual status, or an answer with another one.
View = Callable[..., str | Answer]


def endpoint(  # noqa: PLR0913  one keyword for each fact of a route
    blueprint: Blueprint,
    route: str,
    *,
    summary: str,
    response: str,
    status: int = 200,
    body: str | None = None,
    query: str | None = None,
    access: Access = "key",
    finish: Finish | None = None,
    refuse: Refuse | None = None,
) -> Callable[[View], View]:
    """Register a view for `route`, such as `POST /payments`; the view gets a Call and the path's parameters.

    `body` and `query` name models such as `payments.CreatePaymentBody`, which the first request loads: most of a cold
    start would be pydantic's, and a route that takes neither has no use for it.
    A `shopper` has no secret: `key` in the body or query names the merchant. `finish` makes of what was stored what is
    answered, such as secrets that rest sealed; it depends on nothing else, so that replays are alike. `refuse` makes
    the answer to every error.
    The view of a POST hands `call.idempotent` to its operation, whose statement writes the key with its effect.
    """
    method, _, path = route.partition(" ")
    spec = RouteSpec(method, f"/v1{path}", summary, response, status, body, query, access, finish, refuse)

    def register(view: View) -> View:
        @wraps(view)
        def handle(**path_parameters: str) -> Response:
            return _Exchange(spec, view, blueprint.current_request, path_parameters).respond()

        handle.spec = spec  # type: ignore[attr-defined]
        # Chalice would refuse other content types in its own words; ours name the header.
        blueprint.route(spec.path, methods=[method], name=f"{method} {path}", content_types=["*/*"])(handle)
        return view

    return register


@cache
def _model(name: str | None) -> type[BaseModel] | None:
    if name is None:
        return None
    module, _, model = name.partition(".")
    found: type[BaseModel] = getattr(import_module(f"chalicelib.schemas.{module}"), model)
    return found


class _Exchange:
    """One request and the answer to it."""

    def __init__(self, spec: RouteSpec, view: View, request: Any, path_parameters: dict[str, str]) -> None:
        self._spec = spec
        self._view = view
        self._request = request
        self._path_parameters = path_parameters
        self._started = time.perf_counter()
        self._request_id = new_id("req")
        self._merchant_id = ""
        self._session: Session | None = None
        self._headers: dict[str, str | list[str]] = {"Content-Type": JSON_TYPE, "X-Request-Id": self._request_id}

    def respond(self) -> Response:
        log = configure()
        code: str | None = None
        try:
            answer = self._answer(get_wiring())
            if self._spec.finish is not None and answer.status < 300:
                answer = replace(answer, body=self._spec.finish(get_wiring(), answer.body))
        except PaygateError as error:
            code = error.code
            answer = self._refuse(error)
            if answer.status == 500:
                answer = self._fail()
            elif error.retryable:
                self._headers.setdefault("Retry-After", str(error.retry_after_seconds))
                log.warning("not now", request_id=self._request_id, code=code, error=error.description)
        except Exception:
            code = PaygateError.code
            answer = self._fail()
        if answer.original_request_id is not None:
            self._headers["Idempotent-Replayed"] = "true"
            self._headers["Original-Request-Id"] = answer.original_request_id
        self._headers.update(answer.headers)
        if answer.content_type is not None:
            self._headers["Content-Type"] = answer.content_type
        log_request(
            request_id=self._request_id,
            route=f"{self._spec.method} {self._spec.path}",
            status=answer.status,
            code=code,
            merchant_id=self._merchant_id,
            user_id=self._session.user_id if self._session is not None else None,
            original_request_id=answer.original_request_id,
            duration_ms=round((time.perf_counter() - self._started) * 1000, 1),
        )
        return Response(body=answer.body, status_code=answer.status, headers=self._headers)

    def _answer(self, wiring: Wiring) -> Answer:
        spec, request = self._spec, self._request
        if spec.access == "public":
            check_path(self._path_parameters)
            # Nothing but its media type tells a request of our own page from one of another site's.
            body = parse_body(spec.body, request, type_needed=True)
            return self._act(wiring, body, parse_query(spec.query, request), None)
        limit_per_second: int | None = None
        shopper = spec.access == "shopper"
        if shopper:
            # By where they are, since all shoppers of a merchant have one key.
            bucket = f"checkout:{client_of(request, wiring.config.edge_secret)}"
            limit_per_second = SHOPPER_LIMIT_PER_SECOND
        else:
            caller = identify(spec.access, request, wiring)
            self._merchant_id, self._session = caller.merchant_id, caller.session
            bucket = caller.bucket
        try:
            check_path(self._path_parameters)
            body, query = parse_body(spec.body, request), parse_query(spec.query, request)
            if shopper:
                named: Any = body if query is None else query
                self._merchant_id = wiring.authenticator.identify(named.key)
            idempotent = self._parse_key(wiring)
        except PaygateError:
            # Bad requests count as well, but they never take a key.
            self._admit(wiring, bucket, None, limit_per_second)
            raise
        held = self._admit(wiring, bucket, idempotent, limit_per_second)
        return self._answer_once(wiring, body, query, idempotent, held=held)

    def _answer_once(
        self, wiring: Wiring, body: Any, query: Any, idempotent: IdempotentRequest | None, *, held: bool
    ) -> Answer:
        if idempotent is None:
            return self._act(wiring, body, query, None)
        try:
            return answer_once(
                wiring.database,
                self._merchant_id,
                idempotent,
                lambda: self._act(wiring, body, query, idempotent),
                self._refuse,
                held=held,
            )
        except Exception:
            # Nothing was stored, so the next request with the key must not wait for the lock to expire.
            if not held:
                wiring.gatekeeper.release(self._merchant_id, idempotent)
            raise

    def _act(self, wiring: Wiring, body: Any, query: Any, idempotent: IdempotentRequest | None) -> Answer:
        call = Call(wiring, self._merchant_id, body, query, idempotent, self._request, self._session)
        answer = self._view(call, **self._path_parameters)
        return answer if isinstance(answer, Answer) else Answer(self._spec.status, answer)

    def _parse_key(self, wiring: Wiring) -> IdempotentRequest | None:
        if not self._spec.idempotent:
            return None
        scope = f"{wiring.config.mode} {self._spec.method} {self._spec.path}"
        return parse_idempotency(scope, wiring.fingerprint_key, self._request, self._path_parameters, self._request_id)

    def _admit(
        self, wiring: Wiring, bucket: str, idempotent: IdempotentRequest | None, limit_per_second: int | None
    ) -> bool:
        """Whether another request holds the key's lock. Raises RateLimitError."""
        admission = wiring.gatekeeper.admit(self._merchant_id, bucket, idempotent, limit_per_second)
        if admission.limit is not None:
            self._headers.update(admission.limit.headers())
        admission.require()
        return admission.held

    def _fail(self) -> Answer:
        """For what no request should bring about: a clean 500 with an id, and the trace in the log."""
        configure().exception("request failed", request_id=self._request_id)
        return self._refuse(PaygateError("Something went wrong on our side. Quote the request id when you report it."))

    def _refuse(self, error: PaygateError) -> Answer:
        if self._spec.refuse is not None:
            return self._spec.refuse(error, self._request, self._request_id)
        return error_reply(error, self._request_id)
