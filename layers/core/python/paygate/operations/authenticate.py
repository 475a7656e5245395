"""Who is calling: a merchant's key id and secret."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256

from paygate.domain.errors import AuthenticationError
from paygate.operations.ports import Database

# Also the longest that a revoked key goes on working in an environment that has seen it before.
CACHE_SECONDS = 60.0
CACHE_ENTRIES_MAX = 1_000
CREDENTIAL_LENGTH_MAX = 200


class Authenticator:
    """Checks credentials against their stored hash, remembering good ones for up to a minute."""

    def __init__(self, database: Database, pepper: bytes, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._pepper = pepper
        self._clock = clock
        self._known: dict[str, tuple[bytes, str, float]] = {}

    def authenticate(self, key_id: str, secret: str) -> str:
        """The merchant's id. Raises the same AuthenticationError for unknown, revoked and wrong credentials."""
        if not 0 < len(key_id) <= CREDENTIAL_LENGTH_MAX or not 0 < len(secret) <= CREDENTIAL_LENGTH_MAX:
            raise _refused()
        given = hash_secret(self._pepper, secret)
        found = self._find(key_id)
        if found is None or not hmac.compare_digest(found[0], given):
            raise _refused()
        return found[1]

    def identify(self, key_id: str) -> str:
        """The merchant whose key this is; for shoppers, who know no secret. Raises AuthenticationError."""
        found = self._find(key_id)
        if found is None:
            raise AuthenticationError("The publishable key is not valid.")
        return found[1]

    def _find(self, key_id: str) -> tuple[bytes, str, float] | None:
        cached = self._known.get(key_id)
        return self._look_up(key_id) if cached is None or cached[2] <= self._clock() else cached

    def forget(self, key_id: str) -> None:
        """A key has changed: ask the database again. Other environments still remember it for up to a minute."""
        self._known.pop(key_id, None)

    def _look_up(self, key_id: str) -> tuple[bytes, str, float] | None:
        self._known.pop(key_id, None)
        rows = self._database.run("find_api_key", key_id=key_id)
        if not rows:
            return None
        if len(self._known) >= CACHE_ENTRIES_MAX:
            self._known.clear()
        seconds_left = rows[0]["seconds_left"]
        cached_seconds = CACHE_SECONDS if seconds_left is None else min(CACHE_SECONDS, seconds_left)
        entry = (bytes(rows[0]["secret_hash"]), str(rows[0]["merchant_id"]), self._clock() + cached_seconds)
        self._known[key_id] = entry
        return entry


def hash_secret(pepper: bytes, secret: str) -> bytes:
    """What is stored of an API secret. Secrets are long and random, so a plain hash with a pepper is enough."""
    return sha256(pepper + secret.encode()).digest()


def _refused() -> AuthenticationError:
    return AuthenticationError("The API key or secret is missing or not valid.")
