from __future__ import annotations

import json
from typing import Any

import pytest

from paygate.domain.errors import AddressRefusedError, DatabaseUnavailableError, RedisUnavailableError
from tests.unit.api.conftest import Call, FakeWiring, make_config
from tests.unit.fakes import FakeQueue

PAYMENT = json.dumps({"order_id": "order_1", "method": "upi", "vpa": "user@paytm"})
CARD = {"number": "4242424242424242", "expiry_month": 12, "expiry_year": 2040, "cvv": "123"}
CARD_PAYMENT = json.dumps({"order_id": "order_1", "method": "card", "card": CARD})
UPDATE = "PATCH /webhook-endpoints/{endpoint_id}"


def test_a_payment_is_created_and_sent_with_the_whole_seconds_of_the_configured_delay(
    call: Call, wiring: FakeWiring
) -> None:
    wiring.config = make_config(TEST_MODE="true", TEST_PROCESSING_DELAY="1500")
    wiring.database.answers["create_payment"] = [{"body": '{"id":"pay_1"}', "delivery_ids": "whd_1,whd_2"}]
    answer = call("POST /payments", PAYMENT)
    assert (answer.status, answer.text) == (201, '{"id":"pay_1"}')
    stored = wiring.database.parameters("create_payment")
    assert (stored["merchant_id"], stored["order_id"], stored["vpa"]) == ("merchant_1", "order_1", "user@paytm")
    assert wiring.payments_queue.sent == [(stored["payment_id"], 1)]
    assert wiring.webhooks_queue.batches == [["whd_1", "whd_2"]]


def test_a_payment_is_created_also_when_no_queue_answers(call: Call, wiring: FakeWiring) -> None:
    wiring.payments_queue.down = wiring.webhooks_queue.down = True
    wiring.database.answers["create_payment"] = [{"body": '{"id":"pay_1"}', "delivery_ids": None}]
    assert call("POST /payments", PAYMENT).status == 201


@pytest.mark.parametrize(
    ("order_status", "status", "code", "reason"),
    [
        (None, 404, "NOT_FOUND_ERROR", None),
        ("paid", 409, "CONFLICT_ERROR", "ORDER_ALREADY_PAID"),
        ("authorized", 409, "CONFLICT_ERROR", "ORDER_ALREADY_AUTHORIZED"),
        ("expired", 409, "CONFLICT_ERROR", "ORDER_EXPIRED"),
    ],
)
@pytest.mark.parametrize("body", [PAYMENT, CARD_PAYMENT], ids=["upi", "card"])
def test_a_payment_for_an_order_that_cannot_be_paid_is_refused_and_leaves_no_card(
    call: Call, wiring: FakeWiring, body: str, order_status: str | None, status: int, code: str, reason: str | None
) -> None:
    refused = {"body": None, "order_status": order_status, "delivery_ids": None}
    wiring.database.answers["create_payment"] = [refused] if order_status else []
    answer = call("POST /payments", body)
    assert (answer.status, answer.error["code"], answer.error.get("reason")) == (status, code, reason)
    assert answer.error["field"] == "order_id"
    assert wiring.card_vault.cards == {}


@pytest.mark.parametrize(
    ("route", "statement", "what"),
    [
        ("GET /payments/{payment_id}", "get_payment", "payment"),
        ("GET /payments/{payment_id}/timeline", "get_payment_timeline", "payment"),
        ("GET /refunds/{refund_id}", "get_refund", "refund"),
    ],
)
def test_a_payment_or_refund_is_read_as_the_merchants_own_or_not_found(
    call: Call, wiring: FakeWiring, route: str, statement: str, what: str
) -> None:
    named = {f"{what}_id": "some_1"}
    wiring.database.answers[statement] = [{"body": '{"id":"some_1"}'}]
    assert call(route, **named).text == '{"id":"some_1"}'
    assert wiring.database.parameters(statement) == {**named, "merchant_id": "merchant_1"}
    wiring.database.answers[statement] = []
    answer = call(route, **named)
    assert (answer.status, answer.error["description"]) == (404, f"There is no {what} with this id.")


@pytest.mark.parametrize(
    ("bodies", "text"),
    [
        ([], '{"data":[],"has_more":false}'),
        (['{"id":"whe_1"}', '{"id":"whe_2"}'], '{"data":[{"id":"whe_1"},{"id":"whe_2"}],"has_more":false}'),
    ],
)
def test_endpoints_are_listed(call: Call, wiring: FakeWiring, bodies: list[str], text: str) -> None:
    wiring.database.answers["list_webhook_endpoints"] = [{"body": body} for body in bodies]
    assert call("GET /webhook-endpoints").text == text
    assert wiring.database.parameters("list_webhook_endpoints")["merchant_id"] == "merchant_1"


