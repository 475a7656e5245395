"""Passwords of the dashboard's users, kept as scrypt makes them: 16 MiB and a quarter of a second for each guess.

What is kept tells its parameters, so that stronger ones can come later: `scrypt$14$8$5$<salt>$<hash>`, with the binary
logarithm of n, and salt and hash in base64.
"""

from __future__ import annotations

import base64
import hmac
import os
from hashlib import scrypt

from paygate.domain.errors import BadRequestError

LENGTH_MIN = 12
LENGTH_MAX = 200
LOG2_N = 14
R = 8
P = 5
SALT_BYTES = 16
HASH_BYTES = 32
# What scrypt may take is a little more than 128 * n * r.
MEMORY_MAX = 64 * 1024 * 1024
# Of nobody's password: who does not exist is refused as slowly as who does.
NOBODYS_HASH = f"scrypt${LOG2_N}${R}${P}${'A' * 22}==${'A' * 43}="


def check_password(password: str) -> None:
    """Raises BadRequestError for one that may not be set."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise BadRequestError(
            f"password must have {LENGTH_MIN} to {LENGTH_MAX} characters.", field="password", reason="INVALID_VALUE"
        )


def hash_password(password: str, *, log2_n: int = LOG2_N) -> str:
    """What is kept of a password."""
    salt = os.urandom(SALT_BYTES)
    made = _scrypt(password, salt, log2_n, R, P)
    return "$".join(("scrypt", str(log2_n), str(R), str(P), _base64(salt), _base64(made)))


def verify_password(password: str, kept: str) -> bool:
    """Whether `kept` was made of this password."""
    _, log2_n, r, p, salt, expected = kept.split("$")
    given = _scrypt(password, base64.b64decode(salt), int(log2_n), int(r), int(p))
    return hmac.compare_digest(given, base64.b64decode(expected))


def _scrypt(password: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    return scrypt(
        password.encode(errors="surrogatepass"), salt=salt, n=2**log2_n, r=r, p=p, maxmem=MEMORY_MAX, dklen=HASH_BYTES
    )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
