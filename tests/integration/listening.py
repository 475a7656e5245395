"""Both sides of `./paygate listen`: a gateway that lists events as the API does, and a developer's server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from paygate.domain.ids import new_id
from paygate_cli.listen_gateway import EventLog
from paygate_cli.listen_loop import Listener
from paygate_cli.listen_receiver import LocalReceiver
from paygate_cli.listen_state import ListenState
from paygate_local.receiver import ReceivedWebhook
from tests.support.polling import eventually

KEY, SECRET = new_id("key"), new_id("secret")
SIGNING_SECRET = "whsec_cGF5Z2F0ZSBsaXN0ZW4gdGVzdA=="
START = datetime.now(UTC).replace(microsecond=0)
# What JSON.stringify prints is what must arrive: raw beyond ASCII, short escapes, \u00XX for other controls.
TRICKY = 'Zoë ₹ \u2028 🎉 "quoted" \\ / \b\f\n\r\t \u0001 \u007f'
Reply = tuple[int, dict[str, str], bytes]


class Server:
    """An HTTP server on a port of its own that can go away and come back."""

    def __init__(self, reply: Callable[[ReceivedWebhook, str], Reply]) -> None:
        self._reply = reply
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    def start(self) -> None:
        reply = self._reply

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, answer_headers, answer = reply(ReceivedWebhook(headers, body), self.path)
                # Whoever asked may have been killed meanwhile, or have lost patience.
                with suppress(OSError):
                    self.send_response(status)
                    for name, value in answer_headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Gateway:
    """GET /api/v1/events, from a list that the test fills; `fails_with` answers instead for as long as it is set."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.queries: list[dict[str, str]] = []
        self.fails_with: Reply | None = None
        self.server = Server(self._reply)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def add(self, type: str = "payment.success", *, at: float = 0, **fields: Any) -> str:
        """An event of `at` seconds after START; its id."""
        body = {"event": type, "timestamp": 1, "data": {"note": TRICKY}}
        row = {
            "id": new_id("evt"),
            "type": type,
            "sequence": 1,
            "payment_id": new_id("pay"),
            "refund_id": None,
            "endpoint_id": None,
            "created_at": (START + timedelta(seconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "body": body,
        } | fields
        self.events.append(row)
        return str(row["id"])

    def await_polls(self, count: int) -> None:
        """Until so many requests more have come in."""
        enough = len(self.queries) + count
        eventually(lambda: len(self.queries) >= enough, what="more polls")

    def _reply(self, request: ReceivedWebhook, path: str) -> Reply:
        split = urlsplit(path)
        query = dict(parse_qsl(split.query))
        self.queries.append(query)
        if self.fails_with:
            return self.fails_with
        if (request.headers.get("x-api-key"), request.headers.get("x-api-secret")) != (KEY, SECRET):
            return 401, {}, b"{}"
        if split.path != "/api/v1/events":
            return 404, {}, b"{}"
        return 200, {}, json.dumps(self._page(query)).encode()

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        def place(row: dict[str, Any]) -> tuple[datetime, str]:
            return datetime.fromisoformat(row["created_at"]), row["id"]

        since = datetime.fromisoformat(query["created_gte"])
        rows = sorted((row for row in list(self.events) if place(row)[0] >= since), key=place, reverse=True)
        places = {row["id"]: place(row) for row in self.events}
        limit = int(query["limit"])
        if "ending_before" in query:
            newer = [row for row in rows if place(row) > places[query["ending_before"]]]
            return {"data": newer[-limit:], "has_more": len(newer) > limit}
        if "starting_after" in query:
            rows = [row for row in rows if place(row) < places[query["starting_after"]]]
        return {"data": rows[:limit], "has_more": len(rows) > limit}


class Hook:
    """The developer's server: it keeps what arrives and answers with `statuses` in turn, then with 200.

    Once `hangs_after` have arrived, it does not answer until `released`.
    """

    def __init__(self) -> None:
        self.arrived: list[ReceivedWebhook] = []
        self.statuses: list[int] = []
        self.hangs_after: int | None = None
        self.released = threading.Event()
        self.server = Server(self._reply)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [webhook.headers["webhook-id"] for webhook in list(self.arrived)]

    def await_ids(self, ids: list[str]) -> None:
        """Until exactly these have arrived, in this order."""
        eventually(lambda: len(self.arrived) >= len(ids), what=f"{len(ids)} webhooks")
        assert self.ids == ids

    def _reply(self, request: ReceivedWebhook, path: str) -> Reply:
        assert path == "/hook"
        self.arrived.append(request)
        if self.hangs_after is not None and len(self.arrived) > self.hangs_after:
            self.released.wait(60)
        status = self.statuses.pop(0) if self.statuses else 200
        return status, ({"Location": "/elsewhere"} if status == 302 else {}), b"thank you"


@dataclass
class Run:
    """A listener that runs in a thread: what it says, and how long it wanted to wait each time."""

    lines: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    failure: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def await_line(self, words: str) -> str:
        return eventually(lambda: next((line for line in self.lines if words in line), None), what=f"'{words}'")


@contextmanager
def listening(gateway: Gateway, hook: Hook, path: Path, *patterns: str, floor: datetime = START) -> Iterator[Run]:
    """A listener that goes on from the state in `path`, or from `floor`; every wait is cut to a few milliseconds."""
    run, stop = Run(), threading.Event()

    def wait(seconds: float) -> bool:
        if seconds:
            run.waits.append(seconds)
        return stop.wait(min(seconds, 0.01))

    log, receiver = EventLog(gateway.url, KEY, SECRET), LocalReceiver(hook.url, SIGNING_SECRET)
    state = ListenState.load(path) or ListenState(path, floor)
    listener = Listener(log, receiver, state, patterns or ("*",), 1.5, wait, run.lines.append)

    def work() -> None:
        try:
            listener.run()
        except Exception as failure:
            run.failure = failure
        finally:
            run.ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield run
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    gateway.server.start()
    yield gateway
    gateway.server.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    hook.server.start()
    yield hook
    hook.released.set()
    hook.server.stop()
