"""What becomes of one claimed payment: the word of its acquirer, or that there is none yet.

A payment that was claimed before may have been charged before. So the acquirer is asked about it first, and only one
that it has never heard of is charged. Captures and voids are asked for again instead: they are the same however often.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.errors import UnavailableError
from paygate.domain.ids import new_id
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.ports import Acquirer, CardVault

LOG = logging.getLogger("paygate.charging")


@dataclass(frozen=True)
class Outcome:
    """What to store of a payment: that it is `decided`, that its money has been `voided`, what came of the capture or
    cancel that was asked for, or that there is no word yet (`undecided`). `reference` is empty for a decision of ours;
    with `charge_in_air` it is one about a payment that the acquirer may still come to charge, and must then give back.
    """

    payment_id: str
    kind: Literal["decided", "voided", "captured", "capture_refused", "cancelled", "undecided"]
    failure_reason: str | None = None
    reference: str | None = None
    charge_in_air: bool = False

    @property
    def of_request(self) -> bool:
        """Whether it answers a merchant's capture or cancel, which `settle_captures` stores."""
        return self.kind in ("captured", "capture_refused", "cancelled")

    def row(self) -> dict[str, Any]:
        """As `settle_payments` and `settle_captures` take it."""
        return {
            "payment_id": self.payment_id,
            "event_id": new_id("evt"),
            "kind": self.kind,
            "succeeded": self.kind == "decided" and self.failure_reason is None,
            "failure_reason": self.failure_reason,
            "acquirer_reference": self.reference,
            "charge_in_air": self.charge_in_air,
        }


class Charger:
    """Brings claimed payments before the acquirer, all at once, each within a limited time."""

    def __init__(self, acquirer: Acquirer, card_vault: CardVault, calls: AcquirerCalls) -> None:
        self._acquirer = acquirer
        self._card_vault = card_vault
        self._calls = calls

    def charge_all(self, rows: list[dict[str, Any]]) -> list[Outcome]:
        """One outcome for each row of `claim_payments`; a call that takes too long leaves its payment undecided."""
        sealed = self._fetch_cards(rows)
        in_turn = self._acquirer.instant and (not sealed or len(rows) == 1)
        return self._calls.make(rows, partial(self._ask, sealed), _undecided, in_turn=in_turn)

    def discard_cards(self, rows: list[dict[str, Any]], settled_ids: set[str]) -> None:
        """Forget the cards of payments that have been settled; those whose outcome is open keep theirs."""
        card_ids = [row["id"] for row in rows if row["method"] == "card" and row["id"] in settled_ids]
        try:
            self._card_vault.discard(card_ids)
        except UnavailableError as error:
            LOG.warning("cards left to expire", extra={"count": len(card_ids), "error": error.description})

    def _fetch_cards(self, rows: list[dict[str, Any]]) -> dict[str, bytes] | None:
        """Sealed cards by payment; None when the vault does not answer."""
        card_ids = [row["id"] for row in rows if row["method"] == "card" and not (row["voiding"] or row["requested"])]
        try:
            return self._card_vault.fetch(card_ids)
        except UnavailableError as error:
            LOG.warning("card vault does not answer", extra={"count": len(card_ids), "error": error.description})
            return None

    def _ask(self, sealed: Mapping[str, bytes] | None, row: dict[str, Any]) -> Outcome:
        payment_id = row["id"]
        charge = _charge_of(row)
        if row["requested"] == "capture":
            refusal = self._acquirer.capture(charge, row["requested_amount_minor"]).failure_reason
            return Outcome(payment_id, "capture_refused" if refusal else "captured", refusal)
        if row["voiding"] or row["requested"] == "cancel":
            self._acquirer.void(charge)
            return Outcome(payment_id, "voided" if row["voiding"] else "cancelled")
        decision = self._acquirer.status(charge) if row["claimed_before"] else None
        if decision is None and not row["payable"]:
            return _our_refusal(row, "order_already_paid")
        if decision is None and row["too_late"]:
            return _our_refusal(row, "payment_timed_out")
        if decision is None and row["method"] == "upi":
            decision = self._acquirer.authorize(charge)
        if decision is None:
            decision = self._charge_card(row, charge, sealed)
        if decision is None:
            return _our_refusal(row, "card_details_expired")
        return Outcome(payment_id, "decided", decision.failure_reason, decision.reference)

    def _charge_card(self, row: dict[str, Any], charge: Charge, sealed: Mapping[str, bytes] | None) -> Decision | None:
        """The acquirer's word; None if the card is gone and the acquirer has never heard of the payment."""
        if sealed is None:
            raise UnavailableError("The card vault does not answer.")
        seal = sealed.get(charge.payment_id)
        card = None if seal is None else self._card_vault.open(charge.payment_id, seal)
        if card is not None:
            return self._acquirer.authorize(_charge_of(row, card))
        # Gone too early. It may have been charged all the same, by a consumer that could not store the answer.
        return self._acquirer.status(charge)


def _charge_of(row: dict[str, Any], card: Any = None) -> Charge:
    return Charge(
        payment_id=row["id"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        capture=row["capture"] == "automatic",
        vpa=row["vpa"],
        card_last4=row["card_last4"],
        card=card,
    )


def _our_refusal(row: dict[str, Any], reason: str) -> Outcome:
    # An acquirer that has never heard of a payment may still hear of it: a request that an earlier claimer has given up
    # can be on its way. So what the acquirer comes to charge is given back.
    return Outcome(row["id"], "decided", reason, charge_in_air=row["claimed_before"])


def _undecided(row: dict[str, Any]) -> Outcome:
    return Outcome(row["id"], "undecided")
