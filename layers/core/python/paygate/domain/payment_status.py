"""Which way a payment may go. The database refuses every other transition by a trigger; a test compares the two.

pending → processing → success | failed, or, for orders with manual capture, authorized → captured | cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

PaymentStatus = Literal["pending", "processing", "success", "failed", "authorized", "captured", "cancelled"]
PAYMENT_STATUSES: tuple[PaymentStatus, ...] = get_args(PaymentStatus)

TRANSITIONS: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    "pending": frozenset({"processing"}),
    "processing": frozenset({"success", "failed", "authorized"}),
    "authorized": frozenset({"captured", "cancelled"}),
    "success": frozenset(),
    "failed": frozenset(),
    "captured": frozenset(),
    "cancelled": frozenset(),
}


def may_become(status: PaymentStatus, following: PaymentStatus) -> bool:
    """Whether a payment with `status` may get the status `following`."""
    return following in TRANSITIONS[status]
