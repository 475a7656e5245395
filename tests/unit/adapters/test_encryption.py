from __future__ import annotations

import pytest

from paygate.adapters.encryption import NONCE_BYTES, AesGcmCipher
from paygate.domain.errors import SecretUnreadableError

CIPHER = AesGcmCipher(bytes(range(32)))
SECRET = "whsec_test_abc123"


@pytest.mark.parametrize("text", [SECRET, "", "zoë 😀", "x" * 10_000])
def test_what_was_encrypted_can_be_read_again(text: str) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(text, owner="whe_1"), owner="whe_1") == text


def test_encrypting_twice_gives_different_ciphertexts_without_the_text() -> None:
    one, other = (CIPHER.encrypt(SECRET, owner="whe_1") for _ in range(2))
    assert one[:NONCE_BYTES] != other[:NONCE_BYTES]
    assert one[NONCE_BYTES:] != other[NONCE_BYTES:]
    assert SECRET.encode() not in one


@pytest.mark.parametrize("owner", ["whe_2", "", "whe_1 ", "WHE_1"])
def test_another_owner_is_refused(owner: str) -> None:
    sealed = CIPHER.encrypt(SECRET, owner="whe_1")
    with pytest.raises(SecretUnreadableError):
        CIPHER.decrypt(sealed, owner=owner)


def test_another_key_is_refused_by_an_error_that_names_the_owner() -> None:
    sealed = AesGcmCipher(bytes(32)).encrypt(SECRET, owner="whe_1")
    with pytest.raises(SecretUnreadableError, match="the secret of whe_1 cannot be decrypted"):
        CIPHER.decrypt(sealed, owner="whe_1")


@pytest.mark.parametrize("position", [0, NONCE_BYTES - 1, NONCE_BYTES, NONCE_BYTES + 5, -16, -1])
def test_a_changed_byte_is_refused(position: int) -> None:
    sealed = bytearray(CIPHER.encrypt(SECRET, owner="whe_1"))
    sealed[position] ^= 1
    with pytest.raises(SecretUnreadableError):
        CIPHER.decrypt(bytes(sealed), owner="whe_1")


@pytest.mark.parametrize("length", [0, 1, 7, NONCE_BYTES, NONCE_BYTES + 1, NONCE_BYTES + 16, -1])
def test_a_shortened_ciphertext_is_refused(length: int) -> None:
    sealed = CIPHER.encrypt(SECRET, owner="whe_1")
    with pytest.raises(SecretUnreadableError):
        CIPHER.decrypt(sealed[:length], owner="whe_1")
