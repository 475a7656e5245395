from __future__ import annotations

import time
from dataclasses import replace

import pytest

from paygate.adapters.acquirers.simulator import (
    FAILING_CARDS,
    FAILING_REFUNDS,
    FAILING_VPAS,
    SILENT_CARDS,
    SILENT_REFUNDS,
    SILENT_VPAS,
    UNCAPTURABLE_CARDS,
    UNCAPTURABLE_VPAS,
    Simulator,
)
from paygate.domain.acquiring import Charge, Decision, Refund
from paygate.domain.cards import passes_luhn
from paygate.domain.errors import AcquirerUnavailableError
from tests.support.rows import CARD

SIMULATOR = Simulator(force_failure=False)
VPAS = {
    "success@paygate": None,
    "user@paytm": None,
    "failure@paytm": None,
    "failure@paygate": "payment_declined",
    "FAILURE@PayGate": "payment_declined",
    "insufficient@paygate": "insufficient_funds",
    "expired@paygate": "payment_timed_out",
    "cancelled@paygate": "payment_cancelled",
    "invalid@paygate": "invalid_vpa",
    "limit@paygate": "limit_exceeded",
    "bank-down@paygate": "bank_unavailable",
}
# https://docs.stripe.com/testing, with the reasons that a Stripe user would expect.
NUMBERS = {
    "4242424242424242": None,
    "5555555555554444": None,
    "378282246310005": None,
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "lost_card",
    "4000000000009979": "stolen_card",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvv",
    "4000000000000119": "processing_error",
    "4000000000000101": "limit_exceeded",
    "4000000000006975": "card_velocity_exceeded",
}
SILENT_NUMBER = "4000000000000044"
UNCAPTURABLE_NUMBER = "4000000000000036"
# By the reason that the merchant gives.
REFUNDS = {
    None: None,
    "": None,
    "the shopper sent it back": None,
    "no failure@paygate please": None,
    "failure@paytm": None,
    "failure@paygate": "refund_declined",
    " FAILURE@PayGate\n": "refund_declined",
    "insufficient@paygate": "insufficient_balance",
    "  Insufficient@paygate": "insufficient_balance",
}
SILENT_REASONS = {
    "timeout@paygate": None,
    " TimeOut@PayGate ": None,
    "timeout-failure@paygate": "refund_declined",
    "TIMEOUT-FAILURE@PAYGATE\t": "refund_declined",
}


def by_vpa(vpa: str) -> Charge:
    return Charge("pay_0123", 50_000, "INR", vpa=vpa)


BY_LINK = Charge("pay_0123", 50_000, "INR")


def by_card(number: str) -> Charge:
    return Charge("pay_0123", 50_000, "INR", card_last4=number[-4:], card=replace(CARD, number=number))


def because(reason: str | None) -> Refund:
    return Refund("rfnd_4567", "pay_0123", "sim_0123", 20_000, "INR", reason)


def test_every_magic_instrument_is_tried_here() -> None:
    assert FAILING_REFUNDS.keys() | SILENT_REFUNDS.keys() <= {*REFUNDS, *SILENT_REASONS}
    assert (set(UNCAPTURABLE_VPAS), set(UNCAPTURABLE_CARDS)) == (
        {"capture-failure@paygate"},
        {UNCAPTURABLE_NUMBER[-4:]},
    )
    assert passes_luhn(UNCAPTURABLE_NUMBER)
    assert FAILING_VPAS.keys() | SILENT_VPAS.keys() <= {*VPAS, "timeout@paygate", "timeout-failure@paygate"}
    assert FAILING_CARDS.keys() | SILENT_CARDS.keys() <= {number[-4:] for number in (*NUMBERS, SILENT_NUMBER)}
    assert all(passes_luhn(number) for number in (*NUMBERS, SILENT_NUMBER)), "or the API would refuse them"


@pytest.mark.parametrize(
    ("charge", "failure_reason"),
    [
        *((by_vpa(vpa), reason) for vpa, reason in VPAS.items()),
        *((by_card(number), reason) for number, reason in NUMBERS.items()),
        (BY_LINK, None),
    ],
    ids=[*VPAS, *NUMBERS, "by link"],
)
def test_the_instrument_alone_decides_and_always_the_same(charge: Charge, failure_reason: str | None) -> None:
    answers = {SIMULATOR.authorize(charge) for _ in range(3)}
    assert answers == {Decision("sim_0123", failure_reason)}
    assert answers.pop().succeeded is (failure_reason is None)
    assert SIMULATOR.status(charge) is None, "its answer was not lost, so whoever asks has not charged"


SILENT = [
    (by_vpa("timeout@paygate"), None),
    (by_vpa("TimeOut@paygate"), None),
    (by_vpa("timeout-failure@paygate"), "payment_declined"),
    (by_card(SILENT_NUMBER), None),
]


