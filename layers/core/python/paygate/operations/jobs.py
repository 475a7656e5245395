"""Jobs that a statement has written to the outbox, on their way to their queues."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.ports import Queue

LOG = logging.getLogger("paygate.jobs")
# A job that no consumer has taken by then is sent again by the sweeper.
RESEND_AFTER_SECONDS = 30


def send_jobs(queue: Queue, object_ids: Sequence[str]) -> None:
    """Send jobs at once; a queue that does not answer leaves them to the sweeper."""
    try:
        queue.send_all(object_ids)
    except QueueUnavailableError as error:
        _leave_to_sweeper(object_ids, error)


def send_job(queue: Queue, object_id: str, *, delay_seconds: int) -> None:
    """The same for one job that is to arrive later."""
    try:
        queue.send(object_id, delay_seconds=delay_seconds)
    except QueueUnavailableError as error:
        _leave_to_sweeper([object_id], error)


def send_unanswered(queue: Queue, jobs: Sequence[dict[str, Any]] | None) -> None:
    """The same for jobs `{id, delay_seconds}` of a settlement, whose acquirer is to be asked again later."""
    for job in jobs or ():
        send_job(queue, job["id"], delay_seconds=job["delay_seconds"])


def ids_of(text: str | None) -> list[str]:
    """The ids of a list as statements return it: separated by commas, which pg8000 reads faster than an array."""
    return text.split(",") if text else []


def _leave_to_sweeper(object_ids: Sequence[str], error: QueueUnavailableError) -> None:
    LOG.warning("jobs left to the sweeper", extra={"ids": list(object_ids), "error": error.description})
