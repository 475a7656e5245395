"""Origins of web pages, as browsers write them: which ones a merchant allows to embed its checkout.

An origin is scheme, host and port (https://html.spec.whatwg.org/#origin). In a merchant's list a port may be `*`, as in
a Content-Security-Policy (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paygate.domain.errors import BadRequestError

ORIGINS_MAX = 20
ORIGIN_LENGTH_MAX = 300
_HOST = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]"
_ORIGIN = re.compile(rf"(https?)://({_HOST})(?::([1-9][0-9]{{0,4}}))?")
_PATTERN = re.compile(rf"(https?)://({_HOST})(?::([1-9][0-9]{{0,4}}|\*))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Pages on the shopper's own machine, which is where developers look at theirs.
_LOCAL = re.compile(r"(?:.+\.)?localhost|127\.0\.0\.1|\[::1\]")


def check_allowed_origin(text: str) -> None:
    """Raises BadRequestError for text that cannot be in a merchant's list."""
    match = _PATTERN.fullmatch(text) if len(text) <= ORIGIN_LENGTH_MAX else None
    if match is None:
        raise _refused(
            f"{text[:100]!r} is not an origin such as https://shop.example, in lower case and without a path"
        )
    scheme, host, port = match.groups()
    local = _LOCAL.fullmatch(host) is not None
    if scheme == "http" and not local:
        raise _refused(f"{text} must begin with https://; only pages of the shopper's own machine may do without")
    if port == "*" and not local:
        raise _refused(f"{text} must name its port, or none")
    if port is not None and port != "*" and int(port) > 65_535:
        raise _refused(f"{text} has no possible port")


def is_origin(text: str) -> bool:
    """Whether a browser could give this as the origin of a page that may embed the checkout at all."""
    return len(text) <= ORIGIN_LENGTH_MAX and _ORIGIN.fullmatch(text) is not None


def origin_allowed(origin: str, allowed: Sequence[str]) -> bool:
    """Whether `origin`, as a browser gives it, is one of the merchant's."""
    given = _ORIGIN.fullmatch(origin)
    if given is None or len(origin) > ORIGIN_LENGTH_MAX:
        return False
    scheme, host, port = given.groups()
    for each in allowed:
        pattern = _PATTERN.fullmatch(each)
        if pattern is None or (pattern[1], pattern[2]) != (scheme, host):
            continue
        wanted = pattern[3] or _DEFAULT_PORTS[scheme]
        if wanted in ("*", port or _DEFAULT_PORTS[scheme]):
            return True
    return False


def _refused(rule: str) -> BadRequestError:
    return BadRequestError(f"allowed_origins: {rule}.", field="allowed_origins", reason="INVALID_ORIGIN")
