"""What a cold start costs: CPU from the process's start until its first invocation is answered, and what it loads."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from paygate_local.environments import LAMBDA_RUNTIME
from tests.performance.bench.children import ControlledServer
from tests.performance.bench.deployment import noop_environment
from tests.performance.bench.errors import BenchError
from tests.performance.bench.events import ApiCall, api_event
from tests.performance.bench.figures import FIGURES, Figure, Scene
from tests.performance.bench.machine import Cores
from tests.performance.bench.package import Package
from tests.performance.bench.runtime import FunctionEnvironment

NOOP = "noop"


@dataclass(frozen=True)
class ColdCase:
    """A function with the event that comes first."""

    name: str
    title: str
    function: str
    event: Callable[[Scene], bytes]


@dataclass
class ColdStarts:
    """One value a start, in milliseconds; `init_ms` is the part of the CPU before the first event, `bare_ms` the CPU of
    the empty functions' starts just before and after.
    """

    cpu_ms: list[float] = field(default_factory=list)
    init_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """To a bare awslambdaric start."""
        return median(mine / bare for mine, bare in zip(self.cpu_ms, self.bare_ms, strict=True))

    @property
    def init_ratio(self) -> float:
        """Of what is spent before the first event, to a bare awslambdaric start."""
        return median(mine / bare for mine, bare in zip(self.init_ms, self.bare_ms, strict=True))


@dataclass(frozen=True)
class Modules:
    """What a function has loaded after its first invocation; `packages` are third parties' top-level ones."""

    count: int
    packages: list[str]
    names: list[str]


def _first_of(figure_name: str) -> Callable[[Scene], bytes]:
    figure: Figure = next(figure for figure in FIGURES if figure.name == figure_name)
    return lambda scene: figure.prepare(scene, 1)[0]


def _sweep_event(_: Scene) -> bytes:
    return json.dumps({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}).encode()


CASES = (
    ColdCase("cold_api_post", "cold start of api, POST /payments", "api", _first_of("create_payment")),
    ColdCase("cold_api_get", "cold start of api, GET /payments/{id}", "api", _first_of("get_payment")),
    ColdCase("cold_process_payments", "cold start of process_payments", "process_payments", _first_of("settle")),
    ColdCase("cold_process_refunds", "cold start of process_refunds", "process_refunds", _first_of("settle_refund")),
    ColdCase("cold_deliver_webhooks", "cold start of deliver_webhooks", "deliver_webhooks", _first_of("deliver")),
    ColdCase("cold_sweep", "cold start of sweep", "sweep", _sweep_event),
)


def measure_cold_starts(
    scene: Scene, aws: ControlledServer, cores: Cores, logs: Path, starts: int
) -> dict[str, ColdStarts]:
    """Starts of each case in turns, a bare awslambdaric (`noop`) between any two; a first turn fills the file cache."""

    def start(case: ColdCase, event: bytes) -> tuple[float, float, float]:
        with _environment(case, scene, aws, cores, logs) as environment:
            return _first_invocation(case, environment, event)

    found: dict[str, ColdStarts] = {case.name: ColdStarts() for case in (*_present(scene), _NOOP_CASE)}
    for turn in range(starts + 1):
        before = start(_NOOP_CASE, _NOOP_CASE.event(scene))
        for case in _present(scene):
            mine = start(case, case.event(scene))
            after = start(_NOOP_CASE, _NOOP_CASE.event(scene))
            if turn:
                _keep(found[case.name], mine, (before[0] + after[0]) / 2)
                _keep(found[NOOP], after, after[0])
            before = after
    return found


def _keep(starts: ColdStarts, mine: tuple[float, float, float], bare_ms: float) -> None:
    cpu_ms, init_ms, wall_ms = mine
    starts.cpu_ms.append(cpu_ms)
    starts.init_ms.append(init_ms)
    starts.wall_ms.append(wall_ms)
    starts.bare_ms.append(bare_ms)


def list_modules(scene: Scene) -> dict[str, Modules]:
    """What each case's function has loaded after its first invocation, from a run that is not measured."""
    found: dict[str, Modules] = {}
    for case in _present(scene):
        with scene.deployment.inspected(case.function) as environment:
            environment.invoke(case.event(scene))
            files: dict[str, str] = json.loads(environment.invoke(b'{"bench": "modules"}').payload)
        # The inspector and the program that runs it are no part of the function.
        files.pop("modules", None)
        files.pop("__main__", None)
        found[case.name] = _modules(files, scene.deployment.packages[case.function])
    return found


def _first_invocation(case: ColdCase, environment: FunctionEnvironment, event: bytes) -> tuple[float, float, float]:
    """Milliseconds since the process was started: CPU until its first event is answered, CPU until it asks for that
    event, and wall time until the answer.
    """
    environment.await_idle()
    init_ms = environment.cpu_ns() / 1e6
    invocation = environment.invoke(event)
    wall_ms = (time.perf_counter() - environment.started) * 1000
    environment.await_idle()
    answer = json.loads(invocation.payload)
    if answer.get("statusCode", 200) >= 400 or answer.get("batchItemFailures"):
        raise BenchError(f"the {case.title} was answered with {answer}")
    return environment.cpu_ns() / 1e6, init_ms, wall_ms


def _environment(
    case: ColdCase, scene: Scene, aws: ControlledServer, cores: Cores, logs: Path
) -> AbstractContextManager[FunctionEnvironment]:
    if case.function == NOOP:
        return noop_environment(aws, logs, cores.function)
    return scene.deployment.environment(case.function)


def _present(scene: Scene) -> list[ColdCase]:
    return [case for case in CASES if case.function in scene.deployment.packages]


def _modules(files: dict[str, str], package: Package) -> Modules:
    places = [str(LAMBDA_RUNTIME.folder), *(str(layer) for layer in package.layers)]
    foreign = {
        name.partition(".")[0]
        for name, file in files.items()
        if any(file.startswith(place) for place in places) and not name.startswith("paygate")
    }
    return Modules(len(files), sorted(foreign), sorted(files))


_NOOP_CASE = ColdCase(NOOP, "cold start of a bare awslambdaric", NOOP, lambda _: api_event(ApiCall("GET /payments")))
