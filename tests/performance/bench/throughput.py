"""How many payments a second a few environments make and settle together, on all cores and with no pause between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from tests.performance.bench.events import api_event, sqs_event
from tests.performance.bench.figures import BATCH, FIGURES, Scene
from tests.performance.bench.requests_made import order, payment
from tests.performance.bench.runtime import FunctionEnvironment, Invocation

WARM_CALLS = 3
CHECKS = {figure.name: figure.check for figure in FIGURES}


@dataclass(frozen=True)
class Rate:
    """Payments a second, and CPU milliseconds per payment."""

    per_second: float
    cpu_ms: float


@dataclass(frozen=True)
class Throughput:
    """What `environments` environments do together."""

    environments: int
    created: Rate
    settled: Rate


def measure_throughput(scene: Scene, environments: int, payments: int) -> Throughput:
    """Make so many payments without an endpoint, then settle them with one, so that webhooks are enqueued."""
    deployment = scene.deployment
    deployment.send_webhooks_to(None)
    deployment.take_messages("PaymentsQueue", 100_000)
    warm = environments * WARM_CALLS
    calls = [api_event(payment(order(deployment))) for _ in range(payments + warm)]
    created = _rate(scene, "api", environments, calls, 1)
    bodies = deployment.take_messages("PaymentsQueue", len(calls))
    deployment.send_webhooks_to(scene.receiver_url)
    arn = deployment.template.arn("PaymentsQueue")
    batches = [sqs_event(arn, bodies[start : start + BATCH]) for start in range(0, len(bodies), BATCH)]
    settled = _rate(scene, "process_payments", environments, batches, BATCH)
    return Throughput(environments, created, settled)


def _rate(scene: Scene, function: str, environments: int, events: Sequence[bytes], payments_per_event: int) -> Rate:
    """Warm-up left out; each environment takes its next event as soon as it is free."""
    check = CHECKS["create_payment" if function == "api" else "settle"]
    with ExitStack() as stack:
        running = [
            stack.enter_context(scene.deployment.environment(function, pinned=False)) for _ in range(environments)
        ]
        warm = min(environments * WARM_CALLS, len(events) // 2)
        for number, event in enumerate(events[:warm]):
            check(running[number % environments].invoke(event))
        left = Line(events[warm:])
        payments = len(events[warm:]) * payments_per_event
        before = _cpu_ms(running)
        started = time.perf_counter()
        with ThreadPoolExecutor(environments) as pool:
            for served in [pool.submit(_serve, environment, left, check) for environment in running]:
                served.result()
        seconds = time.perf_counter() - started
        return Rate(payments / seconds, (_cpu_ms(running) - before) / payments)


def _cpu_ms(running: Sequence[FunctionEnvironment]) -> float:
    for environment in running:
        environment.await_idle()
    return sum(environment.cpu_ns() for environment in running) / 1e6


class Line:
    """Events that several threads take from."""

    def __init__(self, events: Sequence[bytes]) -> None:
        self._events = iter(events)
        self._lock = threading.Lock()

    def take(self) -> bytes | None:
        with self._lock:
            return next(self._events, None)


def _serve(environment: FunctionEnvironment, line: Line, check: Callable[[Invocation], None]) -> None:
    while (event := line.take()) is not None:
        check(environment.invoke(event))
