"""The thinnest real payment, through everything that is deployed."""

from __future__ import annotations

import json

import pytest

from paygate.operations.seed_test_merchant import TEST_WEBHOOK_SECRET
from paygate_local.demo import signatures_match
from paygate_local.receiver import ReceivedWebhook, running_receiver
from tests.support.polling import eventually
from tests.support.stack import CREDENTIALS, TestStack


def test_a_payment_settles_and_its_signed_webhooks_arrive_in_sequence(stack: TestStack) -> None:
    with running_receiver() as receiver, stack.webhooks_to(receiver.url):
        payment_id = stack.pay()
        payment = stack.settled(payment_id)
        arrived = receiver.wait_for(lambda webhooks: len(_of(payment_id, webhooks)) >= 3, seconds=60)
    assert payment["status"] == "success"
    webhooks = sorted(_of(payment_id, arrived), key=lambda webhook: int(webhook.headers["webhook-sequence"]))
    assert [json.loads(webhook.body)["event"] for webhook in webhooks] == [
        "payment.created",
        "payment.pending",
        "payment.success",
    ]
    assert [webhook.headers["webhook-sequence"] for webhook in webhooks] == ["1", "2", "3"]
    assert all(signatures_match(webhook, TEST_WEBHOOK_SECRET) for webhook in webhooks)
    assert json.loads(webhooks[-1].body)["data"] == {"payment": payment}


def test_the_timeline_tells_every_event_in_order(stack: TestStack) -> None:
    payment_id = stack.pay()
    stack.settled(payment_id)
    events = stack.call("GET", f"/payments/{payment_id}/timeline").json()["data"]
    assert [event["type"] for event in events] == ["payment.created", "payment.pending", "payment.success"]
    assert [event["sequence"] for event in events] == [1, 2, 3]


def test_an_order_is_paid_once(stack: TestStack) -> None:
    order = stack.call("POST", "/orders", {"amount": 12345, "currency": "INR", "receipt": "r-1"}).json()
    assert (order["status"], order["amount"], order["reusable"]) == ("created", 12345, False)
    payment = stack.settled(stack.pay(order["id"]))
    assert (payment["status"], payment["amount"], payment["currency"]) == ("success", 12345, "INR")
    assert stack.call("GET", f"/orders/{order['id']}").json()["status"] == "paid"
    again = stack.call("POST", "/payments", {"order_id": order["id"], "method": "upi", "vpa": "user@paytm"})
    assert again.status_code == 409
    assert again.json()["error"]["reason"] == "ORDER_ALREADY_PAID"


def test_a_failing_vpa_fails_with_its_reason_and_leaves_the_order_payable(stack: TestStack) -> None:
    order = stack.call("POST", "/orders", {"amount": 500, "currency": "INR"}).json()
    payment = stack.settled(stack.pay(order["id"], vpa="failure@paygate"))
    assert (payment["status"], payment["failure_reason"]) == ("failed", "payment_declined")
    assert stack.settled(stack.pay(order["id"]))["status"] == "success"


def test_the_seed_order_of_50000_inr_pays(stack: TestStack) -> None:
    order = stack.call("GET", "/orders/order_NXhj67fGH2jk9mPq").json()
    assert (order["amount"], order["currency"]) == (50000, "INR")
    assert stack.settled(stack.pay("order_NXhj67fGH2jk9mPq"))["status"] == "success"


@pytest.mark.parametrize("part", ["", "/db", "/redis"])
def test_health_is_open_to_all(stack: TestStack, part: str) -> None:
    answer = stack.call("GET", f"/health{part}", headers={})
    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert set(answer.json()) >= {"status", "timestamp"}


def test_job_status_counts_what_was_settled(stack: TestStack) -> None:
    before = stack.call("GET", "/test/jobs/status", headers={}).json()
    assert before["worker_status"] == "running"
    stack.settled(stack.pay())
    after = eventually(
        lambda: _quiet(stack.call("GET", "/test/jobs/status", headers={}).json()), what="the queues to be empty"
    )
    assert after["completed"] > before["completed"]
    assert after["failed"] == 0


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Api-Key": "key_test_abc123"}, {**CREDENTIALS, "X-Api-Secret": "wrong"}, {**CREDENTIALS, "X-Api-Key": "x"}],
    ids=["none", "no secret", "wrong secret", "unknown key"],
)
def test_bad_credentials_get_one_same_answer(stack: TestStack, headers: dict[str, str]) -> None:
    answer = stack.call("GET", "/orders/order_test_123", headers=headers)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert error["code"] == "AUTHENTICATION_ERROR"
    assert error["description"] == "The API key or secret is missing or not valid."


@pytest.mark.parametrize(("method", "path"), [("GET", "/nonsense"), ("DELETE", "/payments"), ("GET", "/payments/x/y")])
def test_an_unknown_route_is_a_404_in_our_own_form(stack: TestStack, method: str, path: str) -> None:
    answer = stack.call(method, path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOT_FOUND_ERROR"
    assert answer.headers["X-Request-Id"] == answer.json()["error"]["request_id"]


def test_logs_tell_the_payments_story_without_secrets(stack: TestStack) -> None:
    payment_id = stack.pay()
    stack.settled(payment_id)
    logs = stack.aws("logs")

    # A function that was deployed anew has another name, and its log group stands beside the old one.
    def messages_of(function: str) -> list[str]:
        groups = logs.get_paginator("describe_log_groups").paginate()
        names = [group["logGroupName"] for page in groups for group in page["logGroups"]]
        events = logs.get_paginator("filter_log_events")
        pages = [page for name in names if function in name for page in events.paginate(logGroupName=name)]
        return [event["message"] for page in pages for event in page["events"]]

    def settled_line() -> str | None:
        messages = messages_of("ProcessPaymentsFunction")
        return next((text for text in messages if payment_id in text and "payments settled" in text), None)

    line = json.loads(eventually(settled_line, what="the log line"))
    assert line["service"] == "paygate"
    assert {"id": payment_id, "status": "success"} in line["payments"]
    everything = "".join(messages_of(""))
    assert "secret_test_xyz789" not in everything
    assert TEST_WEBHOOK_SECRET not in everything


def _of(payment_id: str, webhooks: list[ReceivedWebhook]) -> list[ReceivedWebhook]:
    return [webhook for webhook in webhooks if payment_id.encode() in webhook.body]


def _quiet(status: dict[str, int]) -> dict[str, int] | None:
    return status if status["pending"] == status["processing"] == 0 else None


def test_lists_page_through_the_gateway(stack: TestStack) -> None:
    order = stack.call("POST", "/orders", {"amount": 700, "currency": "INR", "reusable": True}).json()
    ids = [stack.pay(order["id"]) for _ in range(3)]
    first = stack.call("GET", f"/payments?order_id={order['id']}&limit=2").json()
    assert ([payment["id"] for payment in first["data"]], first["has_more"]) == (ids[:0:-1], True)
    rest = stack.call("GET", f"/payments?order_id={order['id']}&limit=2&starting_after={ids[1]}").json()
    assert ([payment["id"] for payment in rest["data"]], rest["has_more"]) == (ids[:1], False)
    assert stack.call("GET", "/orders?limit=1").json()["data"][0]["id"] == order["id"]
    assert stack.call("GET", "/payments?limit=0").json()["error"]["field"] == "limit"
