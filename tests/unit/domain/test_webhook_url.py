from __future__ import annotations

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.webhook_url import REFUSED_PORTS, URL_LENGTH_MAX, host_header, parse_webhook_url, port_of

CHARACTERS = r"at most 2048 characters, without spaces or control characters"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("https://shop.example", "shop.example", None),
        ("https://shop.example/hooks?a=b", "shop.example", None),
        ("https://shop.example./hooks", "shop.example.", None),
        ("https://a_b.shop-1.example/", "a_b.shop-1.example", None),
        ("https://2130706433/", "2130706433", None),
        ("https://shop.example/100%25", "shop.example", None),
        ("https://" + ".".join(["x" * 63] * 3 + ["y" * 61]) + "/", ".".join(["x" * 63] * 3 + ["y" * 61]), None),
        ("https://shop.example:8443/hooks", "shop.example", 8443),
        ("https://shop.example:443", "shop.example", 443),
        ("https://shop.example:/", "shop.example", None),
        ("HTTPS://SHOP.example/", "shop.example", None),
        ("https://xn--e1afmkfd.xn--p1ai/", "xn--e1afmkfd.xn--p1ai", None),
        ("https://93.184.216.34/hooks", "93.184.216.34", None),
        ("https://[2606:4700::1111]/hooks", "2606:4700::1111", None),
        ("https://[2606:4700::1111]:8443/hooks", "2606:4700::1111", 8443),
        ("https://shop.example/h@oks:22", "shop.example", None),
        ("https://shop.example/größe", "shop.example", None),
    ],
)
def test_https_urls_are_accepted_and_split(text: str, host: str, port: int | None) -> None:
    url = parse_webhook_url(text, allow_http=False)
    assert (url.hostname, url.port) == (host, port)


def test_the_longest_url_is_accepted_and_one_character_more_is_not() -> None:
    longest = "https://shop.example/".ljust(URL_LENGTH_MAX, "x")
    assert parse_webhook_url(longest, allow_http=False).hostname == "shop.example"
    with pytest.raises(BadRequestError, match=CHARACTERS):
        parse_webhook_url(longest + "x", allow_http=False)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("http://shop.example/", "must begin with https://"),
        ("ftp://shop.example/", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("gopher://shop.example:70/", "must begin with https://"),
        ("//shop.example/", "must begin with https://"),
        ("shop.example/hooks", "must begin with https://"),
        ("", "must begin with https://"),
        ("https:", "must name a host"),
        ("https://", "must name a host"),
        ("https:///hooks", "must name a host"),
        ("https://:443/hooks", "must name a host"),
        ("https://user@shop.example/", "must not carry credentials"),
        ("https://user:pass@shop.example/", "must not carry credentials"),
        ("https://:pass@shop.example/", "must not carry credentials"),
        ("https://@shop.example/", "must not carry credentials"),
        ("https://good.example@10.0.0.1/", "must not carry credentials"),
        ("https://good.example\\@10.0.0.1/", "must not contain a backslash"),
        ("https://good.example\\.evil.example/", "must not contain a backslash"),
        ("https://shop.example/a\\b", "must not contain a backslash"),
        ("https://shop.example/hooks#part", "must not have a fragment"),
        ("https://shop.example/#", "must not have a fragment"),
        ("https://shop.example#@10.0.0.1/", "must not have a fragment"),
        ("https://%31%32%37.0.0.1/", "must not use % in its host"),
        ("https://shop%2eexample/", "must not use % in its host"),
        ("https://[fe80::1%25eth0]/", "must not use % in its host"),
        ("https://[::1].shop.example/", "must have an IPv6 address between"),
        ("https://shop.example[::1]/", "must have an IPv6 address between|is not a URL"),
        ("https://[v1.host]/", "must have an IPv6 address between"),
        ("https://shop..example/", "must name a host of letters"),
        ("https://.shop.example/", "must name a host of letters"),
        ("https://shop.example../", "must name a host of letters"),
        ("https://./", "must name a host of letters"),
        ("https://shop!.example/", "must name a host of letters"),
        ("https://shop,example/", "must name a host of letters"),
        ("https://*.shop.example/", "must name a host of letters"),
        ("https://-shop.example/", "must name a host of letters"),
        ("https://shop-.example/", "must name a host of letters"),
        ("https://" + "x" * 64 + ".example/", "must name a host of letters"),
        ("https://" + ".".join(["x" * 63] * 4) + "/", "must name a host of letters"),
        ("https://пример.рф/", "must write its host in ASCII"),
        ("https://①②⑦.⓪.⓪.①/", "must write its host in ASCII"),
        ("https://exämple.de/", "must write its host in ASCII"),
        ("https://shop.example:99999/", "is not a URL"),
        ("https://shop.example:-1/", "is not a URL"),
        ("https://shop.example:port/", "is not a URL"),
        ("https://shop.example:80:80/", "is not a URL"),
        ("https://[::1/", "is not a URL"),
        ("https://[not-an-address]/", "is not a URL"),
        ("https://::1/", "is not a URL"),
        ("https://shop.example:0/", "must not use port 0"),
        ("https://shop.example /", CHARACTERS),
        ("https://shop.example/a b", CHARACTERS),
        (" https://shop.example/", CHARACTERS),
        ("https://shop.example/\n", CHARACTERS),
        ("https://shop.example/\r\nHost: evil", CHARACTERS),
        ("https://shop\t.example/", CHARACTERS),
        ("https://shop.example/\x00", CHARACTERS),
        ("https://shop.example/\x1f", CHARACTERS),
        ("https://shop.example/\x7f", CHARACTERS),
    ],
)
def test_other_urls_are_refused_by_a_message_that_names_the_rule(text: str, rule: str) -> None:
    with pytest.raises(BadRequestError, match=rule) as raised:
        parse_webhook_url(text, allow_http=False)
    assert (raised.value.field, raised.value.reason) == ("url", "INVALID_URL")
    assert raised.value.description.endswith(".")


