"""A merchant changes its name and the origins whose pages may embed its checkout."""

from __future__ import annotations

from collections.abc import Sequence

from paygate.domain.errors import BadRequestError
from paygate.domain.origins import check_allowed_origin
from paygate.operations.ports import Database


def update_merchant(
    database: Database, merchant_id: str, *, name: str | None, allowed_origins: Sequence[str] | None
) -> str:
    """Change what is given and return the merchant's wire form (JSON text). Raises BadRequestError."""
    if name is None and allowed_origins is None:
        raise BadRequestError("Give name, allowed_origins or both.", field="allowed_origins", reason="MISSING_FIELD")
    for origin in allowed_origins or ():
        check_allowed_origin(origin)
    (row,) = database.run(
        "update_merchant",
        merchant_id=merchant_id,
        name=name,
        allowed_origins=None if allowed_origins is None else list(dict.fromkeys(allowed_origins)),
    )
    return str(row["body"])
