"""Bodies of the routes about API keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.schemas.common import RequestBody, Text
from paygate.domain.api_keys import NAME_LENGTH_MAX, OVERLAP_SECONDS_DEFAULT, OVERLAP_SECONDS_MAX


class CreateApiKeyBody(RequestBody):
    """What the key is for, in the merchant's own words."""

    name: Annotated[Text, Field(min_length=1, max_length=NAME_LENGTH_MAX)] | None = None


class RotateApiKeyBody(RequestBody):
    """How long the old key works yet."""

    overlap_seconds: int = Field(OVERLAP_SECONDS_DEFAULT, ge=0, le=OVERLAP_SECONDS_MAX)
