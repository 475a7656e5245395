"""Bad payments of shoppers, which are refused as a merchant's own are, and bad questions and settings of merchants."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from paygate.operations.seed_test_merchant import TEST_KEY_ID, TEST_ORDER_IDS
from tests.integration.bad_input import CARD_PAYMENT, UPI, Bad, any_of, without
from tests.integration.bad_payments import BAD_PAYMENTS
from tests.integration.bad_requests import bad_bodies, bad_headers, bad_sizes

UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"
INVALID = "INVALID_VALUE"
PAY = "POST /checkout/payments"
PATCH = "PATCH /merchant"
ROTATE = "POST /merchant/rotate-checkout-secret"
PAGE = "GET /checkout/page"
QR = {"key": TEST_KEY_ID, "order_id": TEST_ORDER_IDS[0], "method": "upi"}
SETTINGS = {"name": "Another name", "allowed_origins": ["https://shop.example"]}
# Every route with a body, what is good for it, and how it is answered then.
OF_CHECKOUT: list[tuple[str, dict[str, Any], int]] = [
    (PAY, QR, 201),
    (PAY, {**QR, "vpa": None}, 201),
    (PAY, {**UPI, "key": TEST_KEY_ID}, 201),
    (PAY, {**CARD_PAYMENT, "key": TEST_KEY_ID}, 201),
    (PATCH, SETTINGS, 200),
    (ROTATE, {}, 200),
]
# Without a VPA a shopper pays from any app.
NO_VPA = {"payment: upi without vpa", "upi: vpa None"}


def by_shopper(bad: Bad) -> Bad:
    """The same payment, of a shopper."""
    assert isinstance(bad.body, str)
    body = bad.body.replace("{", f'{{"key": "{TEST_KEY_ID}", ', 1).replace(", }", "}", 1)
    return replace(bad, name=f"checkout {bad.name}", route=PAY, body=body)


def paying(name: str, at: str | None, reason: str, body: dict[str, Any]) -> Bad:
    return Bad(f"{PAY}: {name}", PAY, json.dumps(body), at, reason)


def setting(name: str, at: str | None, reason: str, /, **body: Any) -> Bad:
    return Bad(f"{PATCH}: {name}", PATCH, json.dumps(body), at, reason)


def asking(route: str, name: str, at: str | None, reason: str, *query: tuple[str, str]) -> Bad:
    path = {"order_id": TEST_ORDER_IDS[0]} if "{order_id}" in route else {}
    path |= {"payment_id": "pay_captured"} if "{payment_id}" in route else {}
    return Bad(f"{route}: {name}", route, None, at, reason, query=query, path=path)


def refused_key(name: str, route: str, key: str) -> Bad:
    """A key that reads like one, but is nobody's."""
    bad = asking(route, name, None, "", ("key", key))
    body = json.dumps({**QR, "key": key}) if route == PAY else None
    return replace(
        bad, body=body, reason=None, status=401, code="AUTHENTICATION_ERROR", query=() if body else bad.query
    )


SHOWN = ("GET /checkout/orders/{order_id}", "GET /checkout/payments/{payment_id}")
BAD_KEYS = ("", " ", "key 1", "key-1", "key_1\n", "key\x00", "clé", "😀", "k" * 65, "' OR true --")
PAYMENTS = [
    *(
        by_shopper(replace(bad, field="card", reason=UNKNOWN) if bad.name.endswith("a card for its vpa") else bad)
        for bad in BAD_PAYMENTS
        if bad.name not in NO_VPA
    ),
    paying("no key", "key", MISSING, without(QR, "key")),
    paying("secret", "secret", UNKNOWN, {**QR, "secret": "secret_test_xyz789"}),
    paying("merchant", "merchant_id", UNKNOWN, {**QR, "merchant_id": "merchant_test_123"}),
    paying("link", "upi_link", UNKNOWN, {**QR, "upi_link": "upi://pay?pa=me@upi"}),
    *(paying(f"key {value!r}", "key", INVALID, {**QR, "key": value}) for value in BAD_KEYS),
    *(paying(f"key {value!r}", "key", INVALID, {**QR, "key": value}) for value in any_of(5, None, True, [], {})),
    *(bad for kind in (bad_bodies, bad_sizes, bad_headers) for bad in kind(PAY, json.dumps(QR))),
    *(
        refused_key(f"nobody's key {key!r}", route, key)
        for route in (*SHOWN, PAY)
        for key in ("key_unknown", TEST_KEY_ID.upper(), "secret_test_xyz789", "k" * 64, "0")
    ),
]
QUESTIONS = [
    *(asking(route, "no key", "key", MISSING) for route in SHOWN),
    *(asking(route, f"key {key!r}", "key", INVALID, ("key", key)) for route in SHOWN for key in BAD_KEYS),
    *(asking(route, "key twice", "key", INVALID, ("key", TEST_KEY_ID), ("key", TEST_KEY_ID)) for route in SHOWN),
    *(asking(route, "field", "secret", UNKNOWN, ("key", TEST_KEY_ID), ("secret", "x")) for route in SHOWN),
    *(
        Bad(
            *(f"{route}: id {value!r}", route, None, None, None, 404, "NOT_FOUND_ERROR"),
            query=[("key", TEST_KEY_ID)],
            path={route.partition("{")[2].removesuffix("}"): value},
        )
        for route in SHOWN
        for value in ("", "x", "pay_0", "pay 1", "pay-1", "..", "a/b", "%00", "\x00", "é", "😀", "o" * 65)
    ),
]
GOOD_PAGE = {"key": TEST_KEY_ID, "order_id": TEST_ORDER_IDS[0], "origin": "http://localhost:3000", "locale": "en"}


