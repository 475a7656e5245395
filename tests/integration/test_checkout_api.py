"""The checkout through the real app: a shopper sees the least there is, pays, and gets a result that can be proved."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import segno

from chalicelib import responses
from paygate.domain.ids import new_id
from paygate.operations.seed_test_merchant import TEST_CHECKOUT_SECRET, TEST_KEY_ID
from tests.integration.hooks import refusal
from tests.integration.replays import REDIS_STATES, Break, assert_fresh, assert_replayed
from tests.integration.shoppers import BY_CARD, BY_LINK, BY_VPA, CARD, Shop
from tests.support.rows import finish_payment, start_payment

WAYS = pytest.mark.parametrize("how", [BY_VPA, BY_LINK, BY_CARD], ids=["vpa", "link", "card"])
SHOWN = {"id", "order_id", "amount", "currency", "method", "status"}
BORDER_MODULES = 2


def signature_of(order_id: str, payment_id: str) -> str:
    """What a merchant's server would compute."""
    return hmac.new(TEST_CHECKOUT_SECRET.encode(), f"{order_id}|{payment_id}".encode(), hashlib.sha256).hexdigest()


def modules_of(uri: str) -> list[list[int]]:
    """The dark modules of a QR code that is an SVG image in a data URI, without its border."""
    kind, _, data = uri.partition(",")
    assert kind == "data:image/svg+xml;charset=utf-8"
    svg = ElementTree.fromstring(unquote(data))  # noqa: S314  our own
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    *_, size = map(int, svg.attrib["viewBox"].split())
    light, dark = svg
    assert (light.attrib["fill"], dark.attrib["stroke"]) == ("#fff", "#000")
    assert light.attrib["d"] == f"M0 0h{size}v{size}h-{size}z"
    found = [[0] * size for _ in range(size)]
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", dark.attrib["d"]):
        if command == "h":
            for column in range(int(x), int(x) + int(first)):
                found[int(y)][column] = 1
            x += int(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    border = range(BORDER_MODULES, size - BORDER_MODULES)
    assert sum(map(sum, found)) == sum(found[row][column] for row in border for column in border)
    return [[found[row][column] for column in border] for row in border]


# --- The order --------------------------------------------------------------------------------------------------------


def test_a_shopper_sees_what_is_to_be_paid_and_nothing_else(shop: Shop) -> None:
    body = {"amount": 12_345, "currency": "INR", "receipt": "secret receipt", "notes": {"secret": "note"}}
    order = shop.api.send("POST /orders", json.dumps(body)).json
    answer = shop.order(order["id"])
    assert answer.status == 200, answer.text
    assert answer.json == {
        "id": order["id"],
        "amount": 12_345,
        "currency": "INR",
        "status": "created",
        "merchant": {"name": "Test Merchant"},
        "methods": ["upi", "card"],
        "test_mode": True,
    }
    responses.CheckoutOrder.model_validate_json(answer.text)
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", ["paid", "authorized", "expired"])
def test_an_order_that_takes_no_payment_says_so(shop: Shop, status: str) -> None:
    order_id = shop.api.sql.add_order()
    shop.api.sql.run(f"UPDATE orders SET status = '{status}' WHERE id = :id", id=order_id)  # noqa: S608
    answer = shop.order(order_id)
    assert (answer.status, answer.json["status"]) == (200, status)


def test_an_order_in_another_currency_is_paid_by_card_alone(shop: Shop) -> None:
    order_id = shop.api.sql.add_order(currency="USD")
    assert shop.order(order_id).json["methods"] == ["card"]
    for how in (BY_LINK, BY_VPA):
        key = new_id("key")
        for _ in range(2):
            answer = shop.pay(order_id, how, key=key)
            assert refusal(answer) == (400, "BAD_REQUEST_ERROR", "method", "METHOD_NOT_ALLOWED")
    assert [shop.api.sql.value(f"SELECT count(*) FROM {table}") for table in ("payments", "idempotency_keys")] == [0, 0]  # noqa: S608
    assert shop.pay(order_id, BY_CARD).status == 201


# --- Who may see what -------------------------------------------------------------------------------------------------


def test_another_merchants_orders_and_payments_are_as_unknown_as_none(shop: Shop) -> None:
    other = shop.of(shop.api.add_merchant())
    order_id = shop.api.sql.add_order()
    payment_id = shop.paid(order_id, BY_VPA)
    written = shop.api.written()
    for theirs, nothing in (
        (other.order(order_id), other.order(new_id("order"))),
        (other.payment(payment_id), other.payment(new_id("pay"))),
        *((other.pay(order_id, how), other.pay(new_id("order"), how)) for how in (BY_VPA, BY_LINK, BY_CARD)),
    ):
        assert theirs.status == nothing.status == 404
        assert theirs.error == nothing.error
    assert shop.api.written() == written
    assert (shop.order(order_id).status, shop.payment(payment_id).status) == (200, 200)


@pytest.mark.parametrize("kind", ["unknown", "revoked"])
def test_a_key_that_is_unknown_or_revoked_opens_nothing(shop: Shop, kind: str) -> None:
    merchant = shop.api.add_merchant()
    if kind == "revoked":
        shop.api.sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=merchant["X-Api-Key"])
        other = shop.of(merchant)
    else:
        other = Shop(shop.api, "key_unknown")
    order_id = shop.api.sql.add_order()
    answers = [other.order(order_id), other.payment("pay_1"), *(other.pay(order_id, how) for how in (BY_LINK, BY_CARD))]
    assert [answer.status for answer in answers] == [401] * 4
    error = {"code": "AUTHENTICATION_ERROR", "description": "The publishable key is not valid."}
    assert [answer.error for answer in answers] == [error] * 4
    assert shop.api.sql.value("SELECT count(*) FROM payments") == 0


