"""The servers of many merchants that fail at random, but never for good."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from paygate_local.serving import serving

FAILURES = ("500", "503", "reset", "hang up")
# A delivery has five attempts; the last of them is kept for what the test itself breaks.
FAILURES_IN_A_ROW_MAX = 3


@dataclass(frozen=True)
class Arrival:
    """One request as it came in, header names lower-case; `answer` is "200" or one of FAILURES, `moment` monotonic."""

    merchant: str
    headers: Mapping[str, str]
    body: bytes
    answer: str
    moment: float

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def acknowledged(self) -> bool:
        return self.answer == "200"


class FlakyReceiver:
    """Keeps every request of every merchant, and verifies it on arrival with the library that merchants use.

    What is not signed with the merchant's secret is refused and told in `refused`.
    """

    def __init__(self, seed: int, failing: float) -> None:
        self.port = 0
        self.secrets: dict[str, str] = {}
        self.refused: list[str] = []
        self._random = random.Random(seed)  # noqa: S311  no secret
        self._failing = failing
        self._failures: Counter[str] = Counter()
        self._arrivals: list[Arrival] = []
        self._lock = threading.Lock()

    def url_of(self, merchant: str) -> str:
        return f"http://127.0.0.1:{self.port}/{merchant}"

    def arrivals(self) -> list[Arrival]:
        with self._lock:
            return list(self._arrivals)

    def acknowledged(self) -> set[str]:
        """The ids of the events that were answered with 200."""
        return {arrival.event_id for arrival in self.arrivals() if arrival.acknowledged}

    def answer_to(self, merchant: str, headers: Mapping[str, str], body: bytes) -> str:
        """What the merchant's server does about this request, which is kept."""
        moment = time.monotonic()
        try:
            Webhook(self.secrets[merchant]).verify(body, dict(headers))
        except (KeyError, WebhookVerificationError) as error:
            self.refused.append(f"{merchant}: {error!r} for {dict(headers)}")
            return "400"
        event_id = headers["webhook-id"]
        with self._lock:
            fails = self._random.random() < self._failing and self._failures[event_id] < FAILURES_IN_A_ROW_MAX
            self._failures[event_id] = self._failures[event_id] + 1 if fails else 0
            answer = self._random.choice(FAILURES) if fails else "200"
            self._arrivals.append(Arrival(merchant, headers, body, answer, moment))
        return answer


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def shutdown_request(self, request: Any) -> None:
        """Close at once: a shutdown before it would make the end of every reset an orderly one."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent: the senders of these tests are killed within their requests."""


@contextmanager
def flaky_receiver(seed: int, *, failing: float) -> Iterator[FlakyReceiver]:
    """Receive webhooks at `url_of(merchant)`; that part of the requests fails, no event's more than thrice."""
    receiver = FlakyReceiver(seed, failing)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = receiver.answer_to(self.path.removeprefix("/"), headers, body)
            if answer.isdecimal():
                self.send_response(int(answer))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if answer == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the test says what matters."""

    server = _Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    with serving(server):
        yield receiver
