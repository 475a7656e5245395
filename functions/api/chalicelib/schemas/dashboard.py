"""Query strings of the dashboard's routes."""

from __future__ import annotations

from chalicelib.schemas.common import RequestQuery
from paygate.domain.periods import Period


class GetSummaryQuery(RequestQuery):
    """24 hours, or 7 or 30 days in UTC; the last one is under way."""

    period: Period = "24h"
