"""Whether reading stays as quick when payments pile up: the same calls on a small and on a large table, in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from tests.performance.bench.deployment import Deployment, check_reply
from tests.performance.bench.events import ApiCall, api_event
from tests.performance.bench.measure import run_events
from tests.performance.bench.requests_made import paid_order
from tests.performance.bench.runtime import FunctionEnvironment, Invocation
from tests.support.rows import Rows, rows_of

# Ids that tests of other things never make; sortable by number, as real ones are by time.
ID_FORMAT = "pay_bench{:017d}"
# Each statement must end within the connection's time limit.
CHUNK = 100_000
# Payments are a second apart, from the newest to the oldest.
FILL = """
INSERT INTO payments ({columns})
SELECT {values} FROM payments AS p, generate_series({first}, {last}) AS number WHERE p.id = '{id}'
"""


@dataclass
class Sized:
    """A figure on one table: CPU milliseconds per call by round, wall milliseconds by call."""

    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Flatness:
    """One kind of read on both tables."""

    small: Sized
    large: Sized

    @property
    def p50_ratio(self) -> float:
        return median(self.large.wall_ms) / median(self.small.wall_ms)

    @property
    def cpu_ratio(self) -> float:
        pairs = zip(self.large.cpu_ms, self.small.cpu_ms, strict=True)
        return median(large / small for large, small in pairs)


def get_calls(rows: int, count: int) -> list[bytes]:
    """Payments from all over the table."""
    ids = (ID_FORMAT.format(1 + number * 7919 % rows) for number in range(count))
    return [api_event(ApiCall("GET /payments/{payment_id}", path_parameters={"payment_id": one})) for one in ids]


def list_calls(rows: int, count: int) -> list[bytes]:
    """The newest ten."""
    return [api_event(ApiCall("GET /payments", query={"limit": "10"})) for _ in range(count)]


def page_calls(rows: int, count: int) -> list[bytes]:
    """Ten from the middle of the table."""
    query = {"limit": "10", "starting_after": ID_FORMAT.format(rows // 2)}
    return [api_event(ApiCall("GET /payments", query=query)) for _ in range(count)]


CASES: dict[str, Callable[[int, int], list[bytes]]] = {
    "flat_get": get_calls,
    "flat_list": list_calls,
    "flat_page": page_calls,
}


def fill(deployment: Deployment, database_url: str, rows: int) -> None:
    """Make payments of the test merchant, all like one that the api has made, until there are `rows` more."""
    payment_id = paid_order(deployment)
    with rows_of(database_url) as database:
        # Superuser of a throw-away database: no foreign keys to check, no waiting for the disk.
        database.run("SET session_replication_role = replica")
        database.run("SET synchronous_commit = off")
        database.run("SET statement_timeout = '120s'")
        columns, values = _columns(database)
        for first in range(1, rows + 1, CHUNK):
            last = min(rows, first + CHUNK - 1)
            database.run(FILL.format(columns=columns, values=values, first=first, last=last, id=payment_id))
        database.run("VACUUM ANALYZE payments")


def measure_flatness(small: Deployment, large: Deployment, sizes: tuple[int, int], rounds: int) -> dict[str, Flatness]:
    """Every kind of read on both tables, a round of each in turn; the first round warms up."""
    found = {name: Flatness(Sized(), Sized()) for name in CASES}
    with ExitStack() as stack:
        places: list[tuple[int, FunctionEnvironment]] = [
            (size, stack.enter_context(_reader(deployment)))
            for size, deployment in zip(sizes, (small, large), strict=True)
        ]
        for number in range(rounds + 1):
            for name, calls in CASES.items():
                for (size, environment), sized in zip(places, (found[name].small, found[name].large), strict=True):
                    cpu_ms, wall_ms = run_events(environment, calls(size, 30), _check)
                    if number:
                        sized.cpu_ms.append(cpu_ms)
                        sized.wall_ms += wall_ms
    return found


@contextmanager
def _reader(deployment: Deployment) -> Iterator[FunctionEnvironment]:
    with deployment.environment("api") as environment:
        yield environment


def _check(invocation: Invocation) -> None:
    check_reply(invocation, 200)


def _columns(database: Rows) -> tuple[str, str]:
    """Every column of payments, whichever there are, and the value that a copy gets in it."""
    names = database.column(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = 'payments' AND is_generated = 'NEVER'"
    )
    own = {
        "id": "'pay_bench' || lpad(number::text, 17, '0')",
        "created_at": "p.created_at - number * interval '1 second'",
    }
    return ", ".join(names), ", ".join(own.get(name, f"p.{name}") for name in names)
