"""The page that a merchant's page embeds: which pages may, by which headers, and that nothing is slipped into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib import view
from chalicelib.checkout_page import checkout_page
from paygate.operations.seed_test_merchant import TEST_KEY_ID
from tests.integration.shoppers import Shop
from tests.support.api import Answer

PAGE = "GET /checkout/page"
SHOP = "https://shop.example"
TRIES_MAX = 200
HEAD = ("html", "head", "meta", "title", "meta", "link", "link", "link")
GOOD = {"key": TEST_KEY_ID, "order_id": "order_test_123", "origin": SHOP}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors "
)


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of the last script of each id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.found[-1]
        self.texts[attributes.get("id") or tag] = data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.found]


@pytest.fixture
def allowing(shop: Shop) -> Shop:
    body = json.dumps({"allowed_origins": [SHOP, "https://other.example:8443", "http://localhost:*"]})
    assert shop.api.send("PATCH /merchant", body).status == 200
    return shop


def open_page(shop: Shop, **changes: str) -> Answer:
    return shop.api.send(PAGE, query=[*{**GOOD, **changes}.items()], merchant={}, headers={})


def assert_refused(answer: Answer, status: int, origin: str | None) -> Elements:
    """A page that tells the shopper, and the SDK on the page at `origin`, what the error says, and nothing else."""
    assert answer.status == status, answer.text
    assert_headers(answer, "*")
    page = Elements(answer.text)
    assert page.tags == [
        *HEAD,
        *("body", "main", "section", "div", "h1", "p", "script", "script"),
    ]
    ((_, says),) = [element for element in page.found if element[0] == "p"]
    assert says["role"] == "alert"
    config = json.loads(page.texts["config"])
    assert config.keys() == {"error", "origin"}
    assert (config["origin"], config["error"]["request_id"]) == (origin, answer.request_id)
    assert page.texts["p"] == config["error"]["description"]
    assert [attributes for tag, attributes in page.found if tag == "script"] == [
        {"type": "application/json", "id": "config"},
        {"type": "module", "src": "/checkout/refusal.js"},
    ]
    assert page.comments == []
    return page


def assert_headers(answer: Answer, ancestors: str) -> None:
    expected = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY + ancestors,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [SHOP, "https://other.example:8443", "http://localhost", "http://localhost:3000", "https://shop.example:443"],
)
def test_a_page_of_an_allowed_origin_may_embed_it_and_no_other(allowing: Shop, origin: str) -> None:
    answer = open_page(allowing, origin=origin)
    assert answer.status == 200, answer.text
    assert_headers(answer, origin)
    page = Elements(answer.text)
    assert answer.text.startswith("<!doctype html>")
    assert page.tags == [*HEAD, "body", "main", "script", "script"]
    assert json.loads(page.texts["config"]) == {
        **{name: GOOD[name] for name in ("key", "order_id")},
        **{"origin": origin, "locale": "en", "test_mode": True},
    }
    assert [attributes for tag, attributes in page.found if tag == "script"] == [
        {"type": "application/json", "id": "config"},
        {"type": "module", "src": "/checkout/app.js"},
    ]


def test_what_is_in_the_page_is_of_the_request(allowing: Shop) -> None:
    answer = open_page(allowing, order_id="order_nobody_has", locale="pt-BR")
    config = json.loads(Elements(answer.text).texts["config"])
    assert (answer.status, config["order_id"], config["locale"]) == (200, "order_nobody_has", "pt-BR")
    # Nothing of the merchant but what its page knew already.
    assert "Test Merchant" not in answer.text
    assert "merchant_test_123" not in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "https://evil-shop.example", "https://shop.example.evil.example"),
        *("http://shop.example", "https://other.example", "https://shop.example:8443"),
    ],
)
def test_a_page_of_any_other_origin_is_refused_and_told_so(allowing: Shop, origin: str) -> None:
    answer = open_page(allowing, origin=origin)
    page = assert_refused(answer, 403, origin)
    assert page.texts["p"] == "The page that opened this checkout is not one of the merchant's allowed origins."
    assert answer.error["code"] == "FORBIDDEN_ERROR"
    assert (answer.error["field"], answer.error["reason"]) == ("origin", "ORIGIN_NOT_ALLOWED")
    # Which origins are allowed, and whose checkout it is, is nobody else's business.
    assert not [text for text in (TEST_KEY_ID, "order_test_123", "Test Merchant") if text in answer.text]
    assert SHOP not in answer.text.replace(origin, "")


@pytest.mark.parametrize(
    "origin",
    [
        *("", "null", "*", "https://Shop.example", "https://shop.example/", "https://shop.example."),
        *("https://shop.example@evil.example", "https://user@shop.example", "https://shop.example:*"),
        *("https://shop.example *", "https://shop.example; script-src *", "https://shop.example\r\nX-Evil: 1"),
        *("https://shop.example</script><script>alert(1)</script>", "https://shop.example<!--", '"><img src=x>'),
    ],
)
def test_what_is_no_origin_is_refused_and_not_repeated(allowing: Shop, origin: str) -> None:
    answer = open_page(allowing, origin=origin)
    assert_refused(answer, 403, None)
    assert not [text for text in (SHOP, "evil", "<!--", "alert(", "img", TEST_KEY_ID) if text in answer.text]


@pytest.mark.parametrize("kind", ["unknown", "revoked"])
def test_a_key_that_is_unknown_or_revoked_is_refused_with_a_page(allowing: Shop, kind: str) -> None:
    key = "key_unknown"
    if kind == "revoked":
        working, key = (allowing.api.add_merchant()["X-Api-Key"] for _ in range(2))
        allowing.api.sql.run("UPDATE merchants SET allowed_origins = ARRAY['https://shop.example']")
        # Not opened before: a key that was is remembered for a minute.
        allowing.api.sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=key)
        assert open_page(allowing, key=working).status == 200
    answer = open_page(allowing, key=key)
    page = assert_refused(answer, 401, SHOP)
    assert page.texts["p"] == "The publishable key is not valid."
    assert key not in answer.text


def test_who_opens_it_too_often_is_told_by_a_page_when_to_come_again(
    allowing: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "SHOPPER_LIMIT_PER_SECOND", 1)
    # One token a second: two requests within one of them are enough, at some point, on any machine.
    refused = next(answer for _ in range(TRIES_MAX) if (answer := open_page(allowing)).status != 200)
    assert_refused(refused, 429, SHOP)
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Limit"]) == ("1", "1")


@pytest.mark.parametrize(
    "field", ["</script><script>alert(1)</script>", "<!--", '"><img src=x>', "&lt;", "\u2028", "constructor"]
)
def test_the_name_of_an_unknown_field_is_told_as_text(allowing: Shop, field: str) -> None:
    answer = open_page(allowing, **{field: "x"})
    assert_refused(answer, 400, SHOP)
    assert (answer.error["field"], answer.error["reason"]) == (field, "UNKNOWN_FIELD")


def test_a_merchant_without_origins_cannot_be_embedded(allowing: Shop) -> None:
    key = allowing.api.add_merchant()["X-Api-Key"]
    assert open_page(allowing, key=key).status == 403


def test_the_test_merchant_may_be_embedded_on_a_developers_machine(shop: Shop) -> None:
    origins = ("http://localhost:3000", "http://127.0.0.1:8080", "http://localhost", "https://localhost:3000", SHOP)
    assert [open_page(shop, origin=origin).status for origin in origins] == [200, 200, 200, 403, 403]


@pytest.mark.parametrize("field", ["key", "order_id", "locale"])
@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--", '";x="', "\u2028", "\\u003c/script>", "'"]
)
def test_nothing_but_plain_ids_reaches_the_page(allowing: Shop, field: str, text: str) -> None:
    answer = open_page(allowing, **{field: text})
    assert_refused(answer, 400, SHOP)
    assert answer.error["field"] == field
    assert text not in answer.text


@pytest.mark.parametrize(
    "config",
    [
        {"text": "</script><script>alert(1)</script>"},
        {"text": "<!--<script>"},
        {"<!--": "</SCRIPT >"},
        {"text": ["\u2028", "😀", '"', "\\", "&lt;", "]]>"]},
    ],
)
def test_a_config_could_not_end_its_script_whatever_it_held(config: Mapping[str, Any]) -> None:
    html = checkout_page(dict(config), ancestor=SHOP).body
    page = Elements(html)
    assert json.loads(page.texts["config"]) == config
    assert page.tags.count("script") == 2
    assert page.comments == []
    start = html.index('id="config">') + len('id="config">')
    assert "<" not in html[start : html.index("</script>", start)]
