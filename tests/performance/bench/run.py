"""One run of the bench: what was asked for, step by step."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from paygate_local.progress import step
from paygate_local.services import Services
from tests.performance.bench import rows
from tests.performance.bench.cold_start import Modules, list_modules, measure_cold_starts
from tests.performance.bench.errors import BenchError
from tests.performance.bench.figures import FIGURES, Figure
from tests.performance.bench.flat_reads import DASHBOARD, SUMS
from tests.performance.bench.flatness import Filled, measure_flatness, measure_reads
from tests.performance.bench.isolation import IsolationPlan, measure_isolation
from tests.performance.bench.laboratory import Laboratory
from tests.performance.bench.localstack import measure_localstack
from tests.performance.bench.machine import Cores, find_cores, running_on
from tests.performance.bench.measure import Bench
from tests.performance.bench.operator_reads import OPERATOR, measure_operator_reads
from tests.performance.bench.package import build_packages
from tests.performance.bench.throughput import measure_throughput
from tests.performance.bench.trips import TripCounter
from tests.support.fill import fill, sweep_activity, sweep_balances
from tests.support.filling import Filling
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.servers import settings_for

GROUPS = (*(figure.name for figure in FIGURES), "throughput", "isolation", "cold", "flat", "dashboard", "localstack")


@dataclass(frozen=True)
class Plan:
    """How much is measured; `only` names figures or groups, empty for all of them."""

    only: Sequence[str] = ()
    rounds: int = 11
    calls: int = 60
    environments: Sequence[int] = (2, 4)
    throughput_payments: int = 600
    isolation: IsolationPlan = field(default_factory=IsolationPlan)
    cold_starts: int = 7
    small_rows: int = 1_000
    large_rows: int = 1_000_000
    localstack: bool = True
    localstack_calls: int = 60

    @staticmethod
    def quick() -> Plan:
        """A run of seconds that shows whether everything works."""
        return Plan(
            rounds=2, calls=5, environments=(2,), throughput_payments=40, cold_starts=1, large_rows=10_000,
            isolation=IsolationPlan.quick(), localstack_calls=5,
        )  # fmt: skip

    def with_options(self, *, only: Sequence[str], rounds: int, large_rows: int, localstack: bool) -> Plan:
        """The plan with what was given on the command line. Raises BenchError for an unknown figure."""
        if unknown := set(only) - set(GROUPS):
            raise BenchError(f"there is no figure {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
        return replace(
            self,
            only=only,
            rounds=rounds or self.rounds,
            large_rows=large_rows or self.large_rows,
            localstack=localstack,
        )

    def wants(self, name: str) -> bool:
        return not self.only or name in self.only

    @property
    def figures(self) -> list[Figure]:
        return [figure for figure in FIGURES if self.wants(figure.name)]


@dataclass
class Result:
    """All rows in the order of the table."""

    rows: list[rows.Row] = field(default_factory=list)
    modules: Mapping[str, Modules] = field(default_factory=dict)
    calibration_ms: float = 0.0


def run(plan: Plan, home: Path) -> Result:
    """Measure. Raises BenchError or Problem; whatever was started is ended, also then."""
    cores = find_cores()
    result = Result()
    for leftover in (home / "servers", home / "stack"):
        # Of a run that was killed; the lock says that it is over.
        Services(settings_for(leftover)).stop()
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.rmtree(home / "logs", ignore_errors=True)
    with step("Build") as current:
        build, current.note = build_packages(home)
    with running_on(cores.others), ExitStack() as stack:
        with step("Servers"):
            laboratory = Laboratory(stack, home, build, cores)
        _measure(plan, laboratory, cores, result)
    if plan.localstack and plan.wants("localstack"):
        with step("LocalStack"):
            result.rows.append(rows.localstack_row(measure_localstack(home / "stack", plan.localstack_calls)))
    return result


def _measure(plan: Plan, laboratory: Laboratory, cores: Cores, result: Result) -> None:
    database_url = laboratory.new_database()
    scene = laboratory.scene(laboratory.deploy("bench", database_url))
    if plan.figures:
        with step("Figures", f"{plan.rounds} rounds"), ExitStack() as stack:
            bench = Bench(stack, scene, laboratory.aws, cores, laboratory.logs)
            measured = bench.measure(plan.figures, rounds=plan.rounds, calls=plan.calls)
            result.calibration_ms = median(measured.calibration_ms)
        with step("Round trips"), laboratory.counted(database_url) as (counted, proxy):
            trips = TripCounter(counted, laboratory.aws, proxy, laboratory.redis_url).count(plan.figures)
        result.rows += rows.figure_rows(measured, trips)
    if plan.wants("throughput"):
        with step("Throughput"):
            laboratory.spread(cores.all)
            with running_on(cores.all):
                found = [measure_throughput(scene, n, plan.throughput_payments) for n in plan.environments]
            laboratory.spread(cores.others)
        result.rows += rows.throughput_rows(found)
    if plan.wants("isolation"):
        with step("Isolation"):
            laboratory.spread(cores.all)
            with running_on(cores.all):
                secrets = laboratory.secrets(database_url)
                isolation = measure_isolation(scene.deployment, secrets, cores, plan.isolation)
            laboratory.spread(cores.others)
        result.rows += rows.isolation_rows(isolation)
    if plan.wants("cold"):
        with step("Cold starts", f"{plan.cold_starts} each"):
            result.modules = list_modules(scene)
            starts = measure_cold_starts(scene, laboratory.aws, cores, laboratory.logs, plan.cold_starts)
        result.rows += rows.cold_rows(starts, result.modules)
    if plan.wants("flat") or plan.wants("dashboard"):
        _measure_many_payments(plan, laboratory, cores, result)


def _measure_many_payments(plan: Plan, laboratory: Laboratory, cores: Cores, result: Result) -> None:
    sizes = (plan.small_rows, plan.large_rows)
    with step("Filling", f"{sizes[0]:,} and {sizes[1]:,} payments"):
        small, large = (_filled(laboratory, cores, size) for size in sizes)
    if plan.wants("flat"):
        with step("Flatness"):
            result.rows += rows.flat_rows(measure_flatness(small, large, plan.rounds), sizes)
            result.rows += rows.read_rows(measure_reads(large, SUMS, plan.rounds), SUMS, sizes[1])
    if plan.wants("dashboard"):
        with step("Dashboard"):
            result.rows += rows.read_rows(measure_reads(large, DASHBOARD, plan.rounds), DASHBOARD, sizes[1])
            with running_on(cores.function):
                asked = measure_operator_reads(large.database_url, plan.rounds)
            result.rows += rows.read_rows(asked, OPERATOR, sizes[1])


def _filled(laboratory: Laboratory, cores: Cores, payments: int) -> Filled:
    url = laboratory.new_database()
    filling = Filling(payments, TEST_MERCHANT_ID, webhooks=True)
    laboratory.spread(cores.all)
    with running_on(cores.all):
        fill(url, filling)
        sweep_balances(url)
        sweep_activity(url)
    laboratory.spread(cores.others)
    return Filled(laboratory.deploy(f"flat-{payments}", url), filling, url)
