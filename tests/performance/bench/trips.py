"""Counts the network round trips of a figure's calls, in environments that are not measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import redis

from tests.performance.bench.children import ControlledServer
from tests.performance.bench.errors import FigureSkippedError
from tests.performance.bench.figures import Figure, Scene
from tests.performance.bench.runtime import FunctionEnvironment

WARM_CALLS = 2
CALLS = 4


@dataclass(frozen=True)
class Trips:
    """Per call, or per payment or webhook of a batch; `redis_commands` counts those inside scripts too."""

    postgres: float
    redis: float
    redis_commands: float
    aws: dict[str, float]

    @property
    def total(self) -> float:
        return self.postgres + self.redis + sum(self.aws.values())


class TripCounter:
    """Counts with a deployment whose databases are behind the counting proxy."""

    def __init__(self, scene: Scene, aws: ControlledServer, proxy: ControlledServer, redis_url: str) -> None:
        self._scene = scene
        self._aws = aws
        self._proxy = proxy
        self._redis = redis.Redis.from_url(redis_url)

    def count(self, figures: Sequence[Figure]) -> dict[str, Trips]:
        """The round trips of every figure that can be measured."""
        counted: dict[str, Trips] = {}
        for figure in figures:
            with self._scene.deployment.environment(figure.function, pinned=False) as environment:
                try:
                    counted[figure.name] = self._count(figure, environment)
                except FigureSkippedError:
                    continue
        return counted

    def _count(self, figure: Figure, environment: FunctionEnvironment) -> Trips:
        events = figure.prepare(self._scene, WARM_CALLS + CALLS)
        for event in events[:WARM_CALLS]:
            environment.invoke(event)
        before = self._state()
        for event in events[WARM_CALLS:]:
            figure.check(environment.invoke(event))
        environment.await_idle()
        after = self._state()
        units = CALLS * figure.units
        changed = {name: (after[name] - before.get(name, 0)) / units for name in after}
        aws = {name.removeprefix("aws "): count for name, count in changed.items() if name.startswith("aws ") and count}
        return Trips(changed.get("postgres", 0), changed.get("redis", 0), changed["redis commands"], aws)

    def _state(self) -> dict[str, int]:
        aws = {f"aws {name}": count for name, count in self._aws.control("calls").items()}
        return {**self._proxy.control("trips"), **aws, "redis commands": self._redis_commands()}

    def _redis_commands(self) -> int:
        stats: dict[str, dict[str, int]] = self._redis.info("commandstats")  # type: ignore[assignment]
        # Counting is a command as well.
        return sum(entry["calls"] for name, entry in stats.items() if not name.startswith("cmdstat_info"))
