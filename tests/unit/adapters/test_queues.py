from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from paygate.adapters.aws_json import SQS, AwsCallError, AwsJsonClient
from paygate.adapters.queues import SqsQueue
from paygate.config import AwsCredentials
from paygate.domain.errors import QueueUnavailableError
from paygate.domain.jobs import QueueDepth

URL = "https://sqs.us-east-1.amazonaws.com/1/payments"


class FakeClient(AwsJsonClient):
    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        super().__init__(SQS, "r", AwsCredentials("", "", ""), endpoint_url="", timeout_seconds=1)
        self.answer = answer
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, parameters))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("delay_seconds", [0, 900])
def test_a_message_is_the_id_alone_with_its_delay(delay_seconds: int) -> None:
    client = FakeClient({})
    SqsQueue(client, URL).send("pay_1", delay_seconds=delay_seconds)
    message = {"QueueUrl": URL, "MessageBody": '{"id":"pay_1"}', "DelaySeconds": delay_seconds}
    assert client.calls == [("SendMessage", message)]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (30, [10, 10, 10])])
def test_many_messages_go_ten_in_a_call(count: int, sizes: list[int]) -> None:
    client = FakeClient({"Successful": []})
    ids = [f"whd_{number}" for number in range(count)]
    SqsQueue(client, URL).send_all(ids)
    batches = [parameters["Entries"] for operation, parameters in client.calls if operation == "SendMessageBatch"]
    assert [len(batch) for batch in batches] == sizes
    assert all(len({entry["Id"] for entry in batch}) == len(batch) for batch in batches)
    assert [entry["MessageBody"] for batch in batches for entry in batch] == [f'{{"id":"{each}"}}' for each in ids]


def test_a_batch_that_was_taken_in_part_is_an_error() -> None:
    client = FakeClient({"Successful": [{"Id": "0"}], "Failed": [{"Id": "1"}]})
    with pytest.raises(QueueUnavailableError, match="SQS refused 1 of 2 messages"):
        SqsQueue(client, URL).send_all(["whd_1", "whd_2"])


def test_depth_counts_delayed_messages_as_waiting() -> None:
    counts = {
        "ApproximateNumberOfMessages": "2",
        "ApproximateNumberOfMessagesDelayed": "3",
        "ApproximateNumberOfMessagesNotVisible": "4",
    }
    client = FakeClient({"Attributes": counts})
    assert SqsQueue(client, URL).depth() == QueueDepth(waiting=5, in_flight=4, delayed=3)
    assert client.calls == [("GetQueueAttributes", {"QueueUrl": URL, "AttributeNames": [*counts]})]


def test_every_failed_call_is_one_error_with_its_code() -> None:
    queue = SqsQueue(FakeClient(AwsCallError("QueueDoesNotExist", "gone", 400)), URL)
    for use in (lambda: queue.send("pay_1"), lambda: queue.send_all(["pay_1"]), queue.depth):
        with pytest.raises(QueueUnavailableError, match=r"SQS did not answer \w+ \(QueueDoesNotExist\)") as raised:
            use()
        assert raised.value.retryable
