"""Merchants' receivers as docs/webhooks.md shows them, cut out of the page and run as processes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from paygate_local.node_packages import RECEIVER
from paygate_local.settings import ROOT
from tests.support.polling import eventually
from tests.support.ports import free_ports

PAGE = ROOT / "docs" / "webhooks.md"
HERE = Path(__file__).parent
BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Way:
    """One way to receive webhooks. `file` is what the page's block calls itself in its first two lines.

    A `simple` one looks at X-Webhook-Signature alone, which has neither a timestamp nor more than one signature.
    """

    name: str
    file: str
    command: tuple[str, ...]
    simple: bool = False

    def __str__(self) -> str:
        return self.name


SERVE_NODE = ("node", str(HERE / "node_receiver" / "serve.mjs"))
SERVE_PYTHON = (sys.executable, str(HERE / "python_receiver" / "serve.py"))
WAYS = (
    Way("node", "receiver.mjs", ("node", "receiver.mjs")),
    Way("node-simple", "simple.mjs", (*SERVE_NODE, "simple.mjs"), simple=True),
    Way("node-library", "library.mjs", (*SERVE_NODE, "library.mjs")),
    Way("python", "receiver.py", (sys.executable, "receiver.py")),
    Way("python-library", "library.py", (*SERVE_PYTHON, "library.py")),
)


def snippet(file: str) -> str:
    """The page's block that calls itself so."""
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    (found,) = (block for block in blocks if any(f" {file}" in line for line in block.splitlines()[:2]))
    return str(found)


@contextmanager
def running_way(way: Way, folder: Path, secret: str) -> Iterator[str]:
    """The URL of the receiver, which knows this secret and runs for as long as the block does."""
    (port,) = free_ports(1)
    (folder / way.file).write_text(snippet(way.file), encoding="utf-8")
    if not RECEIVER.ready():
        RECEIVER.make()  # `make test` has made them
    (folder / "node_modules").symlink_to(RECEIVER.folder / "node_modules")
    log = folder / "receiver.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            way.command,
            cwd=folder,
            env={**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: process.poll() is not None or _listens(port), seconds=60, what=f"a receiver ({way})")
        assert process.poll() is None, log.read_text(errors="replace")
        yield f"http://127.0.0.1:{port}/hook"
    finally:
        process.kill()
        process.wait(30)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
