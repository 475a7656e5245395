"""SQS queues: sending jobs and reading how many wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paygate.adapters.aws_json import AwsCallError, AwsJsonClient
from paygate.domain.errors import QueueUnavailableError
from paygate.domain.jobs import QueueDepth

BATCH_SIZE_MAX = 10


class SqsQueue:
    """One SQS queue whose messages are `{"id": "<object id>"}`: never more than a pointer to the row."""

    def __init__(self, client: AwsJsonClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, object_id: str, *, delay_seconds: int = 0) -> None:
        """Put one job on the queue. Raises QueueUnavailableError; the outbox row then brings it back later."""
        message = {"QueueUrl": self._url, "MessageBody": _body(object_id), "DelaySeconds": delay_seconds}
        self._call("SendMessage", message)

    def send_all(self, object_ids: Sequence[str]) -> None:
        """Put jobs on the queue, ten in a call. Raises QueueUnavailableError if SQS refused any of them."""
        for start in range(0, len(object_ids), BATCH_SIZE_MAX):
            entries = [
                {"Id": str(index), "MessageBody": _body(object_id)}
                for index, object_id in enumerate(object_ids[start : start + BATCH_SIZE_MAX])
            ]
            self._batch("SendMessageBatch", entries)

    def forward(self, bodies: Sequence[str]) -> None:
        """Put messages on the queue just as they are, one in a call: ten may be more than a call may carry. Raises
        QueueUnavailableError if SQS refused any of them.
        """
        for body in bodies:
            self._call("SendMessage", {"QueueUrl": self._url, "MessageBody": body})

    def depth(self) -> QueueDepth:
        """How many messages wait and are being worked on. Raises QueueUnavailableError."""
        waiting, delayed = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"
        in_flight = "ApproximateNumberOfMessagesNotVisible"
        names = [waiting, delayed, in_flight]
        counts = self._call("GetQueueAttributes", {"QueueUrl": self._url, "AttributeNames": names})["Attributes"]
        return QueueDepth(
            waiting=int(counts[waiting]) + int(counts[delayed]),
            in_flight=int(counts[in_flight]),
            delayed=int(counts[delayed]),
        )

    def _batch(self, operation: str, entries: Sequence[object]) -> None:
        answer = self._call(operation, {"QueueUrl": self._url, "Entries": entries})
        if answer.get("Failed"):
            raise QueueUnavailableError(f"SQS refused {len(answer['Failed'])} of {len(entries)} messages.")

    def _call(self, operation: str, parameters: dict[str, object]) -> dict[str, Any]:
        try:
            return self._client.call(operation, parameters)
        except AwsCallError as error:
            raise QueueUnavailableError(f"SQS did not answer {operation} ({error.code}).") from error


def _body(object_id: str) -> str:
    # An id needs no escapes.
    return f'{{"id":"{object_id}"}}'
