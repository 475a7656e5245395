"""The test merchant's users, as `make up` makes them with a password of its own."""

from __future__ import annotations

from functools import cache

from paygate.domain.passwords import hash_password

TEST_PASSWORD = "correct horse battery"


@cache
def password_hash() -> str:
    """Made once, and quick to verify, which hashes are not to be otherwise."""
    return hash_password(TEST_PASSWORD, log2_n=4)
