"""What all lists have in common: how a page of one is read."""

from __future__ import annotations

from typing import Any

from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page


def parameters_of(page: Page, **filters: object) -> dict[str, Any]:
    """What a list statement is given for a page: its limit, and of the cursors and filters those that are not None."""
    given = {"starting_after": page.starting_after, "ending_before": page.ending_before, **filters}
    return {"limit": page.limit} | {name: value for name, value in given.items() if value is not None}


def body_of(row: dict[str, Any], page: Page, what: str) -> str:
    """The list's wire form (JSON text) from the statement's row; `what` it lists is for the message.

    Raises BadRequestError for a cursor that is not one of them.
    """
    if page.cursor_field is not None and not row["cursor_known"]:
        raise BadRequestError(f"There is no {what} with this id.", field=page.cursor_field, reason="INVALID_CURSOR")
    return str(row["body"])
