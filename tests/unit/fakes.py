"""Stand-ins for what operations need from the outside; each fails loudly when it is asked for more than was agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from paygate.adapters.postgres.statements import server_form
from paygate.domain.cards import Card
from paygate.domain.errors import (
    QueueUnavailableError,
    RedisUnavailableError,
    SecretUnreadableError,
    VaultUnavailableError,
)
from paygate.domain.jobs import DeadLetter, QueueDepth
from paygate.domain.rate_limit import RateLimit
from paygate.operations.charging import Outcome

Rows = list[dict[str, Any]]
Answer = Rows | Exception | Callable[..., Rows]


class FakeDatabase:
    """Gives each statement the answer that the test agreed with it: rows, an error, or a function of the parameters.

    Parameters must be those of the real statement.
    """

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def run(self, name: str, /, **parameters: object) -> Rows:
        server_form(name, tuple(parameters))  # raises TypeError
        self.calls.append((name, parameters))
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer(**parameters) if callable(answer) else answer

    @property
    def names(self) -> list[str]:
        """The statements that were run, in order."""
        return [name for name, _ in self.calls]

    def parameters(self, name: str) -> dict[str, Any]:
        """What the only run of `name` was given."""
        (found,) = [parameters for called, parameters in self.calls if called == name]
        return found


class FakeQueue:
    """Keeps what it is sent, or does not answer at all."""

    def __init__(self, *, down: bool = False, waiting: int = 0, in_flight: int = 0) -> None:
        self.down = down
        self.sent: list[tuple[str, int]] = []
        self.batches: list[list[str]] = []
        self.forwarded: list[str] = []
        self._depth = QueueDepth(waiting, in_flight)

    def send(self, object_id: str, *, delay_seconds: int = 0) -> None:
        self._answer()
        self.sent.append((object_id, delay_seconds))

    def send_all(self, object_ids: Sequence[str]) -> None:
        self._answer()
        self.batches.append(list(object_ids))

    def forward(self, bodies: Sequence[str]) -> None:
        self._answer()
        self.forwarded += bodies

    def depth(self) -> QueueDepth:
        self._answer()
        return self._depth

    def _answer(self) -> None:
        if self.down:
            raise QueueUnavailableError("SQS did not answer.")


class FakeDeadLetterQueue:
    """Messages called m0, m1, … with the bodies b0, b1, …, given out three at a time; each may be told to fail."""

    def __init__(self, count: int) -> None:
        self.visible = [DeadLetter(f"m{n}", f"handle{n}", f"b{n}", 1_000 * n, n + 1) for n in range(count)]
        self.held: list[DeadLetter] = []
        self.waits: list[int] = []
        self.refuses: set[str] = set()

    def depth(self) -> QueueDepth:
        self._answer("depth")
        return QueueDepth(len(self.visible), len(self.held))

    def take(self, *, hold_seconds: int, wait_seconds: int) -> list[DeadLetter]:
        self._answer("take")
        assert hold_seconds > 0
        self.waits.append(wait_seconds)
        taken, self.visible = self.visible[:3], self.visible[3:]
        self.held += taken
        return taken

    def release(self, letters: Sequence[DeadLetter]) -> None:
        self._answer("release")
        self._let_go(letters)
        self.visible += letters

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        self._answer("delete")
        self._let_go(letters)

    def _let_go(self, letters: Sequence[DeadLetter]) -> None:
        for letter in letters:
            self.held.remove(letter)

    def _answer(self, call: str) -> None:
        if call in self.refuses:
            raise QueueUnavailableError("SQS did not answer.")


class FakeGate:
    """Lets every request in unless told otherwise; remembers locks that were given back."""

    def __init__(self) -> None:
        self.limit = RateLimit(limit_per_second=100, remaining=99, full_after_seconds=1)
        self.held = False
        self.down = False
        self.admitted: list[tuple[str, str | None]] = []
        self.limits: list[int] = []
        self.released: list[str] = []

    def admit(
        self, bucket: str, limit_per_second: int, lock: str | None, owner: str, lock_ms: int
    ) -> tuple[RateLimit, bool]:
        self.admitted.append((bucket, lock))
        self.limits.append(limit_per_second)
        if self.down:
            raise RedisUnavailableError("Redis does not answer.")
        return self.limit, self.held and lock is not None

    def release(self, lock: str, owner: str) -> None:
        if self.down:
            raise RedisUnavailableError("Redis does not answer.")
        self.released.append(lock)


class FakeVault:
    """Keeps cards, or does not answer at all."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.cards: dict[str, Card] = {}

    def put(self, payment_id: str, card: Card) -> None:
        self._answer()
        self.cards[payment_id] = card

    def fetch(self, payment_ids: Sequence[str]) -> dict[str, bytes]:
        if payment_ids:
            self._answer()
        return {payment_id: b"sealed" for payment_id in payment_ids if payment_id in self.cards}

    def open(self, payment_id: str, sealed: bytes) -> Card | None:
        self._answer()
        return self.cards.get(payment_id)

    def discard(self, payment_ids: Sequence[str]) -> None:
        if payment_ids:
            self._answer()
        for payment_id in payment_ids:
            self.cards.pop(payment_id, None)

    def _answer(self) -> None:
        if self.down:
            raise VaultUnavailableError("The vault does not answer.")


