"""A merchant's payments, a page at a time, narrowed by what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paygate.domain.paging import Page
from paygate.operations.list_pages import body_of, parameters_of
from paygate.operations.ports import Database


@dataclass(frozen=True)
class PaymentFilter:
    """Only payments that fulfil all that is given; times are aware, and bound `created_at`. VPAs are compared without
    regard to case.
    """

    status: str | None = None
    method: str | None = None
    order_id: str | None = None
    vpa: str | None = None
    card_last4: str | None = None
    created_gt: datetime | None = None
    created_gte: datetime | None = None
    created_lt: datetime | None = None
    created_lte: datetime | None = None


def list_payments(database: Database, merchant_id: str, page: Page, wanted: PaymentFilter) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no payment's id."""
    (row,) = database.run("list_payments", merchant_id=merchant_id, **parameters_of(page, **vars(wanted)))
    return body_of(row, page, "payment")
