"""What tests of webhook deliveries share: a sender, and one delivery attempted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from paygate.adapters import webhook_http
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.webhook_http import HttpWebhookSender
from paygate.domain.errors import WorkflowUnavailableError
from paygate.domain.retry_policy import RetrySchedule
from paygate.domain.webhooks import WebhookResponse
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import Deliverer
from tests.integration.support import RealQueue
from tests.support.rows import Rows, start_payment

SCHEDULE = RetrySchedule((0, 100, 200))
DISABLE_AFTER_SECONDS = 432_000
EXECUTION_ARN_PREFIX = "arn:aws:states:us-east-1:000000000000:execution:retry:"
PATIENCE_SECONDS = 0.4

Deliver = Callable[..., dict[str, Any]]


@dataclass
class Clock:
    """Alarm clocks that only keep what they were set to."""

    execution_arn_prefix: str | None = EXECUTION_ARN_PREFIX
    started: list[tuple[str, int, str]] = field(default_factory=list)
    broken: bool = False

    def start(self, delivery_id: str, run: int, next_attempt_at: str) -> None:
        if self.broken:
            raise WorkflowUnavailableError("Step Functions did not start an execution (planted).")
        self.started.append((delivery_id, run, next_attempt_at))


@dataclass
class Answers:
    """A sender that answers for every receiver, with `response` unless a URL has one of its own."""

    response: WebhookResponse = field(default_factory=lambda: WebhookResponse(200, None, "", 5))
    by_url: dict[str, WebhookResponse] = field(default_factory=dict)
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    before_answer: Callable[[], object] | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        self.sent.append((url, body, dict(headers)))
        if self.before_answer is not None:
            self.before_answer()
        return self.by_url.get(url, self.response)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def scripted(
    database: PostgresDatabase, answers: Answers, cipher: AesGcmCipher, webhooks_queue: RealQueue
) -> Deliverer:
    """A deliverer whose receivers answer as `answers` says."""
    return Deliverer(database, answers, cipher, webhooks_queue, SCHEDULE, DISABLE_AFTER_SECONDS)


@pytest.fixture
def deliverer(
    database: PostgresDatabase, sender: HttpWebhookSender, cipher: AesGcmCipher, webhooks_queue: RealQueue
) -> Deliverer:
    """A deliverer that sends over HTTP."""
    return Deliverer(database, sender, cipher, webhooks_queue, SCHEDULE, DISABLE_AFTER_SECONDS)


@pytest.fixture
def sender() -> Iterator[HttpWebhookSender]:
    sender = HttpWebhookSender(allow_loopback=True)
    yield sender
    sender.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give receivers a part of a second instead of fifteen."""
    monkeypatch.setattr(webhook_http, "TOTAL_TIMEOUT_SECONDS", PATIENCE_SECONDS)


@pytest.fixture
def deliver(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock) -> Deliver:
    """Make one delivery to a URL and attempt it once; its last attempt, which must leave nothing for SQS to repeat."""

    def run(url: str) -> dict[str, Any]:
        delivery_id = new_delivery(database, sql, cipher, url)
        assert deliver_webhooks(deliverer, clock, None, [delivery_id]) == set()
        (attempt,) = sql.all("SELECT * FROM webhook_attempts WHERE delivery_id = :id", id=delivery_id)
        return attempt

    return run


def new_delivery(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, url: str) -> str:
    """The id of a delivery that is due now, the only one of its payment."""
    endpoint_id = sql.add_endpoint(cipher, url=url, events=["payment.created"])
    start_payment(database, "order_test_123")
    return str(sql.value("SELECT id FROM webhook_deliveries WHERE endpoint_id = :id", id=endpoint_id))


def delivery(sql: Rows, delivery_id: str) -> dict[str, Any]:
    return sql.one("SELECT * FROM webhook_deliveries WHERE id = :id", id=delivery_id)


def jobs(sql: Rows) -> list[str]:
    return sql.column("SELECT subject_id FROM outbox WHERE queue = 'webhooks'")
