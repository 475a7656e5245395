"""Webhook deliveries over real HTTP: what is sent, what is stored, when the next attempt is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.webhook_http import HttpWebhookSender
from paygate.domain.ids import new_id
from paygate.domain.retry_policy import JITTER_FRACTION
from paygate.domain.signing import sign_body
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import LEASE_SECONDS, OVERDUE_SECONDS, Deliverer
from paygate_local.receiver import running_receiver
from tests.integration.deliveries import DISABLE_AFTER_SECONDS, SCHEDULE, Clock, delivery, jobs, new_delivery
from tests.integration.support import (
    faulty_server,
    reply,
)
from tests.support.rows import ENDPOINT_SECRET, Rows


def test_a_webhook_arrives_signed_and_is_done(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> None:
    with running_receiver() as receiver:
        delivery_id = new_delivery(database, sql, cipher, receiver.url)
        assert deliver_webhooks(deliverer, clock, None, [delivery_id]) == set()
        (webhook,) = receiver.wait_for(lambda arrived: len(arrived) >= 1, seconds=10)
    event = sql.one("SELECT id, body FROM events WHERE type = 'payment.created'")
    assert webhook.body.decode() == event["body"]
    assert webhook.headers["content-type"] == "application/json"
    assert webhook.headers["host"] == receiver.url.removeprefix("http://").removesuffix("/webhooks")
    assert webhook.headers["x-webhook-signature"] == sign_body(ENDPOINT_SECRET, webhook.body)
    assert [webhook.headers[f"webhook-{name}"] for name in ("id", "attempt", "sequence")] == [event["id"], "1", "1"]
    assert not [name for name in webhook.headers if "pinned" in name]
    assert Webhook(ENDPOINT_SECRET).verify(webhook.body, dict(webhook.headers)) == json.loads(webhook.body)

    row = delivery(sql, delivery_id)
    assert (row["status"], row["attempts"], row["next_attempt_at"], row["claimed_until"]) == (
        "delivered",
        1,
        None,
        None,
    )
    assert jobs(sql) == []
    attempt = sql.one("SELECT *, now() - started_at AS age FROM webhook_attempts")
    assert (attempt["delivery_id"], attempt["number"]) == (delivery_id, 1)
    assert (attempt["response_status"], attempt["error_kind"], attempt["response_body"]) == (200, None, "")
    assert 0 <= attempt["duration_ms"] < 10_000
    assert 0 <= attempt["age"].total_seconds() < 60


def test_a_batch_is_delivered_in_one_go_to_each_its_own(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> None:
    with running_receiver() as receiver, faulty_server(reply("503 Service Unavailable")) as broken:
        urls = [receiver.url if number % 2 else broken.url for number in range(10)]
        delivery_ids = [new_delivery(database, sql, cipher, url) for url in urls]
        deliver_webhooks(deliverer, clock, None, [*delivery_ids, "whd_unknown"])
        arrived = receiver.wait_for(lambda webhooks: len(webhooks) >= 5, seconds=10)
    assert len(arrived) == 5
    statuses = [delivery(sql, delivery_id)["status"] for delivery_id in delivery_ids]
    assert statuses == ["delivered" if number % 2 else "pending" for number in range(10)]


def test_a_failure_comes_again_when_the_schedule_says_so(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> None:
    with faulty_server(reply("500 Internal Server Error", b"oops")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        row = delivery(sql, delivery_id)
        assert (row["status"], row["attempts"], row["claimed_until"]) == ("pending", 1, None)
        wait = (row["next_attempt_at"] - row["updated_at"]).total_seconds()
        assert (
            SCHEDULE.steps_seconds[1] * (1 - JITTER_FRACTION)
            <= wait
            <= SCHEDULE.steps_seconds[1] * (1 + JITTER_FRACTION)
        )
        # The clock rings at that time, and should it not, the sweeper comes by two minutes later.
        assert [(each, run) for each, run, _ in clock.started] == [(delivery_id, 1)]
        job = sql.one("SELECT due_at FROM outbox WHERE subject_id = :id", id=delivery_id)
        assert job["due_at"] - row["next_attempt_at"] == timedelta(seconds=OVERDUE_SECONDS)
        # Before that time nothing is sent, however often the message comes.
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        assert len(server.requests) == 1
    attempt = sql.one("SELECT response_status, error_kind, response_body FROM webhook_attempts")
    assert attempt == {"response_status": 500, "error_kind": None, "response_body": "oops"}


def test_attempts_end_with_the_schedule(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> None:
    with faulty_server(reply("500 Internal Server Error")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        for made in range(1, len(SCHEDULE.steps_seconds) + 1):
            assert jobs(sql) == [delivery_id]
            deliver_webhooks(deliverer, clock, None, [delivery_id])
            assert delivery(sql, delivery_id)["attempts"] == made
            sql.run("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'")
        row = delivery(sql, delivery_id)
        assert (row["status"], row["next_attempt_at"]) == ("exhausted", None)
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        attempts = [f"webhook-attempt: {number}".encode() for number in (1, 2, 3)]
        assert [
            line for request in server.requests for line in request.splitlines() if b"webhook-attempt" in line
        ] == attempts
    assert jobs(sql) == []
    assert sql.column("SELECT number FROM webhook_attempts ORDER BY number") == [1, 2, 3]


def test_a_failed_delivery_can_succeed_later(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> None:
    answers = [reply("500 Internal Server Error"), reply("204 No Content")]
    with faulty_server(lambda connection: answers.pop(0)(connection)) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        sql.run("UPDATE webhook_deliveries SET next_attempt_at = now()")
        deliver_webhooks(deliverer, clock, None, [delivery_id])
    assert (delivery(sql, delivery_id)["status"], jobs(sql)) == ("delivered", [])
    assert sql.column("SELECT response_status FROM webhook_attempts ORDER BY number") == [500, 204]
    # The body is frozen: both attempts carry the same bytes.
    first, second = (request.partition(b"\r\n\r\n")[2] for request in server.requests)
    assert first == second


@pytest.mark.parametrize(("endpoint", "status"), [("disabled", "held"), ("deleted", "cancelled")])
def test_a_delivery_whose_endpoint_is_no_longer_enabled_is_not_sent(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    deliverer: Deliverer,
    clock: Clock,
    endpoint: str,
    status: str,
) -> None:
    with faulty_server(reply("200 OK")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        sql.run("UPDATE webhook_endpoints SET status = :status, disabled_reason = NULL", status=endpoint)
        assert deliver_webhooks(deliverer, clock, None, [delivery_id]) == set()
        assert server.connections == 0
    row = delivery(sql, delivery_id)
    assert (row["status"], row["next_attempt_at"], row["attempts"]) == (status, None, 0)
    assert (jobs(sql), clock.started) == ([], [])
    assert sql.value("SELECT count(*) FROM webhook_attempts") == 0


def test_a_claimed_delivery_waits_until_its_claim_is_over(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> None:
    with faulty_server(reply("200 OK")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        # A consumer that claims and then dies.
        (row,) = database.run(
            "claim_webhook_deliveries",
            delivery_ids=[delivery_id],
            any_lane=True,
            lease_seconds=LEASE_SECONDS,
        )
        assert row["id"] == delivery_id
        wait = sql.value("SELECT due_at - now() FROM outbox WHERE subject_id = :id", id=delivery_id).total_seconds()
        assert wait > LEASE_SECONDS
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        assert server.connections == 0
        sql.run("UPDATE webhook_deliveries SET claimed_until = now() - interval '1 millisecond'")
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        assert server.connections == 1
    assert delivery(sql, delivery_id)["status"] == "delivered"


def test_the_outcome_of_an_attempt_counts_once(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher) -> None:
    delivery_id = new_delivery(database, sql, cipher, "https://merchant.example")
    outcome = {
        "delivery_id": delivery_id,
        "run": 1,
        "number": 1,
        "started_at": "2026-01-01T00:00:00+00:00",
        "duration_ms": 1,
        "response_status": 500,
        "response_truncated": False,
        "delivered": False,
        "gone": False,
        "slow": False,
        "delay_seconds": 60.0,
        "exhausted_event_id": new_id("evt"),
        "endpoint_event_id": new_id("evt"),
    }
    late = {**outcome, "delivered": True, "response_status": 200}

    def record(outcome: dict[str, object]) -> object:
        (row,) = database.run(
            "record_webhook_attempts",
            attempts=json.dumps([outcome]),
            execution_arn_prefix=None,
            warn_percents=[50],
            disable_after_seconds=DISABLE_AFTER_SECONDS,
            slow_seconds=600,
            overdue_seconds=OVERDUE_SECONDS,
            resend_after_seconds=30,
        )
        return row["recorded"] and [each["id"] for each in row["recorded"]]

    assert record(outcome) == [delivery_id]
    assert record(late) is None
    assert delivery(sql, delivery_id)["status"] == "pending"
    assert sql.column("SELECT response_status FROM webhook_attempts") == [500]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_outside_the_local_profile_nothing_connects_to_this_machine(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    deliverer: Deliverer,
    clock: Clock,
    host: str,
) -> None:
    deliverer = replace(deliverer, sender=HttpWebhookSender(allow_loopback=False))
    with faulty_server(reply("200 OK")) as server:
        delivery_id = new_delivery(
            database, sql, cipher, server.url.replace("http:", "https:").replace("127.0.0.1", host)
        )
        deliver_webhooks(deliverer, clock, None, [delivery_id])
        assert server.connections == 0
    attempt = sql.one("SELECT response_status, error_kind FROM webhook_attempts")
    assert attempt == {"response_status": None, "error_kind": "address_refused"}
