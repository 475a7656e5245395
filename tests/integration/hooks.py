"""What tests of the webhook routes share: endpoints and payments that the API makes, and receivers that answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from paygate.adapters.ssrf import resolve_allowed
from paygate.domain.webhooks import WebhookResponse
from paygate.operations.create_webhook_endpoint import UrlCheck
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import Deliverer
from paygate.operations.ports import WebhookSender
from tests.integration.api import MERCHANT, Api, running_api
from tests.integration.deliveries import DISABLE_AFTER_SECONDS, SCHEDULE, Answers, Clock
from tests.integration.replays import upi
from tests.integration.support import RealQueue
from tests.support.api import Answer
from tests.support.rows import TEST_MERCHANT_ID, Rows
from tests.support.servers import Servers

# Addresses and no names, so that nothing is looked up.
URL = "https://93.184.216.34/hooks"
OTHER_URL = "https://93.184.216.35/hooks"
BROKEN = WebhookResponse(500, None, "no", 5)
ENDPOINTS = "/webhook-endpoints"
ENDPOINT = "/webhook-endpoints/{endpoint_id}"
ROTATE = f"POST {ENDPOINT}/rotate-secret"
TEST = f"POST {ENDPOINT}/test"
RETRY = "POST /webhooks/{delivery_id}/retry"
REPLAY = "POST /webhooks/replay"

Sent = list[tuple[str, bytes, dict[str, str]]]


@dataclass
class Hooks:
    """The API of the test merchant, and what is delivered to its endpoints, none of which is called in earnest."""

    api: Api
    queue: RealQueue
    answers: Answers = field(default_factory=Answers)
    clock: Clock = field(default_factory=Clock)

    @property
    def sql(self) -> Rows:
        return self.api.sql

    def create(self, url: str = URL, *, merchant: Mapping[str, str] = MERCHANT, **more: Any) -> dict[str, Any]:
        """A new endpoint, with its secret."""
        answer = self.api.send(f"POST {ENDPOINTS}", body_of(url=url, **more), merchant=merchant)
        assert answer.status == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    def of_endpoint(self, route: str, endpoint_id: str, key: str | None = None, **body: Any) -> Answer:
        """Send `POST /webhook-endpoints/{endpoint_id}/test` or the like."""
        sent = body_of(**body) if body else None
        return self.api.send(route, sent, key=key, path={"endpoint_id": endpoint_id})

    def change(self, endpoint_id: str, **body: Any) -> dict[str, Any]:
        answer = self.of_endpoint(f"PATCH {ENDPOINT}", endpoint_id, **body)
        assert answer.status == 200, answer.text
        changed: dict[str, Any] = answer.json
        return changed

    def endpoint(self, endpoint_id: str) -> dict[str, Any]:
        answer = self.of_endpoint(f"GET {ENDPOINT}", endpoint_id)
        assert answer.status == 200, answer.text
        read: dict[str, Any] = answer.json
        return read

    def row(self, endpoint_id: str) -> dict[str, Any]:
        return self.sql.one("SELECT * FROM webhook_endpoints WHERE id = :id", id=endpoint_id)

    def pay(self) -> str:
        """A payment's id; it makes two events, payment.created and payment.pending."""
        made = self.api.send("POST /payments", upi())
        assert made.status == 201, made.text
        return str(made.json["id"])

    def deliver(self, sender: WebhookSender | None = None) -> Sent:
        """Attempt all that the queue holds until it is empty; what the receivers got."""
        before = len(self.answers.sent)
        wiring = self.api.wiring
        deliverer = Deliverer(
            *(wiring.database, sender or self.answers, wiring.webhook_cipher, self.queue),
            *(SCHEDULE, DISABLE_AFTER_SECONDS),
        )
        while ids := self.queue.received():
            assert deliver_webhooks(deliverer, self.clock, None, ids) == set()
        return self.answers.sent[before:]

    def log(self, *query: tuple[str, str], merchant: Mapping[str, str] = MERCHANT) -> list[dict[str, Any]]:
        """Deliveries, newest first, 100 at most."""
        answer = self.api.send("GET /webhooks", query=[("limit", "100"), *query], merchant=merchant)
        assert answer.status == 200, answer.text
        assert answer.json["total"] == len(answer.json["data"])
        listed: list[dict[str, Any]] = answer.json["data"]
        return listed

    def delivery(self, delivery_id: str) -> dict[str, Any]:
        """One delivery with its attempts."""
        answer = self.api.send("GET /webhooks/{delivery_id}", path={"delivery_id": delivery_id})
        assert answer.status == 200, answer.text
        read: dict[str, Any] = answer.json
        return read

    def retry(self, delivery_id: str, key: str | None = None) -> Answer:
        return self.api.send(RETRY, key=key, path={"delivery_id": delivery_id})

    def replay(self, key: str | None = None, **body: Any) -> Answer:
        return self.api.send(REPLAY, body_of(**body), key=key)

    def progress(self, replay_id: str) -> dict[str, Any]:
        answer = self.api.send("GET /webhooks/replays/{replay_id}", path={"replay_id": replay_id})
        assert answer.status == 200, answer.text
        read: dict[str, Any] = answer.json
        return read

    def allow_loopback(self) -> None:
        """Go on as the local profile."""
        guard = partial(resolve_allowed, allow_loopback=True)
        self.api.wiring.url_check = UrlCheck(guard, allow_http=True)


