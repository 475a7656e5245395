"""`./paygate listen` against the deployed stack: a payment's events arrive, signed, at a server on this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from paygate_local.demo import signatures_match
from paygate_local.receiver import ReceivedWebhook, running_receiver
from paygate_local.settings import ROOT
from tests.support.polling import eventually
from tests.support.stack import TestStack

EVENTS = ["payment.created", "payment.pending", "payment.success"]


@contextmanager
def listening(stack: TestStack, url: str) -> Iterator[str]:
    """The README's command with another port, for as long as the block runs; the secret that it signs with."""
    (command,) = re.findall(r"^\./paygate listen .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    environment = {**os.environ, **stack.environment()}
    arguments = command.replace("http://localhost:9000/hook", url).split()
    shown = subprocess.run(
        [*arguments, "--print-secret"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    with subprocess.Popen(
        arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines = iter(process.stdout or ())
        try:
            eventually(lambda: "signed with" in next(lines), what="the listener")
            yield shown.stdout.strip()
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(timeout=20)
    assert status == 0


def of_payment(payment_id: str, webhooks: list[ReceivedWebhook]) -> list[ReceivedWebhook]:
    return [webhook for webhook in webhooks if payment_id.encode() in webhook.body]


def test_a_payments_events_are_forwarded_in_order_and_signed(stack: TestStack) -> None:
    with running_receiver() as receiver, listening(stack, receiver.url) as secret:
        payment_id = stack.settled(stack.pay())["id"]
        arrived = receiver.wait_for(lambda webhooks: len(of_payment(payment_id, webhooks)) >= len(EVENTS), seconds=30)
    ours = of_payment(payment_id, arrived)
    assert [webhook.headers["webhook-sequence"] for webhook in ours] == ["1", "2", "3"]
    assert all(signatures_match(webhook, secret) for webhook in ours)
    logged = stack.call("GET", f"/events?payment_id={payment_id}").json()["data"][::-1]
    assert [event["type"] for event in logged] == EVENTS
    assert [webhook.headers["webhook-id"] for webhook in ours] == [event["id"] for event in logged]
