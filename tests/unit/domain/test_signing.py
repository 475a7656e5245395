from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from paygate.domain.ids import ALPHABET, new_id
from paygate.domain.signing import (
    SECRET_BYTES,
    new_checkout_secret,
    new_secret,
    sign_body,
    sign_checkout,
    sign_standard,
    signing_key,
)

BODY = '{"event":"payment.success","timestamp":1700000000,"data":{"payment":{"vpa":"zoë😀@upi"}}}'.encode()
SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
OTHER_SECRET = f"whsec_{base64.b64encode(b'another secret of 32 bytes, yes.').decode()}"


def headers(signature: str, *, message_id: str = "evt_1", timestamp: int) -> dict[str, str]:
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signature}


@pytest.mark.parametrize("secret", [SECRET, "whsec_test_abc123", "plain", "sécret😀", ""])
@pytest.mark.parametrize("body", [BODY, b"", b"\x00\xff"])
def test_body_signature_is_the_hex_hmac_under_the_secret_as_text(secret: str, body: bytes) -> None:
    assert sign_body(secret, body) == hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_body_signature_is_the_known_one_of_a_known_body() -> None:
    # printf '{"event":"payment.success"}' | openssl dgst -sha256 -hmac whsec_test_abc123
    expected = "68db5c712c1755f85e19c06ec783197c7fc580436ea7bb9a6a98667e92b7daf5"
    assert sign_body("whsec_test_abc123", b'{"event":"payment.success"}') == expected


def test_standard_signature_is_verified_by_the_standard_webhooks_library() -> None:
    now = int(time.time())
    signature = sign_standard([SECRET], "evt_1", now, BODY)
    assert Webhook(SECRET).verify(BODY, headers(signature, timestamp=now))["event"] == "payment.success"


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
def test_during_a_rotation_either_secret_verifies(secret: str) -> None:
    now = int(time.time())
    signature = sign_standard([SECRET, OTHER_SECRET], "evt_1", now, BODY)
    assert len(signature.split(" ")) == 2
    assert Webhook(secret).verify(BODY, headers(signature, timestamp=now))


@pytest.mark.parametrize(
    ("body", "message_id", "seconds_later", "secret"),
    [
        pytest.param(BODY + b" ", "evt_1", 0, SECRET, id="other body"),
        pytest.param(BODY, "evt_2", 0, SECRET, id="other id"),
        pytest.param(BODY, "evt_1", 1, SECRET, id="other timestamp"),
        pytest.param(BODY, "evt_1", 0, OTHER_SECRET, id="other secret"),
    ],
)
def test_anything_changed_fails_the_library_verification(
    body: bytes, message_id: str, seconds_later: int, secret: str
) -> None:
    now = int(time.time())
    signature = sign_standard([SECRET], "evt_1", now, BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers(signature, message_id=message_id, timestamp=now + seconds_later))


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        pytest.param(SECRET, bytes(range(32)), id="base64"),
        pytest.param(SECRET.removeprefix("whsec_"), bytes(range(32)), id="base64 without prefix"),
        pytest.param("whsec_test_abc123", b"whsec_test_abc123", id="underscore"),
        pytest.param("whsec_abc", b"whsec_abc", id="unpadded"),
        pytest.param("whsec_te_st", b"whsec_te_st", id="base64 but for an underscore"),
        pytest.param("whsec_a b=", b"whsec_a b=", id="space"),
        pytest.param("whsec_zoë", "whsec_zoë".encode(), id="not ASCII"),
    ],
)
def test_a_secret_that_is_no_base64_is_its_own_key(secret: str, key: bytes) -> None:
    assert signing_key(secret) == key


def test_a_secret_that_is_no_base64_signs_with_its_characters() -> None:
    digest = hmac.new(b"whsec_test_abc123", b"evt_1.1700000000." + BODY, hashlib.sha256).digest()
    signature = sign_standard(["whsec_test_abc123"], "evt_1", 1_700_000_000, BODY)
    assert signature == f"v1,{base64.b64encode(digest).decode()}"
    assert (
        Webhook(b"whsec_test_abc123").sign("evt_1", datetime.fromtimestamp(1_700_000_000, UTC), BODY.decode())
        == signature
    )


def test_a_new_secret_is_random_bytes_in_base64_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert len(signing_key(secret)) == SECRET_BYTES
        # Not its own key, as text that is no base64 would be.
        assert signing_key(secret) == base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def test_a_new_secret_is_one_of_the_standard_webhooks_library() -> None:
    secret, now = new_secret(), int(time.time())
    assert Webhook(secret).verify(BODY, headers(sign_standard([secret], "evt_1", now, BODY), timestamp=now))


def test_checkout_signature_is_the_known_one_of_a_known_payment() -> None:
    # printf 'order_test_123|pay_0VbmsXQAPDi085gXTQlIyp' | openssl dgst -sha256 -hmac chksec_test_abc123
    expected = "5393857e4b2ef6820df3e55301b00070e5df0c51002e60cb60193950f08a0695"
    assert sign_checkout("chksec_test_abc123", "order_test_123", "pay_0VbmsXQAPDi085gXTQlIyp") == expected


@pytest.mark.parametrize("secret", ["chksec_test_abc123", "chksec_" + "0a" * 32, "k" * 64, "k" * 65, "sécret😀", ""])
def test_checkout_signature_is_hmac_sha256_as_its_definition_says(secret: str) -> None:
    # RFC 2104, by hand: H(key ^ opad, H(key ^ ipad, text)), the key padded to 64 bytes or hashed if it is longer.
    key = secret.encode()
    key = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\x00")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + b"order_1|pay_1").digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()
    assert sign_checkout(secret, "order_1", "pay_1") == outer


def test_every_checkout_signature_is_of_one_payment_and_one_secret() -> None:
    signatures = {
        sign_checkout(secret, order_id, payment_id)
        for secret in ("chksec_a", "chksec_b")
        for order_id, payment_id in (("a", "b"), ("b", "a"), ("a", "bc"), ("ab", "c"))
    }
    assert len(signatures) == 8


@given(*[st.text(st.sampled_from(ALPHABET + "_"), max_size=8)] * 4)
@settings(deadline=None)
def test_two_payments_of_two_orders_never_have_the_same_signature(
    order_id: str, payment_id: str, other_order_id: str, other_payment_id: str
) -> None:
    # The separator is in no id, so no part of one id can pass for a part of the other.
    signatures = (
        sign_checkout("chksec_a", order_id, payment_id),
        sign_checkout("chksec_a", other_order_id, other_payment_id),
    )
    assert (signatures[0] == signatures[1]) == ((order_id, payment_id) == (other_order_id, other_payment_id))


@pytest.mark.parametrize("prefix", ["order", "pay"])
def test_no_id_holds_the_separator_of_what_is_signed(prefix: str) -> None:
    assert set(new_id(prefix)) <= set(ALPHABET + "_" + prefix)
    assert "|" not in ALPHABET


@given(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=10), st.integers(1, 9))
@settings(deadline=None)
def test_a_character_that_moves_from_one_id_to_the_other_changes_the_signature(text: str, at: int) -> None:
    at = min(at, len(text))
    moved = sign_checkout("chksec_a", text[:at], text[at:]), sign_checkout("chksec_a", text[: at - 1], text[at - 1 :])
    assert moved[0] != moved[1]


def test_every_new_checkout_secret_is_another_of_32_bytes() -> None:
    secrets = {new_checkout_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(bytes.fromhex(secret.removeprefix("chksec_"))) for secret in secrets} == {SECRET_BYTES}
