"""A merchant gets a new secret for verifying what its checkout's shoppers were told."""

from __future__ import annotations

import base64

from paygate.domain.errors import IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.signing import new_checkout_secret
from paygate.operations.answer_once import key_parameters
from paygate.operations.ports import Cipher, Database


def rotate_checkout_secret(
    database: Database, cipher: Cipher, merchant_id: str, idempotent: IdempotentRequest | None = None
) -> str:
    """The merchant's wire form (JSON text) with the new secret, sealed for `reveal_secret`; the old one ends at once.

    Raises IdempotencyKeyTakenError.
    """
    sealed = base64.b64encode(cipher.encrypt(new_checkout_secret(), owner=merchant_id)).decode()
    (row,) = database.run(
        "rotate_checkout_secret", merchant_id=merchant_id, secret_sealed=sealed, **key_parameters(idempotent)
    )
    if row["body"] is None:
        raise IdempotencyKeyTakenError("The key is taken.")
    return str(row["body"])
