"""Measures figures one call at a time, in short rounds with the calibration loop and the no-op function between."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.performance.bench import machine
from tests.performance.bench.children import Child, ControlledServer, running_child
from tests.performance.bench.deployment import noop_environment
from tests.performance.bench.errors import BenchError, FigureSkippedError
from tests.performance.bench.events import ApiCall, api_event
from tests.performance.bench.figures import Figure, Scene
from tests.performance.bench.machine import Cores
from tests.performance.bench.runtime import FunctionEnvironment, Invocation

CALIBRATION = Path(__file__).parent / "calibration.py"
NOOP_CALLS = 15
CLOCK_TOLERANCE = 0.1


@dataclass
class Samples:
    """CPU milliseconds per call, one value a round, beside the round's references; wall milliseconds of each call."""

    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    calibration_ms: list[float] = field(default_factory=list)
    noop_ms: list[float] = field(default_factory=list)

    def ratio_to(self, reference: list[float]) -> float:
        return median(mine / its for mine, its in zip(self.cpu_ms, reference, strict=True))

    def ratio_to_figure(self, other: Samples) -> float:
        """To another figure of the same rounds, each at the speed that the machine had meanwhile."""
        return median(mine / its for mine, its in zip(self._at_speed(), other._at_speed(), strict=True))

    def _at_speed(self) -> list[float]:
        return [mine / loop for mine, loop in zip(self.cpu_ms, self.calibration_ms, strict=True)]


@dataclass
class Measured:
    """Every figure's samples, or why it has none; and the references over all rounds."""

    samples: dict[str, Samples] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    calibration_ms: list[float] = field(default_factory=list)
    noop_ms: list[float] = field(default_factory=list)
    noop_wall_ms: list[float] = field(default_factory=list)


class Bench:
    """The environments of one measurement: every function once, the no-op, the calibration loop, on one core."""

    def __init__(self, stack: ExitStack, scene: Scene, aws: ControlledServer, cores: Cores, logs: Path) -> None:
        self._stack = stack
        self._scene = scene
        self._noop = stack.enter_context(noop_environment(aws, logs, cores.function))
        self._calibration: Child = stack.enter_context(running_child([CALIBRATION], "calibration", cores.function))
        self._environments: dict[str, FunctionEnvironment] = {}

    def measure(self, figures: Sequence[Figure], *, rounds: int, calls: int) -> Measured:
        """A round to warm up, then `rounds` rounds of `calls` calls; of calls that serve a batch, a fifth of that."""
        measured = Measured()
        wanted = list(figures)
        for number in range(rounds + 1):
            warm = Measured() if number == 0 else measured
            for figure in list(wanted):
                try:
                    self._round(figure, max(2, calls // (5 if figure.units > 1 else 1)), warm)
                except FigureSkippedError as reason:
                    wanted.remove(figure)
                    measured.skipped[figure.name] = str(reason)
        self._compare_clocks()
        return measured

    def _references(self, measured: Measured) -> tuple[float, float]:
        """CPU milliseconds of one calibration loop, and of one call of the no-op."""
        calibration_ms = float(self._calibration.ask())
        event = api_event(ApiCall("POST /payments", {"order_id": "order_test_123"}))
        noop_ms, wall_ms = run_events(self._noop, [event] * NOOP_CALLS, lambda _: None)
        measured.calibration_ms.append(calibration_ms)
        measured.noop_ms.append(noop_ms)
        measured.noop_wall_ms += wall_ms
        return calibration_ms, noop_ms

    def _round(self, figure: Figure, calls: int, measured: Measured) -> None:
        """The references just before and just after: the machine may have another speed a second later."""
        events = figure.prepare(self._scene, calls)
        environment = self._environment(figure.function)
        before = self._references(measured)
        cpu_ms, wall_ms = run_events(environment, events, figure.check)
        after = self._references(measured)
        samples = measured.samples.setdefault(figure.name, Samples())
        samples.cpu_ms.append(cpu_ms / figure.units)
        samples.wall_ms += wall_ms
        samples.calibration_ms.append((before[0] + after[0]) / 2)
        samples.noop_ms.append((before[1] + after[1]) / 2)

    def _environment(self, function: str) -> FunctionEnvironment:
        if function not in self._environments:
            environment = self._stack.enter_context(self._scene.deployment.environment(function))
            self._environments[function] = environment
        return self._environments[function]

    def _compare_clocks(self) -> None:
        """The process's clock against what /proc says of it. Raises BenchError when they tell different stories."""
        for name, environment in self._environments.items():
            clock, stat = environment.cpu_ns(), machine.stat_ns(environment.pid)
            if abs(clock - stat) > max(CLOCK_TOLERANCE * clock, 50e6) or machine.schedstat_ns(environment.pid) > clock:
                raise BenchError(f"{name} has used {clock / 1e6:.0f} ms by its clock, {stat / 1e6:.0f} ms by /proc")


def run_events(
    environment: FunctionEnvironment, events: Iterable[bytes], check: Callable[[Invocation], None]
) -> tuple[float, list[float]]:
    """CPU milliseconds per call, and the wall milliseconds of each; every answer is checked."""
    environment.await_idle()
    before = environment.cpu_ns()
    wall_ms: list[float] = []
    for event in events:
        invocation = environment.invoke(event)
        check(invocation)
        wall_ms.append(invocation.wall_ms)
    environment.await_idle()
    return (environment.cpu_ns() - before) / 1e6 / len(wall_ms), wall_ms


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is not less than `percent` of all."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
