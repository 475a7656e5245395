"""Many merchants' endpoints, each on a port of its own: some answer at once and keep connections, some never answer.

Run as `python -m tests.performance.bench.isolation_receivers ANSWERING HANGING`: prints its ports, ends with its
standard input. Paths under `/_bench/` are the driver's: `arrivals` tells when each webhook came that has come since it
was last asked, by `webhook-id` and time.monotonic(), `release` hangs up on all that wait for an answer, now and later.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable

from tests.performance.bench.http_server import HttpProtocol, Request, announce_and_wait, serve_http


class Endpoints:
    """What has come to any of them, and who waits in vain."""

    def __init__(self) -> None:
        self._arrivals: dict[str, float] = {}
        self._waiting: set[asyncio.Transport] = set()
        self._released = False

    def answer(self, request: Request) -> tuple[int, bytes]:
        if request.path == "/_bench/arrivals":
            arrivals, self._arrivals = self._arrivals, {}
            return 200, json.dumps(arrivals).encode()
        if request.path == "/_bench/release":
            self._released = True
            for transport in self._waiting:
                transport.abort()
        else:
            self._arrivals[request.headers["webhook-id"]] = time.monotonic()
        return 200, b"{}"

    def keep_waiting(self, transport: asyncio.Transport) -> None:
        if self._released:
            transport.abort()
        else:
            self._waiting.add(transport)

    def forget(self, transport: asyncio.Transport) -> None:
        self._waiting.discard(transport)


class Hanging(asyncio.Protocol):
    """Takes a connection and whatever comes over it, and says nothing."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._endpoints.keep_waiting(transport)

    def connection_lost(self, _: Exception | None) -> None:
        assert self._transport is not None
        self._endpoints.forget(self._transport)


async def main(answering: int, hanging: int) -> None:
    endpoints = Endpoints()
    ports = {"port": await serve_http(endpoints.answer)}
    loop = asyncio.get_running_loop()
    servers: list[asyncio.Server] = []
    kinds: dict[str, tuple[int, Callable[[], asyncio.Protocol]]] = {
        "answering": (answering, lambda: HttpProtocol(endpoints.answer)),
        "hanging": (hanging, lambda: Hanging(endpoints)),
    }
    for kind, (count, protocol) in kinds.items():
        for number in range(count):
            server = await loop.create_server(protocol, "127.0.0.1", 0)
            servers.append(server)
            ports[f"{kind}_{number}"] = server.sockets[0].getsockname()[1]
    await announce_and_wait(json.dumps(ports))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
