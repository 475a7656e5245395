"""What becomes of one claimed refund: the word of the acquirer, or that there is none yet.

A refund that was claimed before may have been paid before. So the acquirer is asked about it first, and only one that
it has never heard of is asked for again, under the same id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from paygate.domain.acquiring import Refund
from paygate.domain.ids import new_id
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.ports import Acquirer


@dataclass(frozen=True)
class RefundOutcome:
    """What to store of a refund; `undecided` is that there is no word yet."""

    refund_id: str
    kind: Literal["processed", "failed", "undecided"]
    failure_reason: str | None = None
    reference: str | None = None

    def row(self) -> dict[str, Any]:
        """As `settle_refunds` takes it."""
        return {
            "refund_id": self.refund_id,
            "event_id": new_id("evt"),
            "kind": self.kind,
            "failure_reason": self.failure_reason,
            "acquirer_reference": self.reference,
        }


class Refunder:
    """Brings claimed refunds before the acquirer, all at once, each within a limited time."""

    def __init__(self, acquirer: Acquirer, calls: AcquirerCalls) -> None:
        self._acquirer = acquirer
        self._calls = calls

    def refund_all(self, rows: list[dict[str, Any]]) -> list[RefundOutcome]:
        """One outcome for each row of `claim_refunds`; a call that takes too long leaves its refund undecided."""
        return self._calls.make(rows, self._ask, _undecided, in_turn=self._acquirer.instant)

    def _ask(self, row: dict[str, Any]) -> RefundOutcome:
        refund = Refund(
            refund_id=row["id"],
            payment_id=row["payment_id"],
            payment_reference=row["acquirer_reference"],
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            reason=row["reason"],
        )
        decision = self._acquirer.refund_status(refund) if row["claimed_before"] else None
        if decision is None:
            decision = self._acquirer.refund(refund)
        kind: Literal["processed", "failed"] = "processed" if decision.succeeded else "failed"
        return RefundOutcome(refund.refund_id, kind, decision.failure_reason, decision.reference)


def _undecided(row: dict[str, Any]) -> RefundOutcome:
    return RefundOutcome(row["id"], "undecided")
