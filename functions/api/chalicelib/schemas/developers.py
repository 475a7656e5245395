"""Query strings of what the dashboard shows to developers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from chalicelib.schemas.common import Id, RequestQuery, read_digits
from paygate.domain.idempotency import KEY_LENGTH_MAX
from paygate.domain.paging import LIMIT_DEFAULT, LIMIT_MAX


def _read_flag(value: object) -> object:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_read_flag), Field(strict=True)]


class ListRequestsQuery(RequestQuery):
    """Which of the last day's requests are wanted."""

    limit: Annotated[int, BeforeValidator(read_digits), Field(strict=True)] = Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    request_id: Id | None = None
    failed: Flag | None = None


class GetIdempotencyKeyQuery(RequestQuery):
    """The key as it was sent. It may have characters that no path can carry."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=KEY_LENGTH_MAX, pattern=r"^[!-~]*$")]
