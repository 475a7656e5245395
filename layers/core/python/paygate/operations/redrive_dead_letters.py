"""Messages that no consumer could use go back to their queue: the reason may be gone by now."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from contextlib import suppress

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.list_queues import QueuePair
from paygate.operations.taking_dead_letters import take_dead_letters

LOG = logging.getLogger("paygate.dead_letters")


def redrive_dead_letters(name: str, pair: QueuePair, message_ids: Collection[str] | None, user_id: str) -> str:
    """`{"moved": …}` (JSON text): move the messages of these ids, or all that a few seconds suffice for.

    A message is sent before it is deleted, so that none is ever lost; when something fails in between it is on both
    queues, which consumers do not mind: jobs only point to rows, and rows know what is done. Raises
    QueueUnavailableError; what was moved by then stays moved.
    """
    moved = 0
    try:
        for letters in take_dead_letters(pair.dead_letters, message_ids):
            try:
                pair.queue.forward([letter.body for letter in letters])
            except QueueUnavailableError:
                with suppress(QueueUnavailableError):
                    pair.dead_letters.release(letters)
                raise
            pair.dead_letters.delete(letters)
            moved += len(letters)
    finally:
        LOG.warning("dead letters redriven", extra={"queue": name, "moved": moved, "user_id": user_id})
    return json.dumps({"moved": moved}, separators=(",", ":"))
