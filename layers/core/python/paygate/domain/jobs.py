"""Background work as the queues count it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QueueDepth:
    """Approximate numbers of messages, as SQS counts them: `waiting` includes delayed ones."""

    waiting: int
    in_flight: int
