"""What shoppers see and what merchants set of it, against the models that the OpenAPI document is made of."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib import responses
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.domain.payment_status import PAYMENT_STATUSES
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from paygate.operations.get_checkout_order import get_checkout_order
from paygate.operations.get_checkout_payment import TAKEN, get_checkout_payment
from paygate.operations.rotate_checkout_secret import rotate_checkout_secret
from paygate.operations.show_checkout_payment import show_checkout_payment
from paygate.operations.update_merchant import update_merchant
from paygate.operations.webhook_secrets import reveal_secret
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_payment, finish_request, request_capture, start_payment
from tests.unit.fakes import FakeQueue, FakeVault

NAME = 'Zoë & "Sons" \\ / \u2028 😀 </script>'
BY_LINK = NewPayment("order_test_123")


@pytest.fixture
def cipher(secrets: DeploymentSecrets) -> AesGcmCipher:
    return AesGcmCipher(secrets.key_for("webhook-secret-encryption"))


def content_of(body: str, model: type[BaseModel]) -> dict[str, Any]:
    """The body's content, once it has proved to be compact JSON of this form, with its fields in their order."""
    content: dict[str, Any] = json.loads(body)
    assert body == json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    model.model_validate_json(body)
    assert list(content) == [name for name in model.model_fields if name in content]
    return content


def create(database: PostgresDatabase, payment: NewPayment, request: IdempotentRequest | None = None) -> str:
    intake = PaymentIntake(database, FakeQueue(), FakeQueue(), FakeVault(), b"key", 0)
    return create_payment(intake, TEST_MERCHANT_ID, payment, request)


def look(database: PostgresDatabase, cipher: AesGcmCipher, payment_id: str) -> dict[str, Any]:
    return content_of(get_checkout_payment(database, cipher, TEST_MERCHANT_ID, payment_id), responses.CheckoutPayment)


@pytest.mark.parametrize(
    ("stored", "expires_in_seconds", "status"),
    [
        ("created", None, "created"),
        ("created", -60, "expired"),
        ("expired", -60, "expired"),
        ("authorized", -60, "authorized"),
        ("paid", None, "paid"),
    ],
)
@pytest.mark.parametrize(("currency", "methods"), [("INR", ["upi", "card"]), ("USD", ["card"])])
def test_an_order_of_any_status_is_shown(
    database: PostgresDatabase,
    sql: Rows,
    stored: str,
    expires_in_seconds: int | None,
    status: str,
    currency: str,
    methods: list[str],
) -> None:
    update_merchant(database, TEST_MERCHANT_ID, name=NAME, allowed_origins=None)
    order_id = sql.add_order(currency=currency, expires_in_seconds=expires_in_seconds, amount_minor=999_999_999_999)
    sql.run("UPDATE orders SET status = :status WHERE id = :id", status=stored, id=order_id)
    body = get_checkout_order(database, TEST_MERCHANT_ID, order_id, test_mode=True)
    assert content_of(body, responses.CheckoutOrder) == {
        "id": order_id,
        "amount": 999_999_999_999,
        "currency": currency,
        "status": status,
        "merchant": {"name": NAME},
        "methods": methods,
        "test_mode": True,
    }


def test_every_status_of_an_order_is_one_that_may_be_shown() -> None:
    shown, of_orders = (
        set(model.model_json_schema()["properties"]["status"]["enum"])
        for model in (responses.CheckoutOrder, responses.Order)
    )
    assert shown == of_orders == {"created", "authorized", "paid", "expired"}


