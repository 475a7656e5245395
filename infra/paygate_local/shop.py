"""The demo shop's server, as a merchant would write it: it makes orders and verifies what browsers tell it."""

from __future__ import annotations

import hmac
import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from paygate.domain.signing import sign_checkout
from paygate.operations.seed_test_merchant import TEST_CHECKOUT_SECRET, TEST_KEY_ID
from paygate_local.api_client import ApiClient
from paygate_local.problems import Problem
from paygate_local.serving import serving
from paygate_local.settings import ROOT, StackSettings

PORT = 4242
PAGES = ROOT / "static_checkout" / "demo"
BODY_BYTES_MAX = 4096
# Prices are the server's: what a browser asks for is only which thing.
PRODUCTS = {"notebook": 49_900, "pen": 129_900, "mug": 79_900}


class Shop:
    """What the shop can do; it alone knows the merchant's secrets."""

    def __init__(self, settings: StackSettings) -> None:
        self._api = ApiClient(settings)
        self._orders: set[str] = set()
        self.config = {"paygate": settings.url, "key": TEST_KEY_ID, "products": PRODUCTS}

    def order(self, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """An order for one of the products."""
        amount = PRODUCTS.get(str(wanted.get("product")))
        if amount is None:
            return HTTPStatus.BAD_REQUEST, {"error": "There is no such product."}
        made = self._api.call("POST", "/orders", {"amount": amount, "currency": "INR", "receipt": wanted["product"]})
        self._orders.add(made["id"])
        return HTTPStatus.CREATED, {"order_id": made["id"], "amount": amount}

    def verify(self, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Whether Paygate has told the browser so, of an order of this shop; only then does the shop send anything."""
        order_id = str(told.get("orderId"))
        made = sign_checkout(TEST_CHECKOUT_SECRET, order_id, str(told.get("paymentId")))
        signed = hmac.compare_digest(made.encode(), str(told.get("signature")).encode())
        return HTTPStatus.OK, {"verified": signed and order_id in self._orders}


class _Server(ThreadingHTTPServer):
    def __init__(self, shop: Shop, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.shop = shop


class _Handler(BaseHTTPRequestHandler):
    """One request to the shop, which the server holds."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/config.json":
            self._answer(HTTPStatus.OK, self.server.shop.config)
            return
        file = PAGES / (path.strip("/") or "index.html")
        if file.parent != PAGES or not file.is_file():
            self._answer(HTTPStatus.NOT_FOUND, {"error": "There is no such page."})
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self._send(HTTPStatus.OK, f"{kind}; charset=utf-8", file.read_bytes())

    def do_POST(self) -> None:
        shop = self.server.shop
        act = {"/orders": shop.order, "/verify": shop.verify}.get(self.path)
        try:
            body = json.loads(self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_BYTES_MAX)))
            if act is None or not isinstance(body, dict):
                raise ValueError
        except ValueError:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": "That is no request of the shop's page."})
            return
        try:
            self._answer(*act(body))
        except Problem as problem:
            self._answer(HTTPStatus.BAD_GATEWAY, {"error": str(problem)})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the page shows what matters."""


@contextmanager
def running_shop(settings: StackSettings, port: int = PORT) -> Iterator[str]:
    """The shop at the URL that is given, for as long as the block runs. Raises Problem if the port is taken."""
    try:
        server = _Server(Shop(settings), port)
    except OSError as error:
        raise Problem(f"Port {port} is used", "Stop what uses it; the demo's shop wants it.") from error
    with serving(server):
        yield f"http://localhost:{server.server_address[1]}"
