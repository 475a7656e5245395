"""Reply bodies of what the dashboard shows to developers."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from chalicelib.responses.common import ResponseBody


class LoggedRequest(ResponseBody):
    """One request as it was answered."""

    request_id: str
    at: AwareDatetime
    route: str = Field(examples=["POST /v1/payments"])
    status: int
    code: str | None = None
    duration_ms: float
    original_request_id: str | None = Field(None, description="of a replay, the request that was answered first")


class RequestList(ResponseBody):
    """The last day's requests, newest first."""

    data: list[LoggedRequest]
    complete: bool = Field(description="false when there was no time to search the whole day")


class IdempotencyKey(ResponseBody):
    """What became of an idempotency key on one route."""

    key: str
    scope: str = Field(examples=["test POST /v1/payments"])
    status: int | None = Field(None, description="of the first answer, which every repetition gets")
    request_id: str = Field(description="the first request with the key")
    state: Literal["completed", "in_progress"]
    created_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None


class IdempotencyKeyList(ResponseBody):
    """Every route that the key was used on."""

    data: list[IdempotencyKey]
