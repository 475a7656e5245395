"""A merchant's orders, a page at a time."""

from __future__ import annotations

from paygate.domain.paging import Page
from paygate.operations.list_pages import body_of, parameters_of
from paygate.operations.ports import Database


def list_orders(database: Database, merchant_id: str, page: Page) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no order's id."""
    (row,) = database.run("list_orders", merchant_id=merchant_id, **parameters_of(page))
    return body_of(row, page, "order")
