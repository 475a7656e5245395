"""What operations need from the outside; `paygate.wiring` decides who fulfils it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.jobs import QueueDepth
from paygate.domain.webhooks import WebhookResponse


class Database(Protocol):
    """Runs named statements; one statement is one transaction."""

    def run(self, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        """The statement's rows. Raises DatabaseUnavailableError."""
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


class Acquirer(Protocol):
    """A bank or processor that moves the shopper's money."""

    def authorize(self, charge: Charge) -> Decision:
        """Charge the shopper; repeating a payment id is safe. Raises UnavailableError when there is no word."""
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
