"""An acquirer that a test writes the part of."""

from __future__ import annotations

from collections.abc import Mapping, Set

from paygate.domain.acquiring import Charge, Decision, Refund
from paygate.domain.errors import AcquirerUnavailableError


class ScriptedAcquirer:
    """Says what the test wants for each payment or refund (success unless told otherwise), and remembers what it was
    asked. It knows what it has done, as a real one does, also for `silent` ones: it does for them what it is asked but
    loses the answer. A `mute` one does nothing and says nothing.
    """

    instant = True

    def __init__(self, failures: Mapping[str, str] | None = None, *, silent: Set[str] = frozenset()) -> None:
        self.charges: list[Charge] = []
        self.captures: list[tuple[Charge, int]] = []
        self.refunds: list[Refund] = []
        self.asked: list[str] = []
        self.voided: list[str] = []
        self.silent = silent
        self.mute = False
        self.decisions: dict[str, Decision] = {}
        self._failures = failures or {}

    def authorize(self, charge: Charge) -> Decision:
        self.charges.append(charge)
        return self._decide(charge.payment_id)

    def status(self, charge: Charge) -> Decision | None:
        return self._remember(charge.payment_id)

    def capture(self, charge: Charge, amount_minor: int) -> Decision:
        self.captures.append((charge, amount_minor))
        return self._decide(charge.payment_id)

    def refund(self, refund: Refund) -> Decision:
        self.refunds.append(refund)
        return self._decide(refund.refund_id)

    def refund_status(self, refund: Refund) -> Decision | None:
        return self._remember(refund.refund_id)

    def void(self, charge: Charge) -> None:
        self._require_voice()
        self.voided.append(charge.payment_id)
        self._answer(charge.payment_id)

    def _decide(self, object_id: str) -> Decision:
        self._require_voice()
        decision = Decision(f"ref_{object_id}", self._failures.get(object_id))
        self.decisions[object_id] = decision
        self._answer(object_id)
        return decision

    def _remember(self, object_id: str) -> Decision | None:
        self.asked.append(object_id)
        self._require_voice()
        return self.decisions.get(object_id)

    def _answer(self, object_id: str) -> None:
        if object_id in self.silent:
            raise AcquirerUnavailableError("The answer was lost.")

    def _require_voice(self) -> None:
        if self.mute:
            raise AcquirerUnavailableError("The acquirer does not answer.")
