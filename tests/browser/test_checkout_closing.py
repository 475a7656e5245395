"""Ways to open and to close the checkout, and options that are wrong."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error, expect

from paygate.operations.seed_test_merchant import TEST_KEY_ID
from tests.browser.checkout import Merchant, ShopPages

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


def listeners(shop: Merchant) -> dict[str, int]:
    """How many event listeners the page's window and document have, by type."""
    client = shop.page.context.new_cdp_session(shop.page)
    counts: dict[str, int] = {}
    for target in ("window", "document", "document.documentElement", "document.body"):
        found = client.send("Runtime.evaluate", {"expression": target})
        listening = client.send("DOMDebugger.getEventListeners", {"objectId": found["result"]["objectId"]})
        for listener in listening["listeners"]:
            counts[f"{target} {listener['type']}"] = counts.get(f"{target} {listener['type']}", 0) + 1
    client.detach()
    return counts


def test_nothing_is_left_behind(shop: Merchant) -> None:
    """Of elements, styles and listeners; and the shopper is where the shopper was."""
    shop.page.evaluate("document.body.append(Object.assign(document.createElement('button'), { id: 'buy' }))")
    shop.page.evaluate("buy.focus()")
    # What drives this browser adds listeners of its own, once.
    shop.page.locator("#buy").dispatch_event("focus")
    html, before = shop.page.evaluate("document.documentElement.outerHTML"), listeners(shop)
    shop.start_shown()
    assert listeners(shop) != before
    shop.page.keyboard.press("Escape")
    shop.ended()
    assert listeners(shop) == before
    # The lock writes to the style and takes it back, which leaves an empty attribute.
    assert shop.page.evaluate("document.documentElement.outerHTML").replace(' style=""', "") == html
    assert shop.page.evaluate("document.activeElement.id") == "buy"


def test_tab_stays_inside(shop: Merchant) -> None:
    shop.page.evaluate("document.body.append(Object.assign(document.createElement('button'), { id: 'outside' }))")
    shop.start_shown()
    reached = set()
    for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
        shop.page.keyboard.press(key)
        assert shop.page.evaluate("document.activeElement.localName") == "paygate-checkout"
        reached.add(shop.inner.evaluate("document.activeElement.textContent || document.activeElement.name"))
    assert {"UPI", "Show QR code"} <= reached


def test_narrow_window_without_a_shift(pages: ShopPages) -> None:
    """At 320 px all of it fits, and the merchant's page does not move under it."""
    shop = pages.open(viewport={"width": 320, "height": 568})
    measure = "[document.querySelector('h1').getBoundingClientRect().toJSON(), document.documentElement.clientWidth]"
    before = shop.page.evaluate(measure)
    shop.start_shown()
    assert shop.page.evaluate(measure) == before
    for tab in ("UPI", "Card"):
        shop.frame.get_by_role("tab", name=tab).click()
        assert shop.inner.evaluate("document.documentElement.scrollWidth") == 320
    button = shop.frame.get_by_role("button", name="Pay ₹500.00")
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport()
    shop.press("Close")
    shop.ended()
    assert shop.page.evaluate(measure) == before


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