class FakeCipher:
    """A ciphertext is the owner and the secret, so that a wrong owner shows."""

    def encrypt(self, plaintext: str, *, owner: str) -> bytes:
        return f"{owner}:{plaintext}".encode()

    def decrypt(self, ciphertext: bytes, *, owner: str) -> str:
        found, _, plaintext = ciphertext.decode().partition(":")
        if found != owner:
            raise SecretUnreadableError(f"this is the secret of {found}")
        return plaintext


def claimed_row(payment_id: str, **changes: object) -> dict[str, Any]:
    """A row of `claim_payments`: a payment by UPI that nobody has claimed before, unless `changes` say otherwise."""
    return {
        "id": payment_id,
        "amount_minor": 50_000,
        "currency": "INR",
        "capture": "automatic",
        "method": "upi",
        "vpa": "user@paytm",
        "card_last4": None,
        "claimed_before": False,
        "voiding": False,
        "requested": None,
        "requested_amount_minor": None,
        "too_late": False,
        "payable": True,
        **changes,
    }


def card_row(payment_id: str, **changes: object) -> dict[str, Any]:
    """The same for a payment by card."""
    return claimed_row(payment_id, method="card", vpa=None, card_last4="4242", **changes)


def charged(payment_id: str, failure_reason: str | None = None) -> Outcome:
    """What the ScriptedAcquirer has decided of a payment."""
    return Outcome(payment_id, "decided", failure_reason, f"ref_{payment_id}")


def refund_row(refund_id: str, **changes: object) -> dict[str, Any]:
    """A row of `claim_refunds`: a refund that nobody has claimed before, unless `changes` say otherwise."""
    return {
        "id": refund_id,
        "payment_id": "pay_1",
        "amount_minor": 20_000,
        "currency": "INR",
        "reason": "too small",
        "claimed_before": False,
        "acquirer_reference": "ref_pay_1",
        **changes,
    }


class FakeSessionStore:
    """Redis as sessions use it, which forgets nothing by itself; or it does not answer at all."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.values: dict[str, bytes] = {}
        self.ttls: dict[str, int] = {}

    def put(self, key: str, value: bytes, *, ttl_seconds: int) -> None:
        self._answer()
        self.values[key] = value
        self.ttls[key] = ttl_seconds

    def get_all(self, keys: list[str]) -> list[bytes | None]:
        self._answer()
        return [self.values.get(key) for key in keys]

    def delete(self, keys: list[str]) -> None:
        self._answer()
        for key in keys:
            self.values.pop(key, None)

    def _answer(self) -> None:
        if self.down:
            raise RedisUnavailableError("Redis does not answer.")
