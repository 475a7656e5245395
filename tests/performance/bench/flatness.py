"""Whether reading stays as quick when payments pile up: the same calls on a small and on a large database, in turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from tests.performance.bench.deployment import Deployment, check_reply
from tests.performance.bench.errors import BenchError
from tests.performance.bench.flat_reads import FLAT_READS, Read
from tests.performance.bench.measure import run_events
from tests.performance.bench.runtime import FunctionEnvironment, Invocation
from tests.support.filling import Filling

CALLS = 30
# A sum may take a thousand times as long as a page of a list.
SUM_CALLS = 3


@dataclass
class Sized:
    """A read of one database: CPU milliseconds per call by round, wall milliseconds by call."""

    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)

    def measure(self, environment: FunctionEnvironment, events: Sequence[bytes]) -> None:
        cpu_ms, wall_ms = run_events(environment, events, _check)
        self.cpu_ms.append(cpu_ms)
        self.wall_ms += wall_ms


@dataclass(frozen=True)
class Flatness:
    """One kind of read of both databases."""

    small: Sized = field(default_factory=Sized)
    large: Sized = field(default_factory=Sized)

    @property
    def p50_ratio(self) -> float:
        return median(self.large.wall_ms) / median(self.small.wall_ms)

    @property
    def cpu_ratio(self) -> float:
        pairs = zip(self.large.cpu_ms, self.small.cpu_ms, strict=True)
        return median(large / small for large, small in pairs)


@dataclass(frozen=True)
class Filled:
    """A deployment whose database has been filled."""

    deployment: Deployment
    filling: Filling
    database_url: str

    def read(self, environment: FunctionEnvironment, read: Read, into: Sized, calls: int = CALLS) -> None:
        into.measure(environment, read.events(self.filling, calls))


def measure_flatness(small: Filled, large: Filled, rounds: int) -> dict[str, Flatness]:
    """Every kind of read of both databases, a round of each in turn; a first round warms up."""
    found = {name: Flatness() for name in FLAT_READS}
    with ExitStack() as stack:
        of_small, of_large = (stack.enter_context(filled.deployment.environment("api")) for filled in (small, large))
        for number in range(rounds + 1):
            for name, read in FLAT_READS.items():
                flat = found[name] if number else Flatness()
                small.read(of_small, read, flat.small)
                large.read(of_large, read, flat.large)
    return found


def measure_reads(filled: Filled, reads: Mapping[str, Read], rounds: int) -> dict[str, Sized]:
    """Reads of one database; a first round warms up."""
    found = {name: Sized() for name in reads}
    with filled.deployment.environment("api") as environment:
        for number in range(rounds + 1):
            for name, read in reads.items():
                filled.read(environment, read, found[name] if number else Sized(), SUM_CALLS)
    return found


def _check(invocation: Invocation) -> None:
    reply = check_reply(invocation, 200)
    if reply["body"].get("data") == []:
        raise BenchError("a list that must not be empty is")
