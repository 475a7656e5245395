"""Brings every pending thing to its end, whatever happened to queues, Redis and workflows (promise P2)."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.ports import Database, Queue

LOG = logging.getLogger("paygate.sweep")
BATCH_SIZE = 500
BATCHES_MAX = 20
RESEND_AFTER_SECONDS = 60


def sweep(database: Database, queues: Mapping[str, Queue]) -> int:
    """Send every due job of the outbox to its queue again; how many were sent.

    Several sweepers may run at once: they take different rows. A queue that does not answer leaves its jobs due in a
    minute.
    """
    sent = 0
    for _ in range(BATCHES_MAX):
        rows = database.run("resend_due_jobs", limit=BATCH_SIZE, resend_after_seconds=RESEND_AFTER_SECONDS)
        jobs: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            jobs[row["queue"]].append(row["subject_id"])
        for queue, subject_ids in jobs.items():
            sent += _resend(queues[queue], queue, subject_ids)
        if len(rows) < BATCH_SIZE:
            break
    database.run("record_worker_run", worker="sweep")
    LOG.info("swept", extra={"sent": sent})
    return sent


def _resend(queue: Queue, name: str, subject_ids: list[str]) -> int:
    try:
        queue.send_all(subject_ids)
    except QueueUnavailableError as error:
        LOG.warning("queue does not answer", extra={"queue": name, "error": error.description})
        return 0
    return len(subject_ids)
