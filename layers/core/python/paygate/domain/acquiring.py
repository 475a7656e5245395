"""What is asked of an acquirer and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from paygate.domain.cards import Card


@dataclass(frozen=True)
class Charge:
    """What to charge and whom. `payment_id` is the idempotency key: the same one never charges twice.

    `card` is there only while the shopper is being charged; what the acquirer is asked later it must know by the
    payment id, so `card_last4` is all that is left of the card then. With `capture` false the money is only reserved.
    """

    payment_id: str
    amount_minor: int
    currency: str
    capture: bool = True
    vpa: str | None = None
    card_last4: str | None = None
    card: Card | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Refund:
    """How much to give back of which payment. `refund_id` is the idempotency key: the same one is never paid twice.

    `payment_reference` is what the acquirer called the payment; `reason` is the merchant's.
    """

    refund_id: str
    payment_id: str
    payment_reference: str
    amount_minor: int
    currency: str
    reason: str | None


@dataclass(frozen=True)
class Decision:
    """The acquirer's final word; `failure_reason` is a stable code such as `payment_declined`, None on success."""

    reference: str
    failure_reason: str | None

    @property
    def succeeded(self) -> bool:
        return self.failure_reason is None
