"""A merchant that answers every webhook with 200 at once and keeps connections open.

Run as `python -m tests.performance.bench.receiver_stub`: prints its port, ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json

from tests.performance.bench.http_server import Request, announce_and_wait, serve_http


async def main() -> None:
    received = 0

    def answer(request: Request) -> tuple[int, bytes]:
        nonlocal received
        if request.path == "/_bench/received":
            return 200, json.dumps(received).encode()
        received += 1
        return 200, b"{}"

    port = await serve_http(answer)
    await announce_and_wait(json.dumps({"port": port}))


if __name__ == "__main__":
    asyncio.run(main())
