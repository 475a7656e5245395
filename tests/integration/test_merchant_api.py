"""A merchant's own settings through the real app: its name, its origins, and the secret that signs checkout results."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import Any

import pytest

from chalicelib import responses
from paygate.domain.errors import SecretUnreadableError
from paygate.domain.ids import new_id
from paygate.operations.seed_test_merchant import TEST_CHECKOUT_SECRET, TEST_ORIGINS
from tests.integration.hooks import refusal
from tests.integration.replays import REDIS_STATES, Break, assert_fresh, assert_replayed
from tests.integration.shoppers import BY_LINK, Shop
from tests.support.api import Answer
from tests.support.rows import TEST_MERCHANT_ID

GET = "GET /merchant"
PATCH = "PATCH /merchant"
ROTATE = "POST /merchant/rotate-checkout-secret"


def settings(shop: Shop, **more: Any) -> dict[str, Any]:
    answer = shop.api.send(GET, **more)
    assert answer.status == 200, answer.text
    read: dict[str, Any] = answer.json
    responses.MerchantSettings.model_validate_json(answer.text)
    return read


def change(shop: Shop, **body: Any) -> Answer:
    return shop.api.send(PATCH, json.dumps(body))


def stored_secret(shop: Shop, merchant_id: str = TEST_MERCHANT_ID) -> str:
    """As it is opened with the deployment's key."""
    sealed = shop.api.sql.value("SELECT checkout_secret_encrypted FROM merchants WHERE id = :id", id=merchant_id)
    return str(shop.api.wiring.webhook_cipher.decrypt(bytes(sealed), owner=merchant_id))


def everything_stored(shop: Shop) -> str:
    """All that Postgres and Valkey hold, as text; bytes in hexadecimal."""
    sql, valkey = shop.api.sql, shop.api.valkey
    tables = sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [str(row) for table in tables for row in sql.column(f"SELECT t::text FROM {table} AS t")]  # noqa: S608
    names = [name for name in valkey.scan_iter("*") if valkey.type(name) == b"string"]
    return "\n".join([*rows, *map(str, names), *(str(valkey.get(name)) for name in names)])


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_a_merchant_reads_its_own_settings_and_nothing_secret(shop: Shop) -> None:
    read = settings(shop)
    assert read == {
        "id": TEST_MERCHANT_ID,
        "name": "Test Merchant",
        "email": "test@example.com",
        "allowed_origins": list(TEST_ORIGINS),
        "created_at": read["created_at"],
    }
    other = shop.api.add_merchant()
    theirs = settings(shop, merchant=other)
    assert (theirs["name"], theirs["allowed_origins"], theirs["id"] != read["id"]) == ("Another", [], True)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Zoë's Läden 😀"},
        {"allowed_origins": ["https://shop.example", "https://b.example:8443", "http://localhost:*"]},
        {"allowed_origins": []},
        {"name": "n" * 100, "allowed_origins": ["https://shop.example"]},
        {"name": "</script><!--", "allowed_origins": None},
        {"name": None, "allowed_origins": [f"https://{n}.example" for n in range(20)]},
    ],
)
def test_what_is_given_changes_and_the_rest_stays(shop: Shop, body: dict[str, Any]) -> None:
    other = shop.api.add_merchant()
    before, theirs = settings(shop), settings(shop, merchant=other)
    answer = change(shop, **body)
    assert answer.status == 200, answer.text
    expected = {**before, **{name: value for name, value in body.items() if value is not None}}
    assert answer.json == expected == settings(shop)
    assert answer.text == json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
    assert settings(shop, merchant=other) == theirs
    assert stored_secret(shop) == TEST_CHECKOUT_SECRET


def test_origins_are_kept_once_each_in_their_order(shop: Shop) -> None:
    given = ["https://b.example", "https://a.example", "https://b.example"]
    assert change(shop, allowed_origins=given).json["allowed_origins"] == ["https://b.example", "https://a.example"]


def test_one_bad_origin_among_good_ones_changes_nothing(shop: Shop) -> None:
    before = shop.api.written()
    answer = change(shop, name="New", allowed_origins=["https://a.example", "https://*.b.example"])
    assert refusal(answer) == (400, "BAD_REQUEST_ERROR", "allowed_origins", "INVALID_ORIGIN")
    assert shop.api.written() == before


def test_a_new_name_is_what_shoppers_see(shop: Shop) -> None:
    change(shop, name="Asha & Söhne")
    assert shop.order("order_test_123").json["merchant"] == {"name": "Asha & Söhne"}


