"""What the operators' pages ask of a database that holds many payments: their routes want a session and real queues as
well, so the operations are called here, in the bench's own process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter_ns, process_time_ns

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.operations.check_invariants import check_invariants
from paygate.operations.get_ops_status import get_ops_status
from paygate.operations.ports import Database
from tests.performance.bench.flatness import SUM_CALLS, Sized

MS = 1_000_000


@dataclass(frozen=True)
class OperatorRead:
    """`ask` makes one call."""

    title: str
    ask: Callable[[Database], str]


OPERATOR: Mapping[str, OperatorRead] = {
    "dash_ops_status": OperatorRead(
        "GET /ops/status without its queues", lambda database: get_ops_status(database, {})
    ),
    "dash_ops_invariants": OperatorRead("GET /ops/invariants", check_invariants),
}


def measure_operator_reads(database_url: str, rounds: int) -> dict[str, Sized]:
    """Each of them; a first round warms up. CPU is the bench's own, in place of a function's."""
    found = {name: Sized() for name in OPERATOR}
    with closing(PostgresDatabase(database_url)) as database:
        for number in range(rounds + 1):
            for name, read in OPERATOR.items():
                sized = found[name] if number else Sized()
                began_ns = process_time_ns()
                for _ in range(SUM_CALLS):
                    called_ns = perf_counter_ns()
                    read.ask(database)
                    sized.wall_ms.append((perf_counter_ns() - called_ns) / MS)
                sized.cpu_ms.append((process_time_ns() - began_ns) / MS / SUM_CALLS)
    return found