def test_a_payment_is_shown_with_a_signature_in_those_statuses_alone_in_which_it_has_succeeded(
    database: PostgresDatabase, cipher: AesGcmCipher, sql: Rows
) -> None:
    seen = {}
    for capture, failure_reason in (("automatic", None), ("automatic", "payment_declined"), ("manual", None)):
        payment_id = start_payment(database, sql.add_order(capture=capture))
        seen["pending"] = look(database, cipher, payment_id)
        finish_payment(database, payment_id, failure_reason=failure_reason)
        shown = look(database, cipher, payment_id)
        seen[shown["status"]] = shown
    claimed = start_payment(database, sql.add_order())
    database.run("claim_payments", payment_ids=[claimed], lease_seconds=30, charge_within_seconds=3600)
    for ending in ("captured", "cancelled"):
        held = start_payment(database, sql.add_order(capture="manual"))
        finish_payment(database, held)
        if ending == "captured":
            request_capture(database, held)
        else:
            sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=held)
        finish_request(database, held, ending)
        seen[ending] = look(database, cipher, held)
    seen["processing"] = look(database, cipher, claimed)
    assert seen.keys() == set(PAYMENT_STATUSES)
    assert {name for name, shown in seen.items() if "signature" in shown} == set(TAKEN)
    assert {name for name, shown in seen.items() if "failure_reason" in shown} == {"failed"}


def test_every_status_that_is_signed_is_one_of_payments() -> None:
    assert set(TAKEN) < set(PAYMENT_STATUSES)


@pytest.mark.parametrize("keyed", [False, True])
def test_what_is_kept_of_a_payment_by_link_is_the_payment_and_its_payees_name(
    database: PostgresDatabase, sql: Rows, keyed: bool
) -> None:
    update_merchant(database, TEST_MERCHANT_ID, name=NAME, allowed_origins=None)
    request = IdempotentRequest("test POST /v1/checkout/payments", new_id("key"), "{}", "req_1") if keyed else None
    made = create(database, BY_LINK, request)
    content = json.loads(made)
    (row,) = database.run("get_payment", payment_id=content["id"], merchant_id=TEST_MERCHANT_ID)
    assert made == f'{row["body"][:-1]},"payee_name":{json.dumps(NAME, ensure_ascii=False)}}}'
    assert sql.column("SELECT body FROM idempotency_keys") == ([made] if keyed else [])
    # Nowhere else is it a part of the payment.
    payment = content_of(row["body"], responses.Payment)
    assert {"vpa", "card", "payee_name"} & payment.keys() == set()
    shown = content_of(show_checkout_payment(made, "a@b", lambda link: f"drawn:{link}"), responses.CheckoutPayment)
    assert "payee_name" not in shown
    assert shown["upi_qr"] == f"drawn:{shown['upi_link']}"


def test_what_is_kept_of_any_other_payment_is_the_payment_alone(database: PostgresDatabase) -> None:
    made = create(database, NewPayment("order_test_123", vpa="user@paytm"))
    (row,) = database.run("get_payment", payment_id=json.loads(made)["id"], merchant_id=TEST_MERCHANT_ID)
    assert made == row["body"]
    content_of(show_checkout_payment(made, "a@b", str), responses.CheckoutPayment)


def test_a_merchants_settings_are_answered_alike_when_read_changed_and_rotated(
    database: PostgresDatabase, cipher: AesGcmCipher
) -> None:
    origins = ["https://shop.example:8443", "http://localhost:*"]
    changed = update_merchant(database, TEST_MERCHANT_ID, name=NAME, allowed_origins=origins)
    (row,) = database.run("get_merchant_settings", merchant_id=TEST_MERCHANT_ID)
    assert row["body"] == changed
    content = content_of(changed, responses.MerchantSettings)
    assert (content["id"], content["name"], content["allowed_origins"]) == (TEST_MERCHANT_ID, NAME, origins)
    sealed = rotate_checkout_secret(database, cipher, TEST_MERCHANT_ID)
    secret = cipher.decrypt(base64.b64decode(json.loads(sealed)["secret"]), owner=TEST_MERCHANT_ID)
    revealed = reveal_secret(cipher, sealed)
    assert content_of(revealed, responses.MerchantWithSecret) == {**content, "secret": secret}
