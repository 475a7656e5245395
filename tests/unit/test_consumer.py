from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from paygate.consumer import run_batch
from paygate.domain.errors import DatabaseUnavailableError
from tests.support.sqs import batch_of


def job(object_id: str) -> str:
    return f'{{"id":"{object_id}"}}'


class Operation:
    """Leaves the given ids open, and keeps what it was asked."""

    def __init__(self, *open_ids: str) -> None:
        self.open_ids = set(open_ids)
        self.asked: list[list[str]] = []

    def __call__(self, ids: Sequence[str]) -> set[str]:
        self.asked.append(list(ids))
        return self.open_ids


def failures(*message_ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}


@pytest.mark.parametrize(
    ("open_ids", "failed"),
    [
        ((), ()),
        (("pay_b",), ("m1",)),
        (("pay_a", "pay_c"), ("m0", "m2")),
        (("pay_a", "pay_b", "pay_c"), ("m0", "m1", "m2")),
    ],
)
def test_messages_whose_job_is_still_open_come_again(open_ids: tuple[str, ...], failed: tuple[str, ...]) -> None:
    operation = Operation(*open_ids)
    answer = run_batch(batch_of(job("pay_a"), job("pay_b"), job("pay_c")), None, operation)
    assert answer == failures(*failed)
    assert operation.asked == [["pay_a", "pay_b", "pay_c"]]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("not JSON", id="no JSON"),
        pytest.param("[]", id="array"),
        pytest.param("null", id="null"),
        pytest.param("5", id="number"),
        pytest.param('"pay_a"', id="string"),
        pytest.param("{}", id="no id"),
        pytest.param('{"id":null}', id="null id"),
        pytest.param('{"id":5}', id="number as id"),
        pytest.param('{"id":["pay_a"]}', id="array as id"),
        pytest.param('{"id":"pay_\\u0000"}', id="NUL in the id"),
        pytest.param('{"id":"\\ud800"}', id="half a character as id"),
        pytest.param("[" * 100_000, id="deep nesting"),
    ],
)
def test_a_message_that_cannot_be_read_fails_alone(body: str) -> None:
    operation = Operation()
    assert run_batch(batch_of(job("pay_a"), body, job("pay_b")), None, operation) == failures("m1")
    assert operation.asked == [["pay_a", "pay_b"]]


def test_a_job_that_was_sent_twice_is_done_once() -> None:
    operation = Operation()
    assert run_batch(batch_of(job("pay_a"), job("pay_a")), None, operation) == failures()
    assert operation.asked == [["pay_a"]]


def test_both_messages_of_a_job_that_is_still_open_come_again() -> None:
    answer = run_batch(batch_of(job("pay_a"), job("pay_b"), job("pay_a")), None, Operation("pay_a"))
    assert answer == failures("m0", "m2")


def test_an_operation_that_fails_brings_the_whole_batch_back() -> None:
    def operation(ids: Sequence[str]) -> set[str]:
        raise DatabaseUnavailableError("The database does not accept a connection.")

    with pytest.raises(DatabaseUnavailableError):
        run_batch(batch_of(job("pay_a"), job("pay_b")), None, operation)


def test_one_batch_leaves_nothing_behind_for_the_next() -> None:
    assert run_batch(batch_of(job("pay_a")), None, Operation("pay_a")) == failures("m0")
    assert run_batch(batch_of(job("pay_b")), None, Operation()) == failures()
