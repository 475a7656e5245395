"""Captures and cancels that a merchant has asked for: what the acquirer is asked then, and what it is not."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from paygate.domain.acquiring import Charge
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger, Outcome
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import CARD
from tests.unit.fakes import FakeVault, card_row, charged, claimed_row

CAPTURE = {"capture": "manual", "claimed_before": True, "requested": "capture", "requested_amount_minor": 20_000}
CANCEL = {"capture": "manual", "claimed_before": True, "requested": "cancel"}
# The order is no longer open and the shopper long gone: neither matters to money that is reserved.
LATE = {"payable": False, "too_late": True}


def outcomes_of(acquirer: ScriptedAcquirer, *rows: dict[str, Any], vault: FakeVault | None = None) -> list[Outcome]:
    return Charger(acquirer, vault or FakeVault(), AcquirerCalls()).charge_all(list(rows))


def asked_otherwise(acquirer: ScriptedAcquirer) -> list[Any]:
    return [*acquirer.charges, *acquirer.asked]


@pytest.mark.parametrize("claimed_before", [False, True])
def test_a_capture_asks_for_the_amount_that_the_merchant_wants(claimed_before: bool) -> None:
    acquirer = ScriptedAcquirer()
    row = claimed_row("pay_1", **{**CAPTURE, **LATE, "claimed_before": claimed_before})
    assert outcomes_of(acquirer, row) == [Outcome("pay_1", "captured")]
    assert acquirer.captures == [(Charge("pay_1", 50_000, "INR", capture=False, vpa="user@paytm"), 20_000)]
    assert (acquirer.voided, asked_otherwise(acquirer)) == ([], [])


def test_a_capture_that_the_acquirer_refuses_is_told_with_its_reason() -> None:
    acquirer = ScriptedAcquirer({"pay_1": "capture_declined"})
    assert outcomes_of(acquirer, claimed_row("pay_1", **CAPTURE)) == [
        Outcome("pay_1", "capture_refused", "capture_declined")
    ]
    assert asked_otherwise(acquirer) == []


def test_a_cancel_gives_the_money_back_and_nothing_else() -> None:
    acquirer = ScriptedAcquirer()
    assert outcomes_of(acquirer, claimed_row("pay_1", **CANCEL, **LATE)) == [Outcome("pay_1", "cancelled")]
    assert acquirer.voided == ["pay_1"]
    assert (acquirer.captures, asked_otherwise(acquirer)) == ([], [])


@pytest.mark.parametrize("requested", [CAPTURE, CANCEL], ids=["capture", "cancel"])
def test_without_a_word_a_request_stays_undecided_and_is_asked_for_again(requested: dict[str, Any]) -> None:
    acquirer = ScriptedAcquirer(silent={"pay_1"})
    row = claimed_row("pay_1", **requested)
    assert outcomes_of(acquirer, row) == [Outcome("pay_1", "undecided")]
    acquirer.silent = frozenset()
    (outcome,) = outcomes_of(acquirer, row)
    assert outcome.kind in ("captured", "cancelled")
    assert len(acquirer.captures) + len(acquirer.voided) == 2
    assert asked_otherwise(acquirer) == []


@pytest.mark.parametrize("requested", [CAPTURE, CANCEL], ids=["capture", "cancel"])
@pytest.mark.parametrize("mute", [False, True])
def test_a_request_for_a_payment_by_card_neither_charges_nor_fetches_the_card(
    requested: dict[str, Any], mute: bool, log_records: list[logging.LogRecord]
) -> None:
    acquirer, vault = ScriptedAcquirer(), FakeVault()
    acquirer.mute = mute
    vault.put("pay_1", CARD)
    vault.down = True
    (outcome,) = outcomes_of(acquirer, card_row("pay_1", **requested), vault=vault)
    assert (outcome.kind == "undecided", outcome.of_request) == (mute, not mute)
    assert asked_otherwise(acquirer) == []
    # The vault is not even asked.
    assert [record.getMessage() for record in log_records] == ["no word yet"] * mute


def test_in_one_batch_each_payment_gets_what_it_is_there_for() -> None:
    acquirer, vault = ScriptedAcquirer(), FakeVault()
    vault.put("pay_card", CARD)
    rows = [
        claimed_row("pay_captured", **CAPTURE),
        card_row("pay_card"),
        claimed_row("pay_cancelled", **CANCEL),
        claimed_row("pay_voided", voiding=True, claimed_before=True),
        claimed_row("pay_new"),
    ]
    assert outcomes_of(acquirer, *rows, vault=vault) == [
        Outcome("pay_captured", "captured"),
        charged("pay_card"),
        Outcome("pay_cancelled", "cancelled"),
        Outcome("pay_voided", "voided"),
        charged("pay_new"),
    ]
    assert sorted(charge.payment_id for charge in acquirer.charges) == ["pay_card", "pay_new"]
    assert sorted(acquirer.voided) == ["pay_cancelled", "pay_voided"]


@pytest.mark.parametrize(
    ("outcome", "of_request"),
    [
        (Outcome("pay_1", "captured"), True),
        (Outcome("pay_1", "capture_refused", "capture_declined"), True),
        (Outcome("pay_1", "cancelled"), True),
        (Outcome("pay_1", "undecided"), False),
        (Outcome("pay_1", "voided"), False),
        (charged("pay_1"), False),
    ],
    ids=lambda value: value.kind if isinstance(value, Outcome) else "",
)
def test_what_answers_a_merchants_request_is_told_from_the_rest(outcome: Outcome, of_request: bool) -> None:
    assert outcome.of_request is of_request
    row = outcome.row()
    assert (row["kind"], row["failure_reason"]) == (outcome.kind, outcome.failure_reason)
