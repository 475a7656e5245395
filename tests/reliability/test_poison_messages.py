"""A message that nobody can read comes back alone, until SQS puts it aside; it never harms the others of its batch."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest

from paygate.domain.ids import new_id
from paygate_local.settings import ROOT
from tests.reliability.bank import Bank
from tests.reliability.environments import Environment
from tests.reliability.promises import check_promises
from tests.reliability.snapshot import read_snapshot
from tests.support.rows import Rows, start_payment
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


@pytest.fixture
def handle(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function's own handler, in our environment; the function is called app, as all are."""
    file = ROOT / "functions/process_payments/app.py"
    spec = importlib.util.spec_from_file_location("process_payments_app", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "get_wiring", lambda: environment)
    return module.handler


def message(payment_id: str) -> str:
    return json.dumps({"id": payment_id})


def failed(answer: Any) -> list[str]:
    return sorted(each["itemIdentifier"] for each in answer["batchItemFailures"])


@pytest.mark.parametrize("body", POISON.values(), ids=POISON.keys())
def test_poison_comes_back_alone_and_the_others_are_settled(
    handle: Any, environment: Environment, rows: Rows, bank: Bank, body: str
) -> None:
    order_id = rows.add_order(reusable=True)
    first, last = (start_payment(environment.database, order_id) for _ in range(2))
    assert failed(handle(batch_of(message(first), body, message(last)), None)) == ["m1"]
    assert rows.column("SELECT status FROM payments") == ["success", "success"]
    check_promises(read_snapshot(rows), bank)


def test_a_batch_of_nothing_but_poison_comes_back_as_a_whole(handle: Any, rows: Rows) -> None:
    bodies = list(POISON.values())[:10]
    assert failed(handle(batch_of(*bodies), None)) == sorted(f"m{number}" for number in range(10))
    assert rows.value("SELECT count(*) FROM payments") == 0


def test_a_message_that_comes_twice_in_a_batch_settles_once(
    handle: Any, environment: Environment, rows: Rows, bank: Bank
) -> None:
    payment_id = start_payment(environment.database, rows.add_order())
    assert failed(handle(batch_of(*[message(payment_id)] * 10), None)) == []
    assert failed(handle(batch_of(message(payment_id)), None)) == []
    assert rows.column("SELECT status FROM payments") == ["success"]
    check_promises(read_snapshot(rows), bank)
