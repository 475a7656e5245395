from __future__ import annotations

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.origins import ORIGIN_LENGTH_MAX, check_allowed_origin, is_origin, origin_allowed

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (SHOP, SHOP),
        ("https://shop.example:443", SHOP),
        (SHOP, "https://shop.example:443"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://a.b.c.shop.example", "https://a.b.c.shop.example"),
        ("https://xn--gre-6ka8i.example", "https://xn--gre-6ka8i.example"),
        ("https://93.184.216.34", "https://93.184.216.34"),
        ("https://[2606:4700::1111]:8443", "https://[2606:4700::1111]:8443"),
        ("http://localhost", "http://localhost:*"),
        ("http://localhost", "http://localhost"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:3000", "http://localhost:*"),
        ("http://127.0.0.1:65535", "http://127.0.0.1:*"),
        ("http://[::1]:3000", "http://[::1]:*"),
        ("http://shop.localhost:3000", "http://shop.localhost:*"),
        ("https://localhost:3000", "https://localhost:*"),
    ],
)
def test_an_origin_of_the_list_is_allowed(origin: str, allowed: str) -> None:
    assert origin_allowed(origin, [allowed])
    assert origin_allowed(origin, ["https://another.example", allowed, "nonsense"])


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        pytest.param("", SHOP, id="nothing"),
        pytest.param("null", SHOP, id="null"),
        pytest.param("null", "null", id="null in the list"),
        pytest.param("*", "*", id="any in the list"),
        pytest.param(SHOP, "*", id="any"),
        pytest.param(SHOP, "https://*", id="any host"),
        pytest.param("https://a.shop.example", "https://*.shop.example", id="any subdomain"),
        pytest.param(SHOP, "", id="nothing in the list"),
        pytest.param("https://Shop.example", SHOP, id="upper case"),
        pytest.param("HTTPS://shop.example", SHOP, id="scheme in upper case"),
        pytest.param(SHOP, "https://Shop.example", id="upper case in the list"),
        pytest.param("https://shop.example/", SHOP, id="slash"),
        pytest.param("https://shop.example/pay", SHOP, id="path"),
        pytest.param("https://shop.example?a=b", SHOP, id="query"),
        pytest.param("https://shop.example#a", SHOP, id="fragment"),
        pytest.param("https://user@shop.example", SHOP, id="user"),
        pytest.param("https://shop.example@evil.example", SHOP, id="the shop as user"),
        pytest.param("https://shop.example:443@evil.example", SHOP, id="the shop as user with password"),
        pytest.param("https://evil.example\\@shop.example", SHOP, id="backslash"),
        pytest.param("https://shop.example.", SHOP, id="trailing dot"),
        pytest.param("https://.shop.example", SHOP, id="leading dot"),
        pytest.param("https://evil-shop.example", SHOP, id="ends with the host"),
        pytest.param("https://evilshop.example", SHOP, id="ends with the host, without a hyphen"),
        pytest.param("https://a.shop.example", SHOP, id="subdomain"),
        pytest.param("https://shop.example.evil.example", SHOP, id="begins with the host"),
        pytest.param("https://example", SHOP, id="parent"),
        pytest.param("https://shopXexample", SHOP, id="any character for the dot"),
        pytest.param("https://shop-example", SHOP, id="a hyphen for the dot"),
        pytest.param("http://shop.example", SHOP, id="http"),
        pytest.param("http://shop.example:443", SHOP, id="http at the port of https"),
        pytest.param("https://shop.example:80", SHOP, id="https at the port of http"),
        pytest.param("https://shop.example:8443", SHOP, id="another port"),
        pytest.param(SHOP, "https://shop.example:8443", id="no port"),
        pytest.param("https://shop.example:0443", SHOP, id="port with a zero"),
        pytest.param("https://shop.example:", SHOP, id="empty port"),
        pytest.param("https://shop.example:*", SHOP, id="any port given"),
        pytest.param("http://localhost:*", "http://localhost:*", id="any port given, any allowed"),
        pytest.param("http://localhost.evil.example:3000", "http://localhost:*", id="begins with localhost"),
        pytest.param("http://evil-localhost:3000", "http://localhost:*", id="ends with localhost"),
        pytest.param("http://127.0.0.1:3000", "http://localhost:*", id="localhost by its address"),
        pytest.param("http://127.0.0.11:3000", "http://127.0.0.1:*", id="a longer address"),
        pytest.param("http://127a0b0c1:3000", "http://127.0.0.1:*", id="letters for dots"),
        pytest.param("https://größe.example", "https://größe.example", id="IDN"),
        pytest.param("https://shop.exаmple", SHOP, id="Cyrillic"),
        pytest.param("https://shop.example\n", SHOP, id="line break"),
        pytest.param(" https://shop.example", SHOP, id="leading space"),
        pytest.param("https://shop.example https://evil.example", SHOP, id="two"),
        pytest.param("https://shop.example; script-src *", SHOP, id="a directive"),
        pytest.param("//shop.example", SHOP, id="no scheme"),
        pytest.param("shop.example", SHOP, id="host alone"),
        pytest.param("ftp://shop.example", "ftp://shop.example", id="another scheme"),
        pytest.param("file://", "file://", id="a file"),
        pytest.param("javascript:alert(1)", "javascript:alert(1)", id="a script"),
        pytest.param("chrome-extension://abc", "chrome-extension://abc", id="an extension"),
    ],
)
def test_any_other_origin_is_refused(origin: str, allowed: str) -> None:
    assert not origin_allowed(origin, [allowed])


