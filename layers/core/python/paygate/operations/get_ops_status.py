"""Whether everything in the background runs, and what the sweeper's check of the ledger has found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from paygate.domain.jobs import QueueDepth
from paygate.operations.get_job_status import SWEEP_AGE_SECONDS_MAX, count_jobs
from paygate.operations.list_queues import QueuePair
from paygate.operations.ports import Database

# Consumers leave no trace of their runs. But when a job was sent so often, nobody took it, and nothing else of its
# queue is being worked on either, there is none: the last time was seven minutes after it was due.
RESENDS_MAX = 4
# Whose jobs are those of which queue of the outbox, and the queues that it takes them from.
CONSUMERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "process_payments": ("payments", ("payments",)),
    "process_refunds": ("refunds", ("refunds",)),
    "deliver_webhooks": ("webhooks", ("webhooks", "slow_webhooks")),
}
# Those that leave a trace; the last two are what sums and totals depend on.
TRACED = ("sweep", "reconcile", "activity_hours", "activity_changes")
DIFFERENCES_MAX = 20


def get_ops_status(database: Database, pairs: Mapping[str, QueuePair]) -> str:
    """`{workers, jobs, sweep, reconcile}` (JSON text). Raises QueueUnavailableError and DatabaseUnavailableError."""
    runs = {row["worker"]: row for row in database.run("get_worker_runs")}
    resends = {row["queue"]: row["resends"] for row in database.run("get_overdue_jobs")}
    (reconciled,) = database.run("get_reconcile_result", limit=DIFFERENCES_MAX)
    (counts,) = database.run("get_job_counts")
    depths = {name: pair.queue.depth() for name, pair in pairs.items()}
    dead = [pair.dead_letters.depth() for pair in pairs.values()]
    workers = [_worker(name, runs.get(name)) for name in TRACED]
    workers += [
        _consumer(name, resends.get(jobs, 0), [depths[queue] for queue in queues if queue in depths])
        for name, (jobs, queues) in CONSUMERS.items()
    ]
    told = {
        "workers": workers,
        "jobs": count_jobs(depths.values(), dead, counts["completed"]),
        "sweep": _without_none(ran_at=runs.get("sweep", {}).get("ran_at")),
        "reconcile": _without_none(
            ran_at=runs.get("reconcile", {}).get("ran_at"),
            checked_until=reconciled["checked_until"],
            differences=reconciled["differences"] or [],
        ),
    }
    return json.dumps(told, separators=(",", ":"))


def _worker(name: str, run: dict[str, Any] | None) -> dict[str, Any]:
    runs = run is not None and run["age_seconds"] <= SWEEP_AGE_SECONDS_MAX
    return _without_none(name=name, status="running" if runs else "stopped", ran_at=run["ran_at"] if run else None)


def _consumer(name: str, resends: int, depths: Sequence[QueueDepth]) -> dict[str, Any]:
    # In a backlog jobs wait longer than any that were forgotten.
    works = any(depth.in_flight for depth in depths)
    return {"name": name, "status": "running" if works or resends < RESENDS_MAX else "stopped"}


def _without_none(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
