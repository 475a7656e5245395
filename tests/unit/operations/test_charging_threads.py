"""Charging a batch at once: which thread asks, and what becomes of an acquirer that takes too long."""

from __future__ import annotations

import logging
import threading

from paygate.domain.acquiring import Charge, Decision
from paygate.operations.charging import PARALLEL_MAX, Charger, Outcome
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import CARD
from tests.unit.fakes import FakeVault, card_row, charged, claimed_row


class Threads(ScriptedAcquirer):
    """Notes which thread asks."""

    def __init__(self, *, instant: bool) -> None:
        super().__init__()
        self.instant = instant
        self.threads: set[str] = set()

    def authorize(self, charge: Charge) -> Decision:
        self.threads.add(threading.current_thread().name)
        return super().authorize(charge)


def test_an_instant_acquirer_is_asked_without_threads() -> None:
    acquirer = Threads(instant=True)
    Charger(acquirer, FakeVault()).charge_all([claimed_row(f"pay_{number}") for number in range(10)])
    assert acquirer.threads == {threading.current_thread().name}


def test_a_single_card_needs_no_thread_and_several_are_opened_in_threads() -> None:
    vault = FakeVault()
    rows = [card_row(f"pay_{number}") for number in range(3)]
    for row in rows:
        vault.put(row["id"], CARD)
    for batch, here in ((rows[:1], True), (rows, False)):
        acquirer = Threads(instant=True)
        assert Charger(acquirer, vault).charge_all(batch) == [charged(row["id"]) for row in batch]
        assert (threading.current_thread().name in acquirer.threads) is here


def test_a_whole_batch_is_asked_at_once_and_answered_in_its_order() -> None:
    class Together(ScriptedAcquirer):
        instant = False
        all_here = threading.Barrier(PARALLEL_MAX)

        def authorize(self, charge: Charge) -> Decision:
            self.all_here.wait(timeout=30)
            return super().authorize(charge)

    charger = Charger(Together(), FakeVault())
    ids = [f"pay_{number}" for number in range(PARALLEL_MAX)]
    for _ in range(2):
        assert charger.charge_all([claimed_row(each) for each in ids]) == [charged(each) for each in ids]


def test_an_acquirer_that_is_too_slow_leaves_its_payments_undecided_and_the_next_batch_fresh_threads(
    log_records: list[logging.LogRecord],
) -> None:
    release, ended = threading.Event(), threading.Barrier(PARALLEL_MAX + 1)

    class Hanging(ScriptedAcquirer):
        instant = False

        def authorize(self, charge: Charge) -> Decision:
            if "slow" in charge.payment_id:
                release.wait(timeout=60)
                ended.wait(timeout=60)
            return super().authorize(charge)

    acquirer = Hanging()
    charger = Charger(acquirer, FakeVault(), answer_seconds_max=0.2)
    try:
        # As many as there are threads, and one more that never gets its turn.
        rows = [claimed_row(f"pay_slow_{number}") for number in range(PARALLEL_MAX)]
        outcomes = charger.charge_all([*rows, claimed_row("pay_behind")])
        assert {outcome.kind for outcome in outcomes} == {"undecided"}
        assert [record.getMessage() for record in log_records] == ["acquirer is too slow"]
        assert charger.charge_all([claimed_row("pay_1")]) == [charged("pay_1")]
    finally:
        release.set()
        ended.wait(timeout=60)
    assert "pay_behind" not in {charge.payment_id for charge in acquirer.charges}


def test_the_quick_ones_beside_a_slow_one_are_decided() -> None:
    release = threading.Event()

    class Hanging(ScriptedAcquirer):
        instant = False

        def authorize(self, charge: Charge) -> Decision:
            if charge.payment_id == "pay_slow":
                release.wait(timeout=60)
            return super().authorize(charge)

    try:
        rows = [claimed_row(each) for each in ("pay_1", "pay_slow", "pay_2")]
        outcomes = Charger(Hanging(), FakeVault(), answer_seconds_max=1.0).charge_all(rows)
    finally:
        release.set()
    assert outcomes == [charged("pay_1"), Outcome("pay_slow", "undecided"), charged("pay_2")]
