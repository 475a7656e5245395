"""Promise P2 on the deployed stack: queues may be wiped at any moment."""

from __future__ import annotations

import json

import requests

from paygate_local.receiver import ReceivedWebhook, running_receiver
from paygate_local.up import bring_up
from tests.support.stack import TestStack

PAYMENTS = 12


def test_payments_pending_when_localstack_is_killed_still_succeed_and_reach_the_webhook(stack: TestStack) -> None:
    with running_receiver() as receiver:
        with stack.webhooks_to(receiver.url):
            ids = {stack.pay() for _ in range(PAYMENTS)}
            stack.kill_localstack()
            assert not _reachable(stack.url)
            bring_up(stack.settings)
            assert {stack.settled(payment_id, seconds=150)["status"] for payment_id in ids} == {"success"}
            arrived = receiver.wait_for(
                lambda webhooks: _succeeded(webhooks) >= ids,
                seconds=150,
            )
        assert _succeeded(arrived) >= ids
    for payment_id in ids:
        events = stack.call("GET", f"/payments/{payment_id}/timeline").json()["data"]
        assert [event["type"] for event in events] == ["payment.created", "payment.pending", "payment.success"]


def _succeeded(webhooks: list[ReceivedWebhook]) -> set[str]:
    bodies = [json.loads(webhook.body) for webhook in webhooks]
    return {body["data"]["payment"]["id"] for body in bodies if body["event"] == "payment.success"}


def _reachable(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/v1/health", timeout=5).ok
    except requests.ConnectionError:
        return False
