"""An acquirer that keeps books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from paygate.domain.acquiring import Charge, Decision, Refund
from paygate.domain.errors import AcquirerUnavailableError

T = TypeVar("T")


@dataclass
class Conduct:
    """How the bank behaves towards one payment, one refund, or one request to capture or to cancel a payment."""

    declines: bool = False
    # So many requests get lost before the bank reads them, and so many answers after it has done what was asked.
    requests_lost: int = 0
    answers_lost: int = 0
    # The first request stays in the air until it is let land; the bank knows nothing of it meanwhile.
    lands_late: bool = False


class Bank:
    """Moves money once for a payment or refund id, however often it is asked; safe in threads.

    A payment that has been voided is never charged afterwards, as one that is on its way when the void arrives. What
    would be wrong to ask of it is kept in `complaints`.
    """

    instant = True

    def __init__(self) -> None:
        self.charges: dict[str, Charge] = {}
        self.captured: dict[str, int] = {}
        self.voided: set[str] = set()
        self.refunds: dict[str, Refund] = {}
        self.complaints: list[str] = []
        # Called once, when money is about to be moved and when it has been.
        self.before_act: Callable[[], None] | None = None
        self.after_act: Callable[[], None] | None = None
        self._conducts: dict[str, Conduct] = {}
        self._requests: dict[str, Conduct] = {}
        self._declined: set[str] = set()
        self._refunded: Counter[str] = Counter()
        self._in_the_air: list[Callable[[], object]] = []
        self._lock = Lock()

    def script(self, object_id: str, conduct: Conduct) -> None:
        """What becomes of a payment or a refund."""
        self._conducts[object_id] = conduct

    def script_request(self, payment_id: str, conduct: Conduct) -> None:
        """What becomes of the capture or cancel that has been asked for now."""
        self._requests[payment_id] = conduct

    def holds(self, payment_id: str) -> bool:
        """Whether the shopper's money is with the bank, charged or reserved."""
        return payment_id in self.charges and payment_id not in self.voided

    def land(self) -> None:
        """Whatever is in the air reaches the bank."""
        flying, self._in_the_air = self._in_the_air, []
        for act in flying:
            act()

    def authorize(self, charge: Charge) -> Decision:
        return self._carry(self._conduct(charge.payment_id), lambda: self._charge(charge))

    def status(self, charge: Charge) -> Decision | None:
        known = charge.payment_id in self.charges or charge.payment_id in self._declined
        self._answer(self._conduct(charge.payment_id))
        return self._charge_decision(charge) if known else None

    def capture(self, charge: Charge, amount_minor: int) -> Decision:
        conduct = self._request_conduct(charge.payment_id)
        return self._carry(conduct, lambda: self._capture(charge, amount_minor, conduct))

    def void(self, charge: Charge) -> None:
        self._carry(self._request_conduct(charge.payment_id), lambda: self._void(charge))

    def refund(self, refund: Refund) -> Decision:
        return self._carry(self._conduct(refund.refund_id), lambda: self._refund(refund))

    def refund_status(self, refund: Refund) -> Decision | None:
        known = refund.refund_id in self.refunds or refund.refund_id in self._declined
        self._answer(self._conduct(refund.refund_id))
        return self._refund_decision(refund) if known else None

    def _carry(self, conduct: Conduct, act: Callable[[], T]) -> T:
        """Bring a request here and its answer back, as far as they come."""
        self._once("before_act")
        if conduct.lands_late:
            conduct.lands_late = False
            self._in_the_air.append(act)
            raise AcquirerUnavailableError("The request is still on its way.")
        if conduct.requests_lost:
            conduct.requests_lost -= 1
            raise AcquirerUnavailableError("The request was lost.")
        with self._lock:
            done = act()
        self._once("after_act")
        self._answer(conduct)
        return done

    def _charge(self, charge: Charge) -> Decision:
        payment_id = charge.payment_id
        if self._conduct(payment_id).declines:
            self._declined.add(payment_id)
        elif payment_id not in self.voided:
            first = self.charges.setdefault(payment_id, charge)
            sums = [(each.amount_minor, each.currency, each.capture) for each in (first, charge)]
            self._require(sums[0] == sums[1], f"{payment_id} was charged with two sums")
            if charge.capture:
                self.captured[payment_id] = charge.amount_minor
        return self._charge_decision(charge)

    def _capture(self, charge: Charge, amount_minor: int, conduct: Conduct) -> Decision:
        payment_id = charge.payment_id
        reserved = self.charges.get(payment_id)
        self._require(payment_id not in self.voided, f"{payment_id} was captured after it had been voided")
        if reserved is None or reserved.capture:
            self.complaints.append(f"{payment_id} was captured without being reserved")
        elif not conduct.declines:
            self._require(0 < amount_minor <= reserved.amount_minor, f"{amount_minor} of {reserved} was captured")
            first = self.captured.setdefault(payment_id, amount_minor)
            self._require(first == amount_minor, f"{payment_id} was captured twice, with two sums")
        return Decision(f"bank_{payment_id}", "capture_declined" if conduct.declines else None)

    def _void(self, charge: Charge) -> None:
        reserved = charge.payment_id in self.charges and not self.charges[charge.payment_id].capture
        if reserved and charge.payment_id in self.captured:
            self.complaints.append(f"{charge.payment_id} was voided after it had been captured")
        self._require(not self._refunded[charge.payment_id], f"{charge.payment_id} was refunded and then voided")
        self.voided.add(charge.payment_id)

    def _refund(self, refund: Refund) -> Decision:
        payment_id = refund.payment_id
        if self._conduct(refund.refund_id).declines:
            self._declined.add(refund.refund_id)
        elif refund.refund_id not in self.refunds:
            self.refunds[refund.refund_id] = refund
            self._refunded[payment_id] += refund.amount_minor
            captured = self.captured.get(payment_id, 0) if self.holds(payment_id) else 0
            self._require(self._refunded[payment_id] <= captured, f"{refund} is more than was captured")
            self._require(refund.payment_reference == f"bank_{payment_id}", f"{refund} is of an unknown payment")
        self._require(self.refunds.get(refund.refund_id, refund) == refund, f"{refund} was another one before")
        return self._refund_decision(refund)

    def _charge_decision(self, charge: Charge) -> Decision:
        declined = self._conduct(charge.payment_id).declines
        return Decision(f"bank_{charge.payment_id}", "payment_declined" if declined else None)

    def _refund_decision(self, refund: Refund) -> Decision:
        declined = self._conduct(refund.refund_id).declines
        return Decision(f"bank_{refund.refund_id}", "refund_declined" if declined else None)

    def _require(self, right: bool, complaint: str) -> None:
        if not right:
            self.complaints.append(complaint)

    def _conduct(self, object_id: str) -> Conduct:
        return self._conducts.setdefault(object_id, Conduct())

    def _request_conduct(self, payment_id: str) -> Conduct:
        return self._requests.get(payment_id) or self._conduct(payment_id)

    def _answer(self, conduct: Conduct) -> None:
        if conduct.answers_lost:
            conduct.answers_lost -= 1
            raise AcquirerUnavailableError("The answer was lost.")

    def _once(self, moment: str) -> None:
        act: Callable[[], None] | None = getattr(self, moment)
        setattr(self, moment, None)
        if act is not None:
            act()
