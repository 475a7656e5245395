"""Webhook secrets that are shown once: they leave the database as they rest there, and the reply alone opens them."""

from __future__ import annotations

import base64
import json

from paygate.domain.signing import new_secret
from paygate.operations.ports import Cipher


def seal_new_secret(cipher: Cipher, endpoint_id: str) -> str:
    """A new secret of the endpoint, encrypted, in base64."""
    return base64.b64encode(cipher.encrypt(new_secret(), owner=endpoint_id)).decode()


def reveal_secret(cipher: Cipher, body: str) -> str:
    """The endpoint's wire form (JSON text) with its secret instead of the sealed one.

    A reply that is kept for its idempotency key is kept sealed, and so is the same whenever it is opened. Raises
    SecretUnreadableError.
    """
    endpoint = json.loads(body)
    sealed = base64.b64decode(endpoint["secret"])
    endpoint["secret"] = cipher.decrypt(sealed, owner=endpoint["id"])
    return json.dumps(endpoint, ensure_ascii=False, separators=(",", ":"))
