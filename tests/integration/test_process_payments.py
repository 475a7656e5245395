"""Processing a batch: claimed once, charged by its claimer alone, and what has no word yet comes again later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paygate.adapters.acquirers.simulator import FAILING_VPAS, Simulator
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.acquiring import Charge
from paygate.domain.ids import new_id
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger
from paygate.operations.ports import Acquirer
from paygate.operations.process_payments import LEASE_SECONDS, process_payments
from tests.integration.support import RealQueue, queue_that_is_down
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import AUTHORIZATION_SECONDS, CARD, Rows, start_payment
from tests.unit.fakes import FakeVault

Process = Callable[..., set[str]]


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


def payment(sql: Rows, payment_id: str) -> dict[str, Any]:
    return sql.one("SELECT * FROM payments WHERE id = :id", id=payment_id)


def statuses(sql: Rows, *payment_ids: str) -> list[str]:
    return [payment(sql, payment_id)["status"] for payment_id in payment_ids]


def end_claims(sql: Rows) -> None:
    sql.run("UPDATE payments SET claimed_until = now() - interval '1 millisecond'")


def test_the_simulators_outcome_becomes_the_payments(database: PostgresDatabase, sql: Rows, process: Process) -> None:
    vpas = {"user@paytm": None, "success@paygate": None, "Failure@PayGate": "payment_declined", **FAILING_VPAS}
    started = {vpa: start_payment(database, "order_test_123", vpa=vpa) for vpa in vpas}
    assert process(Simulator(force_failure=False), *started.values()) == set()
    rows = {vpa: payment(sql, payment_id) for vpa, payment_id in started.items()}
    assert {vpa: row["failure_reason"] for vpa, row in rows.items()} == vpas
    assert {vpa: row["status"] for vpa, row in rows.items()} == {
        vpa: "failed" if reason else "success" for vpa, reason in vpas.items()
    }
    assert all(row["acquirer_reference"] == f"sim_{row['id'].removeprefix('pay_')}" for row in rows.values())
    assert all(row["claimed_until"] is None for row in rows.values())


def test_test_mode_can_make_every_payment_fail(database: PostgresDatabase, sql: Rows, process: Process) -> None:
    payment_ids = [start_payment(database, "order_test_123", vpa=vpa) for vpa in ("user@paytm", "success@paygate")]
    assert process(Simulator(force_failure=True), *payment_ids) == set()
    assert statuses(sql, *payment_ids) == ["failed", "failed"]


@pytest.mark.parametrize(("capture", "captured"), [("automatic", True), ("manual", False)])
def test_the_acquirer_gets_the_orders_amount_and_capture_and_the_payments_id(
    database: PostgresDatabase, sql: Rows, process: Process, capture: str, captured: bool
) -> None:
    acquirer = ScriptedAcquirer()
    order_id = sql.add_order(amount_minor=999_999_999_999, capture=capture)
    payment_id = start_payment(database, order_id, vpa="Payer@Bank")
    process(acquirer, payment_id)
    assert acquirer.charges == [Charge(payment_id, 999_999_999_999, "INR", capture=captured, vpa="Payer@Bank")]


def test_a_card_is_charged_from_the_vault_and_forgotten_with_its_settlement(
    database: PostgresDatabase, sql: Rows, process: Process, vault: FakeVault
) -> None:
    acquirer = ScriptedAcquirer()
    payment_ids = [start_payment(database, "order_test_123", card=CARD) for _ in range(3)]
    for payment_id in payment_ids[:2]:
        vault.put(payment_id, CARD)
    acquirer.silent = {payment_ids[1]}
    assert process(acquirer, *payment_ids) == set()
    assert statuses(sql, *payment_ids) == ["success", "processing", "failed"]
    assert payment(sql, payment_ids[2])["failure_reason"] == "card_details_expired"
    assert {charge.card for charge in acquirer.charges} == {CARD}
    assert list(vault.cards) == [payment_ids[1]], "its outcome is still open"
    end_claims(sql)
    assert process(acquirer, *payment_ids) == set()
    assert statuses(sql, *payment_ids) == ["success", "success", "failed"]
    assert (vault.cards, len(acquirer.charges)) == ({}, 2)


def test_a_settled_payment_is_not_charged_again(database: PostgresDatabase, sql: Rows, process: Process) -> None:
    acquirer = ScriptedAcquirer()
    payment_id = start_payment(database, "order_test_123")
    for _ in range(3):
        assert process(acquirer, payment_id) == set()
    assert (len(acquirer.charges), acquirer.asked) == (1, [])
    assert sql.value("SELECT count(*) FROM events WHERE payment_id = :id", id=payment_id) == 3


def test_ids_that_no_payment_has_come_again_until_the_queue_puts_them_aside(
    database: PostgresDatabase, process: Process
) -> None:
    acquirer = ScriptedAcquirer()
    unknown, known = {new_id("pay"), "", "order_test_123"}, start_payment(database, "order_test_123")
    assert process(acquirer, *unknown, known) == unknown
    assert [charge.payment_id for charge in acquirer.charges] == [known]


def test_without_the_acquirers_word_a_payment_is_asked_about_later_and_the_others_are_settled(
    database: PostgresDatabase, sql: Rows, process: Process, payments_queue: RealQueue
) -> None:
    first, silent, last = (start_payment(database, "order_test_123") for _ in range(3))
    acquirer = ScriptedAcquirer({last: "payment_declined"}, silent={silent})
    assert process(acquirer, first, silent, last) == set()
    assert statuses(sql, first, silent, last) == ["success", "processing", "failed"]
    assert sql.column("SELECT subject_id FROM outbox WHERE queue = 'payments'") == [silent]
    assert (payments_queue.received(), payments_queue.depth().waiting) == ([], 1), "its message is delayed"
    end_claims(sql)
    assert process(acquirer, silent) == set()
    assert statuses(sql, silent) == ["success"]
    assert (len(acquirer.charges), acquirer.asked) == (3, [silent])


def test_the_simulators_lost_answers_are_found_by_asking(
    database: PostgresDatabase, sql: Rows, process: Process
) -> None:
    expected = {"timeout@paygate": None, "timeout-failure@paygate": "payment_declined"}
    payment_ids = [start_payment(database, "order_test_123", vpa=vpa) for vpa in expected]
    for last in (False, True):
        assert process(Simulator(force_failure=False), *payment_ids) == set()
        assert statuses(sql, *payment_ids) == (["success", "failed"] if last else ["processing"] * 2)
        end_claims(sql)
    assert [payment(sql, payment_id)["failure_reason"] for payment_id in payment_ids] == list(expected.values())


def test_a_claimed_payment_waits_until_its_claim_is_over(
    database: PostgresDatabase, sql: Rows, process: Process
) -> None:
    acquirer = ScriptedAcquirer()
    payment_id = start_payment(database, "order_test_123")
    # A consumer that claims and then dies.
    (claimed,) = database.run(
        "claim_payments", payment_ids=[payment_id], lease_seconds=LEASE_SECONDS, charge_within_seconds=3600
    )
    assert (claimed["id"], claimed["claimed_before"]) == (payment_id, False)
    assert process(acquirer, payment_id) == {payment_id}
    assert (acquirer.charges, acquirer.asked) == ([], [])
    end_claims(sql)
    assert process(acquirer, payment_id) == set()
    assert statuses(sql, payment_id) == ["success"]
    assert (len(acquirer.charges), acquirer.asked) == (1, [payment_id]), "asked first: it may have been charged"


def test_a_claim_keeps_the_sweeper_silent_for_longer_than_itself(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, "order_test_123")
    sql.run("UPDATE outbox SET due_at = now() - interval '1 hour'")
    database.run("claim_payments", payment_ids=[payment_id], lease_seconds=LEASE_SECONDS, charge_within_seconds=3600)
    row = sql.one("SELECT p.claimed_until, o.due_at FROM payments AS p JOIN outbox AS o ON o.subject_id = p.id")
    assert (row["due_at"] - row["claimed_until"]).total_seconds() == LEASE_SECONDS


@pytest.mark.parametrize("lost", ["claimed", "never claimed"])
def test_a_lost_message_is_brought_back_by_the_sweeper(
    database: PostgresDatabase, sql: Rows, process: Process, lost: str
) -> None:
    payment_id = start_payment(database, "order_test_123")
    if lost == "claimed":
        database.run(
            "claim_payments", payment_ids=[payment_id], lease_seconds=LEASE_SECONDS, charge_within_seconds=3600
        )
    sql.run("UPDATE outbox SET due_at = due_at - interval '1 hour'")
    sql.run("UPDATE payments SET claimed_until = claimed_until - interval '1 hour'")
    due = database.run("resend_due_jobs", limit=10, resend_after_seconds=60)
    assert [(row["queue"], row["subject_id"]) for row in due] == [("payments", payment_id)]
    assert process(ScriptedAcquirer(), due[0]["subject_id"]) == set()
    assert statuses(sql, payment_id) == ["success"]
    assert sql.value("SELECT count(*) FROM outbox") == 0


def test_settling_announces_its_webhooks(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, process: Process, webhooks_queue: RealQueue
) -> None:
    sql.add_endpoint(cipher, events=["payment.success", "payment.failed"])
    payment_ids = [start_payment(database, "order_test_123") for _ in range(2)]
    process(ScriptedAcquirer({payment_ids[0]: "payment_declined"}), *payment_ids)
    assert sorted(webhooks_queue.received()) == sorted(sql.column("SELECT id FROM webhook_deliveries"))
    assert sql.value("SELECT count(*) FROM webhook_deliveries") == 2


def test_queues_that_are_down_leave_everything_to_the_sweeper(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    sql.add_endpoint(cipher, events=["payment.success"])
    settled, silent = start_payment(database, "order_test_123"), start_payment(database, "order_test_123")
    charger = Charger(ScriptedAcquirer(silent={silent}), FakeVault(), AcquirerCalls())
    with queue_that_is_down() as dead:
        assert process_payments(database, charger, dead, dead, AUTHORIZATION_SECONDS, [settled, silent]) == set()
    assert statuses(sql, settled, silent) == ["success", "processing"]
    jobs = sql.all("SELECT queue, subject_id FROM outbox ORDER BY queue")
    assert [(job["queue"], job["subject_id"]) for job in jobs] == [
        ("payments", silent),
        ("webhooks", sql.value("SELECT id FROM webhook_deliveries")),
    ]


# --- Orders that are paid meanwhile -----------------------------------------------------------------------------------


def test_a_payment_whose_order_was_paid_before_it_was_claimed_is_never_charged(
    database: PostgresDatabase, sql: Rows, process: Process
) -> None:
    order_id, acquirer = sql.add_order(), ScriptedAcquirer()
    winner, late = start_payment(database, order_id), start_payment(database, order_id)
    process(acquirer, winner)
    assert process(acquirer, late) == set()
    row = payment(sql, late)
    assert (row["status"], row["failure_reason"], row["void_status"]) == ("failed", "order_already_paid", None)
    assert [charge.payment_id for charge in acquirer.charges] == [winner]
    assert sql.value("SELECT count(*) FROM outbox") == 0


def test_money_of_a_payment_that_lost_its_order_is_given_back(
    database: PostgresDatabase, sql: Rows, process: Process, payments_queue: RealQueue
) -> None:
    order_id, acquirer = sql.add_order(), ScriptedAcquirer()
    winner, loser = start_payment(database, order_id), start_payment(database, order_id)
    assert process(acquirer, winner, loser) == set()
    assert statuses(sql, winner, loser) == ["success", "failed"]
    assert payments_queue.received() == [loser], "told at once that there is something to give back"
    assert acquirer.voided == []
    assert process(acquirer, loser) == set()
    assert (acquirer.voided, payment(sql, loser)["void_status"]) == ([loser], "done")
    assert process(acquirer, loser) == set()
    assert acquirer.voided == [loser]
    assert sql.value("SELECT count(*) FROM outbox") == 0
    assert sql.value("SELECT max(sequence) FROM events WHERE payment_id = :id", id=loser) == 3, "no event of its own"


def test_a_void_without_an_answer_stays_pending_and_is_tried_again(
    database: PostgresDatabase, sql: Rows, process: Process, payments_queue: RealQueue
) -> None:
    order_id, acquirer = sql.add_order(), ScriptedAcquirer()
    winner, loser = start_payment(database, order_id), start_payment(database, order_id)
    process(acquirer, winner, loser)
    assert payments_queue.received() == [loser]
    acquirer.mute = True
    assert process(acquirer, loser) == set()
    row = payment(sql, loser)
    assert (row["status"], row["void_status"], row["unanswered"]) == ("failed", "pending", 1)
    assert sql.column("SELECT subject_id FROM outbox") == [loser]
    assert (payments_queue.received(), payments_queue.depth().waiting) == ([], 1)
    assert process(acquirer, loser) == {loser}, "held until the acquirer is to be asked again"
    end_claims(sql)
    acquirer.mute = False
    assert process(acquirer, loser) == set()
    assert (acquirer.voided, payment(sql, loser)["void_status"]) == ([loser], "done")
    assert sql.value("SELECT count(*) FROM outbox") == 0
