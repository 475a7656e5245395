"""What the tests of idempotency keys share: good requests, and what tells a replay from a fresh answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api import Api
from tests.support.api import Answer

CARD = {"number": "5555 5555 5555 4444", "expiry_month": 12, "expiry_year": 2040, "cvv": "123"}
ORDER = json.dumps({"amount": 50_000, "currency": "INR", "receipt": "r-1", "notes": {"z": "😀", "a": "é"}})
Break = Callable[[Api], None]


def upi(order_id: str = "order_test_123", vpa: str = "user@paytm") -> str:
    return json.dumps({"order_id": order_id, "method": "upi", "vpa": vpa})


def card(order_id: str = "order_test_123", **changes: Any) -> str:
    return json.dumps({"order_id": order_id, "method": "card", "card": {**CARD, **changes}})


def count(api: Api, table: str) -> int:
    return int(api.sql.value(f"SELECT count(*) FROM {table}"))  # noqa: S608


def assert_replayed(answer: Answer, first: Answer) -> None:
    assert (answer.status, answer.text) == (first.status, first.text)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.headers["Original-Request-Id"] == first.request_id
    assert answer.request_id != first.request_id


def assert_fresh(answer: Answer, status: int = 201) -> None:
    assert answer.status == status, answer.text
    assert not {"Idempotent-Replayed", "Original-Request-Id"} & answer.headers.keys()


def leave_as_it_is(api: Api) -> None:
    """Redis still holds the first request's lock."""


def flush(api: Api) -> None:
    api.valkey.flushall()


POSTS = [
    pytest.param("POST /orders", ORDER, id="order"),
    pytest.param("POST /payments", upi(), id="upi"),
    pytest.param("POST /payments", card(), id="card"),
]
REDIS_STATES = pytest.mark.parametrize("happens", [leave_as_it_is, flush], ids=["as it is", "flushed"])
