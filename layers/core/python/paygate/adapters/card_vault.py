"""Where card data waits between the request and its processing: encrypted by KMS, in Redis, for minutes.

The encryption context is the payment's id, so a ciphertext opens for its own payment only. IAM lets only the api
encrypt and only process_payments decrypt (`template.yaml`).
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Sequence

from paygate.adapters.aws_json import AwsCallError, AwsJsonClient
from paygate.adapters.redis import RedisStore
from paygate.domain.cards import Card
from paygate.domain.errors import RedisUnavailableError, VaultUnavailableError

TTL_SECONDS = 15 * 60


class KmsCardVault:
    """`new_client` makes a client of KMS; each thread that opens cards gets one of its own."""

    def __init__(self, redis: RedisStore, new_client: Callable[[], AwsJsonClient], key_id: str) -> None:
        self._redis = redis
        self._new_client = new_client
        self._key_id = key_id
        self._clients = threading.local()

    def put(self, payment_id: str, card: Card) -> None:
        """Keep a card for its payment. Raises VaultUnavailableError."""
        plaintext = json.dumps(
            {
                "number": card.number,
                "expiry_month": card.expiry_month,
                "expiry_year": card.expiry_year,
                "cvv": card.cvv,
                "network": card.network,
                "holder_name": card.holder_name,
            }
        )
        request = {
            "KeyId": self._key_id,
            "Plaintext": base64.b64encode(plaintext.encode()).decode(),
            "EncryptionContext": _context(payment_id),
        }
        try:
            sealed = self._kms().call("Encrypt", request)["CiphertextBlob"]
            self._redis.put(_key(payment_id), sealed.encode(), ttl_seconds=TTL_SECONDS)
        except (AwsCallError, RedisUnavailableError) as error:
            raise VaultUnavailableError("Card payments cannot be taken right now.") from error

    def fetch(self, payment_ids: Sequence[str]) -> dict[str, bytes]:
        """The sealed cards of these payments, without those that are gone. Raises VaultUnavailableError."""
        if not payment_ids:
            return {}
        try:
            values = self._redis.get_all([_key(payment_id) for payment_id in payment_ids])
        except RedisUnavailableError as error:
            raise VaultUnavailableError("The cards cannot be read right now.") from error
        return {payment_id: value for payment_id, value in zip(payment_ids, values, strict=True) if value is not None}

    def open(self, payment_id: str, sealed: bytes) -> Card | None:
        """The card; None for a ciphertext that is not this payment's. Safe for use by several threads.

        Raises VaultUnavailableError.
        """
        request = {
            "KeyId": self._key_id,
            "CiphertextBlob": sealed.decode("ascii", "replace"),
            "EncryptionContext": _context(payment_id),
        }
        try:
            answer = self._kms().call("Decrypt", request)
        except AwsCallError as error:
            if error.code == "InvalidCiphertextException":
                return None
            raise VaultUnavailableError("The card cannot be opened right now.") from error
        return Card(**json.loads(base64.b64decode(answer["Plaintext"])))

    def discard(self, payment_ids: Sequence[str]) -> None:
        """Forget these cards. Raises VaultUnavailableError; they then go by themselves within minutes."""
        if not payment_ids:
            return
        try:
            self._redis.delete([_key(payment_id) for payment_id in payment_ids])
        except RedisUnavailableError as error:
            raise VaultUnavailableError("The cards are left to expire.") from error

    def _kms(self) -> AwsJsonClient:
        client: AwsJsonClient | None = getattr(self._clients, "kms", None)
        if client is None:
            client = self._clients.kms = self._new_client()
        return client


def _key(payment_id: str) -> str:
    return f"paygate:card:{payment_id}"


def _context(payment_id: str) -> dict[str, str]:
    return {"payment_id": payment_id}
