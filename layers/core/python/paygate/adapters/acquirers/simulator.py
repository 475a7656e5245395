"""The default acquirer: no bank, an outcome that follows from the payment instrument alone.

Being a pure function, it may be asked any number of times about one payment, as a real acquirer may with an
idempotency key. The card numbers are the ones that Stripe's users know: https://docs.stripe.com/testing
"""

from __future__ import annotations

import time

from paygate.domain.acquiring import Charge, Decision, Refund
from paygate.domain.errors import AcquirerUnavailableError

FAILING_VPAS = {
    "failure@paygate": "payment_declined",
    "insufficient@paygate": "insufficient_funds",
    "expired@paygate": "payment_timed_out",
    "cancelled@paygate": "payment_cancelled",
    "invalid@paygate": "invalid_vpa",
    "limit@paygate": "limit_exceeded",
    "bank-down@paygate": "bank_unavailable",
}
# By the last four digits, which is all that is known of a card once it has been charged.
FAILING_CARDS = {
    "0002": "card_declined",
    "9995": "insufficient_funds",
    "9987": "lost_card",
    "9979": "stolen_card",
    "0069": "expired_card",
    "0127": "incorrect_cvv",
    "0119": "processing_error",
    "0101": "limit_exceeded",
    "6975": "card_velocity_exceeded",
}
# The first answer is lost on its way; only asking for the status tells what has become of the payment.
SILENT_VPAS = {"timeout@paygate": None, "timeout-failure@paygate": "payment_declined"}
SILENT_CARDS = {"0044": None}
# These are authorized, and the capture is refused.
UNCAPTURABLE_VPAS = {"capture-failure@paygate": "capture_declined"}
UNCAPTURABLE_CARDS = {"0036": "capture_declined"}
# By the reason that the merchant gives.
FAILING_REFUNDS = {"failure@paygate": "refund_declined", "insufficient@paygate": "insufficient_balance"}
SILENT_REFUNDS = {"timeout@paygate": None, "timeout-failure@paygate": "refund_declined"}


class Simulator:
    """Succeeds unless the VPA or card is a magic failing one or test mode forces failure.

    `delay_seconds` is how long each charge or refund takes, the part of TEST_PROCESSING_DELAY that SQS cannot wait.
    """

    def __init__(self, *, force_failure: bool, delay_seconds: float = 0) -> None:
        self._force_failure = force_failure
        self._delay_seconds = delay_seconds

    @property
    def instant(self) -> bool:
        """Whether a charge never waits, so that threads would only cost."""
        return not self._delay_seconds

    def authorize(self, charge: Charge) -> Decision:
        """Raises AcquirerUnavailableError for the instruments whose answer gets lost."""
        if self._delay_seconds:
            time.sleep(self._delay_seconds)
        if not self._force_failure and _is_silent(charge):
            raise AcquirerUnavailableError("The acquirer's answer did not arrive.")
        return self._decide(charge)

    def status(self, charge: Charge) -> Decision | None:
        """What became of an earlier charge; None for one that was never heard of, which is all but the silent ones:
        their answers were not lost, so nobody asks about them unless the charge never got here.
        """
        return self._decide(charge) if _is_silent(charge) else None

    def capture(self, charge: Charge, amount_minor: int) -> Decision:
        """Refused for the instruments that say so."""
        by_vpa = UNCAPTURABLE_VPAS.get((charge.vpa or "").lower())
        by_card = UNCAPTURABLE_CARDS.get(charge.card_last4 or "")
        return Decision(_reference(charge.payment_id), by_vpa or by_card)

    def void(self, charge: Charge) -> None:
        """Nothing was charged, so nothing is given back."""

    def refund(self, refund: Refund) -> Decision:
        """Raises AcquirerUnavailableError for the reasons whose answer gets lost."""
        if self._delay_seconds:
            time.sleep(self._delay_seconds)
        if _magic(refund) in SILENT_REFUNDS:
            raise AcquirerUnavailableError("The acquirer's answer did not arrive.")
        return Decision(_reference(refund.refund_id), FAILING_REFUNDS.get(_magic(refund)))

    def refund_status(self, refund: Refund) -> Decision | None:
        """What became of an earlier refund; None, as for charges, for all but the silent ones."""
        if _magic(refund) not in SILENT_REFUNDS:
            return None
        return Decision(_reference(refund.refund_id), SILENT_REFUNDS[_magic(refund)])

    def _decide(self, charge: Charge) -> Decision:
        reference = _reference(charge.payment_id)
        if self._force_failure:
            return Decision(reference, "payment_declined")
        if charge.vpa is not None:
            vpa = charge.vpa.lower()
            return Decision(reference, FAILING_VPAS.get(vpa) or SILENT_VPAS.get(vpa))
        return Decision(reference, FAILING_CARDS.get(charge.card_last4 or ""))


def _reference(object_id: str) -> str:
    return f"sim_{object_id.partition('_')[2]}"


def _magic(refund: Refund) -> str:
    return (refund.reason or "").strip().lower()


def _is_silent(charge: Charge) -> bool:
    if charge.vpa is not None:
        return charge.vpa.lower() in SILENT_VPAS
    return charge.card_last4 in SILENT_CARDS
