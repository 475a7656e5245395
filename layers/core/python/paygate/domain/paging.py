"""Cursor paging: newest first, from just after or just before an object that the caller has seen.

The rules are Stripe's: https://docs.stripe.com/api/pagination
"""

from __future__ import annotations

from dataclasses import dataclass

from paygate.domain.errors import BadRequestError

LIMIT_DEFAULT = 10
LIMIT_MAX = 100


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted; at most one of the two cursors (object ids) is given."""

    limit: int = LIMIT_DEFAULT
    starting_after: str | None = None
    ending_before: str | None = None

    def __post_init__(self) -> None:
        """Raises BadRequestError when both cursors are given."""
        if self.starting_after is not None and self.ending_before is not None:
            raise BadRequestError(
                "Give starting_after or ending_before, not both.", field="ending_before", reason="INVALID_VALUE"
            )

    @property
    def cursor_field(self) -> str | None:
        """The parameter that holds the cursor, if there is one."""
        if self.starting_after is not None:
            return "starting_after"
        return None if self.ending_before is None else "ending_before"
