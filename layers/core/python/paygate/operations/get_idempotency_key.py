"""What became of an idempotency key, for whoever wonders about a replay or a conflict."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from paygate.domain.errors import RedisUnavailableError
from paygate.operations.admit_request import lock_name
from paygate.operations.ports import Database, Locks

LOG = logging.getLogger("paygate.get_idempotency_key")


def get_idempotency_key(database: Database, locks: Locks, merchant_id: str, scopes: Sequence[str], key: str) -> str:
    """`{"data": […]}` (JSON text): an entry for each of the scopes in which the key was used and is remembered.

    The same key may have been used for several routes. What was answered is not told. Without Redis nothing is known of
    requests that are under way.
    """
    rows = database.run("find_idempotency_keys", merchant_id=merchant_id, key_scopes=list(scopes), key=key)
    completed = {row["scope"]: row for row in rows}
    under_way = _under_way(locks, merchant_id, [scope for scope in scopes if scope not in completed], key)
    entries: list[dict[str, Any]] = [
        {"key": key, "scope": scope, "request_id": request_id, "state": "in_progress"}
        for scope, request_id in under_way.items()
    ]
    entries += [
        {
            "key": key,
            "scope": row["scope"],
            "status": row["status"],
            "request_id": row["request_id"],
            "state": "completed",
            "created_at": row["created_at"],
            "expires_at": row["expires_at"],
        }
        for row in rows
    ]
    return json.dumps({"data": entries}, separators=(",", ":"))


def _under_way(locks: Locks, merchant_id: str, scopes: list[str], key: str) -> dict[str, str]:
    """The request that holds the key's lock, by scope. A completed key's lock is left to expire and says nothing."""
    if not scopes:
        return {}
    try:
        owners = locks.get_all([lock_name(merchant_id, scope, key) for scope in scopes])
    except RedisUnavailableError as error:
        LOG.warning("requests under way are not known", extra={"error": error.description})
        return {}
    return {scope: owner.decode() for scope, owner in zip(scopes, owners, strict=True) if owner is not None}
