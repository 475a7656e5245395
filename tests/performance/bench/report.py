"""The result as JSON, as a table, and in docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.performance.bench.budgets import BUDGETS
from tests.performance.bench.cold_start import Modules
from tests.performance.bench.errors import BenchError
from tests.performance.bench.rows import Row

BEGIN = "<!-- bench: begin (written by make bench, do not edit) -->"
END = "<!-- bench: end -->"
COLUMNS = (
    "Figure", "CPU ms", "scaled ms", "÷ calibration", "÷ empty", "p50 ms", "p99 ms", "PG/Redis/AWS", "Budget", "Met",
    "Notes",
)  # fmt: skip


def write_json(
    path: Path,
    machine: Mapping[str, object],
    rows: Sequence[Row],
    modules: Mapping[str, Modules],
    calibration_ms: float,
) -> None:
    """All that was measured, with the budgets and whether each is met (null: not measured or without a budget)."""
    result: dict[str, Any] = {
        "machine": machine,
        "calibration_ms": calibration_ms,
        "figures": {row.name: {"title": row.title, "note": row.note, **_judged(row)} for row in rows},
        "budgets": BUDGETS,
        "modules": {
            name: {"count": loaded.count, "packages": loaded.packages, "names": loaded.names}
            for name, loaded in modules.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def markdown(
    machine: Mapping[str, object], rows: Sequence[Row], modules: Mapping[str, Modules], calibration_ms: float
) -> str:
    """The table, aligned for reading as text, with the machine above it and the packages below."""
    lines = [
        _machine_line(machine, calibration_ms),
        "",
        *_aligned([COLUMNS, *(_cells(row) for row in rows)]),
    ]
    if modules:
        lines += ["", "Third-party packages that are loaded after the first invocation:", ""]
        lines += [f"- `{name}`: {', '.join(loaded.packages)}" for name, loaded in modules.items()]
    return "\n".join(lines)


def write_document(path: Path, text: str) -> None:
    """Put the table between the document's two markers. Raises BenchError if it lacks them."""
    document = path.read_text()
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchError(f"{path} lacks the lines {BEGIN!r} and {END!r}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def missed_budgets(rows: Sequence[Row]) -> list[str]:
    """One line for each missed budget."""
    return [f"{row.title}: {missed}" for row in rows if row.verdict for missed in row.verdict.missed]


def _machine_line(machine: Mapping[str, object], calibration_ms: float) -> str:
    versions = f"Python {machine['python']}, PostgreSQL {machine['postgres']}"
    return f"{machine['cpu']}, {machine['cores']} cores, {versions}; calibration loop {calibration_ms:.2f} ms."


def _judged(row: Row) -> dict[str, Any]:
    verdict = row.verdict
    judged = {"met": None} if verdict is None else {"met": not verdict.missed, "missed": list(verdict.missed)}
    return {"metrics": dict(row.metrics), **judged}


def _cells(row: Row) -> tuple[str, ...]:
    metrics, verdict = row.metrics, row.verdict
    trips = ""
    if "postgres" in metrics:
        trips = "/".join(f"{metrics[name]:.3g}" for name in ("postgres", "redis", "aws"))
    note = row.note
    if "per_second" in metrics:
        note = f"**{metrics['per_second']:,.0f} a second**"
    elif row.name.startswith("cold_"):
        note = ", ".join(filter(None, (f"÷ empty start: {metrics['ratio']:.2f}", note)))
    return (
        row.title,
        _number(metrics, "cpu_ms", 2),
        _number(metrics, "scaled_ms", 2),
        _number(metrics, "per_calibration", 3),
        _number(metrics, "per_noop", 2),
        _number(metrics, "p50_ms", 2),
        _number(metrics, "p99_ms", 2),
        trips,
        verdict.budget if verdict else "",
        ("no" if verdict.missed else "yes") if verdict else "",
        note,
    )


def _number(metrics: Mapping[str, float], name: str, digits: int) -> str:
    return f"{metrics[name]:.{digits}f}" if name in metrics else ""


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(cells[column]) for cells in table) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
        for cells in table
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [lines[0], rule, *lines[1:]]
