"""What becomes of a delivery over its attempts and runs: clocks, retries, the slow lane, disabled endpoints."""

from __future__ import annotations

import json

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.webhooks import WebhookResponse
from paygate.operations import delivering
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import Deliverer
from paygate.operations.request_webhook_retry import request_webhook_retry
from paygate.operations.retry_webhook import retry_webhook
from paygate.operations.send_test_webhook import send_test_webhook
from tests.integration.deliveries import EXECUTION_ARN_PREFIX, Answers, Clock, delivery, jobs, new_delivery
from tests.integration.support import RealQueue
from tests.support.polling import eventually
from tests.support.rows import TEST_MERCHANT_ID, Rows, rows_of

BROKEN = WebhookResponse(500, None, "no", 5)
URL = "https://merchant.example/webhooks"


def make_due(sql: Rows) -> None:
    sql.run("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'")


@pytest.fixture
def delivery_id(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher) -> str:
    return new_delivery(database, sql, cipher, URL)


def test_a_failed_attempt_sets_the_runs_alarm_clock(
    scripted: Deliverer, answers: Answers, clock: Clock, sql: Rows, delivery_id: str
) -> None:
    answers.response = BROKEN
    assert deliver_webhooks(scripted, clock, None, [delivery_id]) == set()
    row = delivery(sql, delivery_id)
    assert (row["status"], row["attempts"], row["run_attempts"]) == ("pending", 1, 1)
    assert row["execution_arn"] == f"{EXECUTION_ARN_PREFIX}{delivery_id}-1"
    moment = sql.value("SELECT iso8601(next_attempt_at) FROM webhook_deliveries WHERE id = :id", id=delivery_id)
    assert clock.started == [(delivery_id, 1, moment)]
    overdue = (
        "SELECT due_at = next_attempt_at + interval '2 minutes' FROM outbox, webhook_deliveries WHERE id = subject_id"
    )
    assert sql.value(overdue) is True


def test_the_clock_goes_on_until_the_schedule_is_exhausted_and_the_merchant_is_told(
    scripted: Deliverer,
    answers: Answers,
    clock: Clock,
    sql: Rows,
    cipher: AesGcmCipher,
    delivery_id: str,
    webhooks_queue: RealQueue,
) -> None:
    other = sql.add_endpoint(cipher, url="https://other.example/")
    answers.response = BROKEN
    deliver_webhooks(scripted, clock, None, [delivery_id])
    make_due(sql)
    second = retry_webhook(scripted, delivery_id, 1)
    assert (second["outcome"], second["delivery_id"], second["run"]) == ("wait", delivery_id, 1)
    make_due(sql)
    third = retry_webhook(scripted, delivery_id, 1)
    assert (third["outcome"], third["next_attempt_at"]) == ("ended", None)
    assert delivery(sql, delivery_id)["status"] == "exhausted"
    assert len(clock.started) == 1
    told = sql.one("SELECT * FROM events WHERE type = 'delivery.exhausted'")
    (row,) = sql.all("SELECT id, endpoint_id FROM webhook_deliveries WHERE event_id = :id", id=told["id"])
    assert row["endpoint_id"] == other
    assert webhooks_queue.received() == [row["id"]]


def test_a_clock_that_rings_too_early_waits_on(
    scripted: Deliverer, answers: Answers, clock: Clock, delivery_id: str
) -> None:
    answers.response = BROKEN
    deliver_webhooks(scripted, clock, None, [delivery_id])
    again = retry_webhook(scripted, delivery_id, 1)
    assert (again["outcome"], again["next_attempt_at"]) == ("wait", clock.started[0][2])
    assert len(answers.sent) == 1


def test_a_retry_begins_a_run_of_its_own_and_ends_the_old_clock(
    scripted: Deliverer,
    database: PostgresDatabase,
    clock: Clock,
    sql: Rows,
    delivery_id: str,
    webhooks_queue: RealQueue,
) -> None:
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert delivery(sql, delivery_id)["status"] == "delivered"
    for run in (2, 3):
        request_webhook_retry(database, webhooks_queue, TEST_MERCHANT_ID, delivery_id)
        assert delivery(sql, delivery_id)["run"] == run
    assert jobs(sql) == [delivery_id]
    assert retry_webhook(scripted, delivery_id, 2)["outcome"] == "ended"
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert delivery(sql, delivery_id)["status"] == "delivered"
    assert sql.column("SELECT run FROM webhook_attempts ORDER BY number") == [1, 3]


def test_a_retry_that_is_asked_for_during_an_attempt_runs_after_it(
    scripted: Deliverer,
    database: PostgresDatabase,
    answers: Answers,
    clock: Clock,
    sql: Rows,
    delivery_id: str,
    webhooks_queue: RealQueue,
) -> None:
    answers.before_answer = lambda: request_webhook_retry(database, webhooks_queue, TEST_MERCHANT_ID, delivery_id)
    deliver_webhooks(scripted, clock, None, [delivery_id])
    answers.before_answer = None
    row = delivery(sql, delivery_id)
    assert (row["status"], row["run"], row["attempts"], row["run_attempts"]) == ("pending", 2, 1, 0)
    assert webhooks_queue.received() == [delivery_id, delivery_id]
    assert clock.started == []
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert delivery(sql, delivery_id)["status"] == "delivered"


