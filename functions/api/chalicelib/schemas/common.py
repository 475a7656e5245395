"""What all request models share: strict bodies, query strings read from text, and the types of their fields.

A route loads its models with its first request: building them costs more than all the rest of a cold start.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from paygate.domain.ids import ID_LENGTH_MAX
from paygate.domain.paging import LIMIT_DEFAULT, LIMIT_MAX, Page

OFFSET_MAX = timedelta(hours=14)
DIGITS_MAX = 4
AMOUNT_MINOR_MAX = 999_999_999_999
# Postgres text cannot hold NUL.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH_MAX, pattern=r"^[0-9A-Za-z_]+$")]


class RequestBody(BaseModel):
    """Base of every request body."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _check_offset(moment: datetime) -> datetime:
    # Postgres refuses offsets from 16 hours on; none on earth is over 14.
    offset = moment.utcoffset()
    if offset is None or abs(offset) > OFFSET_MAX:
        raise ValueError("must have an offset of at most 14 hours")
    return moment


def _require_iso8601(value: object) -> object:
    # pydantic would take seconds since 1970, too, as a number or as text.
    if value is not None and not (isinstance(value, str) and value[4:5] == "-"):
        raise ValueError("must be an ISO 8601 time with an offset or Z")
    return value


def read_digits(value: object) -> object:
    """A number given as its digits, and no other way of writing one: `5`, not `+5`, `5.0` or `1_0`."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX:
        return int(value)
    return value


# Not strict, or text would be no time once a validator of ours has seen it.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_require_iso8601), AfterValidator(_check_offset)]


class RequestQuery(BaseModel):
    """Base of every query string; its values are text, so numbers and times are read from text."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(RequestQuery):
    """Which part of a list is wanted."""

    limit: Annotated[int, BeforeValidator(read_digits), Field(strict=True)] = Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    starting_after: Id | None = None
    ending_before: Id | None = None

    def page(self) -> Page:
        """Raises BadRequestError when both cursors are given."""
        return Page(self.limit, self.starting_after, self.ending_before)


class CreatedRangeQuery(PageQuery):
    """Times are ISO 8601 with an offset or Z."""

    created_gt: Moment | None = None
    created_gte: Moment | None = None
    created_lt: Moment | None = None
    created_lte: Moment | None = None
