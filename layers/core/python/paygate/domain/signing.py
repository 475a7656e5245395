"""Signatures that let a merchant trust a webhook.

Two forms are sent with every delivery: `X-Webhook-Signature`, the hex HMAC-SHA256 of the raw body under the secret's
characters, and the Standard Webhooks trio, whose `v1` signature is the base64 HMAC-SHA256 of `id.timestamp.body`
under the bytes that follow `whsec_` in base64
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105  a prefix, not a secret
SECRET_BYTES = 32
CHECKOUT_PREFIX = "chksec_"


def new_secret() -> str:
    """A new secret as Standard Webhooks has them: `whsec_` and random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def sign_body(secret: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of `body` keyed with the whole secret as text, as `createHmac('sha256', secret)` computes it."""
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def sign_standard(secrets: Sequence[str], message_id: str, timestamp_seconds: int, body: bytes) -> str:
    """The `webhook-signature` header: one `v1,<base64>` for each active secret, separated by spaces."""
    content = f"{message_id}.{timestamp_seconds}.".encode() + body
    signatures = (hmac.digest(signing_key(secret), content, "sha256") for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(signature).decode()}" for signature in signatures)


def signing_key(secret: str) -> bytes:
    """The key bytes of a secret: base64 after `whsec_`; text that is not base64 is its own key, prefix included."""
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        return secret.encode()


def new_checkout_secret() -> str:
    """A new secret for what the checkout tells a shopper's browser."""
    return CHECKOUT_PREFIX + os.urandom(SECRET_BYTES).hex()


def sign_checkout(secret: str, order_id: str, payment_id: str) -> str:
    """Hex HMAC-SHA256 of `order_id|payment_id` keyed with the secret as text, for the merchant's server to check."""
    return hmac.new(secret.encode(), f"{order_id}|{payment_id}".encode(), "sha256").hexdigest()
