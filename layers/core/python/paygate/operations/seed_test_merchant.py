"""The merchant that tests, the demo and the README's curl lines use; test mode only."""

from __future__ import annotations

from paygate.operations.authenticate import hash_secret
from paygate.operations.ports import Cipher, Database

TEST_EMAIL = "test@example.com"
TEST_KEY_ID = "key_test_abc123"
TEST_KEY_SECRET = "secret_test_xyz789"  # noqa: S105  published in the README
TEST_WEBHOOK_SECRET = "whsec_test_abc123"  # noqa: S105
TEST_ENDPOINT_ID = "whe_test_123"
TEST_ORDER_IDS = ("order_test_123", "order_NXhj67fGH2jk9mPq")


def seed_test_merchant(database: Database, *, pepper: bytes, cipher: Cipher) -> None:
    """Make the test merchant with its key, webhook endpoint and two reusable orders of 50000 INR; safe to repeat."""
    database.run(
        "seed_test_merchant",
        merchant_id="merchant_test_123",
        name="Test Merchant",
        email=TEST_EMAIL,
        key_id=TEST_KEY_ID,
        secret_hash=hash_secret(pepper, TEST_KEY_SECRET),
        endpoint_id=TEST_ENDPOINT_ID,
        webhook_secret_encrypted=cipher.encrypt(TEST_WEBHOOK_SECRET, owner=TEST_ENDPOINT_ID),
        order_ids=list(TEST_ORDER_IDS),
    )
