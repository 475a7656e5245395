"""A small HTTP/1.1 keep-alive server for the processes around the measured one: quick, so that it disturbs little."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Request:
    """One request; header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[Request], tuple[int, bytes]]


def split_request(buffer: bytearray) -> Request | None:
    """Take the first complete request off the buffer; None if there is none yet. Only Content-Length bodies."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "transfer-encoding" in headers:
        raise ValueError(f"chunked requests are not understood here ({first})")
    size = int(headers.get("content-length", 0))
    if len(buffer) < end + 4 + size:
        return None
    body = bytes(buffer[end + 4 : end + 4 + size])
    del buffer[: end + 4 + size]
    method, path, _ = first.split(" ")
    return Request(method, path, headers, body)


def reply(status: int, body: bytes, headers: str = "") -> bytes:
    """A whole answer; `headers` are lines that end in CRLF."""
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body


class HttpProtocol(asyncio.Protocol):
    """Answers each request of one connection in turn."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._transport is not None and (request := split_request(self._buffer)) is not None:
            self._transport.write(reply(*self._answer(request)))


async def serve_http(answer: Answer) -> int:
    """Serve on a free loopback port until the process ends; the port."""
    server = await asyncio.get_running_loop().create_server(lambda: HttpProtocol(answer), "127.0.0.1", 0)
    _KEPT.append(server)
    return int(server.sockets[0].getsockname()[1])


_KEPT: list[asyncio.Server] = []


async def announce_and_wait(announcement: str) -> None:
    """Tell the parent on standard output what it needs to know; return when it closes our standard input or dies."""
    sys.stdout.write(f"{announcement}\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    loop.add_reader(sys.stdin.fileno(), ended.cancel)
    with suppress(asyncio.CancelledError):
        await ended
