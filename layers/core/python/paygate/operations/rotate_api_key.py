"""An API key is replaced by a new one; the old one works for a while yet, so that servers can change over."""

from __future__ import annotations

import logging

from paygate.domain.api_keys import KEYS_MAX, new_key_secret
from paygate.domain.errors import ConflictError
from paygate.domain.ids import new_id
from paygate.operations.authenticate import hash_secret
from paygate.operations.create_api_key import too_many_keys, with_secret
from paygate.operations.ports import Database
from paygate.operations.revoke_api_key import key_unknown

LOG = logging.getLogger("paygate.api_keys")


def rotate_api_key(
    database: Database, pepper: bytes, merchant_id: str, user_id: str, key_id: str, overlap_seconds: int
) -> str:
    """The new key's wire form (JSON text) with its secret, which is kept nowhere; its name is the old one's. `user_id`
    is who does it.

    Raises NotFoundError and ConflictError (KEY_REVOKED, KEY_LIMIT).
    """
    new_key_id, secret = new_id("key"), new_key_secret()
    rows = database.run(
        "rotate_api_key",
        merchant_id=merchant_id,
        key_id=key_id,
        new_key_id=new_key_id,
        secret_hash=hash_secret(pepper, secret),
        overlap_seconds=overlap_seconds,
        keys_max=KEYS_MAX,
    )
    if not rows:
        raise key_unknown()
    if not rows[0]["active"]:
        raise ConflictError("The API key is revoked; create a new one.", reason="KEY_REVOKED")
    if rows[0]["body"] is None:
        raise too_many_keys()
    ids = {"merchant_id": merchant_id, "user_id": user_id, "key_id": key_id, "new_key_id": new_key_id}
    LOG.info("API key rotated", extra=ids)
    return with_secret(rows[0]["body"], secret)
