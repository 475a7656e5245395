"""Promise P1 under races and crashes: threads with connections of their own, against real Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from paygate.adapters.acquirers.simulator import Simulator
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.acquiring import Charge, Decision
from paygate.domain.jobs import QueueDepth
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger
from paygate.operations.ports import Acquirer
from paygate.operations.process_payments import process_payments
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import Rows, rows_of, start_payment
from tests.unit.fakes import FakeVault

CONSUMERS = 8
AUTHORIZATION_SECONDS = 3_600


class NoQueue:
    """SQS is gone: every send is lost, as if the messages had been wiped."""

    def send(self, object_id: str, *, delay_seconds: int = 0) -> None:
        return

    def send_all(self, object_ids: Sequence[str]) -> None:
        return

    def depth(self) -> QueueDepth:
        return QueueDepth(0, 0)


class Dying(ScriptedAcquirer):
    """An acquirer in whose hands the consumer dies after it has charged."""

    def authorize(self, charge: Charge) -> Decision:
        super().authorize(charge)
        raise SystemExit


def process(database: PostgresDatabase, acquirer: Acquirer, payment_ids: Sequence[str]) -> set[str]:
    charger = Charger(acquirer, FakeVault(), AcquirerCalls())
    return process_payments(database, charger, NoQueue(), NoQueue(), AUTHORIZATION_SECONDS, payment_ids)


def process_at_once(url: str, batches: Sequence[Sequence[str]]) -> None:
    """One consumer for each batch, all starting at the same moment."""
    start = Barrier(len(batches))

    def consume(payment_ids: Sequence[str]) -> None:
        database = PostgresDatabase(url)
        try:
            database.run("ping")
            start.wait(30)
            process(database, Simulator(force_failure=False), payment_ids)
        finally:
            database.close()

    with ThreadPoolExecutor(len(batches)) as pool:
        list(pool.map(consume, batches))


def assert_event_chains(rows: Rows, payment_ids: Sequence[str]) -> None:
    for payment_id in payment_ids:
        sequences = rows.column("SELECT sequence FROM events WHERE payment_id = :id ORDER BY sequence", id=payment_id)
        assert sequences == [1, 2, 3]


def test_of_fifty_payments_of_one_order_exactly_one_succeeds(
    secrets: DeploymentSecrets, database: PostgresDatabase
) -> None:
    with rows_of(secrets.database_url) as rows:
        order_id = rows.add_order()
        ids = [start_payment(database, order_id) for _ in range(50)]
        # Every consumer holds some of the payments, in orders that would deadlock if locks were taken carelessly.
        process_at_once(secrets.database_url, [ids[number::CONSUMERS] for number in range(CONSUMERS)])
        statuses = rows.column("SELECT status FROM payments WHERE order_id = :id", id=order_id)
        reasons = set(rows.column("SELECT DISTINCT failure_reason FROM payments WHERE status = 'failed'"))
        assert sorted(statuses) == ["failed"] * 49 + ["success"]
        assert reasons == {"order_already_paid"}
        assert rows.value("SELECT status FROM orders WHERE id = :id", id=order_id) == "paid"
        assert_event_chains(rows, ids)
        # Those that were charged and lost are in the outbox until their money has been given back, and no others.
        to_void = rows.column("SELECT id FROM payments WHERE void_status = 'pending' ORDER BY id")
        assert rows.column("SELECT subject_id FROM outbox WHERE queue = 'payments' ORDER BY 1") == to_void
        process(database, Simulator(force_failure=False), to_void)
        assert rows.value("SELECT count(*) FROM outbox WHERE queue = 'payments'") == 0
        assert rows.value("SELECT count(*) FROM payments WHERE void_status = 'pending'") == 0


def test_batches_over_the_same_orders_in_opposite_directions_do_not_deadlock(
    secrets: DeploymentSecrets, database: PostgresDatabase
) -> None:
    with rows_of(secrets.database_url) as rows:
        orders = [rows.add_order() for _ in range(10)]
        there = [start_payment(database, order_id) for order_id in orders]
        back = [start_payment(database, order_id) for order_id in reversed(orders)]
        process_at_once(secrets.database_url, [there, back])
        assert rows.value("SELECT count(*) FROM payments WHERE status = 'success'") == 10
        assert rows.value("SELECT count(*) FROM payments WHERE status = 'failed'") == 10


def test_a_message_that_comes_to_every_consumer_at_once_settles_its_payment_once(
    secrets: DeploymentSecrets, database: PostgresDatabase
) -> None:
    with rows_of(secrets.database_url) as rows:
        ids = [start_payment(database, "order_test_123") for _ in range(10)]
        process_at_once(secrets.database_url, [ids] * CONSUMERS)
        assert rows.value("SELECT count(*) FROM payments WHERE status = 'success'") == 10
        assert_event_chains(rows, ids)


def test_a_payment_whose_consumer_died_between_claim_and_settlement_is_settled_by_the_next(
    secrets: DeploymentSecrets, database: PostgresDatabase
) -> None:
    with rows_of(secrets.database_url) as rows:
        payment_id = start_payment(database, "order_test_123")
        acquirer = ScriptedAcquirer()
        dying = Dying()
        dying.decisions = acquirer.decisions
        with pytest.raises(SystemExit):
            process(database, dying, [payment_id])
        assert rows.value("SELECT count(*) FROM outbox WHERE subject_id = :id", id=payment_id) == 1
        # While the dead consumer's claim lasts, nobody charges; the message has to come again.
        assert process(database, acquirer, [payment_id]) == {payment_id}
        rows.run("UPDATE payments SET claimed_until = now() - interval '1 second' WHERE id = :id", id=payment_id)
        assert process(database, acquirer, [payment_id]) == set()
        assert rows.value("SELECT status FROM payments WHERE id = :id", id=payment_id) == "success"
        assert (len(dying.charges), len(acquirer.charges)) == (1, 0), "charged once; the next one only asked"
        assert_event_chains(rows, [payment_id])


def test_deliveries_that_queues_have_lost_are_in_the_outbox(
    secrets: DeploymentSecrets, database: PostgresDatabase
) -> None:
    with rows_of(secrets.database_url) as rows:
        rows.run(
            "UPDATE webhook_endpoints SET url = 'https://merchant.example/hook', status = 'enabled',"
            " disabled_reason = NULL"
        )
        payment_id = start_payment(database, "order_test_123")
        process(database, Simulator(force_failure=False), [payment_id])
        waiting = rows.column(
            "SELECT e.type FROM outbox AS o JOIN webhook_deliveries AS d ON d.id = o.subject_id"
            " JOIN events AS e ON e.id = d.event_id WHERE o.queue = 'webhooks' ORDER BY e.sequence"
        )
        assert waiting == ["payment.created", "payment.pending", "payment.success"]
