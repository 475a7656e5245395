"""What a webhook endpoint's URL may look like; where it may lead is `adapters.ssrf`'s concern."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

from paygate.domain.errors import BadRequestError

URL_LENGTH_MAX = 2048
# Ports of services that speak other protocols, which a webhook must never be made to talk to: the Fetch standard's list
# of bad ports, the whole of it: https://fetch.spec.whatwg.org/#port-blocking
# fmt: off
REFUSED_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on
HOST_LENGTH_MAX = 253
# Labels as DNS has them, and the underscore that some hosts have all the same; a dot at the end makes a name absolute.
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?")
BRACKETED_HOST = re.compile(r"\[[^\[\]]+\](?::\d*)?")
UNWRITABLE = re.compile(r"[\x00-\x20\x7f]")


def parse_webhook_url(text: str, *, allow_http: bool) -> SplitResult:
    """The URL, split. Raises BadRequestError naming the rule; `allow_http` is for the local profile."""
    if len(text) > URL_LENGTH_MAX or UNWRITABLE.search(text):
        raise _refused(f"must be at most {URL_LENGTH_MAX} characters, without spaces or control characters")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise _refused("is not a URL") from None
    schemes = ("https", "http") if allow_http else ("https",)
    if url.scheme not in schemes:
        raise _refused(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if "\\" in text:
        # Browsers read it as a slash, so that one URL would have two hosts.
        raise _refused("must not contain a backslash")
    if "#" in text:
        raise _refused("must not have a fragment (#…), which is never sent")
    if "@" in url.netloc:
        raise _refused("must not carry credentials")
    _check_host(url)
    if port in REFUSED_PORTS:
        raise _refused(f"must not use port {port}, which belongs to another protocol")
    return url


def port_of(url: SplitResult) -> int:
    """The port that the URL names, or its scheme's own."""
    return url.port or (443 if url.scheme == "https" else 80)


def host_header(url: SplitResult) -> str:
    """The URL's host as a request names it: with its port, unless that is the scheme's own."""
    host = url.hostname or ""
    bracketed = f"[{host}]" if ":" in host else host
    usual = 443 if url.scheme == "https" else 80
    return bracketed if port_of(url) == usual else f"{bracketed}:{url.port}"


def _check_host(url: SplitResult) -> None:
    host = url.hostname
    if not host:
        raise _refused("must name a host")
    if not host.isascii():
        raise _refused("must write its host in ASCII (xn--…)")
    if "%" in host:
        raise _refused("must not use % in its host")
    if "[" in url.netloc or "]" in url.netloc:
        if not BRACKETED_HOST.fullmatch(url.netloc) or not _is_ipv6(host):
            raise _refused("must have an IPv6 address between [ and ]")
        return
    if len(host) > HOST_LENGTH_MAX or not HOST.fullmatch(host):
        raise _refused("must name a host of letters, digits, hyphens, underscores and single dots")


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _refused(rule: str) -> BadRequestError:
    return BadRequestError(f"The webhook URL {rule}.", field="url", reason="INVALID_URL")
