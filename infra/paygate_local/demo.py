"""`make demo`: a merchant's whole story in a few seconds, against the running stack."""

from __future__ import annotations

import hmac
import json
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from paygate.domain.signing import sign_body, sign_standard
from paygate_local.api_client import ApiClient
from paygate_local.problems import Problem
from paygate_local.progress import OUT
from paygate_local.receiver import ReceivedWebhook, Receiver, running_receiver
from paygate_local.settings import StackSettings
from paygate_local.shop import running_shop

WAIT_SECONDS = 60
POLL_SECONDS = 0.1
FINAL = ("success", "processed", "failed")


def run_demo(settings: StackSettings) -> None:
    """Create an order, pay it, refund a part, watch both settle, receive and verify the webhooks. Raises Problem."""
    api = ApiClient(settings)
    with running_receiver() as receiver, _webhooks_to(api, receiver) as secret:
        _say("receiver", f"listening at {receiver.url}")
        order = api.call("POST", "/orders", {"amount": 50000, "currency": "INR", "receipt": "demo"})
        _say("order", f"{order['id']}  {order['currency']} {order['amount'] / 100:.2f}  {order['status']}")
        paid_at = time.monotonic()
        payment = api.call("POST", "/payments", {"order_id": order["id"], "method": "upi", "vpa": "user@paytm"})
        _say("payment", f"{payment['id']}  {payment['vpa']}  [yellow]{payment['status']}[/]")
        payment = _settled(api, f"/payments/{payment['id']}")
        color = "green" if payment["status"] == "success" else "red"
        seconds = time.monotonic() - paid_at
        _say("payment", f"{payment['id']}  [{color}]{payment['status']}[/] after {seconds:.1f} s")
        if payment["status"] == "success":
            _refund(api, payment, 20000)
        timeline = api.call("GET", f"/payments/{payment['id']}/timeline")["data"]
        _verify_webhooks(receiver, secret, {event["id"]: event for event in timeline})
    _print_timeline(timeline)


@contextmanager
def _webhooks_to(api: ApiClient, receiver: Receiver) -> Iterator[str]:
    """A webhook endpoint at the receiver for as long as the block runs; its secret."""
    endpoint = api.call("POST", "/webhook-endpoints", {"url": receiver.url, "description": "make demo"})
    try:
        yield endpoint["secret"]
    finally:
        api.call("DELETE", f"/webhook-endpoints/{endpoint['id']}")


def keep_shop_open(settings: StackSettings) -> None:
    """Open the demo's shop in a browser, and serve it until Ctrl-C. Raises Problem."""
    with running_shop(settings) as url:
        OUT.print(f"\n[bold]Shop[/]      {url}  takes payments with checkout.js; Ctrl-C ends it.")
        webbrowser.open(url)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _refund(api: ApiClient, payment: dict[str, Any], amount: int) -> None:
    refunded_at = time.monotonic()
    refund = api.call("POST", f"/payments/{payment['id']}/refunds", {"amount": amount, "reason": "demo"})
    _say("refund", f"{refund['id']}  {refund['currency']} {refund['amount'] / 100:.2f}  [yellow]{refund['status']}[/]")
    refund = _settled(api, f"/refunds/{refund['id']}")
    color = "green" if refund["status"] == "processed" else "red"
    seconds = time.monotonic() - refunded_at
    _say("refund", f"{refund['id']}  [{color}]{refund['status']}[/] after {seconds:.1f} s")


def _settled(api: ApiClient, path: str) -> dict[str, Any]:
    """The payment or refund once it has come to its end. Raises Problem."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = api.call("GET", path)
        if found["status"] in FINAL:
            return found
        time.sleep(POLL_SECONDS)
    raise Problem(f"{found['id']} is still not settled after {WAIT_SECONDS} s", "See make status and make logs.")


def _verify_webhooks(receiver: Receiver, secret: str, expected: dict[str, Any]) -> None:
    """Wait until every event of the payment has arrived; check both signatures of each. Raises Problem."""

    def ids(webhooks: list[ReceivedWebhook]) -> set[str]:
        return {webhook.headers.get("webhook-id", "") for webhook in webhooks}

    arrived = receiver.wait_for(lambda webhooks: ids(webhooks) >= set(expected), seconds=WAIT_SECONDS)
    missing = set(expected) - ids(arrived)
    if missing:
        raise Problem(f"{len(missing)} webhooks have not arrived after {WAIT_SECONDS} s", "See make logs.")
    ours = {webhook.headers["webhook-id"]: webhook for webhook in arrived if webhook.headers["webhook-id"] in expected}
    for webhook in sorted(ours.values(), key=lambda webhook: int(webhook.headers["webhook-sequence"])):
        if not signatures_match(webhook, secret):
            raise Problem("A webhook's signature does not match", "This is a bug; please report it.")
        _say("webhook", f"{json.loads(webhook.body)['event']:<16} [green]verified[/]")


def signatures_match(webhook: ReceivedWebhook, secret: str) -> bool:
    """Whether both signatures of a webhook were made with this secret over this body."""
    headers = webhook.headers
    standard = sign_standard([secret], headers["webhook-id"], int(headers["webhook-timestamp"]), webhook.body)
    return hmac.compare_digest(headers["x-webhook-signature"], sign_body(secret, webhook.body)) and hmac.compare_digest(
        headers["webhook-signature"], standard
    )


def _print_timeline(timeline: list[dict[str, Any]]) -> None:
    OUT.print("\n[bold]Timeline[/]")
    first = datetime.fromisoformat(timeline[0]["created_at"])
    for event in timeline:
        moment = datetime.fromisoformat(event["created_at"])
        offset = (moment - first).total_seconds()
        OUT.print(f"  {moment:%H:%M:%S}.{moment.microsecond // 1000:03d}Z  +{offset:5.2f} s  {event['type']}")


def _say(subject: str, words: str) -> None:
    OUT.print(f"[dim]{subject:<10}[/]{words}")
