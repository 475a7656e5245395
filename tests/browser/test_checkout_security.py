"""What the checkout does not listen to, who may not embed it, and where its requests go."""

from __future__ import annotations

import gzip
from typing import Any

from playwright.sync_api import Response, expect

from tests.browser.checkout import Merchant, ShopPages

PAGE_BYTES_MAX = 60 * 1024
SDK_BYTES_MAX = 6144
# Each as the page itself would send it, but for what makes it a forgery.
FORGE = """([target, changes]) => {
  const frame = document.querySelector("paygate-checkout").shadowRoot.querySelector("iframe");
  const nonce = new URL(frame.src).hash.slice(1);
  const message = { paygate: 1, nonce, seq: 1000, ...changes };
  const to = target === "frame" ? frame.contentWindow : window;
  to.postMessage(message, "*");
}"""
NONCE = """() => new URL(
  document.querySelector("paygate-checkout").shadowRoot.querySelector("iframe").src).hash.slice(1)"""
POST_TO_PARENT = "message => window.parent.postMessage(message, '*')"


def success(order_id: str) -> dict[str, Any]:
    return {"type": "success", "paymentId": "pay_forged", "orderId": order_id, "signature": "0" * 64}


def check_unmoved(shop: Merchant) -> None:
    """Messages arrive in order: what an earlier forgery did would be told before the end."""
    assert shop.calls == [["ready"]]
    shop.page.keyboard.press("Escape")
    assert shop.ended() == [["ready"], ["onClose"]]


def test_success_forged_on_the_merchants_page(shop: Merchant) -> None:
    order_id = shop.start_shown()
    shop.page.evaluate(FORGE, ["window", success(order_id)])
    check_unmoved(shop)


def test_success_forged_by_another_frame(shop: Merchant) -> None:
    """Of another origin, and of Paygate's own, with everything right but the window it comes from."""
    order_id = shop.start_shown()
    forged = {"paygate": 1, "nonce": shop.page.evaluate(NONCE), "seq": 1000, **success(order_id)}
    shop.page.evaluate(
        """url => new Promise(resolve => {
          const frame = Object.assign(document.createElement("iframe"), { src: url, id: "foreign", onload: resolve });
          document.body.append(frame);
        })""",
        shop.page.url.replace("localhost", "127.0.0.1"),
    )
    foreign = next(frame for frame in shop.page.frames if "127.0.0.1" in frame.url)
    foreign.evaluate(POST_TO_PARENT, forged)
    shop.start(name="second ")
    expect(shop.page.frame_locator("paygate-checkout iframe").nth(1).get_by_role("tab", name="UPI")).to_be_visible()
    second = [frame for frame in shop.page.frames if "/checkout/page" in frame.url][-1]
    second.evaluate(POST_TO_PARENT, forged)
    second.evaluate(POST_TO_PARENT, {**forged, "nonce": "0" * 32})
    shop.page.keyboard.press("Escape")
    expect(shop.page.locator("paygate-checkout")).to_have_count(1)
    assert shop.calls == [["ready"], ["second ready"], ["second onClose"]]


def test_messages_of_the_frame_with_another_nonce_or_a_used_number(shop: Merchant) -> None:
    order_id = shop.start_shown()
    good = {"paygate": 1, "nonce": shop.page.evaluate(NONCE), "seq": 1000}
    for changes in ({"nonce": "0" * 32}, {"seq": 1}, {"seq": "x"}, {"paygate": 2}, {"type": "constructor"}):
        shop.inner.evaluate(POST_TO_PARENT, {**good, **success(order_id), **changes})
    assert shop.page.evaluate("Promise.resolve(calls)") == [["ready"]]
    shop.page.evaluate("checkouts[0].close()")
    assert shop.ended() == [["ready"], ["onClose"]]


def test_forgeries_are_well_made(shop: Merchant) -> None:
    """The same message is believed when the page itself sends it, or the other tests would prove nothing."""
    order_id = shop.start_shown()
    message = {"paygate": 1, "nonce": shop.page.evaluate(NONCE), "seq": 1000, **success(order_id)}
    shop.inner.evaluate(POST_TO_PARENT, message)
    shop.ended()
    assert shop.names == ["ready", "onSuccess", "onClose"]
    assert shop.told("onSuccess")["paymentId"] == "pay_forged"


def test_success_of_another_order(shop: Merchant) -> None:
    shop.start_shown()
    message = {"paygate": 1, "nonce": shop.page.evaluate(NONCE), "seq": 900, **success("order_test_123")}
    shop.inner.evaluate(POST_TO_PARENT, message)
    shop.page.evaluate("checkouts[0].close()")
    assert shop.ended() == [["ready"], ["onClose"]]


