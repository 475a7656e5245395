"""The developer's server that `./paygate listen` forwards to, posted to as Paygate posts a real webhook."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import requests

from paygate.domain.webhooks import Attempt, signed_headers
from paygate_cli.listen_gateway import ListedEvent
from paygate_cli.listen_http import plain_session, reason_of

TIMEOUT_SECONDS = 10
ANSWER_BYTES_READ = 64 * 1024


class NoAnswer(Exception):  # noqa: N818  it is not this program's error
    """The receiver cannot be reached, breaks off or takes too long; the message is the reason."""


@dataclass(frozen=True)
class Answer:
    """What the receiver answered, and after how long."""

    status: int
    duration_ms: int

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class LocalReceiver:
    """Posts events to one URL, signed with one secret; `clock` tells seconds since 1970."""

    def __init__(self, url: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._session = plain_session()
        # A server under development restarts often: a connection kept open would be a dead one time and again.
        self._session.headers["Connection"] = "close"

    def post(self, event: ListedEvent, number: int) -> Answer:
        """Send the event for the `number`th time, from 1 on. Raises NoAnswer."""
        attempt = Attempt(event.id, event.id, number, event.sequence, self._url, [self._secret], event.body)
        headers = signed_headers(attempt, int(self._clock()))
        started = time.perf_counter()
        try:
            with self._session.post(
                self._url, event.body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            ) as answer:
                duration_ms = round((time.perf_counter() - started) * 1000)
                # The status is all that counts; the body is read so that the server can finish writing it.
                with suppress(requests.RequestException):
                    next(answer.iter_content(ANSWER_BYTES_READ), None)
                return Answer(answer.status_code, duration_ms)
        except requests.RequestException as error:
            raise NoAnswer(reason_of(error)) from error
