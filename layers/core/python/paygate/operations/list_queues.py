"""How full the queues are, and how long the oldest job has been waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paygate.operations.ports import Database, DeadLetterQueue, ForwardingQueue


@dataclass(frozen=True)
class QueuePair:
    """A queue and where its messages go that no consumer could use."""

    queue: ForwardingQueue
    dead_letters: DeadLetterQueue


def list_queues(database: Database, pairs: Mapping[str, QueuePair]) -> str:
    """`{"data": […]}` (JSON text), a queue each.

    SQS does not tell the age of a message that nobody takes, but the outbox knows when each job should have been taken
    at the latest. Raises QueueUnavailableError and DatabaseUnavailableError.
    """
    overdue = {row["queue"]: row["overdue_seconds"] for row in database.run("get_overdue_jobs")}
    data: list[dict[str, Any]] = []
    for name, pair in pairs.items():
        depth = pair.queue.depth()
        told = {
            "name": name,
            "waiting": depth.waiting - depth.delayed,
            "in_flight": depth.in_flight,
            "delayed": depth.delayed,
            "oldest_age_seconds": overdue.get(name),
            "dead_letters": pair.dead_letters.depth().waiting,
        }
        data.append({field: value for field, value in told.items() if value is not None})
    return json.dumps({"data": data}, separators=(",", ":"))
