"""What a shopper's browser is told of a payment, and how it can prove to the merchant's server what it was told."""

from __future__ import annotations

from paygate.domain.errors import NotFoundError
from paygate.domain.signing import sign_checkout
from paygate.operations.ports import Cipher, Database

# The shopper has done what there is to do.
TAKEN = ("success", "authorized", "captured")


def get_checkout_payment(database: Database, cipher: Cipher, merchant_id: str, payment_id: str) -> str:
    """The payment's public wire form (JSON text), with a `signature` once it has succeeded.

    Raises NotFoundError and SecretUnreadableError.
    """
    rows = database.run("get_checkout_payment", payment_id=payment_id, merchant_id=merchant_id)
    if not rows:
        raise NotFoundError("There is no payment with this id.")
    row = rows[0]
    body = str(row["body"])
    if row["status"] not in TAKEN or row["checkout_secret_encrypted"] is None:
        return body
    secret = cipher.decrypt(bytes(row["checkout_secret_encrypted"]), owner=merchant_id)
    return f'{body[:-1]},"signature":"{sign_checkout(secret, row["order_id"], row["id"])}"}}'