@pytest.mark.parametrize(
    ("allow_loopback", "url", "status"),
    [
        ("false", "https://shop.example/", 200),
        ("false", "http://shop.example/", 400),
        ("true", "http://localhost:8080/", 200),
        ("true", "ftp://localhost/", 400),
    ],
)
def test_plain_http_is_for_the_local_profile(
    call: Call, wiring: FakeWiring, allow_loopback: str, url: str, status: int
) -> None:
    wiring.config = make_config(WEBHOOK_ALLOW_LOOPBACK=allow_loopback)
    wiring.database.answers["update_webhook_endpoint"] = [{"body": '{"id":"whe_1"}'}]
    assert call(UPDATE, json.dumps({"url": url}), endpoint_id="whe_1").status == status


def test_a_url_that_leads_where_it_must_not_is_refused(
    call: Call, wiring: FakeWiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(host: str, port: int) -> str:
        raise AddressRefusedError(f"{host}:{port} is refused.", field="url", reason="URL_NOT_ALLOWED")

    monkeypatch.setattr(wiring, "address_guard", refuse)
    answer = call(UPDATE, '{"url":"https://10.0.0.1/"}', endpoint_id="whe_1")
    assert answer.status == 400
    assert answer.error == {
        "code": "BAD_REQUEST_ERROR",
        "description": "10.0.0.1:443 is refused.",
        "field": "url",
        "reason": "URL_NOT_ALLOWED",
    }


@pytest.mark.parametrize(
    ("route", "parts"),
    [("GET /health", ["database", "redis"]), ("GET /health/db", ["database"]), ("GET /health/redis", ["redis"])],
)
@pytest.mark.parametrize("down", [(), ("database",), ("redis",), ("database", "redis")])
def test_health_asks_for_no_credentials_and_is_503_when_a_part_is_down(
    call: Call, wiring: FakeWiring, route: str, parts: list[str], down: tuple[str, ...]
) -> None:
    wiring.database.answers["ping"] = DatabaseUnavailableError("no") if "database" in down else [{"one": 1}]
    wiring.redis.error = RedisUnavailableError("no") if "redis" in down else None
    answer = call(route, headers={})
    healthy = not set(parts) & set(down)
    assert answer.status == (200 if healthy else 503)
    assert answer.json.pop("timestamp")
    assert answer.json == {
        "status": "healthy" if healthy else "unhealthy",
        **{part: "disconnected" if part in down else "connected" for part in parts},
    }


def test_job_status_comes_from_the_queues_in_test_mode(call: Call, wiring: FakeWiring) -> None:
    wiring.config = make_config(TEST_MODE="true")
    wiring.refunds_queue = FakeQueue(waiting=10, in_flight=20)
    wiring.slow_webhooks_queue = FakeQueue(waiting=100, in_flight=200)
    wiring.database.answers["get_job_counts"] = [{"completed": 4, "seconds_since_sweep": 5}]
    assert call("GET /test/jobs/status", headers={}).json == {
        "pending": 111,
        "processing": 222,
        "completed": 4,
        "failed": 3,
        "worker_status": "running",
    }


@pytest.mark.parametrize("queue", ["payments_queue", "refunds_queue", "webhooks_queue", "slow_webhooks_queue"])
def test_job_status_of_queues_that_do_not_answer_is_unavailable(call: Call, wiring: FakeWiring, queue: str) -> None:
    wiring.config = make_config(TEST_MODE="true")
    getattr(wiring, queue).down = True
    answer = call("GET /test/jobs/status", headers={})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")


@pytest.mark.parametrize(("rows", "status"), [([{"body": '{"id":"merchant_test_123"}'}], 200), ([], 404)])
def test_the_test_merchant_is_told_in_test_mode(
    call: Call, wiring: FakeWiring, rows: list[dict[str, Any]], status: int
) -> None:
    wiring.config = make_config(TEST_MODE="true")
    wiring.database.answers["get_merchant"] = rows
    assert call("GET /test/merchant", headers={}).status == status


@pytest.mark.parametrize("route", ["GET /test/jobs/status", "GET /test/merchant"])
def test_test_routes_do_not_exist_outside_test_mode(call: Call, wiring: FakeWiring, route: str) -> None:
    answer = call(route, headers={})
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND_ERROR")
    assert wiring.database.calls == []
