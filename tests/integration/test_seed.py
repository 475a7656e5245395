"""The test merchant: made once, found again, and let in with the credentials of the README."""

from __future__ import annotations

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import AuthenticationError, SecretUnreadableError
from paygate.operations.authenticate import Authenticator
from paygate.operations.rotate_checkout_secret import rotate_checkout_secret
from paygate.operations.rotate_webhook_secret import rotate_webhook_secret
from paygate.operations.seed_test_merchant import (
    TEST_CHECKOUT_SECRET,
    TEST_EMAIL,
    TEST_ENDPOINT_ID,
    TEST_KEY_ID,
    TEST_KEY_SECRET,
    TEST_OPERATOR_EMAIL,
    TEST_ORDER_IDS,
    TEST_ORIGINS,
    TEST_WEBHOOK_SECRET,
    seed_test_merchant,
)
from paygate.operations.update_merchant import update_merchant
from tests.support.rows import TEST_MERCHANT_ID, Rows

TABLES = ("merchants", "api_keys", "orders", "webhook_endpoints")


def contents(sql: Rows) -> dict[str, object]:
    """Every seeded row, without the ciphertext, whose nonce differs each time."""
    found: dict[str, object] = {
        table: sql.all(f"SELECT to_jsonb(t) - 'checkout_secret_encrypted' FROM {table} AS t ORDER BY id")  # noqa: S608
        for table in TABLES[:3]
    }
    columns = "id, merchant_id, url, description, events, status, disabled_reason, created_at"
    return {**found, "endpoints": sql.all(f"SELECT {columns} FROM webhook_endpoints ORDER BY id")}  # noqa: S608


def test_seeding_again_changes_nothing(
    database: PostgresDatabase, secrets: DeploymentSecrets, cipher: AesGcmCipher, sql: Rows
) -> None:
    sql.run("UPDATE webhook_endpoints SET url = 'https://merchant.example', status = 'enabled', disabled_reason = NULL")
    before = contents(sql)
    for _ in range(2):
        seed_test_merchant(database, pepper=secrets.key_for("api-secret-pepper"), cipher=cipher)
    assert contents(sql) == before
    assert [sql.value(f"SELECT count(*) FROM {table}") for table in TABLES] == [1, 1, 2, 1]  # noqa: S608


def test_its_orders_are_reusable_and_its_endpoint_waits_for_a_url(database: PostgresDatabase, sql: Rows) -> None:
    orders = sql.all("SELECT id, amount_minor, currency, reusable, status FROM orders ORDER BY id")
    common = {"amount_minor": 50_000, "currency": "INR", "reusable": True, "status": "created"}
    assert orders == [{"id": order_id, **common} for order_id in sorted(TEST_ORDER_IDS)]
    endpoint = sql.one("SELECT id, url, status, disabled_reason FROM webhook_endpoints")
    assert endpoint == {"id": TEST_ENDPOINT_ID, "url": None, "status": "disabled", "disabled_reason": "no_url"}


def test_seeding_again_brings_a_deleted_endpoint_back_as_new_with_its_known_secret_alone(
    database: PostgresDatabase, secrets: DeploymentSecrets, cipher: AesGcmCipher, sql: Rows
) -> None:
    sql.run("UPDATE webhook_endpoints SET url = 'https://merchant.example', status = 'enabled', disabled_reason = NULL")
    rotate_webhook_secret(database, cipher, TEST_MERCHANT_ID, TEST_ENDPOINT_ID, 3_600)
    database.run("delete_webhook_endpoint", endpoint_id=TEST_ENDPOINT_ID, merchant_id=TEST_MERCHANT_ID)
    seed_test_merchant(database, pepper=secrets.key_for("api-secret-pepper"), cipher=cipher)
    row = sql.one("SELECT * FROM webhook_endpoints")
    assert (row["url"], row["status"], row["disabled_reason"]) == (None, "disabled", "no_url")
    assert (row["previous_secret_encrypted"], row["previous_secret_until"]) == (None, None)
    assert cipher.decrypt(bytes(row["secret_encrypted"]), owner=TEST_ENDPOINT_ID) == TEST_WEBHOOK_SECRET


def test_its_webhook_secret_can_be_read_with_the_deployments_key_only(
    database: PostgresDatabase, cipher: AesGcmCipher, sql: Rows
) -> None:
    stored = bytes(sql.value("SELECT secret_encrypted FROM webhook_endpoints"))
    assert TEST_WEBHOOK_SECRET.encode() not in stored
    assert cipher.decrypt(stored, owner=TEST_ENDPOINT_ID) == TEST_WEBHOOK_SECRET
    for wrong, owner in ((AesGcmCipher(b"x" * 32), TEST_ENDPOINT_ID), (cipher, "whe_other")):
        with pytest.raises(SecretUnreadableError):
            wrong.decrypt(stored, owner=owner)


