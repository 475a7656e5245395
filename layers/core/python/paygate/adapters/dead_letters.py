"""SQS dead-letter queues: looking at messages, giving them back, removing them."""

from __future__ import annotations

from collections.abc import Sequence

from paygate.adapters.queues import BATCH_SIZE_MAX, SqsQueue
from paygate.domain.jobs import DeadLetter

SENT_AT, RECEIVE_COUNT = "SentTimestamp", "ApproximateReceiveCount"


class SqsDeadLetterQueue(SqsQueue):
    """A dead-letter queue. SQS knows no look that leaves a message alone: it is taken, and given back.

    A call that is made twice, because the first got no answer, hides some messages until their hold is over.
    """

    def take(self, *, hold_seconds: int, wait_seconds: int) -> list[DeadLetter]:
        """Up to ten messages, hidden from everybody else for so long. Raises QueueUnavailableError.

        With a wait SQS asks all its servers; without one, some, which may know of no message though there are some.
        """
        answer = self._call(
            "ReceiveMessage",
            {
                "QueueUrl": self._url,
                "MaxNumberOfMessages": BATCH_SIZE_MAX,
                "VisibilityTimeout": hold_seconds,
                "WaitTimeSeconds": wait_seconds,
                "AttributeNames": [SENT_AT, RECEIVE_COUNT],
            },
        )
        return [
            DeadLetter(
                message["MessageId"],
                message["ReceiptHandle"],
                message["Body"],
                int(message["Attributes"][SENT_AT]),
                int(message["Attributes"][RECEIVE_COUNT]),
            )
            for message in answer.get("Messages") or ()
        ]

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Let others see these at once. Raises QueueUnavailableError; then they reappear when their hold is over."""
        for some in _tens(letters):
            self._batch(
                "ChangeMessageVisibilityBatch",
                [
                    {"Id": str(index), "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
                    for index, letter in enumerate(some)
                ],
            )

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Remove these for good. Raises QueueUnavailableError if SQS refused any of them."""
        for some in _tens(letters):
            self._batch(
                "DeleteMessageBatch",
                [{"Id": str(index), "ReceiptHandle": letter.handle} for index, letter in enumerate(some)],
            )


def _tens(letters: Sequence[DeadLetter]) -> list[Sequence[DeadLetter]]:
    return [letters[start : start + BATCH_SIZE_MAX] for start in range(0, len(letters), BATCH_SIZE_MAX)]
