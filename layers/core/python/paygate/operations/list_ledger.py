"""A merchant's journals, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from paygate.domain.paging import Page
from paygate.operations.list_pages import body_of, parameters_of
from paygate.operations.ports import Database


@dataclass(frozen=True)
class JournalFilter:
    """Only journals that fulfil all that is given."""

    payment_id: str | None = None
    refund_id: str | None = None


def list_ledger(database: Database, merchant_id: str, page: Page, wanted: JournalFilter) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no journal's id."""
    (row,) = database.run("list_ledger", merchant_id=merchant_id, **parameters_of(page, **vars(wanted)))
    return body_of(row, page, "journal")
