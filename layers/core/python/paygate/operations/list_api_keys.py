"""A merchant's API keys, without their secrets."""

from __future__ import annotations

from paygate.domain.api_keys import LISTED_MAX
from paygate.operations.ports import Database


def list_api_keys(database: Database, merchant_id: str) -> str:
    """JSON text, newest first: every key that works, and the latest of those that have ended."""
    rows = database.run("list_api_keys", merchant_id=merchant_id, limit=LISTED_MAX)
    return f'{{"data":[{",".join(row["body"] for row in rows)}]}}'
