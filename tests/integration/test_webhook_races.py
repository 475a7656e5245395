"""An overdue delivery whose messages, from several sweepers, and clocks come all at once: one attempt is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from paygate.adapters.aws_json import SQS
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.queues import SqsQueue
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.webhooks import WebhookResponse
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import OVERDUE_SECONDS, Deliverer
from paygate.operations.retry_webhook import retry_webhook
from tests.integration.deliveries import (
    DISABLE_AFTER_SECONDS,
    SCHEDULE,
    Answers,
    Clock,
    delivery,
    jobs,
    new_delivery,
)
from tests.integration.support import RealQueue, aws_client
from tests.support.rows import Rows

BROKEN = WebhookResponse(500, None, "no", 5)
WORKERS = 4

# What one worker does with its own deliverer.
Work = Callable[[Deliverer], object]


@pytest.fixture
def overdue(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, scripted: Deliverer, answers: Answers, clock: Clock
) -> str:
    """A delivery that has failed once and whose alarm clock did not ring."""
    delivery_id = new_delivery(database, sql, cipher, "https://merchant.example/webhooks")
    answers.response = BROKEN
    deliver_webhooks(scripted, clock, None, [delivery_id])
    answers.sent.clear()
    answers.response = WebhookResponse(200, None, "", 5)
    sql.run(
        "UPDATE webhook_deliveries SET next_attempt_at = now() - :late::int * interval '1 second'", late=OVERDUE_SECONDS
    )
    sql.run("UPDATE outbox SET due_at = now() WHERE queue = 'webhooks'")
    return delivery_id


@pytest.fixture
def at_once(
    secrets: DeploymentSecrets, answers: Answers, cipher: AesGcmCipher, aws_endpoint_url: str, webhooks_queue: RealQueue
) -> Iterator[Callable[[list[Work]], None]]:
    """Does all of some work at the same moment, each with a database connection and a queue client of its own."""
    with ThreadPoolExecutor(WORKERS) as pool:

        def run(works: list[Work]) -> None:
            start = threading.Barrier(len(works))

            def one(work: Work) -> None:
                with (
                    closing(PostgresDatabase(secrets.database_url)) as database,
                    closing(aws_client(SQS, aws_endpoint_url)) as client,
                ):
                    database.run("ping")
                    queue = SqsQueue(client, webhooks_queue.url)
                    start.wait(timeout=30)
                    work(Deliverer(database, answers, cipher, queue, SCHEDULE, DISABLE_AFTER_SECONDS))

            for done in [pool.submit(one, work) for work in works]:
                done.result(timeout=60)

        yield run


@pytest.mark.parametrize("succeeds", [True, False])
def test_copies_of_a_message_and_clocks_at_once_make_one_attempt(
    at_once: Callable[[list[Work]], None],
    answers: Answers,
    clock: Clock,
    sql: Rows,
    overdue: str,
    succeeds: bool,
) -> None:
    if not succeeds:
        answers.response = BROKEN

    def swept(own: Deliverer) -> object:
        return deliver_webhooks(own, clock, None, [overdue])

    def rung(own: Deliverer) -> object:
        return retry_webhook(own, overdue, 1)

    at_once([swept, rung] * (WORKERS // 2))
    assert len(answers.sent) == 1
    row = delivery(sql, overdue)
    assert (row["status"], row["attempts"]) == ("delivered" if succeeds else "pending", 2)
    assert sql.column("SELECT number FROM webhook_attempts ORDER BY number") == [1, 2]
    assert jobs(sql) == ([] if succeeds else [overdue])


@pytest.mark.parametrize("clock_first", [True, False])
def test_whoever_comes_while_an_attempt_is_under_way_leaves_it_alone(
    scripted: Deliverer,
    at_once: Callable[[list[Work]], None],
    answers: Answers,
    clock: Clock,
    sql: Rows,
    overdue: str,
    clock_first: bool,
) -> None:
    told: list[object] = []

    def swept(own: Deliverer) -> object:
        return deliver_webhooks(own, clock, None, [overdue])

    def rung(own: Deliverer) -> None:
        told.append(retry_webhook(own, overdue, 1)["outcome"])

    def other() -> None:
        answers.before_answer = None
        at_once([swept if clock_first else rung])

    answers.before_answer = other
    (rung if clock_first else swept)(scripted)
    assert len(answers.sent) == 1
    # A clock that comes second must wait: whoever holds the delivery may die with it.
    assert told == (["ended"] if clock_first else ["wait"])
    assert delivery(sql, overdue)["status"] == "delivered"