def test_page_ignores_replayed_and_foreign_messages(shop: Merchant) -> None:
    shop.start_shown()
    close = {"type": "close-request", "force": True}
    shop.page.evaluate(FORGE, ["frame", {**close, "nonce": "0" * 32}])
    shop.page.evaluate(FORGE, ["frame", {**close, "seq": 1}])
    shop.page.evaluate(FORGE, ["frame", {**close, "paygate": 2}])
    # A second init would change whom the page speaks to.
    shop.page.evaluate(FORGE, ["frame", {"type": "init", "seq": 2, "prefill": {}, "modal": None}])
    shop.frame.get_by_role("tab", name="Card").click()
    expect(shop.frame.get_by_label("Card number")).to_be_visible()
    assert shop.inner.evaluate("document.documentElement.classList.contains('inline')") is False
    check_unmoved(shop)


def test_origin_that_is_not_allowed(pages: ShopPages) -> None:
    """Paygate says why, to the shopper and to the merchant's page, and shows nothing of the order."""
    shop = pages.open("evil.localhost")
    with shop.page.expect_response("**/checkout/page?*") as refusal:
        shop.start("order_test_123")
    assert refusal.value.status == 403
    words = "The page that opened this checkout is not one of the merchant's allowed origins."
    shop.says(words)
    shop.heard("onFailure")
    expect(shop.page.locator("paygate-checkout iframe")).to_have_css("opacity", "1")
    assert "50000" not in refusal.value.text()
    assert shop.names == ["onFailure"]
    told = shop.told("onFailure")
    assert (told["code"], told["reason"], told["description"]) == ("FORBIDDEN_ERROR", "ORIGIN_NOT_ALLOWED", words)
    shop.page.get_by_role("button", name="Close").click()
    shop.ended()
    assert shop.names == ["onFailure", "onClose"]


def test_key_that_is_not_valid(shop: Merchant) -> None:
    shop.start("order_test_123", key="key_of_nobody")
    shop.says("The publishable key is not valid.")
    shop.heard("onFailure")
    shop.page.keyboard.press("Escape")
    shop.ended()
    assert shop.names == ["onFailure", "onClose"]


def test_page_that_does_not_come(pages: ShopPages) -> None:
    shop = pages.open(clock=True)
    with shop.held("**/checkout/page?*") as asked:
        shop.start("order_test_123")
        shop.page.wait_for_function("document.querySelector('paygate-checkout')")
        assert shop.calls == []
        shop.page.clock.fast_forward(10_001)
        shop.ended()
    assert asked
    assert shop.names == ["onFailure", "onClose"]
    assert shop.told("onFailure") == {"code": "LOAD_FAILED", "description": "The payment page did not load."}


def test_origin_that_claims_to_be_another(pages: ShopPages) -> None:
    """The browser itself refuses: the page's headers name the only origin that may embed it."""
    shop = pages.open("evil.localhost", clock=True)
    claim = "**/checkout/page?*"
    shop.page.route(claim, lambda route: route.continue_(url=route.request.url.replace("evil.localhost", "localhost")))
    with shop.page.expect_response(claim) as allowed:
        shop.start("order_test_123")
    assert allowed.value.status == 200
    shop.page.clock.fast_forward(10_001)
    assert shop.ended()[-1] == ["onClose"]
    assert shop.names == ["onFailure", "onClose"]
    assert any("frame-ancestors" in problem for problem in pages.problems)
    pages.problems.clear()


def test_weight_and_addresses(pages: ShopPages) -> None:
    shop = pages.open()
    answers: list[Response] = []
    shop.page.on("response", lambda answer: answers.append(answer))
    order_id = shop.start_shown()
    shop.pay_by_card()
    shop.check_success(order_id)
    paygate = shop.stack.url + "/"
    urls = [answer.url for answer in answers if not answer.url.startswith("data:")]
    assert [url for url in urls if not url.startswith(paygate)] == []
    weights = {
        answer.url: len(gzip.compress(shop.page.request.get(answer.url).body()))
        for answer in answers
        if "/payments" not in answer.url and answer.url.startswith(paygate)
    }
    assert any(url.endswith("/checkout/app.js") for url in weights)
    assert sum(weights.values()) <= PAGE_BYTES_MAX, weights
    sdk = shop.page.request.get(f"{shop.stack.url}/checkout.js").body()
    assert len(gzip.compress(sdk)) <= SDK_BYTES_MAX
