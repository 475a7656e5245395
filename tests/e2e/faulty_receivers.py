"""Receivers that misbehave in every way that a webhook can meet, each an endpoint of the test merchant."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.support import Answer, certificate_for, drip, read_request, reply, send, tcp_server

OK = reply("200 OK", b"thanks")
GIGABYTE = 1024 * 1024 * 1024
# What an attempt ends in: the receiver's status, and the kind of error.
Outcome = tuple[int | None, str | None]


@dataclass(frozen=True)
class Fault:
    """What a receiver answers to its first, second, … request, the last one for ever; and what the rules make of it:
    each attempt's outcome, and the delivery's status in the end. `waits_seconds` is the least before each further one.
    """

    answers: Sequence[Answer]
    outcomes: Sequence[Outcome]
    status: str
    waits_seconds: Sequence[float] = (4, 8, 12, 16)
    tls: bool = False


@dataclass
class FaultyReceiver:
    """A receiver that runs; `arrived` holds when each request came, on the machine's own clock, and the request."""

    fault: Fault
    url: str = ""
    arrived: list[tuple[float, bytes]] = field(default_factory=list)

    def serve(self, stream: socket.socket) -> None:
        self.arrived.append((time.monotonic(), read_request(stream)))
        answers = self.fault.answers
        answers[min(len(self.arrived), len(answers)) - 1](stream)


def reset(connection: socket.socket) -> None:
    """Hang up at once, without a word and with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(connection: socket.socket) -> None:
    """Say nothing until the client has had enough."""
    connection.settimeout(60)
    connection.recv(1)


def gigabyte(connection: socket.socket) -> None:
    """As much of a body of a gigabyte as the client takes."""
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode())
    piece = b"x" * (1024 * 1024)
    for _ in range(GIGABYTE // len(piece)):
        connection.sendall(piece)


def bomb() -> Answer:
    """A kilobyte or so that would be a megabyte once it was unpacked."""
    return reply("200 OK", gzip.compress(b"\x00" * 1024 * 1024), "Content-Encoding: gzip")


def drip_for_ever(connection: socket.socket) -> None:
    """A 200 whose body comes a byte at a time until the client has had enough."""
    drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b".", seconds=30)(connection)


def faults(elsewhere_url: str) -> dict[str, Fault]:
    """All of them; redirects lead to `elsewhere_url`."""
    broken, refused = (None, "connection_error"), (302, "redirect_refused")
    return {
        "500 twice, then 200": Fault(
            [reply("500 Oops")] * 2 + [OK], [(500, None), (500, None), (200, None)], "delivered"
        ),
        "hangs, then 200": Fault([hang, OK], [(None, "timeout"), (200, None)], "delivered", [15 + 6]),
        "reset": Fault([reset], [broken] * 5, "exhausted"),
        "drips, then 200": Fault([drip_for_ever, OK], [(200, "timeout"), (200, None)], "delivered", [15 + 6]),
        "a gigabyte": Fault([gigabyte], [(200, None)], "delivered"),
        "a gzip bomb": Fault([bomb()], [(200, None)], "delivered"),
        "redirects inside": Fault([reply("302 Found", b"", f"Location: {elsewhere_url}")], [refused] * 5, "exhausted"),
        "gone": Fault([reply("410 Gone")], [(410, None)], "held"),
        "429 with Retry-After 3, then 200": Fault(
            [reply("429 Too Many Requests", b"", "Retry-After: 3"), OK], [(429, None), (200, None)], "delivered", [6]
        ),
        "429 with Retry-After 8, then 200": Fault(
            [reply("429 Too Many Requests", b"", "Retry-After: 8"), OK], [(429, None), (200, None)], "delivered", [8]
        ),
        "a bad certificate": Fault([OK], [(None, "tls_error")] * 5, "exhausted", tls=True),
        "not UTF-8": Fault([reply("200 OK", b"caf\xe9\x00\xff")], [(200, None)], "delivered"),
        "not HTTP": Fault([send(b"\x16\x03\x01 who are you?\r\n\r\n"), OK], [broken, (200, None)], "delivered"),
    }


@contextmanager
def running(faults: dict[str, Fault], folder: Path) -> Iterator[dict[str, FaultyReceiver]]:
    """Every receiver, each on a port of its own, for as long as the block runs."""
    tls: ssl.SSLContext = certificate_for("localhost", folder).server
    with ExitStack() as stack:
        receivers = {name: FaultyReceiver(fault) for name, fault in faults.items()}
        for receiver in receivers.values():
            port = stack.enter_context(tcp_server(receiver.serve, tls if receiver.fault.tls else None))
            receiver.url = f"{'https' if receiver.fault.tls else 'http'}://127.0.0.1:{port}/webhooks"
        yield receivers
