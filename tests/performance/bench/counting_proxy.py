"""Counts round trips between a function and its databases: a TCP relay that sees who speaks after whom.

A round trip begins when the client speaks after the server did; statements that are sent together count once. Run as
`python -m tests.performance.bench.counting_proxy NAME=PORT …`: prints its ports, ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from contextlib import suppress

from tests.performance.bench.http_server import Request, announce_and_wait, serve_http

READ_BYTES = 65536


class Relay:
    """All connections to one server."""

    def __init__(self, name: str, port: int, trips: Counter[str]) -> None:
        self._name = name
        self._port = port
        self._trips = trips

    async def serve(self) -> int:
        """Relay from a free loopback port until the process ends; the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _connected(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        server_in, server_out = await asyncio.open_connection("127.0.0.1", self._port)
        turn = Turn()
        # Cancelled at the end of the process, which is no news.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                self._forward(client_in, server_out, turn, from_client=True),
                self._forward(server_in, client_out, turn, from_client=False),
                return_exceptions=True,
            )

    async def _forward(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, turn: Turn, *, from_client: bool
    ) -> None:
        while data := await source.read(READ_BYTES):
            if from_client and not turn.clients:
                self._trips[self._name] += 1
            turn.clients = from_client
            target.write(data)
            await target.drain()
        target.close()


class Turn:
    """Who spoke last on a connection."""

    clients = False


async def main() -> None:
    trips: Counter[str] = Counter()

    def answer(request: Request) -> tuple[int, bytes]:
        return 200, json.dumps(trips).encode()

    servers = dict(argument.split("=") for argument in sys.argv[1:])
    ports = {name: await Relay(name, int(port), trips).serve() for name, port in servers.items()}
    await announce_and_wait(json.dumps({**ports, "port": await serve_http(answer)}))


if __name__ == "__main__":
    asyncio.run(main())
