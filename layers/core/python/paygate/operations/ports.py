"""What operations need from the outside; `paygate.wiring` decides who fulfils it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from paygate.domain.acquiring import Charge, Decision, Refund
from paygate.domain.cards import Card
from paygate.domain.jobs import DeadLetter, QueueDepth
from paygate.domain.rate_limit import RateLimit
from paygate.domain.request_log import LogPage, RequestFilter
from paygate.domain.webhooks import WebhookResponse


class Database(Protocol):
    """Runs named statements; one statement is one transaction."""

    def run(self, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        """The statement's rows. Raises DatabaseUnavailableError."""
        ...


class Gate(Protocol):
    """Counts requests and holds locks; may forget everything at any moment."""

    def admit(
        self, bucket: str, limit_per_second: int, lock: str | None, owner: str, lock_ms: int
    ) -> tuple[RateLimit, bool]:
        """Take a token and then the lock; the bucket's state and whether another owner holds the lock.

        Raises RedisUnavailableError.
        """
        ...

    def release(self, lock: str, owner: str) -> None:
        """Give the lock back if it is the owner's. Raises RedisUnavailableError."""
        ...


class SessionStore(Protocol):
    """Keeps small values for a while; may forget everything at any moment. Each method raises RedisUnavailableError."""

    def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None: ...

    def get_all(self, keys: list[str]) -> list[bytes | None]:
        """The value of each key; None for one that is not there."""
        ...

    def delete(self, keys: list[str]) -> None: ...


class Counted(Protocol):
    """Something that messages wait in."""

    def depth(self) -> QueueDepth:
        """How many messages there are. Raises QueueUnavailableError."""
        ...


class AttemptCounter(Protocol):
    """Counts what may be tried only so often. Each method raises RedisUnavailableError."""

    def count_attempt(self, limits: Mapping[str, int], *, window_seconds: int) -> int:
        """Seconds to wait; 0 counts one more on each counter, which begins anew when its window is over. The attempt
        that reaches a counter's limit makes the window begin again.
        """
        ...

    def take_back_attempt(self, *, forget: str, lower: str) -> None:
        """Forget one counter, and count one less on the other."""
        ...


class Queue(Protocol):
    """Jobs on their way to a consumer: each message points to a row by its id."""

    def send(self, object_id: str, *, delay_seconds: int = 0) -> None:
        """Put one job on the queue. Raises QueueUnavailableError."""
        ...

    def send_all(self, object_ids: Sequence[str]) -> None:
        """Put jobs on the queue. Raises QueueUnavailableError if any was refused."""
        ...

    def depth(self) -> QueueDepth:
        """How many jobs there are. Raises QueueUnavailableError."""
        ...


class ForwardingQueue(Queue, Protocol):
    """A queue that also takes messages that may be no jobs."""

    def forward(self, bodies: Sequence[str]) -> None:
        """Put messages on the queue just as they are. Raises QueueUnavailableError if any was refused."""
        ...


class DeadLetterQueue(Protocol):
    """Messages that no consumer could use. Every method raises QueueUnavailableError."""

    def depth(self) -> QueueDepth:
        """How many messages there are."""
        ...

    def take(self, *, hold_seconds: int, wait_seconds: int) -> list[DeadLetter]:
        """Up to ten messages, hidden from everybody else for so long; none when there are none after that wait."""
        ...

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Let others see these at once."""
        ...

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Remove these for good."""
        ...


class Locks(Protocol):
    """Who holds which lock; may forget everything at any moment."""

    def get_all(self, keys: list[str]) -> list[bytes | None]:
        """The owner of each lock; None where nobody holds it. Raises RedisUnavailableError."""
        ...


class RequestLog(Protocol):
    """The line that each request of the API leaves in the log."""

    def read(self, wanted: RequestFilter, start_ms: int, end_ms: int, token: str | None) -> LogPage:
        """Lines from `start_ms` until before `end_ms`, oldest first, a page at a time. Raises LogUnavailableError."""
        ...


class Acquirer(Protocol):
    """A bank or processor that moves the shopper's money. Safe for use by several threads.

    Each call takes the payment id as its idempotency key and limits its own time; each raises
    AcquirerUnavailableError when there is no word, which says nothing about whether it has happened.
    """

    @property
    def instant(self) -> bool:
        """Whether calls never wait for anything, so that making them in threads would only cost."""
        ...

    def authorize(self, charge: Charge) -> Decision:
        """Charge the shopper, or reserve the money if the charge is not to be captured."""
        ...

    def status(self, charge: Charge) -> Decision | None:
        """What became of this charge; None if the acquirer has never heard of it."""
        ...

    def capture(self, charge: Charge, amount_minor: int) -> Decision:
        """Take so much of the money that is reserved and release the rest; the same however often it is asked."""
        ...

    def refund(self, refund: Refund) -> Decision:
        """Give back so much of what was charged. Takes the refund id as its idempotency key."""
        ...

    def refund_status(self, refund: Refund) -> Decision | None:
        """What became of this refund; None if the acquirer has never heard of it."""
        ...

    def void(self, charge: Charge) -> None:
        """Give back or release what was charged. If nothing was, nothing may be from now on: a charge for this payment
        that is still on its way must be refused when it arrives.
        """
        ...


class CardVault(Protocol):
    """Keeps card data for the minutes between request and processing."""

    def put(self, payment_id: str, card: Card) -> None:
        """Raises VaultUnavailableError."""
        ...

    def fetch(self, payment_ids: Sequence[str]) -> dict[str, bytes]:
        """Sealed cards by payment, without those that are gone. Raises VaultUnavailableError."""
        ...

    def open(self, payment_id: str, sealed: bytes) -> Card | None:
        """The card, None if the seal is not this payment's; safe in threads. Raises VaultUnavailableError."""
        ...

    def discard(self, payment_ids: Sequence[str]) -> None:
        """Raises VaultUnavailableError."""
        ...


class RetryClock(Protocol):
    """Wakes deliveries up that have to wait for their next attempt."""

    @property
    def execution_arn_prefix(self) -> str | None:
        """What comes before `<delivery id>-<run>` in the name of a run's clock; None where no clock is set."""
        ...

    def start(self, delivery_id: str, run: int, next_attempt_at: str) -> None:
        """Have the run attempted again at that time (ISO 8601), once. Raises WorkflowUnavailableError."""
        ...


class WebhookSender(Protocol):
    """Posts webhooks; safe for use by several threads."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """Send and report; a receiver's misbehaviour is a report, never an exception."""
        ...


class Cipher(Protocol):
    """Keeps secrets that must be readable again; `owner` is the id of the row that holds the ciphertext."""

    def encrypt(self, plaintext: str, *, owner: str) -> bytes: ...

    def decrypt(self, ciphertext: bytes, *, owner: str) -> str:
        """Raises SecretUnreadableError."""
        ...


class AddressGuard(Protocol):
    """Decides which hosts webhooks may be sent to."""

    def __call__(self, host: str, port: int) -> str:
        """The address to connect to. Raises AddressRefusedError."""
        ...
