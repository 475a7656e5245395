"""Messages that no consumer will ever be able to use go for good."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection

from paygate.operations.list_queues import QueuePair
from paygate.operations.taking_dead_letters import take_dead_letters

LOG = logging.getLogger("paygate.dead_letters")


def discard_dead_letters(name: str, pair: QueuePair, message_ids: Collection[str], user_id: str) -> str:
    """`{"discarded": …}` (JSON text): how many of these messages were found and deleted.

    It is no way to lose money: for a row that waits for something the outbox sends another message. Raises
    QueueUnavailableError; what was deleted by then stays deleted.
    """
    discarded = 0
    for letters in take_dead_letters(pair.dead_letters, message_ids):
        # Before it is done: a call that fails may have deleted some, for good.
        told = {"queue": name, "message_ids": [letter.message_id for letter in letters], "user_id": user_id}
        LOG.warning("dead letters are discarded", extra=told)
        pair.dead_letters.delete(letters)
        discarded += len(letters)
    return json.dumps({"discarded": discarded}, separators=(",", ":"))