def test_a_publishable_key_is_no_credential_of_a_merchant(shop: Shop) -> None:
    for route in ("GET /orders", "GET /payments", "GET /merchant"):
        answer = shop.api.send(route, merchant={"X-Api-Key": TEST_KEY_ID})
        assert answer.status == 401


# --- Paying -----------------------------------------------------------------------------------------------------------


@WAYS
def test_a_new_payment_shows_the_least_there_is(shop: Shop, how: Mapping[str, Any]) -> None:
    order_id = shop.api.sql.add_order(amount_minor=70_050)
    answer = shop.pay(order_id, how)
    assert answer.status == 201, answer.text
    links = {"upi_link", "upi_qr"} if how == BY_LINK else set()
    assert answer.json.keys() == SHOWN | links
    assert answer.json == {
        **{name: value for name, value in answer.json.items() if name in {"id", *links}},
        **{"order_id": order_id, "amount": 70_050, "currency": "INR", "method": how["method"], "status": "pending"},
    }
    responses.CheckoutPayment.model_validate_json(answer.text)
    row = shop.api.sql.one("SELECT * FROM payments WHERE id = :id", id=answer.json["id"])
    assert (row["merchant_id"], row["vpa"]) == ("merchant_test_123", how.get("vpa"))
    # The merchant sees all of it, and the job is on its way.
    seen = shop.api.send("GET /payments/{payment_id}", path={"payment_id": row["id"]})
    assert seen.json.get("vpa") == how.get("vpa")
    assert shop.api.wiring.payments_queue.depth().waiting == 1


def test_a_payment_without_a_vpa_has_a_link_and_its_qr_code(shop: Shop) -> None:
    payment = shop.pay(shop.api.sql.add_order(amount_minor=70_050), BY_LINK).json
    link = f"upi://pay?pa=paygate@paygate&pn=Test%20Merchant&tr={payment['id']}&am=700.50&cu=INR"
    assert payment["upi_link"] == link
    assert modules_of(payment["upi_qr"]) == [list(row) for row in segno.make_qr(link, error="m").matrix]
    assert modules_of(payment["upi_qr"]) != [list(row) for row in segno.make_qr(link + "0", error="m").matrix]


def test_the_address_that_links_pay_to_is_the_deployments(shop: Shop) -> None:
    object.__setattr__(shop.api.wiring.config, "upi_payee", "shop.1@bank")
    link = shop.pay("order_test_123", BY_LINK).json["upi_link"]
    assert link.startswith("upi://pay?pa=shop.1@bank&")


def test_a_card_is_in_the_vault_alone(shop: Shop) -> None:
    before = shop.api.keys_in_valkey()
    answer = shop.pay("order_test_123", BY_CARD, key=new_id("key"))
    assert answer.status == 201
    digits = str(CARD["number"]).replace(" ", "")
    assert "4444" not in answer.text
    (name,) = {key for key in shop.api.keys_in_valkey() - before if b"card" in key}
    sealed = shop.api.valkey.get(name)
    assert isinstance(sealed, bytes)
    assert digits.encode() not in base64.b64decode(sealed)
    vault = shop.api.wiring.card_vault
    payment_id = answer.json["id"]
    opened = vault.open(payment_id, vault.fetch([payment_id])[payment_id])
    assert opened is not None
    assert opened.number == digits
    tables = shop.api.sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    stored = [str(row) for table in tables for row in shop.api.sql.column(f"SELECT t::text FROM {table} AS t")]  # noqa: S608
    assert not [row for row in stored if digits in row or digits.encode().hex() in row]
    shop.process(payment_id)
    assert vault.fetch([payment_id]) == {}