@pytest.mark.parametrize(("charge", "failure_reason"), SILENT)
def test_of_a_silent_instrument_only_the_status_tells_also_without_the_card(
    charge: Charge, failure_reason: str | None
) -> None:
    with pytest.raises(AcquirerUnavailableError):
        SIMULATOR.authorize(charge)
    assert SIMULATOR.status(replace(charge, card=None)) == Decision("sim_0123", failure_reason)


@pytest.mark.parametrize(
    "charge",
    [
        *(by_vpa("success@paygate"), by_vpa("insufficient@paygate"), by_card("4242424242424242"), BY_LINK),
        *(c for c, _ in SILENT),
    ],
)
def test_forced_failure_declines_everything_at_once(charge: Charge) -> None:
    assert Simulator(force_failure=True).authorize(charge) == Decision("sim_0123", "payment_declined")


def test_there_is_nothing_to_give_back() -> None:
    SIMULATOR.void(by_vpa("success@paygate"))
    SIMULATOR.void(by_vpa("success@paygate"))


# --- Captures and refunds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount_minor", [1, 20_000, 50_000])
@pytest.mark.parametrize(
    ("charge", "failure_reason"),
    [
        (by_vpa("success@paygate"), None),
        (by_vpa("failure@paygate"), None),
        (by_vpa("capture-failure@paytm"), None),
        (by_vpa("capture-failure@paygate"), "capture_declined"),
        (by_vpa("Capture-Failure@PayGate"), "capture_declined"),
        (by_card("4242424242424242"), None),
        (by_card(UNCAPTURABLE_NUMBER), "capture_declined"),
        (BY_LINK, None),
    ],
    ids=lambda value: f"{value.vpa or value.card_last4}" if isinstance(value, Charge) else "",
)
def test_a_capture_is_refused_by_the_instrument_alone_and_always_the_same(
    charge: Charge, failure_reason: str | None, amount_minor: int
) -> None:
    # The card is long forgotten when its payment is captured.
    reserved = replace(charge, capture=False, card=None)
    answers = {SIMULATOR.capture(reserved, amount_minor) for _ in range(3)}
    assert answers == {Decision("sim_0123", failure_reason)}


@pytest.mark.parametrize(
    "charge", [by_vpa("capture-failure@paygate"), by_card(UNCAPTURABLE_NUMBER)], ids=["vpa", "card"]
)
def test_what_cannot_be_captured_is_authorized_all_the_same(charge: Charge) -> None:
    assert SIMULATOR.authorize(replace(charge, capture=False)) == Decision("sim_0123", None)


@pytest.mark.parametrize(("reason", "failure_reason"), REFUNDS.items())
def test_the_reason_alone_decides_on_a_refund_and_always_the_same(
    reason: str | None, failure_reason: str | None
) -> None:
    answers = {SIMULATOR.refund(because(reason)) for _ in range(3)}
    assert answers == {Decision("sim_4567", failure_reason)}
    assert SIMULATOR.refund_status(because(reason)) is None, "its answer was not lost, so whoever asks has not refunded"


@pytest.mark.parametrize(("reason", "failure_reason"), SILENT_REASONS.items())
def test_of_a_silent_refund_only_the_status_tells(reason: str, failure_reason: str | None) -> None:
    with pytest.raises(AcquirerUnavailableError):
        SIMULATOR.refund(because(reason))
    assert SIMULATOR.refund_status(because(reason)) == Decision("sim_4567", failure_reason)


def test_forced_failure_is_for_payments_and_not_for_what_they_become() -> None:
    forced = Simulator(force_failure=True)
    assert forced.capture(by_vpa("user@paytm"), 1).succeeded
    assert forced.refund(because(None)).succeeded


# --- Delays -----------------------------------------------------------------------------------------------------------


def test_a_charge_or_refund_takes_as_long_as_the_delay_says_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    simulator = Simulator(force_failure=False, delay_seconds=0.25)
    simulator.authorize(by_vpa("user@paytm"))
    simulator.status(by_vpa("user@paytm"))
    simulator.void(by_vpa("user@paytm"))
    simulator.capture(by_vpa("user@paytm"), 1)
    simulator.refund_status(because(None))
    SIMULATOR.authorize(by_vpa("user@paytm"))
    SIMULATOR.refund(because(None))
    assert slept == [0.25]
    simulator.refund(because(None))
    with pytest.raises(AcquirerUnavailableError):
        simulator.refund(because("timeout@paygate"))
    assert slept == [0.25] * 3


@pytest.mark.parametrize(("delay_seconds", "instant"), [(0, True), (0.001, False)])
def test_it_is_instant_unless_it_is_delayed(delay_seconds: float, instant: bool) -> None:
    assert Simulator(force_failure=False, delay_seconds=delay_seconds).instant is instant
