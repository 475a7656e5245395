"""A merchant's refunds, a page at a time, of all payments or of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paygate.domain.errors import NotFoundError
from paygate.domain.paging import Page
from paygate.operations.list_pages import body_of, parameters_of
from paygate.operations.ports import Database


@dataclass(frozen=True)
class RefundFilter:
    """Only refunds that fulfil all that is given; times are aware, and bound `created_at`."""

    payment_id: str | None = None
    status: str | None = None
    created_gt: datetime | None = None
    created_gte: datetime | None = None
    created_lt: datetime | None = None
    created_lte: datetime | None = None


def list_refunds(database: Database, merchant_id: str, page: Page, wanted: RefundFilter) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no refund's id."""
    (row,) = database.run("list_refunds", merchant_id=merchant_id, **parameters_of(page, **vars(wanted)))
    return body_of(row, page, "refund")


def list_refunds_of_payment(database: Database, merchant_id: str, page: Page, payment_id: str) -> str:
    """The same for one payment. Raises NotFoundError if the merchant has no such payment."""
    if not database.run("get_payment", payment_id=payment_id, merchant_id=merchant_id):
        raise NotFoundError("There is no payment with this id.")
    return list_refunds(database, merchant_id, page, RefundFilter(payment_id))
