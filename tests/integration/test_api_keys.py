"""Keys that end: at once, or as of a later time, so that an old and a new one overlap."""

from __future__ import annotations

from secrets import token_hex

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import AuthenticationError
from paygate.operations.authenticate import CACHE_SECONDS, Authenticator, hash_secret
from tests.support.rows import TEST_MERCHANT_ID, Rows


class Keys:
    """Keys of the test merchant, and an authenticator whose clock the test holds."""

    def __init__(self, database: PostgresDatabase, sql: Rows, pepper: bytes) -> None:
        self.now = 1_000.0
        self._sql = sql
        self._pepper = pepper
        self._authenticator = Authenticator(database, pepper, clock=lambda: self.now)
        self._secrets: dict[str, str] = {}

    def add(self, *, revoked_in: str | None = None) -> str:
        key_id, secret = f"key_{token_hex(8)}", token_hex(16)
        self._sql.run(
            "INSERT INTO api_keys (id, merchant_id, secret_hash, revoked_at)"
            " VALUES (:id, :merchant_id, :secret_hash, now() + CAST(:revoked_in AS interval))",
            id=key_id,
            merchant_id=TEST_MERCHANT_ID,
            secret_hash=hash_secret(self._pepper, secret),
            revoked_in=revoked_in,
        )
        self._secrets[key_id] = secret
        return key_id

    def revoke(self, key_id: str) -> None:
        self._sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=key_id)

    def let_in(self, key_id: str) -> bool:
        try:
            merchant_id = self._authenticator.authenticate(key_id, self._secrets[key_id])
        except AuthenticationError:
            return False
        assert merchant_id == TEST_MERCHANT_ID
        return True


@pytest.fixture
def keys(database: PostgresDatabase, sql: Rows, secrets: DeploymentSecrets) -> Keys:
    return Keys(database, sql, secrets.key_for("api-secret-pepper"))


@pytest.mark.parametrize(
    ("revoked_in", "let_in"), [(None, True), ("1 hour", True), ("0 seconds", False), ("-1 hour", False)]
)
def test_a_key_works_until_it_is_revoked(keys: Keys, revoked_in: str | None, let_in: bool) -> None:
    assert keys.let_in(keys.add(revoked_in=revoked_in)) is let_in


def test_an_old_and_a_new_key_overlap_until_the_old_one_ends(keys: Keys) -> None:
    old = keys.add(revoked_in="1 hour")
    new = keys.add()
    assert (keys.let_in(old), keys.let_in(new)) == (True, True)
    keys.revoke(old)
    keys.now += CACHE_SECONDS
    assert (keys.let_in(old), keys.let_in(new)) == (False, True)


def test_a_revoked_key_that_was_seen_before_works_for_a_minute_at_most(keys: Keys) -> None:
    key_id = keys.add()
    assert keys.let_in(key_id)
    keys.revoke(key_id)
    keys.now += CACHE_SECONDS - 0.001
    assert keys.let_in(key_id)
    keys.now += 0.001
    assert not keys.let_in(key_id)
