"""Who may use a route, and who is using it: a merchant's server with its key, or a person with a dashboard session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from paygate.domain.errors import AuthenticationError
from paygate.wiring import Wiring

if TYPE_CHECKING:
    from paygate.domain.sessions import Session

# key: a merchant's server, or a session; session: a session alone; operator: a session of an operator; shopper: whoever
# knows the publishable key; public: everybody.
Access = Literal["key", "session", "operator", "shopper", "public"]
COOKIE = "paygate_session"
# Browsers take a cookie of this name only over https and for this very host, so no other subdomain can plant one.
HOST_COOKIE = f"__Host-{COOKIE}"


@dataclass(frozen=True)
class Caller:
    """Whose request it is, and the bucket that it is counted in."""

    merchant_id: str
    bucket: str
    session: Session | None = None


def identify(access: Access, request: Any, wiring: Wiring) -> Caller:
    """The caller of a route with `key`, `session` or `operator` access. A request with a key is judged by it alone.

    Raises AuthenticationError, ForbiddenError, RedisUnavailableError and DatabaseUnavailableError.
    """
    headers = request.headers
    key_id = headers.get("x-api-key")
    token = session_token(request) if key_id is None else ""
    if access == "key" and not token:
        key_id = key_id or ""
        return Caller(wiring.authenticator.authenticate(key_id, headers.get("x-api-secret", "")), key_id)
    if key_id is not None:
        raise AuthenticationError("This is for users of the dashboard; a key cannot do it.")
    session = wiring.sessions.find(token)
    if access == "operator":
        session.check_role("operator")
    if request.method != "GET":
        session.check_csrf(headers.get("x-csrf-token", ""))
    return Caller(session.merchant_id, f"session:{session.user_id}", session)


def session_token(request: Any) -> str:
    """What the browser's cookie holds, checked for nothing; empty without one."""
    wanted = _cookie_name(request)
    for pair in request.headers.get("cookie", "").split(";"):
        name, _, value = pair.partition("=")
        if name.strip() == wanted:
            return str(value.strip())
    return ""


def session_cookie(token: str, request: Any, *, seconds: int) -> str:
    """The Set-Cookie header that gives the browser its token for so long; zero takes it back."""
    name = _cookie_name(request)
    secure = "; Secure" if name == HOST_COOKIE else ""
    return f"{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


def _cookie_name(request: Any) -> str:
    """Only a laptop's stack is reached over plain http, which LocalStack writes in capitals."""
    return COOKIE if request.headers.get("x-forwarded-proto", "").lower() == "http" else HOST_COOKIE