def opening(field: str, *wrong: str, reason: str = INVALID) -> list[Bad]:
    return [
        asking(PAGE, f"{field} {value[:40]!r}", field, reason, *{**GOOD_PAGE, field: value}.items()) for value in wrong
    ]


PAGES = [
    *opening("key", *BAD_KEYS, "</script>", '"><script>'),
    *opening("order_id", *BAD_KEYS, "</script>", "<!--", '"', "\\u003c", "order_1&x=y"),
    *opening("locale", "", "e", "en_US", "en-", "-", "abcd", "en\n", "</script>", "<!--", "en\x00", "e😀", "a" * 40),
    *opening("origin", "http://localhost:3000\x00", f"https://{'a' * 300}.example"),
    *opening("callback", "x", reason=UNKNOWN),
    *(
        asking(PAGE, f"no {name}", name, MISSING, *without(GOOD_PAGE, name).items())
        for name in ("key", "order_id", "origin")
    ),
    asking(PAGE, "origin twice", "origin", INVALID, *GOOD_PAGE.items(), ("origin", "https://evil.example")),
]
ORIGINS = (
    *("", "*", "null", "shop.example", "//shop.example", "https://", "https://*", "https://*.shop.example"),
    *("https://shop.example/", "https://shop.example/pay", "https://shop.example?a=b", "https://shop.example#a"),
    *("https://Shop.example", "HTTPS://shop.example", "https://user@shop.example", "https://user:pw@shop.example"),
    *("https://shop.example.", "https://.shop.example", "https://shop.example:", "https://shop.example:0"),
    *("https://shop.example:65536", "https://shop.example:x", "https://shop.example:*", "http://shop.example"),
    *("ftp://shop.example", "javascript:alert(1)", "data:text/html,x", "https://größe.example", "https://😀.example"),
    *("https://shop.example; script-src *", "https://shop.example 'unsafe-inline'", "https://shop.example\n"),
    *(" https://shop.example", "https://shop_1.example", "http://localhost.evil.example", "http://127.0.0.2"),
)
SETTINGS_OF_MERCHANTS = [
    Bad(f"{PATCH}: nothing", PATCH, "", "allowed_origins", MISSING),
    setting("no change", "allowed_origins", MISSING),
    setting("nulls", "allowed_origins", MISSING, name=None, allowed_origins=None),
    *(setting(f"name {value!r:.40}", "name", INVALID, name=value) for value in any_of("", "n" * 101, "\x00", 5, True)),
    *(setting(f"{name}", name, UNKNOWN, **{name: "x"}) for name in ("id", "email", "fee_basis_points", "secret", "😀")),
    *(
        setting(f"origins {value!r:.40}", "allowed_origins", INVALID, allowed_origins=value)
        for value in any_of("https://shop.example", 5, True, {}, ["https://shop.example"] * 21)
    ),
    *(
        setting(f"origin {value!r:.40}", "allowed_origins.1", INVALID, allowed_origins=["https://shop.example", value])
        for value in any_of(None, 5, True, [], {}, "https://a\x00.example", f"https://{'a' * 300}")
    ),
    *(
        setting(f"origin {value!r}", "allowed_origins", "INVALID_ORIGIN", allowed_origins=["https://a.example", value])
        for value in ORIGINS
    ),
    *(
        bad
        for kind in (bad_bodies, bad_sizes, bad_headers)
        for bad in kind(PATCH, json.dumps(SETTINGS))
        if bad.field != "Idempotency-Key" and bad.body not in (None, "")
    ),
    Bad(f"{ROTATE}: field", ROTATE, '{"overlap_seconds":60}', "overlap_seconds", UNKNOWN),
    *(Bad(f"{ROTATE}: {body!r}", ROTATE, body, None, "INVALID_JSON") for body in ("[]", "null", "{", "\x00")),
]
BAD_CHECKOUT = [*PAYMENTS, *QUESTIONS, *PAGES, *SETTINGS_OF_MERCHANTS]
