"""The budgets that a change must keep, by figure and metric; each is an upper limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.performance.bench.flat_reads import DASHBOARD, FLAT_READS

# The speed that the budgets are meant for, as the calibration loop's time: that of this kind of machine when nobody
# else uses it. Shared machines run at half of it for hours, so CPU is scaled by what the loop took meanwhile.
REFERENCE_CALIBRATION_MS = 16.0
# scaled_ms: CPU milliseconds in the function's process at that speed, per call, payment, refund or webhook. postgres,
# redis, aws: network round trips, trips all of them together. per_payment: CPU beside that of the same step of a
# payment, in the same round. ratio, init_ratio: what the figure's note says.
BUDGETS: Mapping[str, Mapping[str, float]] = {
    "create_payment": {"scaled_ms": 1.0, "postgres": 1, "redis": 1, "aws": 1},
    "get_payment": {"scaled_ms": 0.6, "postgres": 1, "redis": 1, "aws": 0},
    "settle": {"scaled_ms": 0.2, "trips": 0.3},
    "create_refund": {"per_payment": 1.2, "postgres": 1, "redis": 1, "aws": 1},
    "settle_refund": {"per_payment": 1.2, "trips": 0.3},
    "deliver": {"scaled_ms": 1.0},
    # The p99 of webhooks to endpoints that answer, while a fifth of all hang, to that while none does.
    "isolation": {"ratio": 1.5},
    # What the function costs until its first event. A read has all that it needs within the same limit.
    "cold_api_post": {"init_ratio": 5},
    "cold_api_get": {"init_ratio": 5, "ratio": 5},
    **{name: {"ratio": 1.2} for name in FLAT_READS},
    **{name: {"p99_ms": 300} for name in DASHBOARD},
    # It is asked for every few seconds, the invariants when somebody looks at them.
    "dash_ops_status": {"p99_ms": 50},
    "dash_ops_invariants": {"p99_ms": 2_000},
    "localstack": {"ratio": 1.5},
}
UNITS = {
    "scaled_ms": "ms",
    "p99_ms": "ms p99",
    "postgres": "PG",
    "redis": "Redis",
    "aws": "AWS",
    "trips": "trips",
    "per_payment": "× a payment's",
    "ratio": "×",
    "init_ratio": "× until the first event",
}
# Counts are exact, but come from divisions.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Verdict:
    """A figure's budget in words, and what of it is missed."""

    budget: str
    missed: tuple[str, ...]


def judge(figure: str, metrics: Mapping[str, float]) -> Verdict | None:
    """None for a figure without a budget. A metric that was not measured is not judged."""
    limits = BUDGETS.get(figure)
    if limits is None:
        return None
    words = ", ".join(f"≤ {limit:g} {UNITS[metric]}" for metric, limit in limits.items())
    missed = tuple(
        f"{metrics[metric]:.3g} {UNITS[metric]} > {limit:g}"
        for metric, limit in limits.items()
        if metric in metrics and metrics[metric] > limit + TOLERANCE
    )
    return Verdict(words, missed)
