"""Money that goes back, captures and cancels, and the books, through everything that is deployed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from paygate.operations.seed_test_merchant import TEST_WEBHOOK_SECRET
from paygate_local.demo import signatures_match
from paygate_local.receiver import ReceivedWebhook, running_receiver
from paygate_local.settings import ROOT
from tests.support.polling import eventually
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.stack import TestStack

STORY = [
    "payment.created",
    "payment.pending",
    "payment.success",
    "refund.created",
    "refund.processed",
    "refund.created",
    "refund.processed",
]


def paid(stack: TestStack, **order: Any) -> dict[str, Any]:
    """A payment of an order of its own that has settled."""
    made = stack.call("POST", "/orders", {"amount": 10_000, "currency": "INR", **order})
    assert made.status_code == 201, made.text
    return stack.settled(stack.pay(made.json()["id"]))


def of_payment(payment_id: str, webhooks: list[ReceivedWebhook]) -> list[ReceivedWebhook]:
    return [webhook for webhook in webhooks if payment_id.encode() in webhook.body]


def ended(stack: TestStack, payment_id: str) -> dict[str, Any] | None:
    """The payment once nothing is asked for any more."""
    payment: dict[str, Any] = stack.call("GET", f"/payments/{payment_id}").json()
    return None if "pending_action" in payment else payment


def test_part_and_rest_are_refunded_one_more_is_refused_and_the_webhooks_tell_the_order(stack: TestStack) -> None:
    with running_receiver() as receiver, stack.webhooks_to(receiver.url):
        payment_id = paid(stack)["id"]
        path = f"/payments/{payment_id}/refunds"
        part = stack.call("POST", path, {"amount": 3_000, "reason": "one of three"})
        assert (part.status_code, part.json()["status"]) == (201, "pending")
        too_much = stack.call("POST", path, {"amount": 7_001})
        assert too_much.status_code == 409
        assert too_much.json()["error"]["reason"] == "REFUND_EXCEEDS_LEFT"
        assert "7000" in too_much.json()["error"]["description"]
        assert stack.refunded(part.json()["id"])["status"] == "processed"
        rest = stack.call("POST", path)
        assert (rest.status_code, rest.json()["amount"]) == (201, 7_000)
        assert stack.refunded(rest.json()["id"])["status"] == "processed"
        more = stack.call("POST", path, {"amount": 1})
        assert more.status_code == 409
        error = more.json()["error"]
        assert (error["code"], error["field"], error["reason"]) == (
            "CONFLICT_ERROR",
            "amount",
            "PAYMENT_FULLY_REFUNDED",
        )
        assert "0 is left" in error["description"]
        arrived = receiver.wait_for(lambda webhooks: len(of_payment(payment_id, webhooks)) >= len(STORY), seconds=60)
    webhooks = sorted(of_payment(payment_id, arrived), key=lambda webhook: int(webhook.headers["webhook-sequence"]))
    assert [json.loads(webhook.body)["event"] for webhook in webhooks] == STORY
    assert [int(webhook.headers["webhook-sequence"]) for webhook in webhooks] == [1, 2, 3, 4, 5, 6, 7]
    assert all(signatures_match(webhook, TEST_WEBHOOK_SECRET) for webhook in webhooks)
    last = json.loads(webhooks[-1].body)["data"]["refund"]
    assert last == stack.call("GET", f"/refunds/{rest.json()['id']}").json()
    assert [entry["id"] for entry in stack.call("GET", path).json()["data"]] == [rest.json()["id"], part.json()["id"]]
    payment = stack.call("GET", f"/payments/{payment_id}").json()
    assert (payment["amount_captured"], payment["amount_refunded"]) == (10_000, 10_000)


def test_a_refund_that_fails_frees_its_amount_and_one_without_a_word_is_asked_about(stack: TestStack) -> None:
    payment_id = paid(stack)["id"]
    path = f"/payments/{payment_id}/refunds"
    failing = stack.call("POST", path, {"reason": "failure@paygate"}).json()
    failed = stack.refunded(failing["id"])
    assert (failed["status"], failed["failure_reason"]) == ("failed", "refund_declined")
    silent = stack.call("POST", path, {"reason": "timeout@paygate"}).json()
    assert silent["amount"] == 10_000
    assert stack.refunded(silent["id"])["status"] == "processed"


def test_an_idempotency_key_makes_one_refund(stack: TestStack) -> None:
    payment_id = paid(stack)["id"]
    key = f"refund-{payment_id}"
    path = f"/payments/{payment_id}/refunds"
    first, second = (stack.call("POST", path, {"amount": 100}, headers=stack.keyed(key)) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(stack.call("GET", path).json()["data"]) == 1


def test_a_manual_payment_is_captured_in_part_and_another_one_cancelled(stack: TestStack) -> None:
    captured = paid(stack, capture="manual")
    assert captured["status"] == "authorized"
    assert datetime.fromisoformat(captured["capture_before"]) > datetime.now(UTC)
    asked = stack.call("POST", f"/payments/{captured['id']}/capture", {"amount": 6_000})
    assert (asked.status_code, asked.json()["pending_action"]) == (202, "capture")
    payment = eventually(lambda: ended(stack, captured["id"]), what="the capture")
    assert (payment["status"], payment["amount_captured"]) == ("captured", 6_000)
    assert stack.call("GET", f"/orders/{payment['order_id']}").json()["status"] == "paid"
    refund = stack.call("POST", f"/payments/{payment['id']}/refunds").json()
    assert refund["amount"] == 6_000

    cancelled = paid(stack, capture="manual")
    assert stack.call("POST", f"/payments/{cancelled['id']}/cancel").status_code == 202
    payment = eventually(lambda: ended(stack, cancelled["id"]), what="the cancelling")
    assert payment["status"] == "cancelled"
    assert stack.call("GET", f"/orders/{payment['order_id']}").json()["status"] == "created"
    assert stack.settled(stack.pay(payment["order_id"]))["status"] == "authorized"


def test_the_books_agree_with_what_was_done(stack: TestStack) -> None:
    payment_id = paid(stack)["id"]
    refund_id = stack.call("POST", f"/payments/{payment_id}/refunds", {"amount": 2_500}).json()["id"]
    stack.refunded(refund_id)
    journals = stack.call("GET", f"/ledger?payment_id={payment_id}").json()["data"]
    assert {journal["type"]: journal["amount"] for journal in journals} == {
        "capture": 10_000,
        "refund": 2_500,
        "refund_processed": 2_500,
    }
    (inr,) = [each for each in stack.call("GET", "/balance").json()["data"] if each["currency"] == "INR"]
    assert inr["acquirer_receivable"] == inr["merchant_payable"] + inr["refunds_payable"] + inr["fees"]
    today = datetime.now(UTC).date().isoformat()
    as_json = stack.call("GET", f"/settlements?date={today}").json()["data"]
    answer = stack.call("GET", f"/settlements?date={today}&format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["currency"] for row in csv.DictReader(io.StringIO(answer.text))] == [row["currency"] for row in as_json]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["reconcile"], 0, "0 differences"),
        (["set-fee", TEST_MERCHANT_ID, "0"], 0, "pays 0.00 % of each capture"),
        (["set-fee", "merchant_of_nobody", "0"], 1, "There is no merchant merchant_of_nobody"),
        (["set-fee", TEST_MERCHANT_ID, "10001"], 2, "10000"),
        (["reconcile", "--database-url", "postgresql://127.0.0.1:1/none?sslmode=disable"], 1, "does not accept"),
    ],
)
def test_the_operators_command_line(stack: TestStack, arguments: list[str], status: int, words: str) -> None:
    result = subprocess.run(
        [ROOT / "paygate", *arguments],
        cwd="/",
        env={**stack.environment(), "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, words in result.stdout + result.stderr) == (status, True), result.stdout + result.stderr
