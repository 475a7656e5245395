"""How the checkout looks and who can use it, and a purchase in the demo shop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from paygate_local.settings import ROOT
from paygate_local.shop import running_shop
from tests.browser.checkout import GOOD_CARD, Merchant, ShopPages
from tests.support.stack import TestStack

SCREENSHOTS = ROOT / ".local" / "screenshots"
Scheme = Literal["light", "dark"]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
SIZES = pytest.mark.parametrize(("size", "width", "height"), [("desktop", 1280, 800), ("phone", 390, 844)])


def violations(shop: Merchant) -> list[str]:
    """What axe-core finds in the frame and on the page around it."""
    found: list[str] = []
    for part in (shop.page, shop.inner):
        response = cast("dict[str, Any]", Axe().run(part).response)
        found += [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in response["violations"]]
    return found


@SCHEMES
@SIZES
def test_looks_and_accessibility(pages: ShopPages, scheme: Scheme, size: str, width: int, height: int) -> None:
    # Still, so that pictures are alike and axe sees the colours of the end.
    context: dict[str, Any] = {
        "viewport": {"width": width, "height": height},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
    }
    shop = pages.open(**context)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        shop.page.screenshot(path=SCREENSHOTS / f"checkout-{name}-{size}-{scheme}.png")
        assert shop.inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if name != "success":
            assert violations(shop) == []

    order_id = shop.start_shown()
    shop.frame.get_by_role("radio", name="UPI ID").check()
    look("upi")
    shop.frame.get_by_role("tab", name="Card").click()
    look("card")
    shop.pay_by_card()
    shop.says("Payment successful")
    look("success")
    shop.check_success(order_id)


@SCHEMES
def test_failure_and_mistakes_are_accessible(pages: ShopPages, scheme: Scheme) -> None:
    shop = pages.open(color_scheme=scheme, reduced_motion="reduce")
    shop.start_shown()
    shop.pay_by_vpa("no UPI ID")
    shop.says("A UPI ID looks like name@bank.")
    assert violations(shop) == []
    shop.pay_by_vpa("failure@paygate")
    shop.says("Payment failed")
    assert violations(shop) == []


def test_keyboard_alone(shop: Merchant) -> None:
    order_id = shop.start_shown(prefill={"method": "card"})
    keyboard = shop.page.keyboard
    expect(shop.frame.get_by_label("Card number")).to_be_focused()
    keyboard.type(GOOD_CARD)
    keyboard.press("Tab")
    keyboard.type("1240")
    keyboard.press("Tab")
    keyboard.type("123")
    keyboard.press("Tab")
    keyboard.type("Asha Rao")
    keyboard.press("Tab")
    expect(shop.frame.get_by_role("button", name="Pay ₹500.00")).to_be_focused()
    keyboard.press("Enter")
    shop.check_success(order_id)
    assert shop.names == ["ready", "payment.pending", "onSuccess", "onClose"]


@pytest.fixture(scope="module")
def demo_shop(stack: TestStack) -> Iterator[str]:
    with running_shop(stack.settings, 0) as url:
        yield url


@SCHEMES
@SIZES
def test_demo_shop(
    browser: Browser, demo_shop: str, stack: TestStack, scheme: Scheme, size: str, width: int, height: int
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", locale="en-IN"
    )
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(demo_shop)
    page.get_by_role("button", name="Buy the notebook").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("tab", name="UPI")).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"checkout-shop-{size}-{scheme}.png")
    if scheme == "light":
        frame.get_by_role("radio", name="UPI ID").check()
        frame.get_by_label("Your UPI ID").fill("success@paygate")
        frame.get_by_role("button", name="Pay ₹499.00").click()
        expect(page.get_by_text("is verified")).to_be_visible()
    page.close()
    assert problems == []
