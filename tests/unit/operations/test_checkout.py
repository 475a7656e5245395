"""What shoppers are told, by operations whose database is a stand-in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paygate.domain.errors import BadRequestError, ForbiddenOriginError, NotFoundError
from paygate.domain.signing import sign_checkout
from paygate.operations.get_checkout_order import check_upi, get_checkout_order
from paygate.operations.get_checkout_payment import get_checkout_payment
from paygate.operations.open_checkout import open_checkout
from paygate.operations.show_checkout_payment import show_checkout_payment
from paygate.operations.update_merchant import update_merchant
from tests.unit.fakes import FakeCipher, FakeDatabase

PAYMENT = {"id": "pay_1", "order_id": "order_1", "amount": 70_050, "currency": "INR", "status": "pending"}
PRIVATE = {"amount_captured": 0, "created_at": "2026-01-01T00:00:00.000Z", "failure_reason": "why"}
SHOP = "https://shop.example"


def show(**more: Any) -> dict[str, Any]:
    shown = show_checkout_payment(json.dumps({**PAYMENT, **PRIVATE, **more}), "shop@bank", lambda link: f"<{link}>")
    content: dict[str, Any] = json.loads(shown)
    assert shown == json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return content


@pytest.mark.parametrize(
    "paid_by",
    [
        {"method": "upi", "vpa": "user@paytm"},
        {"method": "card", "card": {"network": "visa", "last4": "4242"}},
    ],
)
def test_of_a_payment_to_an_address_or_by_card_a_shopper_sees_no_link(paid_by: dict[str, Any]) -> None:
    assert show(**paid_by) == {**PAYMENT, "method": paid_by["method"]}


@pytest.mark.parametrize(
    ("name", "encoded"), [("Asha", "Asha"), ("Asha & Söhne 😀", "Asha%20%26%20S%C3%B6hne%20%F0%9F%98%80")]
)
def test_a_payment_by_link_asks_for_its_amount_in_its_payees_name(name: str, encoded: str) -> None:
    link = f"upi://pay?pa=shop@bank&pn={encoded}&tr=pay_1&am=700.50&cu=INR"
    shown = show(method="upi", payee_name=name)
    assert shown == {**PAYMENT, "method": "upi", "upi_link": link, "upi_qr": f"<{link}>"}


@pytest.mark.parametrize(("currency", "methods"), [("INR", ["upi", "card"]), ("USD", ["card"]), ("JPY", ["card"])])
@pytest.mark.parametrize("test_mode", [True, False])
def test_an_order_tells_what_can_pay_it(currency: str, methods: list[str], test_mode: bool) -> None:
    order = {"id": "order_1", "currency": currency, "merchant": {"name": "Zoë"}}
    database = FakeDatabase(get_checkout_order=[{"body": json.dumps(order)}])
    shown = get_checkout_order(database, "merchant_1", "order_1", test_mode=test_mode)
    assert json.loads(shown) == {**order, "methods": methods, "test_mode": test_mode}
    assert "Zoë" in shown
    assert database.parameters("get_checkout_order") == {"order_id": "order_1", "merchant_id": "merchant_1"}


def test_upi_pays_rupees_alone_and_an_unknown_order_is_for_the_payment_to_refuse() -> None:
    check_upi(FakeDatabase(get_checkout_order=[{"body": '{"currency":"INR"}'}]), "merchant_1", "order_1")
    check_upi(FakeDatabase(get_checkout_order=[]), "merchant_1", "order_1")
    with pytest.raises(BadRequestError) as raised:
        check_upi(FakeDatabase(get_checkout_order=[{"body": '{"currency":"USD"}'}]), "merchant_1", "order_1")
    assert (raised.value.field, raised.value.reason) == ("method", "METHOD_NOT_ALLOWED")


def test_what_is_not_there_is_not_found() -> None:
    database = FakeDatabase(get_checkout_order=[], get_checkout_payment=[])
    with pytest.raises(NotFoundError):
        get_checkout_order(database, "merchant_1", "order_1", test_mode=True)
    with pytest.raises(NotFoundError):
        get_checkout_payment(database, FakeCipher(), "merchant_1", "pay_1")


@pytest.mark.parametrize(
    ("status", "signed"),
    [
        *((status, False) for status in ("pending", "processing", "failed", "cancelled")),
        *((status, True) for status in ("success", "authorized", "captured")),
    ],
)
@pytest.mark.parametrize("has_secret", [True, False])
def test_what_has_succeeded_is_signed_if_there_is_a_secret(status: str, signed: bool, has_secret: bool) -> None:
    cipher = FakeCipher()
    sealed = cipher.encrypt("chksec_a", owner="merchant_1") if has_secret else None
    row = {"id": "pay_1", "order_id": "order_1", "status": status, "body": '{"id":"pay_1"}'}
    database = FakeDatabase(get_checkout_payment=[{**row, "checkout_secret_encrypted": sealed}])
    shown = json.loads(get_checkout_payment(database, cipher, "merchant_1", "pay_1"))
    signature = {"signature": sign_checkout("chksec_a", "order_1", "pay_1")} if signed and has_secret else {}
    assert shown == {"id": "pay_1", **signature}


def test_the_checkout_opens_on_allowed_origins_alone() -> None:
    database = FakeDatabase(open_checkout=[{"allowed_origins": [SHOP]}])
    open_checkout(database, "merchant_1", SHOP)
    assert database.parameters("open_checkout") == {"merchant_id": "merchant_1"}
    for rows, origin in (
        ([{"allowed_origins": [SHOP]}], "https://evil.example"),
        ([{"allowed_origins": []}], SHOP),
        ([], SHOP),
    ):
        with pytest.raises(ForbiddenOriginError) as raised:
            open_checkout(FakeDatabase(open_checkout=rows), "merchant_1", origin)
        assert (raised.value.field, raised.value.reason) == ("origin", "ORIGIN_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("name", "origins", "stored"),
    [
        ("New", None, None),
        (None, [], []),
        (None, [SHOP, "http://localhost:*", SHOP], [SHOP, "http://localhost:*"]),
        ("New", [SHOP], [SHOP]),
    ],
)
def test_a_merchants_change_is_stored_as_it_is_given(
    name: str | None, origins: list[str] | None, stored: list[str] | None
) -> None:
    database = FakeDatabase(update_merchant=[{"body": "{}"}])
    assert update_merchant(database, "merchant_1", name=name, allowed_origins=origins) == "{}"
    expected = {"merchant_id": "merchant_1", "name": name, "allowed_origins": stored}
    assert database.parameters("update_merchant") == expected


@pytest.mark.parametrize(
    ("origins", "reason"), [(None, "MISSING_FIELD"), ([SHOP, "https://*.shop.example"], "INVALID_ORIGIN")]
)
def test_a_change_that_says_nothing_or_something_wrong_is_not_stored(origins: list[str] | None, reason: str) -> None:
    database = FakeDatabase()
    with pytest.raises(BadRequestError) as raised:
        update_merchant(database, "merchant_1", name=None, allowed_origins=origins)
    assert (raised.value.field, raised.value.reason) == ("allowed_origins", reason)
    assert database.calls == []
