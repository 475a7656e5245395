"""Queues that lose, keep or kill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from paygate.domain.errors import QueueUnavailableError
from paygate.domain.jobs import QueueDepth
from tests.reliability.faults import Crash


class Mailbox:
    """A queue: keeps what it is sent, in order, unless it is told to lose it, to refuse it or to be deadly."""

    def __init__(self, *, loses: bool = False) -> None:
        self.ids: list[str] = []
        self.loses = loses
        self.down = False
        self.deadly = False

    def send(self, object_id: str, *, delay_seconds: int = 0) -> None:
        self.send_all([object_id])

    def send_all(self, object_ids: Sequence[str]) -> None:
        if self.deadly:
            raise Crash
        if self.down:
            raise QueueUnavailableError("SQS did not answer.")
        if not self.loses:
            self.ids.extend(object_ids)

    def depth(self) -> QueueDepth:
        return QueueDepth(len(self.ids), 0)

    def take(self, count: int) -> list[str]:
        """The oldest messages, which are gone from the queue."""
        taken, self.ids = self.ids[:count], self.ids[count:]
        return taken


@dataclass(frozen=True)
class Queues:
    """Those of one deployment; its messages about webhooks are lost."""

    payments: Mailbox = field(default_factory=Mailbox)
    refunds: Mailbox = field(default_factory=Mailbox)
    webhooks: Mailbox = field(default_factory=lambda: Mailbox(loses=True))

    def set(self, *, down: bool = False, deadly: bool = False) -> None:
        """How those that bring work behave from now on."""
        for mailbox in (self.payments, self.refunds):
            mailbox.down, mailbox.deadly = down, deadly

    def lose_messages(self) -> None:
        self.payments.ids.clear()
        self.refunds.ids.clear()
