"""A merchant's endpoint gets a new secret; the old one signs as well for a while, so that receivers can change over."""

from __future__ import annotations

from paygate.domain.errors import IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations.answer_once import key_parameters
from paygate.operations.ports import Cipher, Database
from paygate.operations.update_webhook_endpoint import endpoint_unknown
from paygate.operations.webhook_secrets import seal_new_secret

OVERLAP_SECONDS_DEFAULT = 86_400
OVERLAP_SECONDS_MAX = 7 * 86_400


def rotate_webhook_secret(
    database: Database,
    cipher: Cipher,
    merchant_id: str,
    endpoint_id: str,
    overlap_seconds: int,
    idempotent: IdempotentRequest | None = None,
) -> str:
    """The endpoint's wire form (JSON text) with the new secret, sealed for `reveal_secret`.

    An overlap that is still under way ends: only the secret before this one goes on signing. Raises NotFoundError and
    IdempotencyKeyTakenError.
    """
    rows = database.run(
        "rotate_webhook_secret",
        endpoint_id=endpoint_id,
        merchant_id=merchant_id,
        secret_sealed=seal_new_secret(cipher, endpoint_id),
        overlap_seconds=overlap_seconds,
        **key_parameters(idempotent),
    )
    if not rows:
        raise endpoint_unknown()
    if rows[0]["body"] is None:
        raise IdempotencyKeyTakenError("The key is taken.")
    return str(rows[0]["body"])
