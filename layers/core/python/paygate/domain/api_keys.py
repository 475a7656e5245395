"""API keys: how many, how long an old one stays, and their secrets."""

from __future__ import annotations

import os

SECRET_BYTES = 32
# Keys of one merchant that work at the same time.
KEYS_MAX = 20
LISTED_MAX = 100
NAME_LENGTH_MAX = 100
OVERLAP_SECONDS_DEFAULT = 86_400
OVERLAP_SECONDS_MAX = 7 * 86_400


def new_key_secret() -> str:
    """A new secret, of which only a hash is kept."""
    return f"secret_{os.urandom(SECRET_BYTES).hex()}"
