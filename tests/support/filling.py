"""Which payments a database is filled with, and what has become of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from paygate.domain.ledger import JournalType

AMOUNT_MINOR = 50_000


@dataclass(frozen=True)
class Fate:
    """What has become of a payment, and of its refunds (status and amount)."""

    status: str
    captured_minor: int = 0
    fee_minor: int = 0
    refunds: tuple[tuple[str, int], ...] = ()
    method: str = "upi"

    def journals(self) -> Iterator[tuple[JournalType, int, int | None]]:
        """Type and amount of each in order, and the place of the refund that it belongs to."""
        if self.captured_minor:
            yield "capture", self.captured_minor, None
        if self.fee_minor:
            yield "fee", self.fee_minor, None
        for place, (status, amount) in enumerate(self.refunds):
            yield "refund", amount, place
            if status == "processed":
                yield "refund_processed", amount, place
            elif status == "failed":
                yield "refund_failed", amount, place


# The payment of that number, and of each twenty more; the last one's order is its own.
FATES: Sequence[Fate] = (
    Fate("failed"),
    Fate("cancelled"),
    Fate("authorized"),
    Fate("captured", 40_000, 400, (("processed", 10_000), ("failed", 30_000))),
    Fate("captured", AMOUNT_MINOR, 500, method="card"),
    Fate("success", AMOUNT_MINOR, 0, (("processed", 20_000), ("pending", 30_000))),
    *[Fate("success", AMOUNT_MINOR)] * 14,
)


@dataclass(frozen=True)
class Filling:
    """Which rows are written; `prefix` is part of their ids, which sort by number, as real ones do by time. With
    `webhooks`, each payment has two events, and each event a delivery to the one endpoint.
    """

    payments: int
    merchant_id: str
    prefix: str = "fill"
    webhooks: bool = False

    def order_id(self, number: int = 0) -> str:
        """Number 0 is the reusable order that most payments are for."""
        return self._id("order", number)

    def payment_id(self, number: int) -> str:
        """From 1, the oldest, to `payments`, the newest."""
        return self._id("pay", number)

    def refund_id(self, number: int, place: int) -> str:
        return self._id("rfnd", number, place)

    def event_id(self, number: int, sequence: int) -> str:
        return self._id("evt", number, sequence)

    def delivery_id(self, number: int, sequence: int) -> str:
        return self._id("whd", number, sequence)

    @property
    def endpoint_id(self) -> str:
        return self._id("whe", 0)

    def journal_id(self, number: int, place: int) -> str:
        return self._id("jrn", number, place)

    def numbers_with(self, *, refunds: bool) -> Iterator[tuple[int, Fate]]:
        """Number and fate of every payment, or of those that have refunds."""
        size = len(FATES)
        pairs = ((number, FATES[number % size]) for number in range(1, self.payments + 1))
        return (pair for pair in pairs if pair[1].refunds) if refunds else pairs

    def _id(self, kind: str, number: int, place: int = 0) -> str:
        return f"{kind}_{self.prefix}{number:014d}{place:04d}"
