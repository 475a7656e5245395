"""Reply bodies of sessions and API keys."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from chalicelib.responses.common import ResponseBody
from paygate.domain.sessions import Role


class SessionUser(ResponseBody):
    """Who is logged in."""

    id: str
    email: str
    role: Role


class SessionMerchant(ResponseBody):
    """Whose data the user sees."""

    id: str
    name: str


class Session(ResponseBody):
    """A session of the dashboard."""

    user: SessionUser
    merchant: SessionMerchant
    csrf_token: str = Field(description="the X-CSRF-Token header of every request but GET")
    expires_at: AwareDatetime
    test_mode: bool


class LoggedOut(ResponseBody):
    """Nothing is left to tell."""


class ApiKey(ResponseBody):
    """What a merchant's server is known by."""

    id: str
    name: str | None = None
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None = Field(None, description="in the future: the key works until then")


class ApiKeyList(ResponseBody):
    """Every key that works and the latest of the others, newest first."""

    data: list[ApiKey]


class ApiKeyWithSecret(ApiKey):
    """A new key with its secret."""

    secret: str = Field(description="shown this once", examples=["secret_…"])
