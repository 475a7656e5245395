"""Reply bodies of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from chalicelib.responses.common import ResponseBody
from paygate.domain.ledger import Account, JournalType


class Balance(ResponseBody):
    """Every account of one currency; acquirer_receivable is what the other three add up to."""

    currency: str
    acquirer_receivable: int = Field(description="captured and not paid back: what the acquirer owes")
    merchant_payable: int = Field(description="what the merchant is owed")
    refunds_payable: int = Field(description="held by pending refunds")
    fees: int


class BalanceList(ResponseBody):
    """A balance for each currency."""

    data: list[Balance]
    has_more: bool


class LedgerEntry(ResponseBody):
    """One side of a journal."""

    account: Account
    direction: Literal["debit", "credit"]
    amount: int


class Journal(ResponseBody):
    """An amount that moved between two accounts."""

    id: str
    type: JournalType
    amount: int = Field(description="in the currency's minor unit")
    currency: str
    payment_id: str
    refund_id: str | None
    entries: list[LedgerEntry] = Field(description="the debit, then the credit")
    created_at: AwareDatetime


class JournalList(ResponseBody):
    """A page of journals, newest first."""

    data: list[Journal]
    has_more: bool


class Settlement(ResponseBody):
    """What was booked on one day in one currency."""

    date: date
    currency: str
    captured: int
    refunded: int = Field(description="held by the refunds that were created")
    refunds_failed: int = Field(description="freed by the refunds that failed")
    fees: int
    net: int = Field(description="captured - refunded + refunds_failed - fees")
    captured_count: int
    refunded_count: int
    refunds_failed_count: int


class SettlementList(ResponseBody):
    """One day, by currency."""

    data: list[Settlement]
    has_more: bool
