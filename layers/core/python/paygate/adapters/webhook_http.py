"""Sends one webhook over HTTP: bounded in time and size, never redirected, only to an address that was vetted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Literal

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from paygate.adapters.names import UNRESOLVED_REASON, literal_address
from paygate.adapters.ssrf import OwnServers, resolve_allowed
from paygate.adapters.webhook_clock import Clock, milliseconds_since
from paygate.adapters.webhook_connections import PinnedAdapter, PinnedRequest
from paygate.adapters.webhook_errors import describe, one_line
from paygate.domain.errors import AddressRefusedError, BadRequestError
from paygate.domain.webhook_url import host_header, parse_webhook_url, port_of
from paygate.domain.webhooks import USER_AGENT, Timings, WebhookResponse

# From the first look at the name servers to the answer's last byte.
TOTAL_TIMEOUT_SECONDS = 15.0
READ_BYTES_MAX = 64 * 1024
STORED_BYTES_MAX = 16 * 1024
# To so many addresses connections are kept, ten to each at most: Lambda lets a function have 1,024 files open. A new
# connection costs as much as all the rest of a webhook, and with TLS far more.
KEPT_ADDRESSES_MAX = 64
RETRY_AFTER_LENGTH_MAX = 100
LOCATION_LENGTH_MAX = 200


@dataclass
class _Exchange:
    """What is known of one attempt so far; it is reported whatever breaks it off."""

    started: float = field(default_factory=time.monotonic)
    clock: Clock | None = None
    dns_ms: int | None = None
    address: str | None = None
    request_headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    retry_after: str | None = None
    content: bytearray = field(default_factory=bytearray)
    error_kind: str | None = None
    error: str | None = None

    def fail(self, kind: str, error: str) -> None:
        """A redirect stays one, however its answer ends."""
        if self.error_kind is None:
            self.error_kind, self.error = kind, one_line(error)

    def report(self) -> WebhookResponse:
        text = bytes(self.content[:STORED_BYTES_MAX]).decode(errors="replace")
        # Postgres text cannot hold NUL, and receivers send what they like.
        stored = text.replace("\x00", "\ufffd").encode()
        clock, timings = self.clock, Timings(self.dns_ms)
        if clock:
            timings = Timings(self.dns_ms, clock.connect_ms, clock.tls_ms, clock.first_byte_ms)
        return WebhookResponse(
            status=self.status,
            error_kind=self.error_kind,
            # A replaced byte has become three.
            body=stored[:STORED_BYTES_MAX].decode(errors="ignore"),
            duration_ms=milliseconds_since(self.started),
            error=self.error,
            truncated=max(len(self.content), len(stored)) > STORED_BYTES_MAX,
            address=self.address,
            retry_after=self.retry_after,
            timings=timings,
            request_headers=self.request_headers if clock and clock.sent else {},
        )


class HttpWebhookSender:
    """Posts webhooks; safe for use by several threads, one request at a time each.

    `allow_loopback` is the local profile's, which also has http:// URLs; `refused` are servers there that are never
    called (see `resolve_allowed`).
    """

    def __init__(self, *, allow_loopback: bool, refused: OwnServers = frozenset()) -> None:
        self._allow_loopback = allow_loopback
        self._refused = refused
        self._adapter = PinnedAdapter(pool_connections=KEPT_ADDRESSES_MAX)
        # Certificates are checked against the usual authorities, or those of a file.
        self.verify: str | Literal[True] = True

    def close(self) -> None:
        self._adapter.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """Send and report; a receiver's misbehaviour is a report, never an exception."""
        exchange = _Exchange()
        try:
            self._send(exchange, url, body, headers)
        except AddressRefusedError as error:
            kind = "dns_error" if error.reason == UNRESOLVED_REASON else "address_refused"
            exchange.fail(kind, error.description)
        except BadRequestError as error:
            exchange.fail("invalid_url", error.description)
        except (requests.exceptions.RequestException, HTTPError, TimeoutError) as error:
            # While the body is read, the errors are urllib3's own; the deadline's is a TimeoutError.
            exchange.fail(*describe(error))
        return exchange.report()

    def _send(self, exchange: _Exchange, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        # The rules may have changed since the URL was saved.
        parts = parse_webhook_url(url, allow_http=self._allow_loopback)
        request = PinnedRequest()
        request.scheme, request.host, request.port = parts.scheme, parts.hostname or "", port_of(parts)
        request.address = self._vetted_address(exchange, request.host, request.port)
        # Straight to the adapter: a session would look for proxies, ~/.netrc, cookies and redirects, none of which a
        # webhook may have, and costs as much CPU again.
        request.method = "POST"
        request.prepare_url(url, None)
        request.body = body
        request.headers = CaseInsensitiveDict(
            {
                "User-Agent": USER_AGENT,
                **headers,
                "Host": host_header(parts),
                "Accept-Encoding": "identity",
                "Content-Length": str(len(body)),
            }
        )
        exchange.address, exchange.request_headers = request.address, dict(request.headers)
        clock = exchange.clock = Clock(exchange.started + TOTAL_TIMEOUT_SECONDS)
        # requests takes urllib3's timeouts too, which its types do not say.
        sent: Any = self._adapter.send(request, timeout=clock, verify=self.verify)  # type: ignore[arg-type]
        with closing(sent) as answer:
            _read(exchange, answer)

    def _vetted_address(self, exchange: _Exchange, host: str, port: int) -> str:
        begun = time.monotonic()
        try:
            return resolve_allowed(host, port, allow_loopback=self._allow_loopback, refused=self._refused)
        finally:
            if literal_address(host) is None:
                exchange.dns_ms = milliseconds_since(begun)


def _read(exchange: _Exchange, answer: Any) -> None:
    exchange.status = answer.status
    retry_after = answer.headers.get("Retry-After")
    if retry_after is not None:
        exchange.retry_after = one_line(retry_after)[:RETRY_AFTER_LENGTH_MAX]
    if 300 <= answer.status < 400:
        location = answer.headers.get("Location", "nowhere")[:LOCATION_LENGTH_MAX]
        exchange.fail("redirect_refused", f"The receiver redirects to {location}, and redirects are never followed.")
    while len(exchange.content) < READ_BYTES_MAX:
        part = answer.read1(READ_BYTES_MAX - len(exchange.content), decode_content=False)
        if not part:
            break
        exchange.content += part
