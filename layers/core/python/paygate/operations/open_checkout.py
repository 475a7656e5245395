"""A merchant's page wants to embed the checkout."""

from __future__ import annotations

from paygate.domain.errors import ForbiddenOriginError
from paygate.domain.origins import origin_allowed
from paygate.operations.ports import Database


def open_checkout(database: Database, merchant_id: str, origin: str) -> None:
    """Raises ForbiddenOriginError for a page of an origin that the merchant has not allowed."""
    rows = database.run("open_checkout", merchant_id=merchant_id)
    if not rows or not origin_allowed(origin, rows[0]["allowed_origins"]):
        raise ForbiddenOriginError(
            "The page that opened this checkout is not one of the merchant's allowed origins.",
            field="origin",
            reason="ORIGIN_NOT_ALLOWED",
        )