@pytest.mark.parametrize("port", sorted(REFUSED_PORTS))
def test_ports_of_other_protocols_are_refused(port: int) -> None:
    with pytest.raises(BadRequestError, match=f"must not use port {port}, which belongs to another protocol"):
        parse_webhook_url(f"https://shop.example:{port}/", allow_http=False)


@pytest.mark.parametrize("text", ["http://localhost:8080/hooks", "https://shop.example/", "HTTP://127.0.0.1/"])
def test_the_local_profile_also_accepts_http(text: str) -> None:
    assert parse_webhook_url(text, allow_http=True).scheme in ("http", "https")


def test_the_local_profile_accepts_no_other_scheme() -> None:
    with pytest.raises(BadRequestError, match="must begin with https:// or http://"):
        parse_webhook_url("ftp://localhost/", allow_http=True)


def test_the_ports_are_the_fetch_standards() -> None:
    assert len(REFUSED_PORTS) == 83
    assert not REFUSED_PORTS & {80, 443, 3000, 8000, 8080, 8443}
    for port in (22, 25, 6000, 6667, 10080):
        assert port in REFUSED_PORTS


@pytest.mark.parametrize(
    ("text", "header", "port"),
    [
        ("https://Shop.example/", "shop.example", 443),
        ("https://shop.example:443/", "shop.example", 443),
        ("https://shop.example:/", "shop.example", 443),
        ("https://shop.example:80/", "shop.example:80", 80),
        ("http://shop.example:80/", "shop.example", 80),
        ("http://shop.example:443/", "shop.example:443", 443),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]", 443),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443", 8443),
    ],
)
def test_a_request_names_the_host_and_a_port_that_is_not_the_schemes_own(text: str, header: str, port: int) -> None:
    url = parse_webhook_url(text, allow_http=True)
    assert (host_header(url), port_of(url)) == (header, port)
