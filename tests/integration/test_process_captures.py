"""Captures and cancels in the consumer's hands, which asks the acquirer and stores its word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paygate.adapters.acquirers.simulator import UNCAPTURABLE_VPAS, Simulator
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.cards import Card
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger
from paygate.operations.ports import Acquirer
from paygate.operations.process_payments import process_payments
from tests.integration.settlements import amounts, booked, events_of, jobs_in, payment_of
from tests.integration.support import RealQueue
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import AUTHORIZATION_SECONDS, Rows, request_capture, start_payment
from tests.unit.fakes import FakeVault

Process = Callable[..., set[str]]
UNCAPTURABLE_CARD = Card("4000000000000036", 12, 2040, "123", "visa", None)


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault()


@pytest.fixture
def process(
    database: PostgresDatabase, vault: FakeVault, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> Process:
    def run(acquirer: Acquirer, *payment_ids: str) -> set[str]:
        charger = Charger(acquirer, vault, AcquirerCalls())
        return process_payments(database, charger, payments_queue, webhooks_queue, AUTHORIZATION_SECONDS, payment_ids)

    return run


@pytest.fixture
def authorized(database: PostgresDatabase, sql: Rows, process: Process) -> Callable[..., str]:
    """Payments that this acquirer has authorized."""

    def make(acquirer: Acquirer, **payment: Any) -> str:
        payment_id = start_payment(database, sql.add_order(amount_minor=1_000, capture="manual"), **payment)
        assert process(acquirer, payment_id) == set()
        assert payment_of(sql, payment_id)["status"] == "authorized"
        return payment_id

    return make


def cancel(sql: Rows, payment_id: str) -> None:
    sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=payment_id)
    sql.run("INSERT INTO outbox (queue, subject_id, due_at) VALUES ('payments', :id, now())", id=payment_id)


def end_claims(sql: Rows) -> None:
    sql.run("UPDATE payments SET claimed_until = now() - interval '1 millisecond'")


def test_the_acquirer_is_asked_for_what_the_merchant_wants_and_for_nothing_else(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    process: Process,
    authorized: Callable[..., str],
    webhooks_queue: RealQueue,
) -> None:
    acquirer = ScriptedAcquirer()
    whole, part, dropped = (authorized(acquirer) for _ in range(3))
    sql.add_endpoint(cipher, events=["payment.captured", "payment.cancelled"])
    request_capture(database, whole)
    request_capture(database, part, 400)
    cancel(sql, dropped)
    charges = len(acquirer.charges)
    assert process(acquirer, whole, part, dropped) == set()
    assert [(charge.payment_id, amount) for charge, amount in acquirer.captures] == [(whole, 1_000), (part, 400)]
    assert (acquirer.voided, acquirer.asked, len(acquirer.charges)) == ([dropped], [], charges)
    assert [payment_of(sql, each)["status"] for each in (whole, part, dropped)] == ["captured", "captured", "cancelled"]
    assert [amounts(sql, each)[0] for each in (whole, part, dropped)] == [1_000, 400, None]
    assert sorted(webhooks_queue.received()) == sorted(sql.column("SELECT id FROM webhook_deliveries"))
    assert sql.value("SELECT count(*) FROM webhook_deliveries") == 3
    assert jobs_in(sql, "payments") == {}
    assert process(acquirer, whole, part, dropped) == set()
    assert (len(acquirer.captures), len(acquirer.voided)) == (2, 1)


def test_an_authorization_ends_after_its_window(sql: Rows, authorized: Callable[..., str]) -> None:
    row = payment_of(sql, authorized(ScriptedAcquirer()))
    window = (row["capture_before"] - row["updated_at"]).total_seconds()
    assert AUTHORIZATION_SECONDS - 0.001 <= window <= AUTHORIZATION_SECONDS
    assert row["capture_before"].microsecond % 1_000 == 0, "as it is shown"


def test_without_an_answer_a_capture_or_cancel_is_asked_for_again_later(
    database: PostgresDatabase, sql: Rows, process: Process, authorized: Callable[..., str], payments_queue: RealQueue
) -> None:
    acquirer = ScriptedAcquirer()
    captured, cancelled = authorized(acquirer), authorized(acquirer)
    request_capture(database, captured, 400)
    cancel(sql, cancelled)
    acquirer.mute = True
    assert process(acquirer, captured, cancelled) == set()
    for payment_id, requested in ((captured, "capture"), (cancelled, "cancel")):
        row = payment_of(sql, payment_id)
        assert (row["status"], row["requested"], row["unanswered"]) == ("authorized", requested, 1)
    assert jobs_in(sql, "payments").keys() == {captured, cancelled}
    assert (payments_queue.received(), payments_queue.depth().waiting) == ([], 2), "their messages are delayed"
    assert process(acquirer, captured, cancelled) == {captured, cancelled}
    end_claims(sql)
    acquirer.mute = False
    assert process(acquirer, captured, cancelled) == set()
    assert [payment_of(sql, each)["status"] for each in (captured, cancelled)] == ["captured", "cancelled"]
    assert amounts(sql, captured) == (400, 0, 0)
    assert jobs_in(sql, "payments") == {}


def test_a_capture_whose_answer_was_lost_is_booked_once(
    database: PostgresDatabase, sql: Rows, process: Process, authorized: Callable[..., str]
) -> None:
    acquirer = ScriptedAcquirer()
    payment_id = authorized(acquirer)
    acquirer.silent = {payment_id}
    request_capture(database, payment_id)
    for _ in range(2):
        assert process(acquirer, payment_id) == set()
        end_claims(sql)
    acquirer.silent = set()
    assert process(acquirer, payment_id) == set()
    assert {amount for _, amount in acquirer.captures} == {1_000}
    assert booked(sql, payment_id) == [("capture", 1_000)]
    assert [type_ for _, type_ in events_of(sql, payment_id)].count("payment.captured") == 1


def test_the_simulator_refuses_captures_of_its_magic_instruments(
    database: PostgresDatabase, sql: Rows, process: Process, authorized: Callable[..., str], vault: FakeVault
) -> None:
    simulator = Simulator(force_failure=False)
    order_id = sql.add_order(amount_minor=1_000, capture="manual")
    by_card = start_payment(database, order_id, card=UNCAPTURABLE_CARD)
    vault.put(by_card, UNCAPTURABLE_CARD)
    assert process(simulator, by_card) == set()
    refused = {
        by_card: "capture_declined",
        **{authorized(simulator, vpa=vpa): why for vpa, why in UNCAPTURABLE_VPAS.items()},
    }
    good = authorized(simulator)
    for payment_id in (*refused, good):
        request_capture(database, payment_id)
    assert process(simulator, *refused, good) == set()
    for payment_id, reason in refused.items():
        row = payment_of(sql, payment_id)
        assert (row["status"], row["capture_failure_reason"], row["requested"]) == ("authorized", reason, None)
        cancel(sql, payment_id)
    assert payment_of(sql, good)["status"] == "captured"
    assert process(simulator, *refused) == set()
    assert {payment_of(sql, payment_id)["status"] for payment_id in refused} == {"cancelled"}


def test_a_batch_may_hold_charges_captures_cancels_and_voids(
    database: PostgresDatabase, sql: Rows, process: Process, authorized: Callable[..., str]
) -> None:
    acquirer = ScriptedAcquirer()
    captured, cancelled = authorized(acquirer), authorized(acquirer)
    order_id = sql.add_order()
    winner, loser = start_payment(database, order_id), start_payment(database, order_id)
    assert process(acquirer, winner, loser) == set()
    fresh = start_payment(database, "order_test_123")
    request_capture(database, captured)
    cancel(sql, cancelled)
    assert process(acquirer, fresh, captured, cancelled, loser) == set()
    expected = {fresh: "success", captured: "captured", cancelled: "cancelled", winner: "success", loser: "failed"}
    assert {payment_id: payment_of(sql, payment_id)["status"] for payment_id in expected} == expected
    assert payment_of(sql, loser)["void_status"] == "done"
    assert sorted(acquirer.voided) == sorted([cancelled, loser])
    assert jobs_in(sql, "payments") == {}