def test_its_users_are_there_with_a_password_alone_and_a_new_one_takes_its_place(
    database: PostgresDatabase, secrets: DeploymentSecrets, cipher: AesGcmCipher, sql: Rows
) -> None:
    def seed(password_hash: str | None) -> list[dict[str, object]]:
        pepper = secrets.key_for("api-secret-pepper")
        seed_test_merchant(database, pepper=pepper, cipher=cipher, password_hash=password_hash)
        return sql.all("SELECT email, role, merchant_id, password_hash, disabled_at FROM users ORDER BY email")

    assert seed(None) == []
    for password_hash in ("scrypt$one", "scrypt$two"):
        common = {"merchant_id": TEST_MERCHANT_ID, "password_hash": password_hash, "disabled_at": None}
        users = [(TEST_OPERATOR_EMAIL, "operator"), (TEST_EMAIL, "merchant")]
        assert seed(password_hash) == [{"email": email, "role": role, **common} for email, role in users]
        sql.run("UPDATE users SET disabled_at = now()")
    assert [user["password_hash"] for user in seed(None)] == ["scrypt$two"] * 2


def test_its_key_that_was_revoked_comes_back(
    database: PostgresDatabase, secrets: DeploymentSecrets, cipher: AesGcmCipher, sql: Rows
) -> None:
    sql.run("UPDATE api_keys SET revoked_at = now()")
    seed_test_merchant(database, pepper=secrets.key_for("api-secret-pepper"), cipher=cipher)
    assert sql.value("SELECT revoked_at FROM api_keys") is None


@pytest.fixture
def authenticator(database: PostgresDatabase, secrets: DeploymentSecrets) -> Authenticator:
    return Authenticator(database, secrets.key_for("api-secret-pepper"))


def test_its_credentials_are_let_in(authenticator: Authenticator) -> None:
    for _ in range(2):
        assert authenticator.authenticate(TEST_KEY_ID, TEST_KEY_SECRET) == TEST_MERCHANT_ID


def test_other_credentials_are_refused(authenticator: Authenticator) -> None:
    wrong = [
        (TEST_KEY_ID, TEST_KEY_SECRET + "x"),
        (TEST_KEY_ID, TEST_KEY_SECRET.upper()),
        (TEST_KEY_ID, ""),
        ("key_test_unknown", TEST_KEY_SECRET),
        ("", TEST_KEY_SECRET),
        ("' OR true --", TEST_KEY_SECRET),
    ]
    # Once before and once after the right ones are in the cache.
    for _ in range(2):
        for key_id, secret in wrong:
            with pytest.raises(AuthenticationError):
                authenticator.authenticate(key_id, secret)
        assert authenticator.authenticate(TEST_KEY_ID, TEST_KEY_SECRET) == TEST_MERCHANT_ID


def test_a_revoked_key_is_refused(authenticator: Authenticator, sql: Rows) -> None:
    sql.run("UPDATE api_keys SET revoked_at = now()")
    with pytest.raises(AuthenticationError):
        authenticator.authenticate(TEST_KEY_ID, TEST_KEY_SECRET)


def test_another_deployments_pepper_lets_nobody_in(database: PostgresDatabase) -> None:
    with pytest.raises(AuthenticationError):
        Authenticator(database, b"another pepper").authenticate(TEST_KEY_ID, TEST_KEY_SECRET)


def test_its_checkout_secret_is_the_known_one_under_the_deployments_key_alone(
    database: PostgresDatabase, secrets: DeploymentSecrets, cipher: AesGcmCipher, sql: Rows
) -> None:
    for _ in range(2):
        row = sql.one("SELECT allowed_origins, checkout_secret_encrypted FROM merchants")
        stored = bytes(row["checkout_secret_encrypted"])
        assert TEST_CHECKOUT_SECRET.encode() not in stored
        assert cipher.decrypt(stored, owner=TEST_MERCHANT_ID) == TEST_CHECKOUT_SECRET
        assert row["allowed_origins"] == list(TEST_ORIGINS)
        # One from before there was a checkout gets both.
        sql.run("UPDATE merchants SET allowed_origins = '{}', checkout_secret_encrypted = NULL")
        seed_test_merchant(database, pepper=secrets.key_for("api-secret-pepper"), cipher=cipher)


def test_seeding_again_brings_the_known_checkout_secret_back_and_leaves_name_and_origins(
    database: PostgresDatabase, secrets: DeploymentSecrets, cipher: AesGcmCipher, sql: Rows
) -> None:
    for origins in (["https://shop.example"], []):
        update_merchant(database, TEST_MERCHANT_ID, name="Mine", allowed_origins=origins)
        rotate_checkout_secret(database, cipher, TEST_MERCHANT_ID)
        seed_test_merchant(database, pepper=secrets.key_for("api-secret-pepper"), cipher=cipher)
        row = sql.one("SELECT name, allowed_origins, checkout_secret_encrypted FROM merchants")
        assert (row["name"], row["allowed_origins"]) == ("Mine", origins)
        assert cipher.decrypt(bytes(row["checkout_secret_encrypted"]), owner=TEST_MERCHANT_ID) == TEST_CHECKOUT_SECRET
