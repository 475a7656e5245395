"""What every SQS consumer does around its operation: read the batch's ids and say which messages must come again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from paygate.log import configure

Operation = Callable[[Sequence[str]], set[str]]


class StillOpenError(Exception):
    """The message's job has not come to its end; SQS shall show the message again."""


def run_batch(event: dict[str, Any], context: Any, operation: Operation) -> Any:
    """Run `operation` once over all ids of the batch; it returns those that must come again.

    A message that cannot be read fails alone, and after its last try SQS puts it into the dead-letter queue.
    """
    configure()
    ids = {record["messageId"]: _job_id(record["body"]) for record in event["Records"]}
    # One job may have been sent twice; its operation sees it once.
    open_ids = operation(sorted({job_id for job_id in ids.values() if job_id is not None}))

    def check(record: dict[str, Any]) -> None:
        job_id = ids[record["messageId"]]
        if job_id is None or job_id in open_ids:
            raise StillOpenError(f"message {record['messageId']} must come again")

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, check, processor, context)


def _job_id(body: str) -> str | None:
    try:
        job_id = json.loads(body)["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    # Text that Postgres could not take would make the whole batch fail.
    readable = isinstance(job_id, str) and job_id.isascii() and job_id.isprintable()
    return job_id if readable else None
