"""Processing a batch: claimed once, charged by its claimer alone, and what stays open comes again."""

from __future__ import annotations

from typing import Any

import pytest

from paygate.adapters.acquirers.simulator import FAILING_VPAS, Simulator
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.acquiring import Charge
from paygate.domain.ids import new_id
from paygate.operations.process_payments import LEASE_SECONDS, process_payments
from tests.integration.support import RealQueue, ScriptedAcquirer, queue_that_is_down
from tests.support.rows import Rows, start_payment


def payment(sql: Rows, payment_id: str) -> dict[str, Any]:
    return sql.one("SELECT * FROM payments WHERE id = :id", id=payment_id)


def statuses(sql: Rows, payment_ids: list[str]) -> list[str]:
    return [payment(sql, payment_id)["status"] for payment_id in payment_ids]


def test_the_simulators_outcome_becomes_the_payments(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue
) -> None:
    vpas = {"user@paytm": None, "success@paygate": None, "Failure@PayGate": "payment_declined", **FAILING_VPAS}
    started = {vpa: start_payment(database, "order_test_123", vpa=vpa) for vpa in vpas}
    assert process_payments(database, Simulator(force_failure=False), webhooks_queue, list(started.values())) == set()
    rows = {vpa: payment(sql, payment_id) for vpa, payment_id in started.items()}
    assert {vpa: row["failure_reason"] for vpa, row in rows.items()} == vpas
    assert {vpa: row["status"] for vpa, row in rows.items()} == {
        vpa: "failed" if reason else "success" for vpa, reason in vpas.items()
    }
    assert all(row["acquirer_reference"] == f"sim_{row['id'].removeprefix('pay_')}" for row in rows.values())
    assert all(row["claimed_until"] is None for row in rows.values())


def test_test_mode_can_make_every_payment_fail(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue
) -> None:
    payment_ids = [start_payment(database, "order_test_123", vpa=vpa) for vpa in ("user@paytm", "success@paygate")]
    assert process_payments(database, Simulator(force_failure=True), webhooks_queue, payment_ids) == set()
    assert statuses(sql, payment_ids) == ["failed", "failed"]


def test_the_acquirer_gets_the_orders_amount_and_the_payments_id(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue
) -> None:
    acquirer = ScriptedAcquirer()
    payment_id = start_payment(database, sql.add_order(amount_minor=999_999_999_999), vpa="Payer@Bank")
    process_payments(database, acquirer, webhooks_queue, [payment_id])
    assert acquirer.charges == [Charge(payment_id, 999_999_999_999, "INR", "Payer@Bank")]


def test_a_settled_payment_is_not_charged_again(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue
) -> None:
    acquirer = ScriptedAcquirer()
    payment_id = start_payment(database, "order_test_123")
    for _ in range(3):
        assert process_payments(database, acquirer, webhooks_queue, [payment_id]) == set()
    assert len(acquirer.charges) == 1
    assert sql.value("SELECT count(*) FROM events WHERE payment_id = :id", id=payment_id) == 3


def test_unknown_payments_are_done_with(database: PostgresDatabase, webhooks_queue: RealQueue) -> None:
    acquirer = ScriptedAcquirer()
    assert process_payments(database, acquirer, webhooks_queue, [new_id("pay"), "", "order_test_123"]) == set()
    assert acquirer.charges == []


def test_without_the_acquirers_word_a_payment_comes_again_and_the_others_are_settled(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue
) -> None:
    first, silent, last = (start_payment(database, "order_test_123") for _ in range(3))
    acquirer = ScriptedAcquirer({last: "payment_declined"}, silent=frozenset({silent}))
    assert process_payments(database, acquirer, webhooks_queue, [first, silent, last]) == {silent}
    assert statuses(sql, [first, silent, last]) == ["success", "processing", "failed"]
    assert sql.column("SELECT subject_id FROM outbox WHERE queue = 'payments'") == [silent]


def test_a_claimed_payment_waits_until_its_claim_is_over(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue
) -> None:
    acquirer = ScriptedAcquirer()
    payment_id = start_payment(database, "order_test_123")
    # A consumer that claims and then dies.
    (claimed,) = database.run("claim_payments", payment_ids=[payment_id], lease_seconds=LEASE_SECONDS)
    assert claimed["id"] == payment_id
    assert process_payments(database, acquirer, webhooks_queue, [payment_id]) == {payment_id}
    assert acquirer.charges == []
    sql.run("UPDATE payments SET claimed_until = now() - interval '1 millisecond'")
    assert process_payments(database, acquirer, webhooks_queue, [payment_id]) == set()
    assert statuses(sql, [payment_id]) == ["success"]
    assert len(acquirer.charges) == 1


def test_a_claim_keeps_the_sweeper_silent_for_longer_than_itself(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, "order_test_123")
    sql.run("UPDATE outbox SET due_at = now() - interval '1 hour'")
    database.run("claim_payments", payment_ids=[payment_id], lease_seconds=LEASE_SECONDS)
    row = sql.one("SELECT p.claimed_until, o.due_at FROM payments AS p JOIN outbox AS o ON o.subject_id = p.id")
    assert (row["due_at"] - row["claimed_until"]).total_seconds() == LEASE_SECONDS


@pytest.mark.parametrize("lost", ["claimed", "never claimed"])
def test_a_lost_message_is_brought_back_by_the_sweeper(
    database: PostgresDatabase, sql: Rows, webhooks_queue: RealQueue, lost: str
) -> None:
    payment_id = start_payment(database, "order_test_123")
    if lost == "claimed":
        database.run("claim_payments", payment_ids=[payment_id], lease_seconds=LEASE_SECONDS)
    sql.run("UPDATE outbox SET due_at = due_at - interval '1 hour'")
    sql.run("UPDATE payments SET claimed_until = claimed_until - interval '1 hour'")
    due = database.run("resend_due_jobs", limit=10, resend_after_seconds=60)
    assert [(row["queue"], row["subject_id"]) for row in due] == [("payments", payment_id)]
    assert process_payments(database, ScriptedAcquirer(), webhooks_queue, [due[0]["subject_id"]]) == set()
    assert statuses(sql, [payment_id]) == ["success"]
    assert sql.value("SELECT count(*) FROM outbox") == 0


def test_settling_announces_its_webhooks(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, webhooks_queue: RealQueue
) -> None:
    sql.add_endpoint(cipher, events=["payment.success", "payment.failed"])
    payment_ids = [start_payment(database, "order_test_123") for _ in range(2)]
    acquirer = ScriptedAcquirer({payment_ids[0]: "payment_declined"})
    process_payments(database, acquirer, webhooks_queue, payment_ids)
    assert sorted(webhooks_queue.received()) == sorted(sql.column("SELECT id FROM webhook_deliveries"))
    assert sql.value("SELECT count(*) FROM webhook_deliveries") == 2


def test_a_webhooks_queue_that_is_down_leaves_the_deliveries_to_the_sweeper(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    sql.add_endpoint(cipher, events=["payment.success"])
    payment_id = start_payment(database, "order_test_123")
    with queue_that_is_down() as dead:
        assert process_payments(database, ScriptedAcquirer(), dead, [payment_id]) == set()
    assert statuses(sql, [payment_id]) == ["success"]
    jobs = sql.all("SELECT queue, subject_id FROM outbox")
    assert [job["queue"] for job in jobs] == ["webhooks"]
    assert [job["subject_id"] for job in jobs] == sql.column("SELECT id FROM webhook_deliveries")
