"""What redriving and discarding have in common: going through a dead-letter queue for certain messages, or for all."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from paygate.domain.errors import QueueUnavailableError
from paygate.domain.jobs import DeadLetter
from paygate.operations.ports import DeadLetterQueue

# Longer than the function lives: nobody else takes what is being worked on, and what is left reappears.
HOLD_SECONDS = 20
# Asking for what is not there takes a second.
WAIT_SECONDS = 1
SECONDS_MAX = 4.0
# Messages that are not wanted: releasing them takes time, too, after the other is over.
OTHERS_MAX = 500


def take_dead_letters(
    queue: DeadLetterQueue, message_ids: Collection[str] | None, clock: Callable[[], float] = time.monotonic
) -> Iterator[list[DeadLetter]]:
    """Messages a few at a time, those of these ids or all, until there are no more, time is over or too many others lie
    before them.

    SQS gives out no message by its id: others are held meanwhile, and released in the end, also when the caller breaks
    off. Raises QueueUnavailableError.
    """
    end = clock() + SECONDS_MAX
    missing = None if message_ids is None else set(message_ids)
    others: list[DeadLetter] = []
    try:
        while missing != set() and len(others) < OTHERS_MAX and clock() < end:
            taken = queue.take(hold_seconds=HOLD_SECONDS, wait_seconds=WAIT_SECONDS)
            if not taken:
                return
            wanted = [letter for letter in taken if missing is None or letter.message_id in missing]
            others += [letter for letter in taken if letter not in wanted]
            if missing is not None:
                missing -= {letter.message_id for letter in wanted}
            if wanted:
                yield wanted
    finally:
        with suppress(QueueUnavailableError):
            queue.release(others)
