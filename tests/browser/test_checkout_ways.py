"""Other ways to put the checkout on a page, other languages, and connections that get lost."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Route, expect

from paygate.domain.signing import sign_checkout
from paygate.operations.seed_test_merchant import TEST_CHECKOUT_SECRET, TEST_KEY_ID
from tests.browser.checkout import GOOD_CARD, Merchant, ShopPages

PAYMENT = re.compile(r"/checkout/payments/pay_")
PAID = ["ready", "payment.pending", "onSuccess", "onClose"]
# With what a merchant's page may do by itself, without a line of code.
ADD_BUTTON = """data => {
  const button = document.createElement("button");
  button.textContent = "Pay";
  for (const [name, value] of Object.entries(data)) button.dataset[name] = value;
  for (const name of ["ready", "payment.pending", "payment.failed", "success", "failure", "close"])
    button.addEventListener(`paygate:${name}`, ({ detail }) => calls.push([name, detail]));
  document.querySelector("h1").append(button);
}"""
ADD_CONTAINER = """() => {
  document.querySelector("h1").after(Object.assign(document.createElement("div"), { id: "here" }));
}"""
LOAD_MODULE = """async url => {
  const { default: PaymentGateway, PaymentGateway: named } = await import(url);
  window.PaymentGateway = PaymentGateway;
  return PaymentGateway === named && Object.getOwnPropertySymbols(window).length;
}"""


def test_inside_the_page(shop: Merchant) -> None:
    """In a container: no dialog, nothing locked, as high as its content, and the page around it stays usable."""
    shop.page.evaluate(ADD_CONTAINER)
    order_id = shop.start_shown(container="#here")
    expect(shop.page.locator("#here paygate-checkout")).to_have_count(1)
    expect(shop.page.locator("dialog")).to_have_count(0)
    assert shop.page.evaluate("document.documentElement.style.overflow") == ""
    heights = "() => [document.querySelector('#here').offsetHeight, document.scrollingElement.scrollTop]"
    height, scrolled = shop.page.evaluate(heights)
    # The page as a whole fits its frame, and the merchant's page was not scrolled to it.
    assert height == shop.inner.evaluate("document.documentElement.scrollHeight")
    assert scrolled == 0
    expect(shop.frame.get_by_role("button", name="Close")).to_have_count(0)
    shop.page.keyboard.press("Escape")
    shop.pay_by_card()
    shop.check_success(order_id)
    assert shop.names == PAID
    assert shop.page.locator("#here").inner_html() == ""


def test_as_a_module(shop: Merchant) -> None:
    symbols = shop.page.evaluate("Object.getOwnPropertySymbols(window).length")
    assert shop.page.evaluate(LOAD_MODULE, f"{shop.stack.url}/checkout.mjs") == symbols
    order_id = shop.start_shown()
    shop.pay_by_card()
    shop.check_success(order_id)


def test_button_without_code(shop: Merchant) -> None:
    order_id = shop.new_order()
    data = {"paygateKey": TEST_KEY_ID, "paygateOrder": order_id, "paygateLocale": "en", "paygateVpa": "success@paygate"}
    shop.page.evaluate(ADD_BUTTON, {**data, "paygateSuccessUrl": "/thanks?cart=7"})
    shop.page.get_by_role("button", name="Pay", exact=True).click()
    shop.pay_by_vpa("success@paygate")
    shop.page.wait_for_url("**/thanks?**")
    told = {name: values[0] for name, values in parse_qs(urlsplit(shop.page.url).query).items()}
    signature = sign_checkout(TEST_CHECKOUT_SECRET, order_id, told["payment_id"])
    assert told == {"cart": "7", "payment_id": told["payment_id"], "order_id": order_id, "signature": signature}


def test_button_whose_order_cannot_be_paid(shop: Merchant) -> None:
    """Without an address to go to the page stays, and hears all of it as events."""
    shop.page.evaluate(ADD_BUTTON, {"paygateKey": TEST_KEY_ID, "paygateOrder": "order_nobody"})
    shop.page.get_by_role("button", name="Pay", exact=True).click()
    shop.frame.get_by_text("Close", exact=True).click()
    expect(shop.page.locator("paygate-checkout")).to_have_count(0)
    assert shop.names == ["ready", "failure", "close"]
    assert shop.told("failure")["reason"] == "ORDER_NOT_FOUND"


@pytest.mark.parametrize(
    ("locale", "language", "direction", "pay", "heading"),
    [
        ("hi-IN", "hi", "ltr", "₹500.00 का भुगतान करें", "भुगतान सफल रहा"),
        ("ar", "ar", "rtl", "ادفع", "تم الدفع بنجاح"),
    ],
)
def test_languages(shop: Merchant, locale: str, language: str, direction: str, pay: str, heading: str) -> None:
    order_id = shop.start(locale=locale, prefill={"method": "card"})
    button = shop.frame.get_by_role("button", name=pay)
    expect(button).to_be_visible()
    assert shop.inner.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, direction]
    assert shop.inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    fields = shop.frame.get_by_role("textbox")
    for field, text in zip(fields.all(), (GOOD_CARD, "1240", "123"), strict=False):
        field.fill(text)
    # Numbers read from left to right in every language.
    assert fields.first.evaluate("field => getComputedStyle(field).direction") == "ltr"
    button.click()
    expect(shop.frame.get_by_role("heading", name=heading)).to_be_visible()
    shop.check_success(order_id)


def test_language_that_paygate_has_not(shop: Merchant) -> None:
    shop.start_shown(locale="pt-BR")
    assert shop.inner.evaluate("document.documentElement.lang") == "en"


def test_connection_lost_while_the_payment_is_watched(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.page.route(PAYMENT, lambda route: route.abort())
    shop.pay_by_vpa("success@paygate")
    shop.says("The connection is slow. We keep trying; you are never charged twice.")
    shop.page.unroute(PAYMENT)
    shop.check_success(order_id)
    assert shop.names == PAID


def test_offline(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.page.context.set_offline(True)
    shop.says("You are offline. This goes on by itself when you are back.")
    shop.pay_by_vpa("success@paygate")
    shop.says("The connection is slow. We keep trying; you are never charged twice.")
    shop.page.context.set_offline(False)
    shop.check_success(order_id)
    assert shop.names == PAID


def test_bank_that_never_answers(pages: ShopPages) -> None:
    """After five minutes nobody knows: no further attempt is offered, and the end is told as soon as it is known."""
    shop = pages.open(clock=True)
    order_id = shop.start_shown()

    def still_pending(route: Route) -> None:
        answer = route.fetch()
        # The page itself gives up on a request that is under way when its time jumps.
        with suppress(Error):
            route.fulfill(response=answer, json={**answer.json(), "status": "pending"})

    shop.page.route(PAYMENT, still_pending)
    with shop.page.expect_response(PAYMENT):
        shop.pay_by_card()
    shop.page.clock.fast_forward("05:01")
    shop.says("We do not know yet")
    assert shop.names == ["ready", "payment.pending"]
    expect(shop.frame.get_by_role("button", name="Try again")).to_have_count(0)
    shop.page.unroute(PAYMENT)
    shop.press("Check again")
    shop.check_success(order_id)
    assert shop.names == PAID


def test_status_is_asked_for_with_backoff(pages: ShopPages) -> None:
    shop = pages.open()
    asked: list[float] = []

    def still_pending(route: Route) -> None:
        asked.append(time.monotonic())
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "status": "pending"} if len(asked) < 5 else None)

    shop.page.route(PAYMENT, still_pending)
    order_id = shop.start_shown()
    shop.pay_by_card()
    shop.check_success(order_id)
    assert len(asked) == 5
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    # Timers of browsers may be a millisecond early.
    assert [pause > least for pause, least in zip(pauses, (0.79, 1.27, 2.04, 2.99), strict=True)] == [True] * 4
