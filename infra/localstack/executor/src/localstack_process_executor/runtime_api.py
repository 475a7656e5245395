"""The Lambda Runtime API for one execution environment, on a loopback port of its own.

The paths and headers are AWS's: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from socketserver import ThreadingTCPServer

LOG = logging.getLogger(__name__)
PREFIX = "/2018-06-01/runtime/"
# Lambda's own limit for a synchronous reply: 6 MB plus 100 bytes.
RESPONSE_BYTES_MAX = 6 * 1024 * 1024 + 100


@dataclass(frozen=True)
class Outcome:
    """What a function answered: its raw payload and whether it was an error."""

    payload: bytes
    is_error: bool


@dataclass(frozen=True)
class PendingInvocation:
    """One event on its way to the function; `outcome` is set by the function's answer."""

    request_id: str
    payload: bytes
    headers: Mapping[str, str]
    outcome: Future[Outcome] = field(default_factory=Future)


def error_payload(error_type: str, message: str) -> bytes:
    """The JSON body with which Lambda reports an error that the function could not report itself."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


class RuntimeApi:
    """Serves one function process: hands out invocations and takes their answers.

    `ready` is resolved by the first call for work (None) or by the runtime's report of a failed init (its payload).
    """

    def __init__(self) -> None:
        self.ready: Future[bytes | None] = Future()
        self._waiting: SimpleQueue[PendingInvocation | None] = SimpleQueue()
        self._current: PendingInvocation | None = None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        self._port: int = self._server.server_address[1]
        self.address = f"127.0.0.1:{self._port}"
        self._thread = threading.Thread(target=self._server.serve, name=f"runtime-api-{self.address}", daemon=True)
        self._thread.start()

    def submit(self, invocation: PendingInvocation) -> None:
        """Give the process its next event; its answer arrives in `invocation.outcome`."""
        self._waiting.put(invocation)

    def close(self) -> None:
        """Stop serving; a process that waits for work finds its connection closed."""
        self._waiting.put(None)
        self._server.closing = True
        socket.create_connection(("127.0.0.1", self._port)).close()
        self._thread.join()
        self._server.server_close()

    def next_invocation(self) -> PendingInvocation | None:
        """Wait for the next event; None when the environment is being closed."""
        if not self.ready.done():
            self.ready.set_result(None)
        self._current = self._waiting.get()
        if self._current is None:
            self._waiting.put(None)  # for whoever else waits
        return self._current

    def init_failed(self, payload: bytes) -> None:
        if not self.ready.done():
            self.ready.set_result(payload)

    def answer(self, request_id: str, outcome: Outcome) -> bool:
        """Resolve the invocation that is under way; False if the answer is for another one."""
        current = self._current
        if current is None or current.request_id != request_id or current.outcome.done():
            return False
        if len(outcome.payload) > RESPONSE_BYTES_MAX:
            message = f"Response payload size ({len(outcome.payload)} bytes) exceeded maximum allowed payload size"
            outcome = Outcome(error_payload("Function.ResponseSizeTooLarge", message), is_error=True)
        current.outcome.set_result(outcome)
        return True


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    closing = False
    api: RuntimeApi

    def serve(self) -> None:
        """Serve until the next connection after `closing` was set.

        `serve_forever` would notice its end only at its next poll, and an invocation would wait for that.
        """
        while not self.closing:
            self.handle_request()

    def verify_request(self, request: object, client_address: object) -> bool:
        return not self.closing

    def handle_error(self, request: object, client_address: object) -> None:
        """A process that is killed breaks off its connection; that is no news for LocalStack's log."""
        LOG.debug("a connection to a function process ended early", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one segment; with Nagle's algorithm a reply can wait 40 ms for the client's ACK.
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}invocation/next":
            return self._reply(404, b"{}")
        invocation = self.server.api.next_invocation()
        if invocation is None:
            self.close_connection = True
            return None
        headers = {"Lambda-Runtime-Aws-Request-Id": invocation.request_id, **invocation.headers}
        return self._reply(200, invocation.payload, headers)

    def do_POST(self) -> None:
        body = self._body()
        if self.path == f"{PREFIX}init/error":
            self.server.api.init_failed(body)
            return self._reply(202, b'{"status":"OK"}')
        request_id, _, action = self.path.removeprefix(f"{PREFIX}invocation/").partition("/")
        if action not in ("response", "error"):
            return self._reply(404, b"{}")
        if not self.server.api.answer(request_id, Outcome(body, is_error=action == "error")):
            return self._reply(400, error_payload("InvalidRequestID", "no such invocation is under way"))
        return self._reply(202, b'{"status":"OK"}')

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self._read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self._read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers: the runtime sends its error type here when it streams, which is not used
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        part = self.rfile.read(size)
        if len(part) < size:
            # Taken as an answer, the half that a dying process has sent would pass for its success.
            raise ConnectionError("the process went away in the middle of its answer")
        return part

    def _reply(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        head = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            *(f"{name}: {value}" for name, value in fields.items()),
        ]
        self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: a line for each invocation would drown LocalStack's log."""
