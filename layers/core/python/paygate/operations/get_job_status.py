"""How the background work stands, read from the real queues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from paygate.domain.jobs import QueueDepth
from paygate.operations.ports import Counted, Database

# The sweeper runs every minute; missing three runs means that background work has stopped.
SWEEP_AGE_SECONDS_MAX = 180


def get_job_status(
    database: Database, queues: Sequence[Counted], dead_letter_queues: Sequence[Counted]
) -> dict[str, int | str]:
    """`{pending, processing, completed, failed, worker_status}`.

    Pending and processing are messages in the queues, failed those in the dead-letter queues, completed the payments
    and refunds that have been settled, of those that were late as many as the sweeper has seen. Raises
    QueueUnavailableError and DatabaseUnavailableError.
    """
    depths = [queue.depth() for queue in queues]
    counts = database.run("get_job_counts")[0]
    age_seconds: int | None = counts["seconds_since_sweep"]
    return {
        **count_jobs(depths, [queue.depth() for queue in dead_letter_queues], counts["completed"]),
        "worker_status": "running" if age_seconds is not None and age_seconds <= SWEEP_AGE_SECONDS_MAX else "stopped",
    }


def count_jobs(depths: Iterable[QueueDepth], dead_letters: Iterable[QueueDepth], completed: int) -> dict[str, int]:
    """`{pending, processing, completed, failed}` of these queues and dead-letter queues."""
    depths = list(depths)
    return {
        "pending": sum(depth.waiting for depth in depths),
        "processing": sum(depth.in_flight for depth in depths),
        "completed": completed,
        "failed": sum(depth.waiting for depth in dead_letters),
    }
