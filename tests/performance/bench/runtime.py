"""A function process under awslambdaric, and the Lambda Runtime API that feeds it one event at a time.

Raw sockets and one thread: the driver shall cost little, and the time of an invocation shall be the function's.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paygate_local.environments import LAMBDA_RUNTIME
from tests.performance.bench.errors import BenchError
from tests.performance.bench.http_server import Request, reply, split_request
from tests.performance.bench.machine import cpu_ns, running_on

PREFIX = "/2018-06-01/runtime/"
ANSWER_SECONDS = 30.0
LOG_TAIL = 1500
READ_BYTES = 65536


@dataclass(frozen=True)
class Invocation:
    """What a function answered (JSON), and how long that took, in milliseconds of wall time."""

    payload: bytes
    wall_ms: float


class FunctionEnvironment:
    """One Lambda execution environment. Not safe for use by several threads."""

    def __init__(
        self, name: str, handler: str, folder: Path, variables: Mapping[str, str], log: Path, cores: frozenset[int]
    ) -> None:
        self._name = name
        self._log = log
        self._requests = 0
        self._waiting: socket.socket | None = None
        self._buffers: dict[socket.socket, bytearray] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector.register(self._listener, selectors.EVENT_READ)
        address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        log.parent.mkdir(parents=True, exist_ok=True)
        self.started = time.perf_counter()
        with log.open("ab") as output, running_on(cores):
            self._popen = subprocess.Popen(
                [LAMBDA_RUNTIME.python, "-m", "awslambdaric", handler],
                cwd=folder,
                env={**variables, "AWS_LAMBDA_RUNTIME_API": address},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self._popen.pid
        self._ended = os.pidfd_open(self.pid)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def cpu_ns(self) -> int:
        return cpu_ns(self.pid)

    def await_idle(self) -> None:
        """Wait until the process asks for work, so that all CPU time of what it did before has been spent."""
        while self._waiting is None:
            connection, request = self._next_request()
            if request.path != f"{PREFIX}invocation/next":
                raise self._failure(f"called {request.path}: {request.body.decode(errors='replace')}")
            self._waiting = connection

    def invoke(self, event: bytes) -> Invocation:
        """Run one event. Raises BenchError if the function fails, ends, or takes too long."""
        self.await_idle()
        connection, self._waiting = self._waiting, None
        assert connection is not None
        self._requests += 1
        request_id = f"00000000-0000-4000-8000-{self._requests:012d}"
        headers = (
            f"Lambda-Runtime-Aws-Request-Id: {request_id}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {int((time.time() + ANSWER_SECONDS) * 1000)}\r\n"
            f"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:{self._name}\r\n"
            "Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;Sampled=0\r\n"
        )
        started = time.perf_counter()
        connection.sendall(reply(200, event, headers))
        connection, request = self._next_request()
        wall_ms = (time.perf_counter() - started) * 1000
        if request.path != f"{PREFIX}invocation/{request_id}/response":
            raise self._failure(f"answered {request.path}: {request.body.decode(errors='replace')[:LOG_TAIL]}")
        connection.sendall(reply(202, b'{"status":"OK"}'))
        return Invocation(request.body, wall_ms)

    def close(self) -> None:
        """End the process; it keeps nothing."""
        if self._popen.poll() is None:
            self._popen.kill()
        self._popen.wait()
        self._selector.close()
        os.close(self._ended)
        for connection in (self._listener, *self._buffers):
            connection.close()

    def _next_request(self) -> tuple[socket.socket, Request]:
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            ready = self._selector.select(deadline - time.monotonic())
            if not ready:
                raise self._failure(f"gave no answer within {ANSWER_SECONDS:.0f} s")
            for key, _ in ready:
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    if (request := self._read(key.fileobj)) is not None:
                        return key.fileobj, request
                elif len(ready) == 1:
                    raise self._failure(f"ended with status {self._popen.wait()}")

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffers[connection] = bytearray()
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> Request | None:
        data = connection.recv(READ_BYTES)
        if not data:
            self._selector.unregister(connection)
            del self._buffers[connection]
            connection.close()
            return None
        self._buffers[connection] += data
        return split_request(self._buffers[connection])

    def _failure(self, what: str) -> BenchError:
        tail = self._log.read_text(errors="replace")[-LOG_TAIL:]
        return BenchError(f"{self._name} {what}\n{tail}")
