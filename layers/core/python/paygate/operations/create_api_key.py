"""A merchant gets another API key."""

from __future__ import annotations

import json
import logging

from paygate.domain.api_keys import KEYS_MAX, new_key_secret
from paygate.domain.errors import ConflictError
from paygate.domain.ids import new_id
from paygate.operations.authenticate import hash_secret
from paygate.operations.ports import Database

LOG = logging.getLogger("paygate.api_keys")


def create_api_key(database: Database, pepper: bytes, merchant_id: str, user_id: str, name: str | None) -> str:
    """The key's wire form (JSON text) with its secret, which is kept nowhere; `user_id` is who makes it.

    Raises ConflictError (KEY_LIMIT).
    """
    key_id, secret = new_id("key"), new_key_secret()
    (row,) = database.run(
        "create_api_key",
        merchant_id=merchant_id,
        key_id=key_id,
        name=name,
        secret_hash=hash_secret(pepper, secret),
        keys_max=KEYS_MAX,
    )
    if row["body"] is None:
        raise too_many_keys()
    LOG.info("API key created", extra={"merchant_id": merchant_id, "user_id": user_id, "key_id": key_id})
    return with_secret(row["body"], secret)


def with_secret(body: str, secret: str) -> str:
    """A key's wire form with the secret as its last field."""
    return f'{body[:-1]},"secret":{json.dumps(secret)}}}'


def too_many_keys() -> ConflictError:
    return ConflictError(
        f"There are {KEYS_MAX} API keys that work, which is as many as there may be; revoke one first.",
        reason="KEY_LIMIT",
    )
