"""Turns measurements into the rows of the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import median
from typing import Protocol

from tests.performance.bench.budgets import REFERENCE_CALIBRATION_MS, Verdict, judge
from tests.performance.bench.cold_start import CASES, NOOP, ColdStarts, Modules
from tests.performance.bench.figures import FIGURES
from tests.performance.bench.flat_reads import FLAT_READS
from tests.performance.bench.flatness import Flatness, Sized
from tests.performance.bench.isolation import ENDPOINTS, HANGING, Isolation
from tests.performance.bench.localstack import LocalStackRatio
from tests.performance.bench.measure import Measured, Samples, percentile
from tests.performance.bench.throughput import Throughput
from tests.performance.bench.trips import Trips


@dataclass(frozen=True)
class Row:
    """One figure: its metrics by name, and words on what the numbers cannot say. No metrics: it was not measured."""

    name: str
    title: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def verdict(self) -> Verdict | None:
        return judge(self.name, self.metrics) if self.metrics else None


def figure_rows(measured: Measured, trips: Mapping[str, Trips]) -> list[Row]:
    """Calls one at a time, the no-op first."""
    noop = Samples(measured.noop_ms, measured.noop_wall_ms, measured.calibration_ms, measured.noop_ms)
    rows = [Row(NOOP, "empty function", _sample_metrics(noop))]
    for figure in FIGURES:
        if reason := measured.skipped.get(figure.name):
            rows.append(Row(figure.name, figure.title, note=f"skipped: {reason}"))
        elif samples := measured.samples.get(figure.name):
            metrics = {**_sample_metrics(samples), **_trip_metrics(trips.get(figure.name))}
            notes = [f"p50 and p99 are of {figure.units} together"] if figure.units > 1 else []
            if beside := measured.samples.get(figure.beside or ""):
                metrics["per_payment"] = samples.ratio_to_figure(beside)
                notes.append(f"÷ a payment's: {metrics['per_payment']:.2f}")
            rows.append(Row(figure.name, figure.title, metrics, ", ".join(notes)))
    return rows


def throughput_rows(measured: Iterable[Throughput]) -> list[Row]:
    """Two rows for each number of environments."""
    rows: list[Row] = []
    for each in measured:
        count = each.environments
        for name, title, rate in (("create", "POST /payments", each.created), ("settle", "settle", each.settled)):
            metrics = {"per_second": rate.per_second, "cpu_ms": rate.cpu_ms}
            rows.append(Row(f"throughput_{name}_{count}", f"{title}, {count} environments", metrics))
    return rows


def isolation_rows(measured: Isolation) -> list[Row]:
    """`ratio` is that of the 99th percentiles; the third row is there if it was measured."""
    alone, beside = (list(chain.from_iterable(slices)) for slices in (measured.alone_ms, measured.beside_ms))
    hanging = f"webhooks while {HANGING} of {ENDPOINTS} endpoints hang"
    note = "p50 and p99 are from the queue to the receiver"
    rows = [
        Row("isolation_alone", f"webhooks to {ENDPOINTS} endpoints", _wall_metrics(alone), note),
        Row(
            "isolation",
            hanging,
            {**_wall_metrics(beside), "ratio": measured.ratio, "holds": measured.holds[1]},
            f"p99 ÷ while none does: {measured.ratio:.2f}, batches held up: {measured.holds[1]}",
        ),
    ]
    if measured.contact_ms:
        metrics = {**_wall_metrics(measured.contact_ms), "holds": measured.holds[0]}
        rows.append(
            Row("isolation_contact", f"{hanging}, not known yet", metrics, f"batches held up: {measured.holds[0]}")
        )
    return rows


def cold_rows(starts: Mapping[str, ColdStarts], modules: Mapping[str, Modules]) -> list[Row]:
    """`ratio` is to a bare awslambdaric start."""
    titles = {NOOP: "cold start of an empty function", **{case.name: case.title for case in CASES}}
    rows: list[Row] = []
    for name in sorted(starts, key=list(titles).index):
        one = starts[name]
        metrics = {
            "cpu_ms": median(one.cpu_ms),
            "p50_ms": median(one.wall_ms),
            "p99_ms": percentile(one.wall_ms, 99),
            "ratio": one.ratio,
            "init_ms": median(one.init_ms),
            "init_ratio": one.init_ratio,
        }
        loaded = modules.get(name)
        note = f"before its first event {one.init_ratio:.2f}" + (f", {loaded.count} modules" if loaded else "")
        rows.append(Row(f"cold_{NOOP}" if name == NOOP else name, titles[name], metrics, note))
    return rows


def flat_rows(measured: Mapping[str, Flatness], sizes: tuple[int, int]) -> list[Row]:
    """`ratio` is the large table's median wall time to the small one's."""
    return [
        Row(
            name,
            f"{FLAT_READS[name].title}, {sizes[1]:,} payments",
            {
                **_sized_metrics(flat.large),
                "ratio": flat.p50_ratio,
                "cpu_ratio": flat.cpu_ratio,
                "small_p50_ms": median(flat.small.wall_ms),
            },
            f"÷ {sizes[0]:,} payments: {flat.p50_ratio:.2f} (CPU {flat.cpu_ratio:.2f})",
        )
        for name, flat in measured.items()
    ]


class Titled(Protocol):
    """Whatever is read."""

    @property
    def title(self) -> str:
        """How its row is called."""
        ...


def read_rows(measured: Mapping[str, Sized], reads: Mapping[str, Titled], payments: int) -> list[Row]:
    """Reads of the large database alone."""
    return [
        Row(name, f"{reads[name].title}, {payments:,} payments", _sized_metrics(sized))
        for name, sized in measured.items()
    ]


def localstack_row(measured: LocalStackRatio) -> Row:
    """`ratio` is to an empty function behind the same door."""
    metrics = {"p50_ms": measured.payment_ms, "ratio": measured.ratio, "empty_p50_ms": measured.empty_ms}
    note = f"÷ empty function ({measured.empty_ms:.1f} ms): {measured.ratio:.2f}"
    return Row("localstack", "POST /payments through LocalStack", metrics, note)


def _wall_metrics(wall_ms: Sequence[float]) -> dict[str, float]:
    return {"p50_ms": median(wall_ms), "p99_ms": percentile(wall_ms, 99)}


def _sized_metrics(sized: Sized) -> dict[str, float]:
    return {
        "cpu_ms": median(sized.cpu_ms),
        "p50_ms": median(sized.wall_ms),
        "p99_ms": percentile(sized.wall_ms, 99),
    }


def _sample_metrics(samples: Samples) -> dict[str, float]:
    return {
        "cpu_ms": median(samples.cpu_ms),
        "per_calibration": samples.ratio_to(samples.calibration_ms),
        "scaled_ms": samples.ratio_to(samples.calibration_ms) * REFERENCE_CALIBRATION_MS,
        "per_noop": samples.ratio_to(samples.noop_ms),
        "p50_ms": median(samples.wall_ms),
        "p99_ms": percentile(samples.wall_ms, 99),
    }


def _trip_metrics(trips: Trips | None) -> dict[str, float]:
    if trips is None:
        return {}
    return {
        "postgres": trips.postgres,
        "redis": trips.redis,
        "redis_commands": trips.redis_commands,
        "aws": sum(trips.aws.values()),
        "trips": trips.total,
        **{f"aws {name}": count for name, count in trips.aws.items()},
    }
