"""A merchant's orders, a page at a time."""

from __future__ import annotations

from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page
from paygate.operations.ports import Database


def list_orders(database: Database, merchant_id: str, page: Page) -> str:
    """The page's wire form (JSON text), newest first. Raises BadRequestError for a cursor that is no order's id."""
    asked: dict[str, object] = {"merchant_id": merchant_id, "cursor_id": page.cursor, "limit": page.limit}
    if page.backwards:
        row = database.run("list_orders_backwards", **asked)[0]
    else:
        row = database.run("list_orders", **asked)[0]
    if not row["cursor_known"]:
        raise BadRequestError("There is no order with this id.", field=page.cursor_field, reason="INVALID_CURSOR")
    return str(row["body"])
