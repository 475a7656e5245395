"""What the dashboard's first page sums up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.operations.get_summary import get_summary

if TYPE_CHECKING:
    from chalicelib.schemas.dashboard import GetSummaryQuery

routes = Blueprint(__name__)


@endpoint(
    routes,
    "GET /dashboard/summary",
    summary="What a period comes to: payments, refunds, their course, failures, webhooks",
    response="Summary",
    query="dashboard.GetSummaryQuery",
)
def get(call: Call) -> str:
    query: GetSummaryQuery = call.query
    return get_summary(call.wiring.database, call.merchant_id, query.period, datetime.now(UTC))
