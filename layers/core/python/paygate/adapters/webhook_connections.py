"""Connections to vetted addresses, and how `requests` comes by them."""

from __future__ import annotations

import socket
import ssl
import time
from functools import lru_cache
from typing import Any, Literal

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from paygate.adapters.webhook_clock import CONNECT_TIMEOUT_SECONDS, Clock, TimedResponse, milliseconds_since

# Servers close connections that have been idle for a while (Node's after five seconds). A webhook that is sent in this
# very moment is lost, so that idle connections are given up a little earlier.
IDLE_SECONDS_MAX = 4.0


class PinnedRequest(requests.PreparedRequest):
    """A request that knows the address that was vetted for its host, and the port."""

    scheme: str
    host: str
    address: str
    port: int


class _HttpConnection(urllib3.connection.HTTPConnection):
    """A connection to an address; it keeps to the clock of the request that it carries."""

    clock: Clock
    connected_at = 0.0  # by time.monotonic()
    used_at = 0.0  # by time.time()

    def response_class(self, sock: socket.socket, *args: Any, **options: Any) -> TimedResponse:  # type: ignore[override]
        return TimedResponse(sock, self.clock, *args, **options)

    def _new_conn(self) -> socket.socket:
        """Connect to the address as it is; urllib3's own way asks the resolver once more."""
        begun = time.monotonic()
        sock = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(min(self.clock.left(), CONNECT_TIMEOUT_SECONDS))
            sock.connect((self.host, self.port))
            # The steps of a TLS handshake share this time.
            sock.settimeout(min(self.clock.left(), CONNECT_TIMEOUT_SECONDS))
        except TimeoutError as error:
            sock.close()
            raise ConnectTimeoutError(self, "the connection timed out") from error
        except OSError as error:
            sock.close()
            raise NewConnectionError(self, str(error)) from error
        self.clock.connect_ms = milliseconds_since(begun)
        self.connected_at = time.monotonic()
        return sock

    def request(self, *args: Any, **options: Any) -> None:
        """Send head and body in one go: a packet and a system call less."""
        self.held: list[bytes] = []
        super().request(*args, **options)
        if self.sock is None:
            self.connect()
        self.sock.settimeout(self.clock.left())
        self.clock.sent = True
        self.sock.sendall(b"".join(self.held))

    def send(self, data: Any) -> None:
        self.held.append(data)


class _HttpsConnection(_HttpConnection, urllib3.connection.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.clock.tls_ms = milliseconds_since(self.connected_at)


class _PinnedPool(urllib3.HTTPConnectionPool):
    """Connections to one address, each of which gets the clock of the request that it is about to carry."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection: Any = super()._get_conn(timeout)
        # By the wall clock: another one may stand still while the function's machine is frozen between two batches.
        if not 0 <= time.time() - connection.used_at <= IDLE_SECONDS_MAX:
            connection.close()
        return connection

    def _put_conn(self, conn: Any) -> None:
        if conn:
            conn.used_at = time.time()
        super()._put_conn(conn)

    def _make_request(self, conn: Any, *args: Any, **options: Any) -> Any:
        conn.clock = options["timeout"]
        return super()._make_request(conn, *args, **options)


class _HttpPool(_PinnedPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(_PinnedPool, urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class PinnedAdapter(HTTPAdapter):
    """Connects to the address that was vetted, while the host name stays in SNI, certificate check and Host header."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        address = {"scheme": request.scheme, "host": request.address, "port": request.port}
        if request.scheme == "https":
            return address, {"server_hostname": request.host, "ssl_context": _tls_context(verify)}
        return address, {}

    def cert_verify(self, *_: Any) -> None:
        """Nothing is left to do: the context has the authorities, and does not load them for every connection."""

    def build_response(self, req: Any, resp: Any) -> Any:
        """urllib3's response, as it is; requests would look for cookies in it."""
        return resp


@lru_cache(maxsize=8)
def _tls_context(verify: str | Literal[True]) -> ssl.SSLContext:
    """For certificates of the usual authorities (True), or of those in a file; host names are checked as well."""
    context = create_urllib3_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH if verify is True else verify)
    return context
