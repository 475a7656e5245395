"""What tests of webhook deliveries share: a sender, and one delivery attempted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from paygate.adapters import webhook_http
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.webhook_http import HttpWebhookSender
from paygate.operations.deliver_webhooks import deliver_webhooks
from tests.support.rows import Rows, start_payment

SCHEDULE = (0, 100, 200)
PATIENCE_SECONDS = 0.4

Deliver = Callable[..., dict[str, Any]]


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
def deliver(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender) -> Deliver:
    """Make one delivery to a URL and attempt it once; its last attempt, which must leave nothing for SQS to repeat."""

    def run(url: str) -> dict[str, Any]:
        delivery_id = new_delivery(database, sql, cipher, url)
        assert deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id]) == set()
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
