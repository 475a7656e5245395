from __future__ import annotations

import pytest

from paygate.adapters.acquirers.simulator import Simulator
from paygate.domain.acquiring import Charge, Decision


def charge(vpa: str) -> Charge:
    return Charge("pay_0123", 50_000, "INR", vpa)


@pytest.mark.parametrize(
    ("vpa", "failure_reason"),
    [
        ("success@paygate", None),
        ("user@paytm", None),
        ("failure@paytm", None),
        ("failure@paygate", "payment_declined"),
        ("FAILURE@PayGate", "payment_declined"),
        ("insufficient@paygate", "insufficient_funds"),
        ("expired@paygate", "payment_timed_out"),
    ],
)
def test_the_vpa_alone_decides_and_always_the_same(vpa: str, failure_reason: str | None) -> None:
    simulator = Simulator(force_failure=False)
    answers = {simulator.authorize(charge(vpa)) for _ in range(3)}
    assert answers == {Decision("sim_0123", failure_reason)}
    assert answers.pop().succeeded is (failure_reason is None)


@pytest.mark.parametrize("vpa", ["success@paygate", "user@paytm", "insufficient@paygate"])
def test_forced_failure_declines_everything(vpa: str) -> None:
    assert Simulator(force_failure=True).authorize(charge(vpa)) == Decision("sim_0123", "payment_declined")
