"""The merchant that tests, the demo and the README's curl lines use; test mode only."""

from __future__ import annotations

from paygate.operations.authenticate import hash_secret
from paygate.operations.ports import Cipher, Database

TEST_EMAIL = "test@example.com"
TEST_OPERATOR_EMAIL = "ops@example.com"
TEST_KEY_ID = "key_test_abc123"
TEST_KEY_SECRET = "secret_test_xyz789"  # noqa: S105  published in the README
TEST_WEBHOOK_SECRET = "whsec_test_abc123"  # noqa: S105
TEST_CHECKOUT_SECRET = "chksec_test_abc123"  # noqa: S105
# Pages on a developer's own machine.
TEST_ORIGINS = ("http://localhost:*", "http://127.0.0.1:*")
TEST_MERCHANT_ID = "merchant_test_123"
TEST_ENDPOINT_ID = "whe_test_123"
TEST_ORDER_IDS = ("order_test_123", "order_NXhj67fGH2jk9mPq")


def seed_test_merchant(database: Database, *, pepper: bytes, cipher: Cipher, password_hash: str | None = None) -> None:
    """Make the test merchant with its key, webhook endpoint and two reusable orders of 50000 INR; safe to repeat.

    With a `password_hash`, which is that of every user of the test merchant, also a merchant's user and an operator.
    """
    database.run(
        "seed_test_merchant",
        merchant_id=TEST_MERCHANT_ID,
        name="Test Merchant",
        email=TEST_EMAIL,
        operator_email=TEST_OPERATOR_EMAIL,
        password_hash=password_hash,
        allowed_origins=list(TEST_ORIGINS),
        checkout_secret_encrypted=cipher.encrypt(TEST_CHECKOUT_SECRET, owner=TEST_MERCHANT_ID),
        key_id=TEST_KEY_ID,
        secret_hash=hash_secret(pepper, TEST_KEY_SECRET),
        endpoint_id=TEST_ENDPOINT_ID,
        webhook_secret_encrypted=cipher.encrypt(TEST_WEBHOOK_SECRET, owner=TEST_ENDPOINT_ID),
        order_ids=list(TEST_ORDER_IDS),
    )
