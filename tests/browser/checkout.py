"""A merchant's page with Paygate's checkout, as a shopper uses it and as the merchant's code sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Frame, FrameLocator, Page, Route, expect

from paygate.domain.cards import passes_luhn
from paygate.domain.signing import sign_checkout
from paygate.operations.seed_test_merchant import TEST_CHECKOUT_SECRET, TEST_KEY_ID
from paygate_local.serving import serving
from tests.support.stack import TestStack

GOOD_CARD = "4242424242424242"
SHOP = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<script src="{paygate}/checkout.js"></script></head>
<body><main><h1>A shop</h1><p style="height: 150vh">Things</p></main><script>
  window.calls = [];
  window.checkouts = [];
  window.start = (options, as = "") => {{
    const note = (name) => (detail) => window.calls.push(detail === undefined ? [as + name] : [as + name, detail]);
    const callbacks = {{ onSuccess: note("onSuccess"), onFailure: note("onFailure"), onClose: note("onClose") }};
    const checkout = new PaymentGateway({{ ...options, ...callbacks }});
    for (const event of ["ready", "payment.pending", "payment.failed"]) checkout.on(event, note(event));
    window.checkouts.push(checkout);
    checkout.open();
  }};
</script></body></html>"""


@contextmanager
def serve_shop(paygate: str) -> Iterator[int]:
    """A server of the shop's one page; its port."""
    html = SHOP.format(paygate=paygate).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(html)))
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server):
        yield server.server_port


def card_ending(last4: str) -> str:
    """A Visa number with these last digits and a right check digit."""
    numbers = (f"4000{number:08}{last4}" for number in range(10))
    return next(number for number in numbers if passes_luhn(number))


@dataclass
class Merchant:
    """The merchant's page, and the checkout on it."""

    page: Page
    stack: TestStack

    def new_order(self, **changes: Any) -> str:
        answer = self.stack.call("POST", "/orders", {"amount": 50_000, "currency": "INR", **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def start(self, order_id: str | None = None, *, name: str = "", **options: Any) -> str:
        """Open the checkout; the order's id. `name` goes before the names of this one's calls."""
        order_id = order_id or self.new_order()
        options = {"key": TEST_KEY_ID, "orderId": order_id, "locale": "en", **options}
        self.page.evaluate("([options, name]) => window.start(options, name)", [options, name])
        return order_id

    def start_shown(self, order_id: str | None = None, **options: Any) -> str:
        """Open it, and wait until the ways to pay are there."""
        order_id = self.start(order_id, **options)
        expect(self.frame.get_by_role("tab", name="UPI")).to_be_visible()
        return order_id

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe").first

    @property
    def inner(self) -> Frame:
        """The checkout's frame itself."""
        return next(frame for frame in self.page.frames if "/checkout/page" in frame.url)

    @property
    def calls(self) -> list[list[Any]]:
        """Each call that the merchant's page got: its name, then what it was told."""
        calls: list[list[Any]] = self.page.evaluate("window.calls")
        return calls

    @property
    def names(self) -> list[str]:
        return [call[0] for call in self.calls]

    @contextmanager
    def held(self, address: str) -> Iterator[list[Route]]:
        """The calls of `address`, which wait until the block lets them go on, or for ever."""
        routes: list[Route] = []

        def hold(route: Route) -> None:
            routes.append(route)

        self.page.route(address, hold)
        yield routes
        self.page.unroute(address)

    def heard(self, name: str) -> None:
        """Wait for a call of that name."""
        self.page.wait_for_function("name => window.calls.some(([heard]) => heard === name)", arg=name)

    def ended(self) -> list[list[Any]]:
        """The calls once the checkout has closed."""
        self.heard("onClose")
        expect(self.page.locator("paygate-checkout")).to_have_count(0)
        return self.calls

    def told(self, name: str) -> Any:
        """What the one call of that name was told."""
        (call,) = (call for call in self.calls if call[0] == name)
        return call[1]

    def press(self, name: str) -> None:
        self.frame.get_by_role("button", name=name, exact=True).click()

    def says(self, words: str) -> None:
        expect(self.frame.get_by_text(words, exact=True).first).to_be_visible()

    def pay_by_vpa(self, vpa: str) -> None:
        self.frame.get_by_role("radio", name="UPI ID").check()
        self.frame.get_by_label("Your UPI ID").fill(vpa)
        self.press_pay()

    def pay_by_card(self, number: str = GOOD_CARD) -> None:
        self.frame.get_by_role("tab", name="Card").click()
        self.frame.get_by_label("Card number").fill(number)
        self.frame.get_by_label("Expiry").fill("12 / 40")
        self.frame.get_by_label("Security code").fill("123")
        self.press_pay()

    def press_pay(self) -> None:
        self.frame.get_by_role("button", name="Pay ₹500.00").click()

    def check_success(self, order_id: str) -> None:
        """The merchant was told so once, by one whose signature its server can trust, and "close" came last."""
        self.ended()
        assert self.names[-2:] == ["onSuccess", "onClose"]
        told = self.told("onSuccess")
        signature = sign_checkout(TEST_CHECKOUT_SECRET, order_id, told["paymentId"])
        assert told == {"paymentId": told["paymentId"], "orderId": order_id, "signature": signature}
        assert self.stack.call("GET", f"/payments/{told['paymentId']}").json()["status"] in ("success", "authorized")


class ShopPages:
    """Shop pages of one test, with what went wrong on them."""

    def __init__(self, browser: Browser, stack: TestStack, port: int) -> None:
        self._browser = browser
        self._stack = stack
        self._port = port
        self._pages: list[Page] = []
        self.problems: list[str] = []

    def open(self, host: str = "localhost", *, clock: bool = False, **context: Any) -> Merchant:
        """The shop's page at `host`; with `clock` the test moves the page's time."""
        page = self._browser.new_page(**context)
        self._pages.append(page)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._note)
        if clock:
            page.clock.install()
        page.goto(f"http://{host}:{self._port}/")
        return Merchant(page, self._stack)

    def close(self) -> None:
        for page in self._pages:
            page.close()

    def _note(self, message: ConsoleMessage) -> None:
        # A refusal of the API is an answer; the browser calls it a failed resource.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(message.text)
