from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from paygate.domain.signing import SECRET_BYTES, new_secret, sign_body, sign_standard, signing_key

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
