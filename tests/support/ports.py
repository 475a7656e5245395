"""Ports of the tests' own, so that they run beside a stack that someone has up."""

from __future__ import annotations

import os
import random
import socket
from contextlib import suppress

# Below the ports that systems give to outgoing connections, and apart for each of pytest's parallel workers: one that
# is found free is still free when a server takes it.
FIRST = 20_000
RANGE = 3_000
WORKER_NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw3").removeprefix("gw"))


def free_ports(count: int) -> list[int]:
    """Different ports that nothing uses now."""
    begin = FIRST + RANGE * (WORKER_NUMBER % 4)
    found: list[int] = []
    for port in random.sample(range(begin, begin + RANGE), RANGE):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError(f"there are no {count} free ports from {begin} on")
