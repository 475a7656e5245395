"""AES-GCM for secrets that Paygate must be able to read again, such as those it signs webhooks with."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from paygate.domain.errors import SecretUnreadableError

NONCE_BYTES = 12


class AesGcmCipher:
    """`key` is 32 bytes. Every ciphertext begins with a random nonce of its own."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def encrypt(self, plaintext: str, *, owner: str) -> bytes:
        """`owner` (the row's id) is authenticated: a ciphertext that is moved to another row will not open."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plaintext.encode(), owner.encode())

    def decrypt(self, ciphertext: bytes, *, owner: str) -> str:
        """The text that `encrypt` was given. Raises SecretUnreadableError."""
        nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, sealed, owner.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadableError(
                f"the secret of {owner} cannot be decrypted with this deployment's key"
            ) from error