@WAYS
@pytest.mark.parametrize(("status", "reason"), [("paid", "ORDER_ALREADY_PAID"), ("expired", "ORDER_EXPIRED")])
def test_an_order_is_paid_once_and_in_time(shop: Shop, how: Mapping[str, Any], status: str, reason: str) -> None:
    order_id = shop.api.sql.add_order(expires_in_seconds=-1 if status == "expired" else None)
    if status == "paid":
        finish_payment(shop.api.wiring.database, start_payment(shop.api.wiring.database, order_id))
    cards = shop.api.keys_in_valkey()
    answer = shop.pay(order_id, how)
    assert refusal(answer) == (409, "CONFLICT_ERROR", "order_id", reason)
    assert shop.order(order_id).json["status"] == status
    assert shop.api.keys_in_valkey() == cards
    assert shop.api.sql.value("SELECT count(*) FROM payments") == (1 if status == "paid" else 0)


@REDIS_STATES
@WAYS
def test_a_payment_is_replayed_byte_for_byte(shop: Shop, how: Mapping[str, Any], happens: Break) -> None:
    order_id, key = shop.api.sql.add_order(), new_id("key")
    first = shop.pay(order_id, how, key=key)
    assert_fresh(first)
    # What has become of the payment since makes no difference.
    shop.process(first.json["id"])
    written = shop.api.written()
    for _ in range(2):
        happens(shop.api)
        assert_replayed(shop.pay(order_id, how, key=key), first)
    other = shop.pay(order_id, {"method": "upi", "vpa": "another@paytm"}, key=key)
    assert refusal(other)[:2] == (422, "IDEMPOTENCY_KEY_REUSED")
    assert "another@paytm" not in other.text
    assert shop.api.written() == written


def test_a_key_of_a_shopper_is_no_key_of_the_merchant(shop: Shop) -> None:
    key, order_id = new_id("key"), "order_test_123"
    first = shop.pay(order_id, BY_VPA, key=key)
    mine = shop.api.send("POST /payments", json.dumps({"order_id": order_id, **BY_VPA}), key=key)
    assert_fresh(mine)
    assert mine.json["id"] != first.json["id"]


# --- What came of it --------------------------------------------------------------------------------------------------


@WAYS
def test_a_success_is_signed_for_the_merchants_server_and_nothing_before_it(shop: Shop, how: Mapping[str, Any]) -> None:
    order_id = shop.api.sql.add_order()
    payment_id = shop.paid(order_id, how)
    pending = shop.payment(payment_id)
    assert (pending.status, pending.json["status"], pending.json.keys()) == (200, "pending", SHOWN)
    shop.process(payment_id)
    done = shop.payment(payment_id)
    assert done.json == {**pending.json, "status": "success", "signature": signature_of(order_id, payment_id)}
    responses.CheckoutPayment.model_validate_json(done.text)
    assert shop.order(order_id).json["status"] == "paid"


@WAYS
def test_a_failure_is_told_with_its_reason_and_without_a_signature(shop: Shop, how: Mapping[str, Any]) -> None:
    payment_id = shop.paid(shop.api.sql.add_order(), how)
    shop.process(payment_id, succeed=False)
    failed = shop.payment(payment_id).json
    assert failed.keys() == SHOWN | {"failure_reason"}
    assert (failed["status"], failed["failure_reason"]) == ("failed", "payment_declined")


def test_what_is_under_way_or_given_back_is_not_signed(shop: Shop) -> None:
    database, sql = shop.api.wiring.database, shop.api.sql
    order_id = sql.add_order(capture="manual")
    payment_id = shop.paid(order_id, BY_LINK)
    database.run("claim_payments", payment_ids=[payment_id], lease_seconds=35, charge_within_seconds=3_600)
    assert shop.payment(payment_id).json.keys() == SHOWN
    sql.run("UPDATE payments SET claimed_until = now() - interval '1 second'")
    shop.process(payment_id)
    held = shop.payment(payment_id).json
    assert (held["status"], held["signature"]) == ("authorized", signature_of(order_id, payment_id))
    path = {"payment_id": payment_id}
    assert shop.api.send("POST /payments/{payment_id}/cancel", path=path).status == 202
    shop.process(payment_id)
    assert (shop.payment(payment_id).json["status"], shop.payment(payment_id).json.keys()) == ("cancelled", SHOWN)


def test_a_merchant_without_a_secret_has_no_signature(shop: Shop) -> None:
    merchant = shop.api.add_merchant()
    other = shop.of(merchant)
    merchant_id = shop.api.sql.value("SELECT merchant_id FROM api_keys WHERE id = :id", id=other.key)
    payment_id = other.paid(shop.api.sql.add_order(merchant_id=merchant_id), BY_LINK)
    other.process(payment_id)
    assert (other.payment(payment_id).json["status"], other.payment(payment_id).json.keys()) == ("success", SHOWN)
