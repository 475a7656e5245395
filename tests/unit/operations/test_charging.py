from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from paygate.domain.acquiring import Charge, Decision
from paygate.domain.cards import Card
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger, Outcome
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import CARD
from tests.unit.fakes import FakeVault, card_row, charged, claimed_row

PAID_ELSEWHERE = Outcome("pay_1", "decided", "order_already_paid", None)


def outcome_of(acquirer: ScriptedAcquirer, row: dict[str, Any], vault: FakeVault | None = None) -> Outcome:
    (outcome,) = Charger(acquirer, vault or FakeVault(), AcquirerCalls()).charge_all([row])
    return outcome


# --- The order in which the acquirer is asked -------------------------------------------------------------------------


@pytest.mark.parametrize(("capture", "captured"), [("automatic", True), ("manual", False)])
def test_a_new_payment_is_charged_without_asking_about_it(capture: str, captured: bool) -> None:
    acquirer = ScriptedAcquirer()
    assert outcome_of(acquirer, claimed_row("pay_1", capture=capture)) == charged("pay_1")
    assert acquirer.charges == [Charge("pay_1", 50_000, "INR", capture=captured, vpa="user@paytm")]
    assert acquirer.asked == []


@pytest.mark.parametrize("failure_reason", [None, "payment_declined"])
def test_a_payment_that_was_claimed_before_is_asked_about_and_not_charged_again(failure_reason: str | None) -> None:
    acquirer = ScriptedAcquirer({"pay_1": failure_reason} if failure_reason else {}, silent={"pay_1"})
    assert outcome_of(acquirer, claimed_row("pay_1")).kind == "undecided"
    assert outcome_of(acquirer, claimed_row("pay_1", claimed_before=True)) == charged("pay_1", failure_reason)
    assert (len(acquirer.charges), acquirer.asked) == (1, ["pay_1"])


def test_a_payment_that_was_claimed_before_is_charged_if_the_acquirer_never_heard_of_it() -> None:
    acquirer = ScriptedAcquirer()
    assert outcome_of(acquirer, claimed_row("pay_1", claimed_before=True)) == charged("pay_1")
    assert (len(acquirer.charges), acquirer.asked) == (1, ["pay_1"])


@pytest.mark.parametrize(("claimed_before", "asked"), [(False, []), (True, ["pay_1"])])
def test_a_payment_that_its_order_no_longer_takes_fails_without_any_charge(
    claimed_before: bool, asked: list[str]
) -> None:
    acquirer = ScriptedAcquirer()
    # An earlier claimer's request may still be on its way to the acquirer, who must then give back what it charges.
    refused = replace(PAID_ELSEWHERE, charge_in_air=claimed_before)
    for row in (claimed_row, card_row):
        assert outcome_of(acquirer, row("pay_1", payable=False, claimed_before=claimed_before)) == refused
    assert (acquirer.charges, acquirer.asked) == ([], asked * 2)


@pytest.mark.parametrize("row", [claimed_row, card_row], ids=["upi", "card"])
def test_a_payment_that_could_not_be_charged_in_time_is_not_charged_any_more(
    row: Callable[..., dict[str, Any]],
) -> None:
    acquirer = ScriptedAcquirer()
    outcome = outcome_of(acquirer, row("pay_1", too_late=True))
    assert (outcome.kind, outcome.failure_reason, acquirer.charges) == ("decided", "payment_timed_out", [])


def test_a_payment_that_was_charged_in_time_is_told_so_however_late() -> None:
    acquirer = ScriptedAcquirer()
    acquirer.decisions["pay_1"] = Decision("ref_pay_1", None)
    assert outcome_of(acquirer, claimed_row("pay_1", too_late=True, claimed_before=True)) == charged("pay_1")


def test_a_payment_that_was_charged_before_its_order_was_paid_is_told_as_charged() -> None:
    # The settlement then makes it lose, and has its money given back.
    acquirer = ScriptedAcquirer()
    acquirer.decisions["pay_1"] = Decision("ref_pay_1", None)
    assert outcome_of(acquirer, claimed_row("pay_1", payable=False, claimed_before=True)) == charged("pay_1")


