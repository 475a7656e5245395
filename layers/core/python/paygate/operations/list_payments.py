"""A merchant's payments, a page at a time, narrowed by what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page
from paygate.operations.ports import Database


@dataclass(frozen=True)
class PaymentFilter:
    """Only payments that fulfil all that is given; times are aware, and bound `created_at`."""

    status: str | None = None
    method: str | None = None
    order_id: str | None = None
    created_gt: datetime | None = None
    created_gte: datetime | None = None
    created_lt: datetime | None = None
    created_lte: datetime | None = None


def list_payments(database: Database, merchant_id: str, page: Page, wanted: PaymentFilter) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no payment's id."""
    asked: dict[str, object] = {
        "merchant_id": merchant_id,
        "cursor_id": page.cursor,
        "limit": page.limit,
        "status": wanted.status,
        "method": wanted.method,
        "order_id": wanted.order_id,
        "created_gt": _bound(wanted.created_gt, "-infinity"),
        "created_gte": _bound(wanted.created_gte, "-infinity"),
        "created_lt": _bound(wanted.created_lt, "infinity"),
        "created_lte": _bound(wanted.created_lte, "infinity"),
    }
    if page.backwards:
        row = database.run("list_payments_backwards", **asked)[0]
    else:
        row = database.run("list_payments", **asked)[0]
    if not row["cursor_known"]:
        raise BadRequestError("There is no payment with this id.", field=page.cursor_field, reason="INVALID_CURSOR")
    return str(row["body"])


def _bound(moment: datetime | None, open_end: str) -> str:
    return open_end if moment is None else moment.isoformat()
