"""What endpoints that hang do to the others' webhooks: how long these take from the queue to their receivers.

Two environments serve the fast lane and one the slow lane, as they would with SQS: a free one takes up to ten messages.
Two groups of merchants with one endpoint each get webhooks at the same steady rate, turn by turn: one whose endpoints
all answer at once, and one that has some which take a request and never answer.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.secrets import DeploymentSecrets
from tests.performance.bench.children import ControlledServer, running_server
from tests.performance.bench.deployment import Deployment
from tests.performance.bench.errors import BenchError
from tests.performance.bench.events import sqs_event
from tests.performance.bench.figures import BATCH, FIGURES
from tests.performance.bench.machine import Cores
from tests.performance.bench.measure import percentile
from tests.performance.bench.runtime import FunctionEnvironment
from tests.support.rows import Rows, rows_of

ENDPOINTS = 20
HANGING = 4
FAST_ENVIRONMENTS = 2
WARM_SECONDS = 1.0
# How often what the functions send is looked for; no webhook that is measured comes by that way.
LOOK_SECONDS = 0.05
# Attempts take 15 seconds at most, and an environment may be held up once by each endpoint.
ARRIVE_SECONDS_MAX = 90.0
# Whoever waits for an answer that never comes waits longer than this, and nothing else does.
HELD_MS = 10_000
FUNCTIONS = {"WebhooksQueue": "deliver_webhooks", "SlowWebhooksQueue": "DeliverSlowWebhooksFunction"}
# As long as that of a payment.
BODY = json.dumps(
    {"event": "payment.success", "timestamp": 1767225600, "data": {"payment": {"id": "pay_" + "x" * 400}}}
)
MAKE_DELIVERIES = """
WITH endpoint AS (SELECT id, merchant_id FROM webhook_endpoints WHERE id = ANY(:endpoint_ids)
), event AS (
    INSERT INTO events (id, merchant_id, type, body)
    SELECT new_id('evt'), merchant_id, 'payment.success', :body FROM endpoint, generate_series(1, CAST(:each AS int))
    RETURNING id, merchant_id, type
), delivery AS (
    INSERT INTO webhook_deliveries (id, event_id, event_type, endpoint_id, merchant_id, next_attempt_at)
    SELECT new_id('whd'), event.id, type, endpoint.id, merchant_id, now() FROM event JOIN endpoint USING (merchant_id)
    RETURNING id, event_id, endpoint_id
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at) SELECT 'webhooks', id, now() + interval '30 seconds' FROM delivery
)
SELECT id, event_id, endpoint_id FROM delivery
"""
COUNT_SLOW = "SELECT count(*) FROM webhook_endpoints WHERE id = ANY(:ids) AND slow_until > now()"
MARK_SLOW = "UPDATE webhook_endpoints SET slow_until = now() + interval '10 minutes' WHERE id = ANY(:ids)"
_check = next(figure.check for figure in FIGURES if figure.name == "deliver")


@dataclass(frozen=True)
class IsolationPlan:
    """`contact_seconds` is how long webhooks come while nobody knows yet who hangs; 0: it is known from the start."""

    per_second: int = 100
    slice_seconds: float = 2.0
    pairs: int = 11
    contact_seconds: float = 5.0

    @staticmethod
    def quick() -> IsolationPlan:
        """Seconds that show whether it works."""
        return IsolationPlan(per_second=60, slice_seconds=1.0, pairs=1, contact_seconds=0)


@dataclass
class Isolation:
    """Milliseconds from the queue to the receiver's door, one list a slice, of webhooks to endpoints that answer: none
    of their group hangs, some do, and these have just begun to. `holds` is how many batches of the fast lane waited for
    an endpoint that hangs, before and after it was known.
    """

    alone_ms: list[list[float]] = field(default_factory=list)
    beside_ms: list[list[float]] = field(default_factory=list)
    contact_ms: list[float] = field(default_factory=list)
    holds: tuple[int, int] = (0, 0)

    @property
    def ratio(self) -> float:
        """Of the 99th percentiles, each slice beside the one before it."""
        pairs = zip(self.beside_ms, self.alone_ms, strict=True)
        return median(percentile(beside, 99) / percentile(alone, 99) for beside, alone in pairs)


@dataclass(frozen=True)
class Group:
    """Endpoints, each of a merchant of its own."""

    answering: Sequence[str]
    hanging: Sequence[str] = ()


@dataclass(frozen=True)
class Delivery:
    delivery_id: str
    event_id: str
    answered: bool


def measure_isolation(
    deployment: Deployment, secrets: DeploymentSecrets, cores: Cores, plan: IsolationPlan
) -> Isolation:
    """Slices without and with endpoints that hang in turns; before them the time in which that is found out."""
    found = Isolation()
    ports = [str(2 * ENDPOINTS - HANGING), str(HANGING)]
    with ExitStack() as stack:
        receivers = stack.enter_context(running_server("isolation_receivers", *ports, cores=cores.all))
        sql = stack.enter_context(rows_of(secrets.database_url))
        alone, beside = _groups(sql, receivers, AesGcmCipher(secrets.key_for("webhook-secret-encryption")))
        lanes = stack.enter_context(_running_lanes(deployment, receivers))
        road = Road(sql, lanes, receivers, plan.per_second)
        road.send(alone, WARM_SECONDS)
        if plan.contact_seconds:
            found.contact_ms = road.send(beside, plan.contact_seconds)
            road.find_out(beside)
        else:
            sql.run(MARK_SLOW, ids=list(beside.hanging))
        road.send(beside, WARM_SECONDS)
        held = lanes.fast.holds
        for _ in range(plan.pairs):
            found.alone_ms.append(road.send(alone, plan.slice_seconds))
            found.beside_ms.append(road.send(beside, plan.slice_seconds))
        found.holds = held, lanes.fast.holds - held
    return found


class Lane:
    """One queue, and the environments that take from it; safe for use by several threads. `holds` counts the batches
    that were held up by an endpoint that hangs.
    """

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._bodies: deque[str] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self.holds = 0

    def put(self, bodies: Sequence[str]) -> None:
        with self._changed:
            self._bodies.extend(bodies)
            self._changed.notify()

    def clear(self) -> None:
        with self._changed:
            self._bodies.clear()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def serve(self, environment: FunctionEnvironment) -> None:
        """Hand batches to the environment, one at a time, until the lane is closed."""
        while bodies := self._take():
            invocation = environment.invoke(sqs_event(self._arn, bodies))
            _check(invocation)
            if invocation.wall_ms >= HELD_MS:
                with self._changed:
                    self.holds += 1

    def _take(self) -> list[str]:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._bodies)
            if self._closed:
                return []
            return [self._bodies.popleft() for _ in range(min(BATCH, len(self._bodies)))]


@dataclass(frozen=True)
class Lanes:
    fast: Lane
    slow: Lane
    workers: Sequence[Future[None]]

    def check(self) -> None:
        """Raises BenchError if an environment has failed."""
        for worker in self.workers:
            if worker.done():
                worker.result()


@contextmanager
def _running_lanes(deployment: Deployment, receivers: ControlledServer) -> Iterator[Lanes]:
    """Both lanes with their environments; what these send to the queues comes to the lanes."""
    lanes = {queue: Lane(deployment.template.arn(queue)) for queue in FUNCTIONS}
    fast, slow = (lanes[queue] for queue in FUNCTIONS)
    ended = threading.Event()

    def bring() -> None:
        while not ended.wait(LOOK_SECONDS):
            for queue, lane in lanes.items():
                lane.put(deployment.take_messages(queue, 1_000))

    for queue in FUNCTIONS:
        deployment.take_messages(queue, 100_000)
    with ExitStack() as stack:
        environments = [
            (lane, stack.enter_context(deployment.environment(FUNCTIONS[queue], pinned=False)))
            for queue, lane in lanes.items()
            for _ in range(FAST_ENVIRONMENTS if lane is fast else 1)
        ]
        pool = stack.enter_context(ThreadPoolExecutor(len(environments) + 1))
        workers = [pool.submit(lane.serve, environment) for lane, environment in environments]
        workers.append(pool.submit(bring))
        try:
            yield Lanes(fast, slow, workers)
        finally:
            ended.set()
            fast.close()
            slow.close()
            # Or the slow lane would go on for another quarter of a minute.
            receivers.control("release")


class Road:
    """The way of a group's webhooks from the fast lane's queue to their receivers."""

    def __init__(self, sql: Rows, lanes: Lanes, receivers: ControlledServer, per_second: int) -> None:
        self._sql = sql
        self._lanes = lanes
        self._receivers = receivers
        self._per_second = per_second

    def send(self, group: Group, seconds: float) -> list[float]:
        """Put webhooks to all endpoints in turn on the queue, evenly; milliseconds until each came that is answered."""
        put_at = self._put(self._deliveries(group, seconds))
        arrived_at: dict[str, float] = {}
        self._await(
            lambda: arrived_at.update(self._receivers.control("arrivals")) or put_at.keys() <= arrived_at.keys()
        )
        # Those that hang are behind one another for minutes.
        self._lanes.slow.clear()
        return [(arrived_at[event_id] - put_at[event_id]) * 1000 for event_id in put_at]

    def find_out(self, group: Group) -> None:
        """Wait until all that hang are known."""
        self._await(lambda: self._sql.value(COUNT_SLOW, ids=list(group.hanging)) == len(group.hanging))

    def _put(self, deliveries: Sequence[Delivery]) -> Mapping[str, float]:
        """When each event was put on the queue that will be answered."""
        put_at: dict[str, float] = {}
        begun = time.monotonic()
        for number, each in enumerate(deliveries):
            time.sleep(max(0.0, begun + number / self._per_second - time.monotonic()))
            if each.answered:
                put_at[each.event_id] = time.monotonic()
            self._lanes.fast.put([json.dumps({"id": each.delivery_id})])
        return put_at

    def _await(self, come: Callable[[], bool]) -> None:
        deadline = time.monotonic() + ARRIVE_SECONDS_MAX
        while not come():
            self._lanes.check()
            if time.monotonic() > deadline:
                raise BenchError(f"webhooks have not arrived within {ARRIVE_SECONDS_MAX:.0f} s")
            time.sleep(LOOK_SECONDS)

    def _deliveries(self, group: Group, seconds: float) -> list[Delivery]:
        """New ones, to each endpoint in turn."""
        # Those that hang stand apart, so that they do not share a batch more often than they would by chance.
        gap = len(group.answering) // (len(group.hanging) or 1)
        order = list(group.answering)
        for number, endpoint_id in enumerate(group.hanging):
            order.insert(number * (gap + 1), endpoint_id)
        each = round(self._per_second * seconds / len(order))
        rows = self._sql.all(MAKE_DELIVERIES, endpoint_ids=order, body=BODY, each=each)
        made: defaultdict[str, list[Delivery]] = defaultdict(list)
        for row in rows:
            endpoint_id = row["endpoint_id"]
            made[endpoint_id].append(Delivery(row["id"], row["event_id"], endpoint_id not in group.hanging))
        return [one for turn in zip(*(made[endpoint_id] for endpoint_id in order), strict=True) for one in turn]


def _groups(sql: Rows, receivers: ControlledServer, cipher: AesGcmCipher) -> tuple[Group, Group]:
    """One whose endpoints all answer, and one that has some that hang."""
    ids: dict[str, list[str]] = {"answering": [], "hanging": []}
    for name, port in receivers.ports.items():
        kind = name.partition("_")[0]
        if kind in ids:
            url = f"http://127.0.0.1:{port}/webhooks"
            ids[kind].append(sql.add_endpoint(cipher, merchant_id=sql.add_merchant(), url=url))
    return Group(ids["answering"][:ENDPOINTS]), Group(ids["answering"][ENDPOINTS:], ids["hanging"])
