"""A look at the messages of a dead-letter queue, which stay in it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from paygate.domain.errors import QueueUnavailableError
from paygate.domain.jobs import DEAD_LETTERS_MAX, DeadLetter
from paygate.domain.times import iso8601
from paygate.operations.ports import DeadLetterQueue

# Should the function die under the look, they are there again after so long.
HOLD_SECONDS = 10
SECONDS_MAX = 2.0
# A job's message is a few dozen characters; anything may be in one that is none.
BODY_LENGTH_MAX = 4_096


def list_dead_letters(queue: DeadLetterQueue, clock: Callable[[], float] = time.monotonic) -> str:
    """`{"data": […]}` (JSON text): some of the messages, ten at most, the oldest first. Those that somebody else looks
    at in this moment are not among them. Raises QueueUnavailableError.
    """
    # Only a hint, but it spares the wait for what is not there.
    waiting = queue.depth().waiting
    end = clock() + SECONDS_MAX
    found: list[DeadLetter] = []
    try:
        while len(found) < DEAD_LETTERS_MAX and clock() < end:
            taken = queue.take(hold_seconds=HOLD_SECONDS, wait_seconds=int(len(found) < waiting))
            found += taken
            if not taken or len(found) >= waiting:
                break
    finally:
        with suppress(QueueUnavailableError):
            queue.release(found)
    oldest = sorted(found, key=lambda letter: (letter.sent_at_ms, letter.message_id))[:DEAD_LETTERS_MAX]
    return json.dumps({"data": [_shown(letter) for letter in oldest]}, separators=(",", ":"))


def _shown(letter: DeadLetter) -> dict[str, object]:
    return {
        "message_id": letter.message_id,
        "sent_at": iso8601(datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)),
        "receive_count": letter.receive_count,
        "body": letter.body[:BODY_LENGTH_MAX],
    }
