"""One deadline for a whole webhook, and a note of where its time goes."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from urllib3.util import Timeout

CONNECT_TIMEOUT_SECONDS = 5.0
# A whole answer with its head and, if it is chunked, its framing; far more than what is read of any body.
ANSWER_BYTES_MAX = 1024 * 1024


class Clock(Timeout):
    """One request's deadline, and how long its parts took, in milliseconds; None for what has not come about."""

    def __init__(self, deadline: float) -> None:
        """`deadline` is in `time.monotonic()`'s seconds. Raises TimeoutError if it has passed."""
        self.deadline = deadline
        self.sent = False
        self.connect_ms: int | None = None
        self.tls_ms: int | None = None
        self.first_byte_ms: int | None = None
        super().__init__(connect=CONNECT_TIMEOUT_SECONDS, total=self.left())

    def clone(self) -> Clock:
        """urllib3 takes copies for requests that share their timeout; this one is a single request's."""
        return self

    def left(self) -> float:
        """Seconds until the deadline. Raises TimeoutError if there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request's time is up")
        return left


class _AnswerReader(io.RawIOBase):
    """Reads a socket until the deadline and up to a limit. A socket's own timeout starts again with every byte, so a
    receiver that drips its answer would hold the sender for as long as it likes.
    """

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._clock = clock
        self._begun = time.monotonic()
        self._left_bytes = ANSWER_BYTES_MAX

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._clock.left())
        count = self._raw.readinto(buffer)
        if count:
            if self._clock.first_byte_ms is None:
                self._clock.first_byte_ms = milliseconds_since(self._begun)
            self._left_bytes -= count
            if self._left_bytes < 0:
                raise OSError(f"the answer is longer than {ANSWER_BYTES_MAX} bytes, with its head and framing")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """The deadline counts for the whole answer, head and body."""

    def __init__(self, sock: socket.socket, clock: Clock, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_AnswerReader(sock, clock))


def milliseconds_since(moment: float) -> int:
    """`moment` is one of `time.monotonic()`'s."""
    return int((time.monotonic() - moment) * 1000)
