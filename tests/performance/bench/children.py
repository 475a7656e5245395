"""Helper processes of a run: started pinned, asked over HTTP or a pipe, ended with the run."""

from __future__ import annotations

import http.client
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from paygate_local.settings import ROOT
from tests.performance.bench.errors import BenchError
from tests.performance.bench.machine import running_on

ANSWER_SECONDS = 30.0
END_SECONDS = 5.0


class Child:
    """A helper process that speaks lines."""

    def __init__(self, popen: subprocess.Popen[str], name: str) -> None:
        self._popen = popen
        self._name = name
        self.pid = popen.pid

    def line(self) -> str:
        """Its next line. Raises BenchError when none comes in time."""
        stdout = _stream(self._popen.stdout)
        if not select.select([stdout], [], [], ANSWER_SECONDS)[0]:
            raise BenchError(f"{self._name} did not answer within {ANSWER_SECONDS:.0f} s")
        line = stdout.readline()
        if not line:
            raise BenchError(f"{self._name} ended")
        return line

    def ask(self) -> str:
        """Send an empty line; its answer."""
        stdin = _stream(self._popen.stdin)
        stdin.write("\n")
        stdin.flush()
        return self.line()


class ControlledServer:
    """The driver's side of a helper that is an HTTP server: what it announced, and its `/_bench/` paths."""

    def __init__(self, child: Child) -> None:
        self.pid = child.pid
        self.ports: dict[str, int] = json.loads(child.line())
        self.url = f"http://127.0.0.1:{self.ports['port']}"
        self._connection = http.client.HTTPConnection("127.0.0.1", self.ports["port"], timeout=ANSWER_SECONDS)

    def control(self, path: str, body: Any = None) -> Any:
        self._connection.request("POST", f"/_bench/{path}", json.dumps(body or {}))
        return json.loads(self._connection.getresponse().read())


@contextmanager
def running_child(command: Sequence[str | Path], name: str, cores: frozenset[int]) -> Iterator[Child]:
    """A helper process for as long as the block runs; it also ends by itself when this process dies."""
    path = os.pathsep.join(map(str, (ROOT, ROOT / "infra", ROOT / "layers/core/python")))
    with running_on(cores):
        popen = subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C ends the driver first, and the driver then ends its helpers in order
        )
    try:
        yield Child(popen, name)
    finally:
        _end(popen)


@contextmanager
def running_server(module: str, *arguments: str, cores: frozenset[int]) -> Iterator[ControlledServer]:
    """One of this package's server modules for as long as the block runs."""
    command = ["-m", f"tests.performance.bench.{module}", *arguments]
    with running_child(command, module, cores) as child:
        yield ControlledServer(child)


def _end(popen: subprocess.Popen[str]) -> None:
    _stream(popen.stdin).close()
    try:
        popen.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()
    _stream(popen.stdout).close()


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None, "started with pipes"
    return stream
