"""What is asked of an acquirer and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Charge:
    """What to charge and whom. `payment_id` is the idempotency key: the same one never charges twice."""

    payment_id: str
    amount_minor: int
    currency: str
    vpa: str


@dataclass(frozen=True)
class Decision:
    """The acquirer's final word; `failure_reason` is a stable code such as `payment_declined`, None on success."""

    reference: str
    failure_reason: str | None

    @property
    def succeeded(self) -> bool:
        return self.failure_reason is None
