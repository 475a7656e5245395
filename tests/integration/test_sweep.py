"""The sweeper: whatever is due goes to its queue again, whatever happened to the queue (promise P2)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from paygate.adapters.aws_json import SQS
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.queues import SqsQueue
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations import sweep as sweep_module
from paygate.operations.get_job_status import get_job_status
from paygate.operations.ports import Queue
from paygate.operations.rotate_webhook_secret import rotate_webhook_secret
from paygate.operations.sweep import (
    EXPIRE_SECONDS_MAX,
    RESEND_AFTER_SECONDS,
    RESEND_SECONDS_MAX,
    ROLL_UP_SECONDS_MAX,
    sweep,
)
from tests.integration.settlements import paid
from tests.integration.support import RealQueue, aws_client, queue_that_is_down
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_payment, rows_of, start_payment, start_refund


@pytest.fixture
def queues(payments_queue: RealQueue, refunds_queue: RealQueue, webhooks_queue: RealQueue) -> dict[str, Queue]:
    return {"payments": payments_queue, "refunds": refunds_queue, "webhooks": webhooks_queue}


@pytest.fixture
def second_connection(secrets: DeploymentSecrets) -> Iterator[Rows]:
    with rows_of(secrets.database_url) as rows:
        yield rows


def add_jobs(sql: Rows, queue: str, *subject_ids: str, due_in: str = "-1 second") -> None:
    for subject_id in subject_ids:
        sql.run(
            "INSERT INTO outbox (queue, subject_id, due_at) VALUES (:queue, :id, now() + :due_in::interval)",
            queue=queue,
            id=subject_id,
            due_in=due_in,
        )


def test_due_jobs_are_sent_to_their_queue_and_postponed(
    database: PostgresDatabase,
    sql: Rows,
    queues: dict[str, Queue],
    payments_queue: RealQueue,
    refunds_queue: RealQueue,
    webhooks_queue: RealQueue,
) -> None:
    add_jobs(sql, "payments", "pay_1", "pay_2", due_in="0 seconds")
    add_jobs(sql, "refunds", "rfnd_1", due_in="-1 minute")
    add_jobs(sql, "webhooks", "whd_1", due_in="-3 days")
    add_jobs(sql, "webhooks", "whd_2", due_in="1 minute")
    assert sweep(database, queues).sent == 4
    assert sorted(payments_queue.received()) == ["pay_1", "pay_2"]
    assert refunds_queue.received() == ["rfnd_1"]
    assert webhooks_queue.received() == ["whd_1"]
    rows = sql.all("SELECT subject_id, resends, due_at - now() AS wait FROM outbox ORDER BY subject_id")
    assert {row["subject_id"]: row["resends"] for row in rows} == {
        **dict.fromkeys(("pay_1", "pay_2", "rfnd_1", "whd_1"), 1),
        "whd_2": 0,
    }
    assert all(0 < row["wait"].total_seconds() <= RESEND_AFTER_SECONDS for row in rows)
    assert sweep(database, queues).sent == 0, "nothing is due any more"


def test_a_payment_whose_messages_were_lost_is_brought_back(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, queues: dict[str, Queue], payments_queue: RealQueue
) -> None:
    sql.add_endpoint(cipher)
    payment_id = start_payment(database, "order_test_123")
    assert sweep(database, queues).sent == 0
    sql.run("UPDATE outbox SET due_at = now()")
    assert sweep(database, queues).sent == 3
    assert payments_queue.received() == [payment_id]


def test_a_refund_whose_message_was_lost_is_brought_back(
    database: PostgresDatabase, sql: Rows, queues: dict[str, Queue], refunds_queue: RealQueue
) -> None:
    refund_id = start_refund(database, paid(database, sql))
    assert sweep(database, queues).sent == 0
    sql.run("UPDATE outbox SET due_at = now()")
    assert sweep(database, queues).sent == 1
    assert refunds_queue.received() == [refund_id]


@pytest.mark.parametrize("planted", [False, True])
def test_each_run_checks_the_ledger(
    database: PostgresDatabase, sql: Rows, caplog: pytest.LogCaptureFixture, planted: bool
) -> None:
    payment_id = paid(database, sql, 700)
    if planted:
        sql.run("UPDATE payments SET fee_minor = 1")
    assert sweep(database, {}).ledger_differences == (2 if planted else 0)
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert sorted((vars(record)["subject_id"], vars(record)["account"]) for record in told) == (
        [(payment_id, "fees"), (payment_id, "merchant_payable")] if planted else []
    )
    assert sql.column("SELECT worker FROM worker_runs ORDER BY 1") == [
        *("activity_changes", "activity_hours", "reconcile", "sweep")
    ]


def test_a_queue_that_is_down_loses_nothing_and_does_not_stop_the_other(
    database: PostgresDatabase, sql: Rows, queues: dict[str, Queue], webhooks_queue: RealQueue
) -> None:
    add_jobs(sql, "payments", "pay_1", "pay_2")
    add_jobs(sql, "webhooks", "whd_1")
    with queue_that_is_down() as dead:
        assert sweep(database, {**queues, "payments": dead}).sent == 1
    assert webhooks_queue.received() == ["whd_1"]
    waits = sql.column("SELECT due_at - now() FROM outbox WHERE queue = 'payments'")
    assert len(waits) == 2
    assert all(0 < wait.total_seconds() <= RESEND_AFTER_SECONDS for wait in waits)
    sql.run("UPDATE outbox SET due_at = now() WHERE queue = 'payments'")
    assert sweep(database, queues).sent == 2


def test_more_jobs_than_one_statement_takes_are_all_sent(
    database: PostgresDatabase,
    sql: Rows,
    queues: dict[str, Queue],
    payments_queue: RealQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 4)
    expected = [f"pay_{number:02}" for number in range(12)]
    add_jobs(sql, "payments", *expected)
    assert sweep(database, queues).sent == 12
    assert sorted(payments_queue.received()) == expected


def test_one_run_is_bounded_and_takes_the_oldest_first(
    database: PostgresDatabase,
    sql: Rows,
    queues: dict[str, Queue],
    payments_queue: RealQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 2)
    for number in range(6):
        add_jobs(sql, "payments", f"pay_{number}", due_in=f"-{number + 1} minutes")
    # The start and a look before each batch: two of three are in time, nothing has expired of four more kinds, and
    # there is no time for the dashboard.
    expired = (0.0, EXPIRE_SECONDS_MAX)
    roll_up = (0.0, *[ROLL_UP_SECONDS_MAX] * 3)
    readings = iter([*expired, 0.0, 1.0, 2.0, RESEND_SECONDS_MAX, *expired * 4, *roll_up])
    assert sweep(database, queues, clock=lambda: next(readings)).sent == 4
    assert sorted(payments_queue.received()) == ["pay_2", "pay_3", "pay_4", "pay_5"]


def test_sweepers_at_once_share_the_jobs_out(
    secrets: DeploymentSecrets,
    sql: Rows,
    aws_endpoint_url: str,
    payments_queue: RealQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep_module, "BATCH_SIZE", 5)
    expected = [f"pay_{number:02}" for number in range(40)]
    add_jobs(sql, "payments", *expected)
    start = threading.Barrier(2)

    def run() -> int:
        with (
            closing(PostgresDatabase(secrets.database_url)) as own_database,
            closing(aws_client(SQS, aws_endpoint_url)) as own_client,
        ):
            own_database.run("ping")
            start.wait(timeout=30)
            return sweep(own_database, {"payments": SqsQueue(own_client, payments_queue.url)}).sent

    with ThreadPoolExecutor(2) as pool:
        sent = [done.result(timeout=60) for done in [pool.submit(run) for _ in range(2)]]
    assert sum(sent) == 40
    assert sorted(payments_queue.received()) == expected
    assert set(sql.column("SELECT resends FROM outbox")) == {1}


def test_a_job_that_another_sweeper_holds_is_passed_over_without_waiting(
    database: PostgresDatabase, sql: Rows, second_connection: Rows, queues: dict[str, Queue], payments_queue: RealQueue
) -> None:
    add_jobs(sql, "payments", "pay_held", "pay_free")
    second_connection.run("BEGIN")
    second_connection.run("SELECT 1 FROM outbox WHERE subject_id = 'pay_held' FOR UPDATE")
    assert sweep(database, queues).sent == 1
    second_connection.run("ROLLBACK")
    assert payments_queue.received() == ["pay_free"]


@pytest.mark.parametrize(("held_days", "status"), [(29, "held"), (30, "expired")])
def test_what_is_held_for_too_long_is_given_up(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, held_days: int, status: str
) -> None:
    sql.add_endpoint(cipher, status="disabled")
    start_payment(database, "order_test_123")
    sql.run(
        "UPDATE webhook_deliveries SET created_at = now() - CAST(:days AS int) * interval '1 day'"
        " WHERE event_type = 'payment.created'",
        days=held_days,
    )
    expired = int(status == "expired")
    assert [sweep(database, {}).held_expired for _ in range(2)] == [expired, 0]
    assert sql.all("SELECT event_type, status FROM webhook_deliveries ORDER BY event_type") == [
        {"event_type": "payment.created", "status": status},
        {"event_type": "payment.pending", "status": "held"},
    ]


def test_a_webhook_that_is_not_held_is_never_given_up(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    sql.add_endpoint(cipher)
    start_payment(database, "order_test_123")
    sql.run("UPDATE webhook_deliveries SET created_at = now() - interval '1 year'")
    assert sweep(database, {}).held_expired == 0
    assert set(sql.column("SELECT status FROM webhook_deliveries")) == {"pending"}


def test_a_secret_is_erased_when_its_overlap_is_over(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    over, under_way = (sql.add_endpoint(cipher) for _ in range(2))
    for endpoint_id in (over, under_way):
        rotate_webhook_secret(database, cipher, TEST_MERCHANT_ID, endpoint_id, 3_600)
    before = "SELECT secret_encrypted FROM webhook_endpoints WHERE id = :id"
    secret = sql.value(before, id=over)
    assert sweep(database, {}).secrets_expired == 0
    sql.run("UPDATE webhook_endpoints SET previous_secret_until = now() WHERE id = :id", id=over)
    assert [sweep(database, {}).secrets_expired for _ in range(2)] == [1, 0]
    left = "SELECT id FROM webhook_endpoints WHERE num_nonnulls(previous_secret_encrypted, previous_secret_until) > 0"
    assert sql.column(left) == [under_way]
    assert sql.value(before, id=over) == secret, "the secret itself stays"


def test_a_run_is_recorded_also_when_nothing_was_due(
    database: PostgresDatabase, sql: Rows, queues: dict[str, Queue], payments_queue: RealQueue
) -> None:
    def worker_status() -> object:
        return get_job_status(database, [payments_queue], [])["worker_status"]

    assert worker_status() == "stopped"
    assert sweep(database, queues).sent == 0
    assert worker_status() == "running"
    sql.run("UPDATE worker_runs SET ran_at = now() - interval '181 seconds'")
    assert worker_status() == "stopped"
    sweep(database, queues)
    assert sql.value("SELECT now() - ran_at FROM worker_runs WHERE worker = 'sweep'").total_seconds() < 30


def test_job_status_counts_messages_and_settled_payments(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, webhooks_queue: RealQueue, sqs: object
) -> None:
    start_payment(database, "order_test_123")
    settled = start_payment(database, "order_test_123")
    finish_payment(database, settled)
    payments_queue.send_all(["pay_1", "pay_2"])
    payments_queue.received()
    payments_queue.send("pay_3", delay_seconds=900)
    webhooks_queue.send("whd_1")
    assert get_job_status(database, [payments_queue], [webhooks_queue]) == {
        "pending": 1,
        "processing": 2,
        "completed": 1,
        "failed": 1,
        "worker_status": "stopped",
    }
