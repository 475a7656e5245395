"""An acquirer that keeps books, and queues that lose, keep or die."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.errors import AcquirerUnavailableError, QueueUnavailableError
from paygate.domain.jobs import QueueDepth


class Crash(BaseException):
    """The process dies here: nothing that follows in it happens, no `except Exception` sees it."""


@dataclass
class Conduct:
    """How the bank behaves towards one payment."""

    declines: bool = False
    # So many requests get lost before the bank reads them, and so many answers after it has done what was asked.
    requests_lost: int = 0
    answers_lost: int = 0
    # The first charge stays in the air until it is let land; the bank knows nothing of it meanwhile.
    lands_late: bool = False


class Bank:
    """Moves money once for a payment id, however often it is asked; safe in threads.

    A payment that has been voided is never charged afterwards, as one that is on its way when the void arrives. What
    would be wrong to ask of it is kept in `complaints`.
    """

    instant = True

    def __init__(self) -> None:
        self.charges: dict[str, Charge] = {}
        self.voided: set[str] = set()
        self.complaints: list[str] = []
        self.before_charge: Callable[[], None] | None = None
        self.after_charge: Callable[[], None] | None = None
        self._conducts: dict[str, Conduct] = {}
        self._declined: set[str] = set()
        self._in_the_air: dict[str, Charge] = {}
        self._lock = Lock()

    def script(self, payment_id: str, conduct: Conduct) -> None:
        self._conducts[payment_id] = conduct

    def holds(self, payment_id: str) -> bool:
        """Whether the shopper's money is with the bank."""
        return payment_id in self.charges and payment_id not in self.voided

    def land(self) -> None:
        """Whatever is in the air reaches the bank."""
        for charge in list(self._in_the_air.values()):
            self._in_the_air.pop(charge.payment_id)
            self._charge(charge)

    def authorize(self, charge: Charge) -> Decision:
        self._once("before_charge")
        conduct = self._conduct(charge)
        if conduct.lands_late:
            conduct.lands_late = False
            self._in_the_air[charge.payment_id] = charge
            raise AcquirerUnavailableError("The request is still on its way.")
        if conduct.requests_lost:
            conduct.requests_lost -= 1
            raise AcquirerUnavailableError("The request was lost.")
        decision = self._charge(charge)
        self._once("after_charge")
        self._answer(conduct)
        return decision

    def status(self, charge: Charge) -> Decision | None:
        conduct = self._conduct(charge)
        known = charge.payment_id in self.charges or charge.payment_id in self._declined
        self._answer(conduct)
        return self._decision(charge) if known else None

    def void(self, charge: Charge) -> None:
        with self._lock:
            self.voided.add(charge.payment_id)
        self._answer(self._conduct(charge))

    def _charge(self, charge: Charge) -> Decision:
        with self._lock:
            if self._conduct(charge).declines:
                self._declined.add(charge.payment_id)
            elif charge.payment_id not in self.voided:
                first = self.charges.setdefault(charge.payment_id, charge)
                if (first.amount_minor, first.currency, first.capture) != (
                    charge.amount_minor,
                    charge.currency,
                    charge.capture,
                ):
                    self.complaints.append(f"{charge.payment_id} was charged with two sums")
            return self._decision(charge)

    def _decision(self, charge: Charge) -> Decision:
        declined = self._conduct(charge).declines
        return Decision(f"bank_{charge.payment_id}", "payment_declined" if declined else None)

    def _conduct(self, charge: Charge) -> Conduct:
        return self._conducts.setdefault(charge.payment_id, Conduct())

    def _answer(self, conduct: Conduct) -> None:
        if conduct.answers_lost:
            conduct.answers_lost -= 1
            raise AcquirerUnavailableError("The answer was lost.")

    def _once(self, moment: str) -> None:
        act: Callable[[], None] | None = getattr(self, moment)
        setattr(self, moment, None)
        if act is not None:
            act()


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