@pytest.mark.parametrize("route", [GET, PATCH, ROTATE])
def test_settings_are_for_who_has_the_secret(shop: Shop, route: str) -> None:
    before = shop.api.written()
    for merchant in ({}, {"X-Api-Key": shop.key}, {"X-Api-Key": shop.key, "X-Api-Secret": "wrong"}):
        assert shop.api.send(route, '{"name":"Mine"}', merchant=merchant, query=[("key", shop.key)]).status == 401
    assert shop.api.written() == before


# --- The secret -------------------------------------------------------------------------------------------------------


def test_a_rotated_secret_is_shown_once_with_the_settings(shop: Shop) -> None:
    before = settings(shop)
    answer = shop.api.send(ROTATE)
    assert_fresh(answer, 200)
    secret = answer.json["secret"]
    assert answer.json == {**before, "secret": secret}
    assert list(answer.json)[-1] == "secret"
    responses.MerchantWithSecret.model_validate_json(answer.text)
    assert re.fullmatch(r"chksec_[0-9a-f]{64}", secret)
    assert stored_secret(shop) == secret
    assert settings(shop) == before
    assert shop.api.send(ROTATE, "{}").json["secret"] != secret


def test_the_old_secret_ends_at_once_and_the_new_one_signs(shop: Shop) -> None:
    order_id = shop.api.sql.add_order()
    payment_id = shop.paid(order_id, BY_LINK)
    shop.process(payment_id)
    text = f"{order_id}|{payment_id}".encode()
    secrets = [TEST_CHECKOUT_SECRET]
    for _ in range(2):
        signature = shop.payment(payment_id).json["signature"]
        signers = [
            secret for secret in secrets if hmac.digest(secret.encode(), text, hashlib.sha256).hex() == signature
        ]
        assert signers == secrets[-1:]
        secrets.append(shop.api.send(ROTATE).json["secret"])


def test_a_secret_rests_encrypted_alone_also_with_a_key(shop: Shop) -> None:
    key = new_id("key")
    secret = shop.api.send(ROTATE, key=key).json["secret"]
    payment_id = shop.paid("order_test_123", BY_LINK)
    shop.process(payment_id)
    assert "signature" in shop.payment(payment_id).json
    stored = everything_stored(shop)
    assert TEST_MERCHANT_ID in stored
    assert shop.api.sql.column("SELECT key FROM idempotency_keys") == [key]
    digits = secret.removeprefix("chksec_")
    forms = (digits, digits.upper(), digits.encode().hex(), secret.encode().hex())
    encoded = [base64.b64encode(form).decode().rstrip("=") for form in (secret.encode(), bytes.fromhex(digits))]
    assert not [form for form in (*forms, *encoded, "chksec_") if form in stored]
    # What is kept for the key is what is kept for the merchant.
    kept = json.loads(shop.api.sql.value("SELECT body FROM idempotency_keys"))["secret"]
    sealed = shop.api.sql.value("SELECT checkout_secret_encrypted FROM merchants WHERE id = :id", id=TEST_MERCHANT_ID)
    assert base64.b64decode(kept) == bytes(sealed)
    with pytest.raises(SecretUnreadableError):
        shop.api.wiring.webhook_cipher.decrypt(bytes(sealed), owner="merchant_other")


@REDIS_STATES
def test_a_keyed_rotation_is_replayed_byte_for_byte_and_rotates_once(shop: Shop, happens: Break) -> None:
    key = new_id("key")
    first = shop.api.send(ROTATE, key=key)
    assert_fresh(first, 200)
    # What has become of the merchant since makes no difference.
    assert change(shop, name="New name").status == 200
    later = shop.api.send(ROTATE).json["secret"]
    written = shop.api.written()
    for _ in range(2):
        happens(shop.api)
        assert_replayed(shop.api.send(ROTATE, key=key), first)
    assert shop.api.written() == written
    assert stored_secret(shop) == later != first.json["secret"]


def test_a_merchant_that_never_had_a_secret_gets_its_first_by_rotation(shop: Shop) -> None:
    other = shop.api.add_merchant()
    answer = shop.api.send(ROTATE, merchant=other)
    assert answer.status == 200
    assert stored_secret(shop, answer.json["id"]) == answer.json["secret"]
    assert stored_secret(shop) == TEST_CHECKOUT_SECRET
