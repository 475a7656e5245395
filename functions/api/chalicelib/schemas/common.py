"""What all request models share: strict bodies, query strings read from text, and the types of their fields.

A route loads its models with its first request: building them costs more than all the rest of a cold start.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from paygate.domain.ids import ID_LENGTH_MAX
from paygate.domain.paging import LIMIT_DEFAULT, LIMIT_MAX, Page

OFFSET_MAX = timedelta(hours=14)
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


Moment = Annotated[AwareDatetime, AfterValidator(_check_offset)]


class RequestQuery(BaseModel):
    """Base of every query string; its values are text, so numbers and times are read from text."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(RequestQuery):
    """Which part of a list is wanted."""

    limit: int = Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    starting_after: Id | None = None
    ending_before: Id | None = None

    def page(self) -> Page:
        """Raises BadRequestError when both cursors are given."""
        return Page(self.limit, self.starting_after, self.ending_before)
