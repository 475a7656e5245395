"""Which way a refund may go: pending → processed | failed. The database refuses every other transition."""

from __future__ import annotations

from typing import Literal, get_args

RefundStatus = Literal["pending", "processed", "failed"]
REFUND_STATUSES: tuple[RefundStatus, ...] = get_args(RefundStatus)


def may_become(status: RefundStatus, following: RefundStatus) -> bool:
    """Whether a refund with `status` may get the status `following`."""
    return status == "pending" and following != "pending"
