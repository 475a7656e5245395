"""Ways to open and to close the checkout, and options that are wrong."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error, expect

from paygate.operations.seed_test_merchant import TEST_KEY_ID
from tests.browser.checkout import Merchant

CLOSED = [["ready"], ["onClose"]]


def test_escape(shop: Merchant) -> None:
    shop.start_shown()
    shop.page.keyboard.press("Escape")
    assert shop.ended() == CLOSED


def test_backdrop(shop: Merchant) -> None:
    shop.start_shown(modal={"backdropClose": True})
    shop.page.mouse.click(5, 5)
    assert shop.ended() == CLOSED


def test_button(shop: Merchant) -> None:
    shop.start_shown()
    shop.press("Close")
    assert shop.ended() == CLOSED


def test_code(shop: Merchant) -> None:
    shop.start_shown()
    shop.page.evaluate("checkouts[0].close()")
    assert shop.ended() == CLOSED


def test_neither_escape_nor_backdrop_unless_wanted(shop: Merchant) -> None:
    shop.start_shown(modal={"escape": False})
    shop.page.keyboard.press("Escape")
    shop.page.mouse.click(5, 5)
    shop.frame.get_by_role("tab", name="Card").click()
    expect(shop.frame.get_by_label("Card number")).to_be_visible()
    assert shop.calls == [["ready"]]


def test_leaving_a_payment_is_asked_about(shop: Merchant) -> None:
    shop.start_shown()
    shop.press("Show QR code")
    shop.says("Waiting for your payment")
    shop.press("Close")
    shop.says("Leave this payment?")
    shop.press("Leave")
    shop.ended()
    assert shop.names == ["ready", "payment.pending", "onClose"]


def test_page_is_as_before(shop: Merchant) -> None:
    shop.start_shown()
    assert shop.page.evaluate("document.documentElement.style.overflow") == "hidden"
    shop.page.keyboard.press("Escape")
    shop.ended()
    assert shop.page.evaluate("document.documentElement.style.overflow") == ""


def test_double_open(shop: Merchant) -> None:
    shop.start_shown()
    shop.page.evaluate("checkouts[0].open()")
    expect(shop.page.locator("paygate-checkout")).to_have_count(1)
    shop.page.evaluate("checkouts[0].close()")
    assert shop.ended() == CLOSED
    shop.page.evaluate("calls.length = 0, checkouts[0].open()")
    expect(shop.frame.get_by_role("tab", name="UPI")).to_be_visible()
    shop.page.keyboard.press("Escape")
    assert shop.ended() == CLOSED


def test_two_instances(shop: Merchant) -> None:
    shop.start_shown(name="first ")
    shop.start(name="second ")
    second = shop.page.frame_locator("iframe").nth(1)
    expect(second.get_by_role("tab", name="UPI")).to_be_visible()
    shop.page.keyboard.press("Escape")
    expect(shop.page.locator("paygate-checkout")).to_have_count(1)
    assert shop.calls == [["first ready"], ["second ready"], ["second onClose"]]
    shop.press("Close")
    expect(shop.page.locator("paygate-checkout")).to_have_count(0)
    assert shop.names == ["first ready", "second ready", "second onClose", "first onClose"]


GOOD = {"key": TEST_KEY_ID, "orderId": "order_test_123"}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"orderId": "order_test_123"}, '"key"'),
        ({"key": TEST_KEY_ID}, '"orderId"'),
        ({**GOOD, "key": 1}, '"key"'),
        ({**GOOD, "ordreId": "x"}, '"ordreId"'),
        ({**GOOD, "onSuccess": "x"}, '"onSuccess"'),
        ({**GOOD, "locale": "no such tag"}, '"locale"'),
        ({**GOOD, "theme": "pink"}, '"mode"'),
        ({**GOOD, "theme": {"color": "red"}}, '"color"'),
        ({**GOOD, "prefill": {"method": "cash"}}, '"method"'),
        ({**GOOD, "prefill": {"phone": "1"}}, '"phone"'),
        ({**GOOD, "modal": {"escape": "no"}}, '"escape"'),
    ],
)
def test_wrong_options(shop: Merchant, options: dict[str, Any], named: str) -> None:
    with pytest.raises(Error, match=f"TypeError: PaymentGateway: .*{named}"):
        shop.page.evaluate("options => { new PaymentGateway(options); }", options)


def test_container_that_is_not_there(shop: Merchant) -> None:
    with pytest.raises(Error, match='no element "#nowhere" for the option "container"'):
        shop.start(container="#nowhere")
