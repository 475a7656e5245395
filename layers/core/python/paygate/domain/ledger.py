"""The chart of accounts, and which of them each journal moves its amount between.

The database books by the same table (`journal_entries` in infra/migrations); a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Account = Literal["acquirer_receivable", "merchant_payable", "refunds_payable", "fees"]
JournalType = Literal["capture", "fee", "refund", "refund_processed", "refund_failed"]


@dataclass(frozen=True)
class Movement:
    """From the account that is credited to the one that is debited."""

    debit: Account
    credit: Account


JOURNALS: Mapping[JournalType, Movement] = {
    "capture": Movement(debit="acquirer_receivable", credit="merchant_payable"),
    "fee": Movement(debit="merchant_payable", credit="fees"),
    "refund": Movement(debit="merchant_payable", credit="refunds_payable"),
    "refund_processed": Movement(debit="refunds_payable", credit="acquirer_receivable"),
    "refund_failed": Movement(debit="refunds_payable", credit="merchant_payable"),
}