def test_a_payment_whose_money_is_to_be_given_back_is_voided_and_nothing_else() -> None:
    acquirer = ScriptedAcquirer()
    row = claimed_row("pay_1", voiding=True, claimed_before=True, payable=False)
    assert outcome_of(acquirer, row) == Outcome("pay_1", "voided")
    assert (acquirer.voided, acquirer.asked, acquirer.charges) == (["pay_1"], [], [])


def test_a_card_is_not_needed_for_giving_money_back(log_records: list[logging.LogRecord]) -> None:
    row = card_row("pay_1", voiding=True, claimed_before=True)
    assert outcome_of(ScriptedAcquirer(), row, FakeVault(down=True)) == Outcome("pay_1", "voided")
    assert log_records == [], "the vault is not even asked"


@pytest.mark.parametrize(
    "row",
    [claimed_row("pay_1"), claimed_row("pay_1", claimed_before=True), claimed_row("pay_1", voiding=True)],
    ids=["charge", "status", "void"],
)
def test_without_a_word_a_payment_stays_undecided(row: dict[str, Any]) -> None:
    acquirer = ScriptedAcquirer()
    acquirer.mute = True
    assert outcome_of(acquirer, row) == Outcome("pay_1", "undecided")
    assert acquirer.voided == []
    assert len(acquirer.charges) == (not row["claimed_before"] and not row["voiding"]), "status mute: no charge"


# --- Cards ------------------------------------------------------------------------------------------------------------


def test_a_card_is_charged_with_what_the_vault_keeps() -> None:
    acquirer, vault = ScriptedAcquirer(), FakeVault()
    vault.put("pay_1", CARD)
    assert outcome_of(acquirer, card_row("pay_1"), vault) == charged("pay_1")
    assert acquirer.charges == [Charge("pay_1", 50_000, "INR", card_last4="4242", card=CARD)]
    assert vault.cards == {"pay_1": CARD}, "kept until the settlement"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, Outcome("pay_1", "decided", "card_details_expired", None)),
        (Decision("ref_pay_1", None), charged("pay_1")),
        (Decision("ref_pay_1", "card_declined"), charged("pay_1", "card_declined")),
    ],
)
def test_with_the_card_gone_only_the_acquirer_knows_and_otherwise_it_has_expired(
    known: Decision | None, expected: Outcome
) -> None:
    acquirer = ScriptedAcquirer()
    if known:
        acquirer.decisions["pay_1"] = known
    assert outcome_of(acquirer, card_row("pay_1")) == expected
    assert (acquirer.charges, acquirer.asked) == ([], ["pay_1"])


def test_with_the_card_gone_and_no_word_it_stays_undecided() -> None:
    acquirer = ScriptedAcquirer()
    acquirer.mute = True
    assert outcome_of(acquirer, card_row("pay_1")) == Outcome("pay_1", "undecided")


def test_a_card_whose_seal_is_not_the_payments_counts_as_gone() -> None:
    class ForeignSeals(FakeVault):
        def open(self, payment_id: str, sealed: bytes) -> Card | None:
            return None

    acquirer, vault = ScriptedAcquirer(), ForeignSeals()
    vault.put("pay_1", CARD)
    assert outcome_of(acquirer, card_row("pay_1"), vault).failure_reason == "card_details_expired"
    assert acquirer.charges == []


def test_a_vault_that_does_not_answer_leaves_cards_undecided_and_charges_the_rest(
    log_records: list[logging.LogRecord],
) -> None:
    acquirer = ScriptedAcquirer()
    rows = [card_row("pay_1"), claimed_row("pay_2"), card_row("pay_3", claimed_before=True)]
    acquirer.decisions["pay_3"] = Decision("ref_pay_3", None)
    outcomes = Charger(acquirer, FakeVault(down=True), AcquirerCalls()).charge_all(rows)
    assert outcomes == [Outcome("pay_1", "undecided"), charged("pay_2"), charged("pay_3")]
    assert [charge.payment_id for charge in acquirer.charges] == ["pay_2"]
    assert [record.getMessage() for record in log_records] == ["card vault does not answer", "no word yet"]


