"""An API key ends at once."""

from __future__ import annotations

import logging

from paygate.domain.errors import NotFoundError
from paygate.operations.ports import Database

LOG = logging.getLogger("paygate.api_keys")


def revoke_api_key(database: Database, merchant_id: str, user_id: str, key_id: str) -> str:
    """The key's wire form (JSON text); `user_id` is who revokes it. Raises NotFoundError."""
    rows = database.run("revoke_api_key", merchant_id=merchant_id, key_id=key_id)
    if not rows:
        raise key_unknown()
    LOG.info("API key revoked", extra={"merchant_id": merchant_id, "user_id": user_id, "key_id": key_id})
    return str(rows[0]["body"])


def key_unknown() -> NotFoundError:
    return NotFoundError("There is no API key with this id.")
