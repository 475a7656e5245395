"""What a webhook endpoint's URL may look like; where it may lead is `adapters.ssrf`'s concern."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from paygate.domain.errors import BadRequestError

URL_LENGTH_MAX = 2048
# Ports of services that speak other protocols, which a webhook must never be made to talk to (Fetch standard's list
# of bad ports, shortened to what servers commonly run: https://fetch.spec.whatwg.org/#port-blocking).
REFUSED_PORTS = frozenset(
    {7, 19, 20, 21, 22, 23, 25, 53, 69, 110, 111, 135, 139, 143, 389, 445, 465, 514, 587, 993, 995}
)


def parse_webhook_url(text: str, *, allow_http: bool) -> SplitResult:
    """The URL, split. Raises BadRequestError naming the rule; `allow_http` is for the local profile."""
    if len(text) > URL_LENGTH_MAX or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in text):
        raise _refused(f"must be at most {URL_LENGTH_MAX} characters, without spaces or control characters")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise _refused("is not a URL") from None
    schemes = ("https", "http") if allow_http else ("https",)
    if url.scheme not in schemes:
        raise _refused(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if not url.hostname:
        raise _refused("must name a host")
    if not url.hostname.isascii():
        raise _refused("must write its host in ASCII (xn--…)")
    if url.username is not None or url.password is not None:
        raise _refused("must not carry credentials")
    if port in REFUSED_PORTS or port == 0:
        raise _refused(f"must not use port {port}, which belongs to another protocol")
    return url


def port_of(url: SplitResult) -> int:
    """The port that the URL names, or its scheme's own."""
    return url.port or (443 if url.scheme == "https" else 80)


def _refused(rule: str) -> BadRequestError:
    return BadRequestError(f"The webhook URL {rule}.", field="url", reason="INVALID_URL")
