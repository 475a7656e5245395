"""What becomes of one claimed payment: the word of its acquirer, or that there is none yet.

A payment that was claimed before may have been charged before. So the acquirer is asked about it first, and only one
that it has never heard of is charged.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from traceback import format_tb
from typing import Any, Literal

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.errors import UnavailableError
from paygate.domain.ids import new_id
from paygate.operations.ports import Acquirer, CardVault

LOG = logging.getLogger("paygate.charging")
PARALLEL_MAX = 10
# For the whole batch. The function has 30 seconds, and must still store the outcomes.
ANSWER_SECONDS_MAX = 20.0


@dataclass(frozen=True)
class Outcome:
    """What to store of a payment: that it is `decided`, that its money has been `voided`, or that there is no word yet
    (`undecided`). `reference` is empty for a decision of ours; with `charge_in_air` it is one about a payment that the
    acquirer may still come to charge, and must then give back.
    """

    payment_id: str
    kind: Literal["decided", "voided", "undecided"]
    failure_reason: str | None = None
    reference: str | None = None
    charge_in_air: bool = False

    def row(self) -> dict[str, Any]:
        """As `settle_payments` takes it."""
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

    def __init__(
        self, acquirer: Acquirer, card_vault: CardVault, *, answer_seconds_max: float = ANSWER_SECONDS_MAX
    ) -> None:
        self._acquirer = acquirer
        self._card_vault = card_vault
        self._answer_seconds_max = answer_seconds_max
        self._pool: ThreadPoolExecutor | None = None

    def charge_all(self, rows: list[dict[str, Any]]) -> list[Outcome]:
        """One outcome for each row of `claim_payments`; a call that takes too long leaves its payment undecided."""
        sealed = self._fetch_cards(rows)
        if self._acquirer.instant and (not sealed or len(rows) == 1):
            return [self._charge(row, sealed) for row in rows]
        pool = self._pool or ThreadPoolExecutor(PARALLEL_MAX, thread_name_prefix="acquirer")
        calls = [pool.submit(self._charge, row, sealed) for row in rows]
        late = wait(calls, timeout=self._answer_seconds_max).not_done
        # Threads that hang are left to their own limits; the next batch gets fresh ones.
        self._pool = None if late else pool
        if late:
            pool.shutdown(wait=False, cancel_futures=True)
            LOG.warning("acquirer is too slow", extra={"count": len(late)})
        return [_undecided(row) if call in late else call.result() for row, call in zip(rows, calls, strict=True)]

    def discard_cards(self, rows: list[dict[str, Any]], settled_ids: set[str]) -> None:
        """Forget the cards of payments that have been settled; those whose outcome is open keep theirs."""
        card_ids = [row["id"] for row in rows if row["method"] == "card" and row["id"] in settled_ids]
        try:
            self._card_vault.discard(card_ids)
        except UnavailableError as error:
            LOG.warning("cards left to expire", extra={"count": len(card_ids), "error": error.description})

    def _fetch_cards(self, rows: list[dict[str, Any]]) -> dict[str, bytes] | None:
        """Sealed cards by payment; None when the vault does not answer."""
        card_ids = [row["id"] for row in rows if row["method"] == "card" and not row["voiding"]]
        try:
            return self._card_vault.fetch(card_ids)
        except UnavailableError as error:
            LOG.warning("card vault does not answer", extra={"count": len(card_ids), "error": error.description})
            return None

    def _charge(self, row: dict[str, Any], sealed: Mapping[str, bytes] | None) -> Outcome:
        try:
            return self._ask(row, sealed)
        except UnavailableError as error:
            LOG.warning("no word yet", extra={"payment_id": row["id"], "error": error.description})
        except Exception as error:
            # One payment's trouble must not keep the others of its batch from being settled. An acquirer's own error
            # may quote the card that it was sent, so only its kind and place are told.
            told = {"payment_id": row["id"], "kind": type(error).__name__, "place": format_tb(error.__traceback__)}
            LOG.error("charging broke off", extra=told)
        return _undecided(row)

    def _ask(self, row: dict[str, Any], sealed: Mapping[str, bytes] | None) -> Outcome:
        payment_id = row["id"]
        charge = _charge_of(row)
        if row["voiding"]:
            self._acquirer.void(charge)
            return Outcome(payment_id, "voided")
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
