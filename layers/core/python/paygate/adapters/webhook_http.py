"""Sends one webhook over HTTP: bounded in time and size, never redirected, only to an address that was vetted."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from paygate.adapters.ssrf import resolve_allowed
from paygate.domain.errors import AddressRefusedError
from paygate.domain.webhook_url import port_of
from paygate.domain.webhooks import WebhookResponse

CONNECT_TIMEOUT_SECONDS = 5.0
TOTAL_TIMEOUT_SECONDS = 15.0
READ_BYTES_MAX = 64 * 1024
STORED_BYTES_MAX = 16 * 1024


class HttpWebhookSender:
    """Posts webhooks; safe for use by several threads, one request at a time each."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        self._adapter = _PinnedAdapter()
        # As requests takes it: certificates are checked against the usual authorities, or those of a file.
        self.verify: bool | str = True

    def close(self) -> None:
        self._adapter.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """Send and report; a receiver's misbehaviour is a report, never an exception."""
        started = time.monotonic()
        status: int | None = None
        error_kind: str | None = None
        content = b""
        try:
            status, content = self._exchange(url, body, headers, started + TOTAL_TIMEOUT_SECONDS)
        except AddressRefusedError:
            error_kind = "address_refused"
        except requests.exceptions.SSLError:
            error_kind = "tls_error"
        except (requests.exceptions.Timeout, ReadTimeoutError):
            error_kind = "timeout"
        except (requests.exceptions.RequestException, HTTPError):
            # While the body is read, the errors are urllib3's own.
            error_kind = "connection_error"
        duration_ms = int((time.monotonic() - started) * 1000)
        # Postgres text cannot hold NUL, and receivers send what they like.
        text = content[:STORED_BYTES_MAX].decode(errors="replace").replace("\x00", "\ufffd")
        # A replaced byte has become three.
        text = text.encode()[:STORED_BYTES_MAX].decode(errors="ignore")
        return WebhookResponse(status, error_kind, text, duration_ms)

    def _exchange(self, url: str, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int, bytes]:
        parts = urlsplit(url)
        address = resolve_allowed(parts.hostname or "", port_of(parts), allow_loopback=self._allow_loopback)
        pinned = {**headers, "Host": parts.netloc, "Accept-Encoding": "identity", _PIN_HEADER: address}
        timeout = (CONNECT_TIMEOUT_SECONDS, max(0.1, deadline - time.monotonic()))
        # Straight to the adapter: a session would look for proxies, ~/.netrc, cookies and redirects, none of which a
        # webhook may have, and costs as much CPU again.
        request = requests.PreparedRequest()
        request.method = "POST"
        request.prepare_url(url, None)
        request.prepare_headers(pinned)
        request.prepare_body(body, None)
        with self._adapter.send(request, stream=True, timeout=timeout, verify=self.verify) as response:
            content = b""
            while len(content) < READ_BYTES_MAX:
                part = response.raw.read1(READ_BYTES_MAX - len(content), decode_content=False)
                if not part:
                    break
                content += part
            return response.status_code, content


# How the vetted address reaches the adapter; it is removed before anything is sent.
_PIN_HEADER = "X-Paygate-Pinned-Address"


class _DeadlineReader(io.RawIOBase):
    """Reads a socket until a deadline. A socket's own timeout starts again with every byte, so a receiver that drips
    its answer would hold the sender for as long as it likes.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the receiver sent its answer too slowly")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """The read timeout counts for the whole answer, head and body."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_DeadlineReader(sock, sock.gettimeout() or TOTAL_TIMEOUT_SECONDS))


class _HttpConnection(urllib3.connection.HTTPConnection):
    response_class = _TimedResponse


class _HttpsConnection(urllib3.connection.HTTPSConnection):
    response_class = _TimedResponse


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _PinnedAdapter(HTTPAdapter):
    """Connects to the address that was vetted, while the host name stays in SNI, certificate check and Host header."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = host["host"]
        host["host"] = request.headers.pop(_PIN_HEADER)
        if host["scheme"] == "https":
            tls_names = {"server_hostname": name, "assert_hostname": name}
            return host, {**pool, **tls_names}
        return host, pool
