"""Payments in the checkout that a merchant's page opens, and what the page is told of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from paygate.adapters.acquirers.simulator import FAILING_CARDS
from tests.browser.checkout import Merchant, card_ending
from tests.support.rows import rows_of

ORDERS = "**/api/v1/checkout/orders/**"
PAYMENTS = "**/api/v1/checkout/payments"
PAID = ["ready", "payment.pending", "onSuccess", "onClose"]
WORDS = {
    "card_declined": "Your bank declined the card. Try another one.",
    "insufficient_funds": "There is not enough money in the account.",
    "lost_card": "Your bank declined the card. Try another one.",
    "stolen_card": "Your bank declined the card. Try another one.",
    "expired_card": "This card has expired.",
    "incorrect_cvv": "The security code is not right.",
    "processing_error": "Something went wrong. No money was taken; please try again.",
    "limit_exceeded": "The payment is above your limit.",
    "card_velocity_exceeded": "The payment is above your limit.",
}


def payments_of(shop: Merchant, order_id: str) -> int:
    with rows_of(shop.stack.services.database_url) as rows:
        return int(rows.value("SELECT count(*) FROM payments WHERE order_id = :id", id=order_id))


def test_upi_request(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.pay_by_vpa("success@paygate")
    shop.says("Payment successful")
    shop.check_success(order_id)
    assert shop.names == PAID
    assert shop.told("payment.pending") == {"paymentId": shop.told("onSuccess")["paymentId"], "orderId": order_id}


def test_upi_by_qr(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.press("Show QR code")
    image = shop.frame.get_by_alt_text("QR code of the UPI payment")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    shop.says("Payment successful")
    shop.check_success(order_id)
    assert shop.names == PAID


def test_upi_failure_then_success(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.pay_by_vpa("failure@paygate")
    shop.says("Payment failed")
    shop.says("Your bank declined the payment. No money was taken.")
    failed = shop.told("payment.failed")
    assert (failed["code"], failed["reason"]) == ("PAYMENT_FAILED", "payment_declined")
    shop.press("Try again")
    shop.pay_by_vpa("success@paygate")
    shop.check_success(order_id)
    assert shop.names == ["ready", "payment.pending", "payment.failed", "payment.pending", "onSuccess", "onClose"]
    assert shop.told("onSuccess")["paymentId"] != failed["paymentId"]


def test_card(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.pay_by_card()
    shop.check_success(order_id)
    assert shop.names == PAID


@pytest.mark.parametrize(("last4", "reason"), FAILING_CARDS.items(), ids=FAILING_CARDS.values())
def test_card_that_fails(shop: Merchant, last4: str, reason: str) -> None:
    shop.start_shown()
    shop.pay_by_card(card_ending(last4))
    shop.says("Payment failed")
    shop.says(WORDS[reason])
    pending = shop.told("payment.pending")
    error = {
        "code": "PAYMENT_FAILED",
        "description": WORDS[reason],
        "reason": reason,
        "paymentId": pending["paymentId"],
    }
    assert shop.told("payment.failed") == error
    shop.press("Close")
    shop.ended()
    assert shop.names == ["ready", "payment.pending", "payment.failed", "onFailure", "onClose"]
    assert shop.told("onFailure") == error


def test_slow_network(shop: Merchant) -> None:
    with shop.held(ORDERS) as order_call:
        order_id = shop.start()
        expect(shop.frame.get_by_text("Loading your order")).to_be_attached()
        order_call[0].continue_()
    with shop.held(PAYMENTS) as payment_call:
        shop.pay_by_vpa("success@paygate")
        shop.says("Processing your payment")
        assert shop.names == ["ready"]
        payment_call[0].continue_()
    shop.check_success(order_id)
    assert shop.names == PAID


def test_order_loads_once_the_api_is_back(shop: Merchant) -> None:
    shop.page.route(ORDERS, lambda route: route.abort())
    with shop.page.expect_event("requestfailed"):
        order_id = shop.start()
    shop.page.unroute(ORDERS)
    shop.pay_by_vpa("success@paygate")
    shop.check_success(order_id)
    assert shop.names == PAID


def test_api_that_goes_down_while_paying(shop: Merchant) -> None:
    """The first request had its effect and its answer was lost: the repeated one is the same payment."""
    order_id = shop.start_shown()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    shop.page.route(PAYMENTS, lose)
    shop.pay_by_vpa("success@paygate")
    shop.says("The connection is slow. We keep trying; you are never charged twice.")
    shop.page.unroute(PAYMENTS)
    shop.check_success(order_id)
    assert shop.names == PAID
    assert payments_of(shop, order_id) == 1


def test_order_that_is_paid(shop: Merchant) -> None:
    order_id = shop.new_order()
    shop.stack.settled(shop.stack.pay(order_id, "success@paygate"))
    check_refused(shop, order_id, "This order is already paid.", "CONFLICT_ERROR", "ORDER_ALREADY_PAID")


def test_order_that_has_expired(shop: Merchant) -> None:
    order_id = shop.new_order()
    with rows_of(shop.stack.services.database_url) as rows:
        rows.run("UPDATE orders SET expires_at = now() - interval '1 minute' WHERE id = :id", id=order_id)
    check_refused(shop, order_id, "This order has expired. Start again in the shop.", "CONFLICT_ERROR", "ORDER_EXPIRED")


def test_order_that_is_unknown(shop: Merchant) -> None:
    check_refused(shop, "order_nobody", "This order does not exist.", "NOT_FOUND_ERROR", "ORDER_NOT_FOUND")


def check_refused(shop: Merchant, order_id: str, words: str, code: str, reason: str) -> None:
    shop.start(order_id)
    shop.says("This cannot be paid")
    shop.says(words)
    error = {"code": code, "description": words, "reason": reason}
    assert shop.calls == [["ready"], ["onFailure", error]]
    shop.page.keyboard.press("Escape")
    assert shop.ended() == [["ready"], ["onFailure", error], ["onClose"]]
