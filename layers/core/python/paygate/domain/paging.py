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
    def cursor(self) -> str | None:
        return self.starting_after or self.ending_before

    @property
    def cursor_field(self) -> str:
        return "starting_after" if self.starting_after is not None else "ending_before"

    @property
    def backwards(self) -> bool:
        """Whether the page lies before its cursor, so that the statement reads it from the cursor outwards."""
        return self.ending_before is not None
