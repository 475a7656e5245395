"""Connections that are kept open between requests: made within a limited time, and never used once they have died."""

from __future__ import annotations

import select
import socket
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssl import SSLContext


def open_socket(host: str, port: int, *, timeout_seconds: float, secure: bool) -> socket.socket:
    """A connection whose every read and write has the same time limit, over TLS if `secure`. Raises OSError."""
    connection = socket.create_connection((host, port), timeout_seconds)
    try:
        # A request may be several writes; without this each one waits 40 ms for the ACK of the one before.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            return connection
        return _tls_context().wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


@cache
def _tls_context() -> SSLContext:
    """Checks certificates. Loading the authorities costs as much as starting an interpreter, so it is done once."""
    import ssl

    return ssl.create_default_context()


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed a connection on which nothing is expected.

    Lambda freezes environments for minutes, and a server or proxy may hang up meanwhile. A socket that can be read
    before anything was asked has been closed (or says what nobody asked for); noticing that costs no round trip.
    """
    return bool(select.select([connection], [], [], 0)[0])