@contextmanager
def running_hooks(servers: Servers, aws_endpoint_url: str, queue: RealQueue) -> Iterator[Hooks]:
    """The app, whose webhooks go to `queue`."""
    with running_api(servers, aws_endpoint_url) as api:
        api.wiring.webhooks_queue = queue
        yield Hooks(api, queue)


def body_of(**fields: Any) -> str:
    return json.dumps(fields)


def refusal(answer: Answer) -> tuple[int, str, str | None, str | None]:
    """Status, code, field and reason of an error."""
    error = answer.error
    return answer.status, error["code"], error.get("field"), error.get("reason")


def statuses(hooks: Hooks, *query: tuple[str, str]) -> list[str]:
    return sorted(delivery["status"] for delivery in hooks.log(*query))


def set_status(hooks: Hooks, status: str, *delivery_ids: str) -> None:
    """The deliveries, all if none are named, have come to this end."""
    hooks.sql.run(
        "UPDATE webhook_deliveries SET status = :status, next_attempt_at = NULL"
        " WHERE cardinality(CAST(:ids AS text[])) = 0 OR id = ANY(:ids)",
        status=status,
        ids=list(delivery_ids),
    )
    hooks.sql.run("DELETE FROM outbox WHERE queue = 'webhooks'")
    hooks.queue.received()


def fill(hooks: Hooks, endpoint_id: str, number: int, status: str = "held") -> None:
    """So many deliveries, a millisecond apart; the ids tell their order."""
    hooks.sql.run(
        "WITH numbers AS (SELECT n, 'evt_fill' || lpad(n::text, 6, '0') AS id FROM generate_series(1, :number) AS n),"
        " event AS (INSERT INTO events (id, merchant_id, endpoint_id, type, body)"
        " SELECT id, :merchant_id, :endpoint_id, 'endpoint.test', '{}' FROM numbers)"
        " INSERT INTO webhook_deliveries (id, event_id, event_type, endpoint_id, merchant_id, status, created_at)"
        " SELECT replace(id, 'evt', 'whd'), id, 'endpoint.test', :endpoint_id, :merchant_id, :status,"
        " date_trunc('milliseconds', now()) - interval '1 hour' + n * interval '1 millisecond' FROM numbers",
        number=number,
        merchant_id=TEST_MERCHANT_ID,
        endpoint_id=endpoint_id,
        status=status,
    )


@pytest.fixture
def hooks(servers: Servers, aws_endpoint_url: str, webhooks_queue: RealQueue) -> Iterator[Hooks]:
    with running_hooks(servers, aws_endpoint_url, webhooks_queue) as hooks:
        yield hooks


def listed(hooks: Hooks, **more: Any) -> list[dict[str, Any]]:
    """The merchant's endpoints as the API lists them."""
    answer = hooks.api.send(f"GET {ENDPOINTS}", **more)
    assert (answer.status, answer.json["has_more"]) == (200, False)
    endpoints: list[dict[str, Any]] = answer.json["data"]
    return endpoints