def test_a_slow_endpoints_webhooks_are_passed_on_to_the_slow_lane(
    scripted: Deliverer,
    answers: Answers,
    clock: Clock,
    sql: Rows,
    delivery_id: str,
    webhooks_queue: RealQueue,
) -> None:
    answers.response = WebhookResponse(None, "timeout", "", 15_000)
    deliver_webhooks(scripted, clock, webhooks_queue, [delivery_id])
    make_due(sql)
    deliver_webhooks(scripted, clock, webhooks_queue, [delivery_id])
    assert len(answers.sent) == 1
    assert webhooks_queue.received() == [delivery_id]
    answers.response = WebhookResponse(200, None, "", 5)
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert delivery(sql, delivery_id)["status"] == "delivered"
    assert sql.value("SELECT slow_until FROM webhook_endpoints WHERE url = :url", url=URL) is None


def test_an_endpoint_is_known_to_be_slow_while_it_still_hangs(
    scripted: Deliverer,
    answers: Answers,
    clock: Clock,
    sql: Rows,
    delivery_id: str,
    monkeypatch: pytest.MonkeyPatch,
    secrets: DeploymentSecrets,
) -> None:
    def hang_until_marked() -> None:
        with rows_of(secrets.database_url) as rows:
            marked = "SELECT id FROM webhook_endpoints WHERE url = :url AND slow_until > now() + interval '9 minutes'"
            eventually(lambda: rows.column(marked, url=URL), what="the mark")

    monkeypatch.setattr(delivering, "SLOW_MS", 50)
    answers.before_answer = hang_until_marked
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert delivery(sql, delivery_id)["status"] == "delivered"


def test_gone_disables_the_endpoint_and_holds_what_was_meant_for_it(
    scripted: Deliverer, answers: Answers, clock: Clock, sql: Rows, cipher: AesGcmCipher, delivery_id: str
) -> None:
    other = sql.add_endpoint(cipher, url="https://other.example/", events=["endpoint.*"])
    answers.response = WebhookResponse(410, None, "", 5)
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert delivery(sql, delivery_id)["status"] == "held"
    endpoint = sql.one("SELECT * FROM webhook_endpoints WHERE url = :url", url=URL)
    assert (endpoint["status"], endpoint["disabled_reason"]) == ("disabled", "gone")
    assert sql.column("SELECT endpoint_id FROM webhook_deliveries WHERE event_type = 'endpoint.disabled'") == [other]


@pytest.mark.parametrize(
    ("failing_days", "warned", "told", "status"),
    [
        (2, 0, None, "enabled"),
        (2.6, 0, "endpoint.failing", "enabled"),
        (2.6, 50, None, "enabled"),
        (4.6, 50, "endpoint.failing", "enabled"),
        (5, 90, "endpoint.disabled", "disabled"),
        (9, 50, "endpoint.disabled", "disabled"),
        (9, 0, "endpoint.failing", "enabled"),
    ],
)
def test_an_endpoint_that_only_fails_is_warned_about_and_then_disabled(
    scripted: Deliverer,
    answers: Answers,
    clock: Clock,
    sql: Rows,
    cipher: AesGcmCipher,
    delivery_id: str,
    failing_days: float,
    warned: int,
    told: str | None,
    status: str,
) -> None:
    sql.add_endpoint(cipher, url="https://other.example/", events=["endpoint.*"])
    sql.run(
        "UPDATE webhook_endpoints SET warned_percent = :warned,"
        " failing_since = now() - :days::float * interval '1 day' WHERE url = :url",
        warned=warned,
        days=failing_days,
        url=URL,
    )
    answers.response = BROKEN
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert sql.column("SELECT type FROM events WHERE endpoint_id IS NOT NULL") == ([told] if told else [])
    assert sql.value("SELECT status FROM webhook_endpoints WHERE url = :url", url=URL) == status


def test_a_success_after_a_warning_is_told_as_well(
    scripted: Deliverer, clock: Clock, sql: Rows, cipher: AesGcmCipher, delivery_id: str
) -> None:
    sql.run(
        "UPDATE webhook_endpoints SET warned_percent = 70, failing_since = now() - interval '4 days' WHERE url = :url",
        url=URL,
    )
    deliver_webhooks(scripted, clock, None, [delivery_id])
    assert sql.column("SELECT type FROM events WHERE endpoint_id IS NOT NULL") == ["endpoint.recovered"]
    row = sql.one("SELECT failing_since, warned_percent FROM webhook_endpoints WHERE url = :url", url=URL)
    assert row == {"failing_since": None, "warned_percent": 0}


def test_a_failed_test_event_says_nothing_about_the_endpoints_health(
    scripted: Deliverer,
    database: PostgresDatabase,
    answers: Answers,
    clock: Clock,
    sql: Rows,
    cipher: AesGcmCipher,
    webhooks_queue: RealQueue,
) -> None:
    endpoint_id = sql.add_endpoint(cipher, url=URL)
    made = json.loads(send_test_webhook(database, webhooks_queue, TEST_MERCHANT_ID, endpoint_id))
    answers.response = BROKEN
    deliver_webhooks(scripted, clock, None, [made["id"]])
    assert delivery(sql, made["id"])["status"] == "exhausted"
    row = sql.one("SELECT failing_since, warned_percent FROM webhook_endpoints WHERE id = :id", id=endpoint_id)
    assert row == {"failing_since": None, "warned_percent": 0}
