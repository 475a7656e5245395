"""Request bodies, validated strictly: no unknown fields, no numbers in strings, no text that Postgres cannot hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from paygate.domain.ids import ID_LENGTH_MAX
from paygate.domain.paging import LIMIT_DEFAULT, LIMIT_MAX, Page

OFFSET_MAX = timedelta(hours=14)
AMOUNT_MINOR_MAX = 999_999_999_999
# Postgres text cannot hold NUL.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH_MAX, pattern=r"^[0-9A-Za-z_]+$")]


class RequestBody(BaseModel):
    """Base of every request body."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CreateOrderBody(RequestBody):
    """`amount` is in the currency's minor unit (paise, cents)."""

    amount: int = Field(ge=100, le=AMOUNT_MINOR_MAX)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    receipt: Annotated[Text, Field(max_length=40)] | None = None
    notes: dict[
        Annotated[Text, Field(min_length=1, max_length=256)],
        Annotated[Text, Field(max_length=256)],
    ] = Field(default_factory=dict, max_length=15)
    reusable: bool = False


class CreatePaymentBody(RequestBody):
    """Amount and currency are the order's."""

    order_id: Id
    method: Literal["upi"]
    vpa: Annotated[Text, Field(max_length=320)]


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


class ListPaymentsQuery(PageQuery):
    """Times are ISO 8601 with an offset or Z."""

    status: Literal["pending", "processing", "success", "failed"] | None = None
    method: Literal["upi"] | None = None
    order_id: Id | None = None
    created_gt: Moment | None = None
    created_gte: Moment | None = None
    created_lt: Moment | None = None
    created_lte: Moment | None = None


class UpdateWebhookEndpointBody(RequestBody):
    """What is left out stays as it is; a new URL enables the endpoint unless `status` says otherwise."""

    url: Annotated[Text, Field(min_length=1, max_length=2048)] | None = None
    status: Literal["enabled", "disabled"] | None = None
