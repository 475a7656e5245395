"""A message that nobody can read comes back alone, until SQS puts it aside; it never harms the others of its batch."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from paygate.domain.ids import new_id
from paygate_local.settings import ROOT
from tests.reliability.bank import Bank
from tests.reliability.environments import Environment
from tests.reliability.promises import check_promises
from tests.reliability.snapshot import read_snapshot
from tests.support.rows import Rows, start_payment, start_refund
from tests.support.sqs import batch_of

POISON = {
    "empty": "",
    "no JSON": "{",
    "no object": "[]",
    "a number": "7",
    "null": "null",
    "no id": "{}",
    "an id that is null": '{"id":null}',
    "an id that is a number": '{"id":1}',
    "an id that is an object": '{"id":{"id":"pay_1"}}',
    "an empty id": '{"id":""}',
    "an id with NUL": '{"id":"pay_\\u0000"}',
    "half a surrogate pair": '{"id":"\\ud800"}',
    "a quote and a semicolon": '{"id":"\'; DROP TABLE payments; --"}',
    "an unknown id": json.dumps({"id": new_id("pay")}),
    "an order's id": '{"id":"order_test_123"}',
    "a very long id": json.dumps({"id": "pay_" + "x" * 200_000}),
    "too deep": "[" * 100_000,
    "too many digits": '{"id":' + "9" * 5_000 + "}",
}


@dataclass(frozen=True)
class Consumer:
    """A function's own handler, in our environment, and what it has to work on."""

    handle: Any
    table: Literal["payments", "refunds"]
    environment: Environment
    rows: Rows

    def begin(self, count: int) -> list[str]:
        """Things that wait to be processed; their ids."""
        database, order_id = self.environment.database, self.rows.add_order(reusable=True)
        payment_ids = [start_payment(database, order_id) for _ in range(count)]
        if self.table == "payments":
            return payment_ids
        self.environment.process(payment_ids)
        return [start_refund(database, payment_id, 100) for payment_id in payment_ids]

    def take(self, *bodies: str) -> list[str]:
        """Hand messages over; the numbers of those that must come again."""
        answer = self.handle(batch_of(*bodies), None)
        return sorted(each["itemIdentifier"] for each in answer["batchItemFailures"])

    @property
    def statuses(self) -> set[str]:
        return set(self.rows.column(f"SELECT status FROM {self.table}"))  # noqa: S608


ENDED = {"payments": "success", "refunds": "processed"}


@pytest.fixture(params=["payments", "refunds"])
def consumer(
    request: pytest.FixtureRequest, environment: Environment, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> Consumer:
    # The module is called app, as that of every function.
    spec = importlib.util.spec_from_file_location("consumer_app", ROOT / f"functions/process_{request.param}/app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "get_wiring", lambda: environment)
    return Consumer(module.handler, request.param, environment, rows)


def message(object_id: str) -> str:
    return json.dumps({"id": object_id})


@pytest.mark.parametrize("body", POISON.values(), ids=POISON.keys())
def test_poison_comes_back_alone_and_the_others_are_settled(
    consumer: Consumer, rows: Rows, bank: Bank, body: str
) -> None:
    first, last = consumer.begin(2)
    assert consumer.take(message(first), body, message(last)) == ["m1"]
    assert consumer.statuses == {ENDED[consumer.table]}
    check_promises(read_snapshot(rows), bank)


def test_a_batch_of_nothing_but_poison_comes_back_as_a_whole(consumer: Consumer) -> None:
    assert consumer.take(*list(POISON.values())[:10]) == sorted(f"m{number}" for number in range(10))
    assert consumer.statuses == set()


def test_a_message_that_comes_twice_in_a_batch_settles_once(consumer: Consumer, rows: Rows, bank: Bank) -> None:
    (object_id,) = consumer.begin(1)
    assert consumer.take(*[message(object_id)] * 10) == []
    assert consumer.take(message(object_id)) == []
    assert consumer.statuses == {ENDED[consumer.table]}
    check_promises(read_snapshot(rows), bank)
