"""Sessions of the dashboard: log in, who is logged in, log out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.access import session_cookie, session_token
from chalicelib.request import client_of
from chalicelib.view import Call, endpoint
from paygate.domain.sessions import SESSION_SECONDS
from paygate.operations.answer_once import Answer

if TYPE_CHECKING:
    from chalicelib.schemas.auth import LogInBody
    from paygate.domain.sessions import Session

routes = Blueprint(__name__)
# A session is nobody else's, and not for the browser's memory either.
UNCACHED = {"Cache-Control": "no-store"}


@endpoint(
    routes,
    "POST /auth/login",
    summary="Log in to the dashboard; the session is in a cookie",
    response="Session",
    body="auth.LogInBody",
    access="public",
)
def log_in(call: Call) -> Answer:
    from paygate.operations import log_in as operation
    from paygate.operations.get_session import get_session

    body: LogInBody = call.body
    wiring = call.wiring
    login = operation.log_in(
        wiring.database,
        wiring.redis,
        wiring.sessions,
        email=body.email,
        password=body.password,
        address=client_of(call.request, wiring.config.edge_secret),
        old_token=session_token(call.request),
    )
    told = get_session(login.session, test_mode=wiring.config.test_mode)
    cookie = session_cookie(login.token, call.request, seconds=SESSION_SECONDS)
    return Answer(200, told, headers={**UNCACHED, "Set-Cookie": cookie})


@endpoint(routes, "GET /auth/session", summary="Who is logged in", response="Session", access="session")
def get(call: Call) -> Answer:
    from paygate.operations.get_session import get_session

    session: Session = call.session
    return Answer(200, get_session(session, test_mode=call.wiring.config.test_mode), headers=UNCACHED)


@endpoint(
    routes,
    "POST /auth/logout",
    summary="End the session",
    response="LoggedOut",
    body="auth.LogOutBody",
    access="session",
)
def log_out(call: Call) -> Answer:
    call.wiring.sessions.end(session_token(call.request))
    return Answer(200, "{}", headers={**UNCACHED, "Set-Cookie": session_cookie("", call.request, seconds=0)})
