"""An acquirer that a test writes the part of."""

from __future__ import annotations

from collections.abc import Mapping, Set

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.errors import AcquirerUnavailableError


class ScriptedAcquirer:
    """Says what the test wants for each payment (success unless told otherwise) and remembers what it was asked.

    It knows what it has been charged, as a real one does, also for `silent` payments: it does for them what it is asked
    but loses the answer. A `mute` one does nothing and says nothing.
    """

    instant = True

    def __init__(self, failures: Mapping[str, str] | None = None, *, silent: Set[str] = frozenset()) -> None:
        self.charges: list[Charge] = []
        self.asked: list[str] = []
        self.voided: list[str] = []
        self.silent = silent
        self.mute = False
        self.decisions: dict[str, Decision] = {}
        self._failures = failures or {}

    def authorize(self, charge: Charge) -> Decision:
        self.charges.append(charge)
        self._require_voice()
        decision = Decision(f"ref_{charge.payment_id}", self._failures.get(charge.payment_id))
        self.decisions[charge.payment_id] = decision
        if charge.payment_id in self.silent:
            raise AcquirerUnavailableError("The answer was lost.")
        return decision

    def status(self, charge: Charge) -> Decision | None:
        self.asked.append(charge.payment_id)
        self._require_voice()
        return self.decisions.get(charge.payment_id)

    def void(self, charge: Charge) -> None:
        self._require_voice()
        self.voided.append(charge.payment_id)
        if charge.payment_id in self.silent:
            raise AcquirerUnavailableError("The answer was lost.")

    def _require_voice(self) -> None:
        if self.mute:
            raise AcquirerUnavailableError("The acquirer does not answer.")