@pytest.mark.parametrize("origin", [SHOP, "null", "*", "", "http://localhost:3000"])
def test_an_empty_list_allows_nobody(origin: str) -> None:
    assert not origin_allowed(origin, [])


@pytest.mark.parametrize(
    "text",
    [
        *(
            SHOP,
            "https://shop.example:8443",
            "https://a-b.shop.example",
            "https://xn--gre-6ka8i.example",
            "https://shop",
        ),
        *("https://93.184.216.34", "https://[2606:4700::1111]", "https://shop.example:65535"),
        *("http://localhost", "http://localhost:*", "http://localhost:3000", "https://localhost:*"),
        *("http://127.0.0.1:*", "http://[::1]:*", "http://shop.localhost:3000"),
        "https://" + "a" * 250 + ".nu",
    ],
)
def test_a_merchant_may_allow_a_whole_origin(text: str) -> None:
    check_allowed_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "*", "null", "https://*", "https://*.shop.example", "shop.example", "//shop.example", "https://"),
        *("https://shop.example/", "https://shop.example/pay", "https://shop.example?a", "https://shop.example#a"),
        *("https://Shop.example", "HTTPS://shop.example", "https://user@shop.example", "https://a:b@shop.example"),
        *("https://shop.example.", "https://.shop.example", "https://-shop.example", "https://shop.example-"),
        *("https://shop.example:", "https://shop.example:0", "https://shop.example:080", "https://shop.example:65536"),
        *("https://shop.example:99999", "https://shop.example:*", "https://93.184.216.34:*", "https://shop.example:-1"),
        *("http://shop.example", "http://localhost.evil.example", "http://evil-localhost", "http://127.0.0.2"),
        *("http://10.0.0.1", "http://127.0.0.1.evil.example", "http://[::2]", "http://0.0.0.0:3000"),
        *("ftp://shop.example", "javascript:alert(1)", "data:text/html,x", "file://", "https://größe.example"),
        *("https://shop.example\n", " https://shop.example", "https://shop.example ", "https://shop.example\x00"),
        *("https://shop.example; script-src *", "https://a.example https://b.example", "https://shop.example,x"),
        *("https://" + "a" * 254 + ".nu", "https://shop.example:" + "9" * 300),
    ],
)
def test_a_merchant_may_allow_nothing_else(text: str) -> None:
    with pytest.raises(BadRequestError) as raised:
        check_allowed_origin(text)
    assert (raised.value.field, raised.value.reason) == ("allowed_origins", "INVALID_ORIGIN")
    assert raised.value.description.endswith(".")
    assert len(raised.value.description) < ORIGIN_LENGTH_MAX


@pytest.mark.parametrize("text", [SHOP, "https://shop.example:8443", "http://localhost", "https://[2606:4700::1111]"])
def test_what_a_merchant_allows_is_allowed(text: str) -> None:
    check_allowed_origin(text)
    assert origin_allowed(text, [text])


@pytest.mark.parametrize("text", [SHOP, "https://shop.example:8443", "http://shop.example", "http://[::1]:3000"])
def test_what_a_browser_may_give_is_an_origin_whoever_allows_it(text: str) -> None:
    assert is_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "*", "https://shop.example:*", "https://Shop.example", "https://shop.example/", "file://"),
        *("https://shop.example.", "https://user@shop.example", "https://größe.example", "https://shop.example\n"),
        "https://" + "a" * ORIGIN_LENGTH_MAX,
        "https://a:" + "9" * ORIGIN_LENGTH_MAX,
    ],
)
def test_what_no_browser_gives_is_none(text: str) -> None:
    assert not is_origin(text)


# An origin becomes a part of a header of ours, where each of these would begin something else.
BREAKING = " \t\r\n\v\f\x00\x7f\x85\xa0\u2028;,'\"`<>()\\/?#@*%&=|^~$_!"


@pytest.mark.parametrize("text", [SHOP, "https://shop.example:8443", "http://localhost:3000", "https://[2606:4700::1]"])
@pytest.mark.parametrize("character", BREAKING, ids=ascii)
def test_no_character_that_would_end_a_directive_gets_in_anywhere(text: str, character: str) -> None:
    for place in range(len(text) + 1):
        broken = text[:place] + character + text[place:]
        assert not is_origin(broken), broken
        assert not origin_allowed(broken, [text, broken]), broken
        with pytest.raises(BadRequestError):
            check_allowed_origin(broken)
