"""A small webhook receiver on loopback, as a merchant would write it: it keeps what arrives and answers 200."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from paygate_local.serving import serving

BODY_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True)
class ReceivedWebhook:
    """One request as it came in; header names are lower-case."""

    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """What has arrived so far, and a way to wait for more."""

    def __init__(self) -> None:
        self._arrived: list[ReceivedWebhook] = []
        self._changed = threading.Condition()
        self.url = ""

    def add(self, webhook: ReceivedWebhook) -> None:
        with self._changed:
            self._arrived.append(webhook)
            self._changed.notify_all()

    def wait_for(self, enough: Callable[[list[ReceivedWebhook]], bool], *, seconds: float) -> list[ReceivedWebhook]:
        """All that has arrived once there is enough, or when the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: enough(self._arrived), timeout=seconds)
            return list(self._arrived)


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Receive webhooks at `receiver.url` for as long as the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_BYTES_MAX))
            receiver.add(ReceivedWebhook({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the caller prints what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks"
    with serving(server):
        yield receiver
