"""Bodies and query strings of the refunds' routes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.schemas.common import AMOUNT_MINOR_MAX, CreatedRangeQuery, Id, RequestBody, Text
from paygate.domain.refund_status import RefundStatus


class CreateRefundBody(RequestBody):
    """`amount` is in the currency's minor unit; without it, all that is left is refunded."""

    amount: int | None = Field(None, ge=1, le=AMOUNT_MINOR_MAX)
    reason: Annotated[Text, Field(min_length=1, max_length=255)] | None = None


class ListRefundsQuery(CreatedRangeQuery):
    """Which refunds are wanted."""

    payment_id: Id | None = None
    status: RefundStatus | None = None
