"""Promise P2 for webhooks, on the deployed stack: a thousand events, receivers that fail, LocalStack killed."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations.authenticate import hash_secret
from paygate_local.deploy import invoke
from paygate_local.up import bring_up
from tests.reliability.flaky_receiver import FlakyReceiver, flaky_receiver
from tests.support.polling import eventually
from tests.support.rows import Rows, rows_of
from tests.support.stack import TestStack

MERCHANTS = 20
PAYMENTS_EACH = 17
CHAIN = ["payment.created", "payment.pending", "payment.success"]
EVENTS = MERCHANTS * PAYMENTS_EACH * len(CHAIN)
FAILING = 0.3
# So many payments are being made when LocalStack is killed.
LAST = 40
CLIENTS = 12
# Longer than the longest wait of the tests' schedule.
STANDSTILL_SECONDS = 25
NODE_VERIFIER = Path(__file__).with_name("verify_webhooks.mjs")

WAITING = "SELECT count(*) FROM webhook_deliveries WHERE merchant_id = ANY(:ids) AND next_attempt_at > now()"
LEFT = (
    "SELECT (SELECT count(*) FROM payments WHERE merchant_id = ANY(:ids) AND status <> 'success')"
    " + (SELECT count(*) FROM webhook_deliveries WHERE merchant_id = ANY(:ids) AND status <> 'delivered')"
)
JOBS = (
    "SELECT count(*) FROM outbox JOIN webhook_deliveries AS d ON queue = 'webhooks' AND subject_id = d.id"
    " WHERE merchant_id = ANY(:ids)"
)


@dataclass(frozen=True)
class Shop:
    """A merchant with one endpoint and one order that takes payment after payment."""

    merchant_id: str
    credentials: dict[str, str]
    order_id: str


# Its stack is brought up within it, if it is the first to need one.
@pytest.mark.timeout(900)
def test_a_thousand_events_reach_flaky_endpoints_though_localstack_is_killed_half_way(
    stack: TestStack, tmp_path: Path
) -> None:
    seed = secrets.randbits(32)
    diary = Diary(f"seed {seed}")
    with (
        rows_of(stack.services.database_url) as rows,
        flaky_receiver(seed, failing=FAILING) as receiver,
        shops_of(stack, rows, receiver) as shops,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        ids = [shop.merchant_id for shop in shops]
        diary.note("merchants made")
        wanted = [shop for _ in range(PAYMENTS_EACH) for shop in shops]
        answers = [clients.submit(pay, stack, shop) for shop in wanted[:-LAST]]
        eventually(lambda: len(receiver.acknowledged()) >= EVENTS // 3, seconds=240, what="a third of the events")
        last = [clients.submit(pay, stack, shop) for shop in wanted[-LAST:]]
        eventually(lambda: any(answer.done() for answer in last), what="an answer to one of the last payments")
        waiting = rows.value(WAITING, ids=ids)
        stack.kill_localstack()
        killed_at = time.monotonic()
        paid = [answer.result(60) for answer in answers + last]
        diary.note(
            f"killed: {len(receiver.acknowledged())} events arrived, {sum(paid)} payments, {waiting} retries waiting"
        )
        assert waiting, "nothing waited for a clock that could be lost"
        pass_two_minutes(rows)
        bring_up(stack.settings)
        diary.note("up again")
        missed = [shop for shop, done in zip(wanted, paid, strict=True) if not done]
        list(clients.map(lambda shop: eventually(lambda: pay(stack, shop), what="a payment"), missed))
        diary.note(f"{len(missed)} more payments made")
        passed = await_delivery(stack, rows, ids)
        diary.note(f"all delivered, after {passed} standstills")

        events = rows.all("SELECT * FROM events WHERE merchant_id = ANY(:ids)", ids=ids)
        assert_each_arrived_as_it_is(events, receiver)
        assert_sequences_are_complete(rows, ids, receiver)
        assert_attempts_are_complete(rows, ids)
        assert_nothing_was_doubled(receiver, killed_at)
        assert verified_by_node(receiver, tmp_path / "webhooks.json") == len(receiver.arrivals())
        diary.note(f"verified: {len(events)} events in {len(receiver.arrivals())} requests")


@contextmanager
def shops_of(stack: TestStack, rows: Rows, receiver: FlakyReceiver) -> Iterator[list[Shop]]:
    """Merchants with an endpoint each, whose secret the receiver knows; afterwards nothing is sent to them any more."""
    shops: list[Shop] = []
    try:
        for _ in range(MERCHANTS):
            shops.append(new_shop(stack, rows, receiver))
        yield shops
    finally:
        rows.run(
            "UPDATE webhook_endpoints SET status = 'deleted', disabled_reason = NULL WHERE merchant_id = ANY(:ids)",
            ids=[shop.merchant_id for shop in shops],
        )


def new_shop(stack: TestStack, rows: Rows, receiver: FlakyReceiver) -> Shop:
    services = stack.services
    pepper = DeploymentSecrets(services.database_url, services.redis_url, services.secrets.master_key).key_for(
        "api-secret-pepper"
    )
    merchant_id, key_id, secret = rows.add_merchant(), f"key_{secrets.token_hex(8)}", secrets.token_hex(16)
    rows.run(
        "INSERT INTO api_keys (id, merchant_id, secret_hash) VALUES (:id, :merchant_id, :hash)",
        id=key_id,
        merchant_id=merchant_id,
        hash=hash_secret(pepper, secret),
    )
    credentials = {"X-Api-Key": key_id, "X-Api-Secret": secret}

    def made(path: str, body: Any) -> Any:
        answer = stack.call("POST", path, body, headers=credentials)
        assert answer.status_code == 201, answer.text
        return answer.json()

    receiver.secrets[merchant_id] = made("/webhook-endpoints", {"url": receiver.url_of(merchant_id)})["secret"]
    order = made("/orders", {"amount": 4_200, "currency": "INR", "reusable": True})
    return Shop(merchant_id, credentials, order["id"])


def pay(stack: TestStack, shop: Shop) -> bool:
    """Whether a payment was accepted; while LocalStack is away, it is not."""
    body = {"order_id": shop.order_id, "method": "upi", "vpa": "user@paytm"}
    try:
        return stack.call("POST", "/payments", body, headers=shop.credentials).status_code == 201
    except requests.RequestException:
        return False


def pass_two_minutes(rows: Rows) -> None:
    """As if LocalStack had been away for so long: every delivery whose message or clock it has lost is overdue."""
    rows.run("UPDATE outbox SET due_at = due_at - interval '2 minutes'")
    rows.run(
        "UPDATE webhook_deliveries SET next_attempt_at = next_attempt_at - interval '2 minutes',"
        " claimed_until = claimed_until - interval '2 minutes' WHERE status = 'pending'"
    )


def await_delivery(stack: TestStack, rows: Rows, ids: Sequence[str]) -> int:
    """Wait until nothing is left to be delivered.

    A clock that LocalStack could not serve in time leaves its delivery to the sweeper, two minutes later; whenever
    nothing has moved for some seconds, these are let pass. How often that was.
    """
    left: int = -1
    moved_at, passed = time.monotonic(), 0

    def all_delivered() -> bool:
        nonlocal left, moved_at, passed
        before = left
        left = rows.value(LEFT, ids=ids)
        if left != before:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > STANDSTILL_SECONDS:
            rows.run("UPDATE outbox SET due_at = due_at - interval '2 minutes' WHERE queue = 'webhooks'")
            invoke(stack.settings, "SweepFunctionName")
            moved_at, passed = time.monotonic(), passed + 1
        return left == 0

    eventually(all_delivered, seconds=300, what="the delivery of them all")
    return passed


def assert_each_arrived_as_it_is(events: Sequence[dict[str, Any]], receiver: FlakyReceiver) -> None:
    assert receiver.refused == []
    assert len(events) >= EVENTS
    assert receiver.acknowledged() == {event["id"] for event in events}
    expected = {event["id"]: (event["merchant_id"], event["body"].encode()) for event in events}
    assert [a for a in receiver.arrivals() if (a.merchant, a.body) != expected[a.event_id]] == []


def assert_sequences_are_complete(rows: Rows, ids: Sequence[str], receiver: FlakyReceiver) -> None:
    arrived: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for arrival in receiver.arrivals():
        if arrival.acknowledged:
            body = json.loads(arrival.body)
            arrived[body["data"]["payment"]["id"]][int(arrival.headers["webhook-sequence"])] = body["event"]
    assert set(arrived) == set(rows.column("SELECT id FROM payments WHERE merchant_id = ANY(:ids)", ids=ids))
    assert [sequence for sequence in arrived.values() if sequence != dict(enumerate(CHAIN, start=1))] == []


def assert_attempts_are_complete(rows: Rows, ids: Sequence[str]) -> None:
    """Every delivery was made in one run of attempts without a gap, the last of which succeeded and no other."""
    deliveries = rows.all(
        "SELECT d.id, d.status, d.run, d.attempts, d.run_attempts, array_agg(a.number ORDER BY a.number) AS numbers,"
        " array_agg(coalesce(a.response_status, 0) = 200 ORDER BY a.number) AS successes"
        " FROM webhook_deliveries AS d LEFT JOIN webhook_attempts AS a ON a.delivery_id = d.id"
        " WHERE d.merchant_id = ANY(:ids) GROUP BY d.id",
        ids=ids,
    )
    assert len(deliveries) >= EVENTS
    for delivery in deliveries:
        count = delivery["attempts"]
        assert (delivery["status"], delivery["run"], delivery["run_attempts"]) == ("delivered", 1, count), delivery
        assert delivery["numbers"] == list(range(1, count + 1)), delivery
        assert delivery["successes"] == [False] * (count - 1) + [True], delivery
    assert rows.value(JOBS, ids=ids) == 0


def assert_nothing_was_doubled(receiver: FlakyReceiver, killed_at: float) -> None:
    """Only an attempt whose outcome died with LocalStack was made again: no other came twice, or after a success."""
    for era in (False, True):
        arrivals = [arrival for arrival in receiver.arrivals() if (arrival.moment > killed_at) is era]
        attempts = Counter((arrival.event_id, arrival.headers["webhook-attempt"]) for arrival in arrivals)
        assert [attempt for attempt, count in attempts.items() if count > 1] == []
        successes = Counter(arrival.event_id for arrival in arrivals if arrival.acknowledged)
        assert [event_id for event_id, count in successes.items() if count > 1] == []


def verified_by_node(receiver: FlakyReceiver, file: Path) -> int:
    """How many of all requests a merchant's Node server would take for genuine."""
    webhooks = [
        {"headers": a.headers, "body": a.body.decode(), "secret": receiver.secrets[a.merchant]}
        for a in receiver.arrivals()
    ]
    file.write_text(json.dumps(webhooks))
    done = subprocess.run(["node", NODE_VERIFIER, file], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


class Diary:
    """Says how long what took, for whoever runs the test with -s or sees it fail."""

    def __init__(self, title: str) -> None:
        self._before = time.monotonic()
        print(f"\n{title}")  # noqa: T201

    def note(self, what: str) -> None:
        now = time.monotonic()
        print(f"{now - self._before:6.1f} s  {what}")  # noqa: T201
        self._before = now