def test_only_settled_payments_cards_are_forgotten_and_a_silent_vault_is_no_error(
    log_records: list[logging.LogRecord],
) -> None:
    vault = FakeVault()
    rows = [card_row("pay_1"), card_row("pay_2"), claimed_row("pay_3")]
    for row in rows:
        vault.put(row["id"], CARD)
    charger = Charger(ScriptedAcquirer(), vault, AcquirerCalls())
    charger.discard_cards(rows, {"pay_1", "pay_3"})
    assert set(vault.cards) == {"pay_2", "pay_3"}, "pay_3 is no payment by card"
    vault.down = True
    charger.discard_cards(rows, {"pay_2"})
    assert [record.getMessage() for record in log_records] == ["cards left to expire"]


# --- Many at once -----------------------------------------------------------------------------------------------------


class Threads(ScriptedAcquirer):
    """Notes which thread asks."""

    def __init__(self, *, instant: bool) -> None:
        super().__init__()
        self.instant = instant
        self.threads: set[str] = set()

    def authorize(self, charge: Charge) -> Decision:
        self.threads.add(threading.current_thread().name)
        return super().authorize(charge)


@pytest.mark.parametrize("instant", [True, False])
def test_an_instant_acquirer_is_asked_without_threads_and_any_other_in_threads(instant: bool) -> None:
    acquirer = Threads(instant=instant)
    ids = [f"pay_{number}" for number in range(10)]
    outcomes = Charger(acquirer, FakeVault(), AcquirerCalls()).charge_all([claimed_row(each) for each in ids])
    assert outcomes == [charged(each) for each in ids]
    here = threading.current_thread().name
    assert (acquirer.threads == {here}, here in acquirer.threads) == (instant, instant)


def test_a_single_card_needs_no_thread_and_several_are_opened_in_threads() -> None:
    vault = FakeVault()
    rows = [card_row(f"pay_{number}") for number in range(3)]
    for row in rows:
        vault.put(row["id"], CARD)
    for batch, here in ((rows[:1], True), (rows, False)):
        acquirer = Threads(instant=True)
        outcomes = Charger(acquirer, vault, AcquirerCalls()).charge_all(batch)
        assert outcomes == [charged(row["id"]) for row in batch]
        assert (threading.current_thread().name in acquirer.threads) is here


@pytest.mark.parametrize("instant", [True, False])
def test_an_error_of_the_acquirers_leaves_only_its_payment_undecided_and_no_card_in_the_log(
    instant: bool, log_records: list[logging.LogRecord]
) -> None:
    class Faulty(ScriptedAcquirer):
        def authorize(self, charge: Charge) -> Decision:
            if charge.payment_id == "pay_2":
                raise ZeroDivisionError(f"card {CARD.number} is odd")
            return super().authorize(charge)

    acquirer = Faulty()
    acquirer.instant = instant
    rows = [claimed_row(f"pay_{number}") for number in (1, 2, 3)]
    outcomes = Charger(acquirer, FakeVault(), AcquirerCalls()).charge_all(rows)
    assert outcomes == [charged("pay_1"), Outcome("pay_2", "undecided"), charged("pay_3")]
    (record,) = log_records
    assert (record.getMessage(), vars(record)["subject_id"]) == ("call broke off", "pay_2")
    assert CARD.number not in str(vars(record))


# --- What the settlement is given -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "succeeded"),
    [
        (charged("pay_1"), True),
        (charged("pay_1", "payment_declined"), False),
        (Outcome("pay_1", "undecided"), False),
        (Outcome("pay_1", "voided"), False),
        (Outcome("pay_1", "captured"), False),
        (Outcome("pay_1", "cancelled"), False),
    ],
)
def test_only_a_decision_without_a_reason_to_fail_is_a_success(outcome: Outcome, succeeded: bool) -> None:
    row = outcome.row()
    assert (row["kind"], row["succeeded"]) == (outcome.kind, succeeded)
