"""Reply bodies of the dashboard's own routes."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from chalicelib.responses.common import ResponseBody
from paygate.domain.periods import Period


class ActivityTotals(ResponseBody):
    """What became of the payments and refunds that were created in a period, in one currency."""

    currency: str
    payments: int = Field(description="all of them, also those that are open or cancelled")
    succeeded: int = Field(description="captured")
    failed: int
    success_rate: float | None = Field(description="succeeded ÷ (succeeded + failed), from 0 to 1")
    volume: int = Field(description="what was captured, in the currency's minor unit")
    refunds: int = Field(description="pending or processed")
    refunded: int = Field(description="what these come to")


class ActivityPoint(ResponseBody):
    """One hour or day of one currency."""

    at: AwareDatetime = Field(description="its beginning")
    currency: str
    succeeded: int
    failed: int
    volume: int
    refunded: int


class FailureCount(ResponseBody):
    """How many payments failed for a reason."""

    reason: str
    count: int


class EndpointHealth(ResponseBody):
    """How an endpoint is."""

    id: str
    url: str | None
    status: Literal["enabled", "disabled"]
    failing_since: AwareDatetime | None


class WebhookHealth(ResponseBody):
    """What became of the deliveries that were created in the period."""

    delivered: int
    failed: int = Field(description="exhausted, or held for too long")
    pending: int
    held: int
    endpoints: list[EndpointHealth] = Field(description="newest first")


class Summary(ResponseBody):
    """A period up to now."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    period: Period
    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime
    totals: list[ActivityTotals] = Field(description="by currency, the one with the most payments first")
    previous: list[ActivityTotals] = Field(description="the same part of the period before")
    series: list[ActivityPoint] = Field(description="each hour or day, by currency as in `totals`, oldest first")
    failures: list[FailureCount] = Field(description="the 20 most frequent ones at most")
    webhooks: WebhookHealth
