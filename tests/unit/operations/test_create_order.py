from __future__ import annotations

import re

from paygate.operations.create_order import NewOrder, create_order
from tests.unit.fakes import FakeDatabase


def test_an_order_is_stored_as_the_merchant_wants_it_and_answered_as_the_database_prints_it() -> None:
    database = FakeDatabase(create_order=[{"body": '{"id":"order_1"}'}])
    order = NewOrder(50_000, "INR", "receipt 1", {"né😀": 'a "b"'}, reusable=True)
    assert create_order(database, "merchant_1", order) == '{"id":"order_1"}'
    parameters = database.parameters("create_order")
    assert re.fullmatch(r"order_[0-9A-Za-z]{22}", parameters.pop("order_id"))
    assert parameters == {
        "merchant_id": "merchant_1",
        "amount_minor": 50_000,
        "currency": "INR",
        "receipt": "receipt 1",
        "notes": '{"né😀":"a \\"b\\""}',
        "reusable": True,
    }


def test_what_the_merchant_leaves_out_is_empty() -> None:
    database = FakeDatabase(create_order=[{"body": "{}"}])
    create_order(database, "merchant_1", NewOrder(100, "INR"))
    parameters = database.parameters("create_order")
    assert (parameters["receipt"], parameters["notes"], parameters["reusable"]) == (None, "{}", False)
