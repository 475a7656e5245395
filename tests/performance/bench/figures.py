"""What is measured: for each figure the function, how its events are made, and what its answer must look like."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tests.performance.bench import requests_made as made
from tests.performance.bench.deployment import Deployment, check_reply
from tests.performance.bench.errors import BenchError, FigureSkippedError
from tests.performance.bench.events import ApiCall, api_event, sqs_event
from tests.performance.bench.runtime import Invocation

BATCH = 10


@dataclass(frozen=True)
class Scene:
    """Where events come from: a deployment, and the URL of a receiver for its webhooks."""

    deployment: Deployment
    receiver_url: str


@dataclass(frozen=True)
class Figure:
    """`prepare` makes the events of that many calls and is not measured; a call serves `units` payments, refunds or
    webhooks. `beside` names the figure that this one is compared with, round by round.
    """

    name: str
    title: str
    function: str
    prepare: Callable[[Scene, int], list[bytes]]
    check: Callable[[Invocation], None]
    units: int = 1
    beside: str | None = None


def _creating(scene: Scene, count: int) -> list[bytes]:
    scene.deployment.send_webhooks_to(None)
    return [api_event(made.payment(made.order(scene.deployment))) for _ in range(count)]


def _creating_with_webhook(scene: Scene, count: int) -> list[bytes]:
    events = _creating(scene, count)
    scene.deployment.send_webhooks_to(scene.receiver_url)
    return events


def _creating_by_card(scene: Scene, count: int) -> list[bytes]:
    deployment = scene.deployment
    deployment.send_webhooks_to(None)
    try:
        deployment.api(made.card_payment(made.order(deployment)), expect=201)
    except BenchError as error:
        raise FigureSkippedError(f"the api takes no cards ({str(error)[:45]}…)") from error
    return [api_event(made.card_payment(made.order(deployment))) for _ in range(count)]


def _replaying(scene: Scene, count: int) -> list[bytes]:
    deployment = scene.deployment
    deployment.send_webhooks_to(None)
    probe = made.payment(made.order(deployment))
    first, second = deployment.api(probe, expect=201), deployment.api(probe, expect=201)
    if first != second:
        raise FigureSkippedError("the api does not replay requests with the same Idempotency-Key")
    calls = [made.payment(made.order(deployment)) for _ in range(count)]
    for call in calls:
        deployment.api(call, expect=201)
    return [api_event(call) for call in calls]


def _getting(scene: Scene, count: int) -> list[bytes]:
    payment_id = made.paid_order(scene.deployment)
    path = {"payment_id": payment_id}
    return [api_event(ApiCall("GET /payments/{payment_id}", path_parameters=path)) for _ in range(count)]


def _listing(scene: Scene, count: int) -> list[bytes]:
    for _ in range(BATCH):
        made.paid_order(scene.deployment)
    return [api_event(ApiCall("GET /payments", query={"limit": "10"})) for _ in range(count)]


def _ordering(scene: Scene, count: int) -> list[bytes]:
    key = "Idempotency-Key"
    return [api_event(ApiCall("POST /orders", made.ORDER_BODY, headers={key: str(uuid.uuid4())})) for _ in range(count)]


def _settling(scene: Scene, count: int) -> list[bytes]:
    scene.deployment.take_messages("PaymentsQueue", 100_000)
    scene.deployment.send_webhooks_to(scene.receiver_url)
    return _batches(scene, "PaymentsQueue", count, lambda: _pay(scene))


def _delivering(scene: Scene, count: int) -> list[bytes]:
    scene.deployment.take_messages("WebhooksQueue", 100_000)
    scene.deployment.send_webhooks_to(scene.receiver_url)
    return _batches(scene, "WebhooksQueue", count, lambda: _pay(scene))


def _refunding(scene: Scene, count: int) -> list[bytes]:
    return [api_event(made.refund(payment_id)) for payment_id in _captured(scene, count)]


def _settling_refunds(scene: Scene, count: int) -> list[bytes]:
    deployment = scene.deployment
    payment_ids = iter(_captured(scene, count * BATCH))
    deployment.take_messages("RefundsQueue", 100_000)
    deployment.send_webhooks_to(scene.receiver_url)
    return _batches(scene, "RefundsQueue", count, lambda: deployment.api(made.refund(next(payment_ids)), expect=201))


def _pay(scene: Scene) -> str:
    return made.paid_order(scene.deployment)


def _captured(scene: Scene, count: int) -> list[str]:
    """The ids of so many new payments that have been captured, each of an order of its own."""
    deployment = scene.deployment
    deployment.take_messages("PaymentsQueue", 100_000)
    deployment.send_webhooks_to(None)
    # Full batches: what is left of the last one is not refunded.
    payment_ids: list[str] = []
    batches = _batches(scene, "PaymentsQueue", -(-count // BATCH), lambda: payment_ids.append(_pay(scene)))
    for event in batches:
        _no_failures(deployment.invoke("process_payments", event))
    return payment_ids[:count]


def _batches(scene: Scene, queue: str, count: int, send: Callable[[], object]) -> list[bytes]:
    """Call `send` until so many batches of messages have been sent to the queue."""
    bodies: list[str] = []
    while len(bodies) < count * BATCH:
        send()
        sent = scene.deployment.take_messages(queue, BATCH)
        if not sent:
            raise BenchError(f"nothing was sent to {queue}")
        bodies += sent
    arn = scene.deployment.template.arn(queue)
    return [sqs_event(arn, bodies[start : start + BATCH]) for start in range(0, count * BATCH, BATCH)]


def _has_status(status: int) -> Callable[[Invocation], None]:
    def check(invocation: Invocation) -> None:
        check_reply(invocation, status)

    return check


def _is_replayed(invocation: Invocation) -> None:
    reply = check_reply(invocation, 201)
    headers = {**reply.get("headers", {}), **{k: v[0] for k, v in reply.get("multiValueHeaders", {}).items()}}
    if {name.lower(): value for name, value in headers.items()}.get("idempotent-replayed") != "true":
        raise BenchError("the same Idempotency-Key was not answered with Idempotent-Replayed: true")


def _no_failures(invocation: Invocation) -> None:
    answer = json.loads(invocation.payload)
    if answer != {"batchItemFailures": []}:
        raise BenchError(f"the batch was answered with {answer}")


FIGURES = (
    Figure("create_payment", "POST /payments", "api", _creating, _has_status(201)),
    Figure(
        "create_refund",
        "POST /payments/{id}/refunds",
        "api",
        _refunding,
        _has_status(201),
        beside="create_payment",
    ),
    Figure("create_payment_webhook", "POST /payments, one endpoint", "api", _creating_with_webhook, _has_status(201)),
    Figure("create_payment_card", "POST /payments, card", "api", _creating_by_card, _has_status(201)),
    Figure("replay_payment", "POST /payments, replayed", "api", _replaying, _is_replayed),
    Figure("get_payment", "GET /payments/{id}", "api", _getting, _has_status(200)),
    Figure("list_payments", "GET /payments?limit=10", "api", _listing, _has_status(200)),
    Figure("create_order", "POST /orders", "api", _ordering, _has_status(201)),
    Figure("settle", "settle a payment, in tens", "process_payments", _settling, _no_failures, BATCH),
    Figure(
        "settle_refund",
        "settle a refund, in tens",
        "process_refunds",
        _settling_refunds,
        _no_failures,
        BATCH,
        beside="settle",
    ),
    Figure("deliver", "deliver a webhook, in tens", "deliver_webhooks", _delivering, _no_failures, BATCH),
)
