from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from paygate.domain.acquiring import Decision, Refund
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.refunding import Refunder, RefundOutcome
from tests.support.acquirers import ScriptedAcquirer
from tests.unit.fakes import refund_row

PROCESSED = RefundOutcome("rfnd_1", "processed", None, "ref_rfnd_1")
DECLINED = RefundOutcome("rfnd_1", "failed", "refund_declined", "ref_rfnd_1")


def outcome_of(acquirer: ScriptedAcquirer, row: dict[str, Any]) -> RefundOutcome:
    (outcome,) = Refunder(acquirer, AcquirerCalls()).refund_all([row])
    return outcome


@pytest.mark.parametrize("reason", ["too small", None])
def test_a_new_refund_is_asked_for_without_asking_about_it(reason: str | None) -> None:
    acquirer = ScriptedAcquirer()
    assert outcome_of(acquirer, refund_row("rfnd_1", reason=reason)) == PROCESSED
    assert acquirer.refunds == [Refund("rfnd_1", "pay_1", "ref_pay_1", 20_000, "INR", reason)]
    assert acquirer.asked == []


def test_a_refund_that_the_acquirer_refuses_has_failed_with_its_reason() -> None:
    acquirer = ScriptedAcquirer({"rfnd_1": "refund_declined"})
    assert outcome_of(acquirer, refund_row("rfnd_1")) == DECLINED


@pytest.mark.parametrize("expected", [PROCESSED, DECLINED], ids=["processed", "failed"])
def test_a_refund_whose_answer_was_lost_is_asked_about_and_not_paid_again(expected: RefundOutcome) -> None:
    failures = {"rfnd_1": expected.failure_reason} if expected.failure_reason else {}
    acquirer = ScriptedAcquirer(failures, silent={"rfnd_1"})
    assert outcome_of(acquirer, refund_row("rfnd_1")) == RefundOutcome("rfnd_1", "undecided")
    assert outcome_of(acquirer, refund_row("rfnd_1", claimed_before=True)) == expected
    assert (len(acquirer.refunds), acquirer.asked) == (1, ["rfnd_1"])


def test_a_refund_that_was_claimed_before_is_asked_for_under_its_id_if_the_acquirer_never_heard_of_it() -> None:
    acquirer = ScriptedAcquirer()
    assert outcome_of(acquirer, refund_row("rfnd_1", claimed_before=True)) == PROCESSED
    assert acquirer.asked == ["rfnd_1"]
    assert [refund.refund_id for refund in acquirer.refunds] == ["rfnd_1"]


@pytest.mark.parametrize("claimed_before", [False, True])
def test_without_a_word_a_refund_stays_undecided(claimed_before: bool, log_records: list[logging.LogRecord]) -> None:
    acquirer = ScriptedAcquirer()
    acquirer.mute = True
    row = refund_row("rfnd_1", claimed_before=claimed_before)
    assert outcome_of(acquirer, row) == RefundOutcome("rfnd_1", "undecided")
    assert len(acquirer.refunds) == (not claimed_before), "while nothing is known of it, nothing is paid"
    assert [(record.getMessage(), vars(record)["subject_id"]) for record in log_records] == [("no word yet", "rfnd_1")]


@pytest.mark.parametrize("instant", [True, False])
def test_trouble_with_one_refund_does_not_hurt_the_others_and_only_an_instant_acquirer_needs_no_threads(
    instant: bool, log_records: list[logging.LogRecord]
) -> None:
    threads: set[threading.Thread] = set()

    class Faulty(ScriptedAcquirer):
        def refund(self, refund: Refund) -> Decision:
            threads.add(threading.current_thread())
            if refund.refund_id == "rfnd_2":
                raise ZeroDivisionError("odd")
            return super().refund(refund)

    acquirer = Faulty()
    acquirer.instant = instant
    rows = [refund_row(f"rfnd_{number}") for number in (1, 2, 3)]
    outcomes = Refunder(acquirer, AcquirerCalls()).refund_all(rows)
    assert [(outcome.refund_id, outcome.kind) for outcome in outcomes] == [
        ("rfnd_1", "processed"),
        ("rfnd_2", "undecided"),
        ("rfnd_3", "processed"),
    ]
    assert [record.getMessage() for record in log_records] == ["call broke off"]
    assert (threads == {threading.main_thread()}) is instant


@pytest.mark.parametrize(
    "outcome", [PROCESSED, DECLINED, RefundOutcome("rfnd_1", "undecided")], ids=lambda outcome: outcome.kind
)
def test_the_settlement_is_given_the_outcome_and_an_event_id_of_its_own(outcome: RefundOutcome) -> None:
    rows = [outcome.row() for _ in range(2)]
    event_ids = {row.pop("event_id") for row in rows}
    assert (len(event_ids), {each[:4] for each in event_ids}) == (2, {"evt_"})
    expected = {
        "refund_id": "rfnd_1",
        "kind": outcome.kind,
        "failure_reason": outcome.failure_reason,
        "acquirer_reference": outcome.reference,
    }
    assert rows == [expected] * 2
