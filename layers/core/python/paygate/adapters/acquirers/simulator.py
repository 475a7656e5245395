"""The default acquirer: no bank, an outcome that follows from the payment instrument alone.

Being a pure function, it may be asked any number of times about one payment, as a real acquirer may with an
idempotency key.
"""

from __future__ import annotations

from paygate.domain.acquiring import Charge, Decision

FAILING_VPAS = {
    "failure@paygate": "payment_declined",
    "insufficient@paygate": "insufficient_funds",
    "expired@paygate": "payment_timed_out",
}


class Simulator:
    """Succeeds unless the VPA is one of the magic failing ones or test mode forces failure."""

    def __init__(self, *, force_failure: bool) -> None:
        self._force_failure = force_failure

    def authorize(self, charge: Charge) -> Decision:
        reference = f"sim_{charge.payment_id.partition('_')[2]}"
        if self._force_failure:
            return Decision(reference, "payment_declined")
        return Decision(reference, FAILING_VPAS.get(charge.vpa.lower()))
