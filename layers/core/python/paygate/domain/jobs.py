"""Background work as the queues count it, and the messages that no consumer could use."""

from __future__ import annotations

from dataclasses import dataclass

# Each has a dead-letter queue of its own.
QUEUE_NAMES = ("payments", "refunds", "webhooks", "slow_webhooks")
# How many messages are shown, or named, at once: what SQS gives out in one answer.
DEAD_LETTERS_MAX = 10


@dataclass(frozen=True)
class QueueDepth:
    """Approximate numbers of messages, as SQS counts them: `waiting` includes those that are `delayed`."""

    waiting: int
    in_flight: int
    delayed: int = 0


@dataclass(frozen=True)
class DeadLetter:
    """A message of a dead-letter queue, held by whoever took it; `handle` lets it be released or deleted.

    `receive_count` counts looks at it as well as tries to process it.
    """

    message_id: str
    handle: str
    body: str
    sent_at_ms: int
    receive_count: int
