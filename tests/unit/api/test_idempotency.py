"""Idempotency keys through the app: what is replayed, what is refused, and who holds the lock afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paygate.domain.errors import BadRequestError, ConflictError, DatabaseUnavailableError, PaygateError
from tests.support.api import Answer
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring, with_key
from tests.unit.fakes import Rows

ORDER = json.dumps({"amount": 50_000, "currency": "INR", "notes": {"city": "Zürich 😀"}})
PAYMENT = json.dumps({"order_id": "order_1", "method": "upi", "vpa": "user@paytm"})
REPLAY_HEADERS = ("Idempotent-Replayed", "Original-Request-Id")


class KeyRows:
    """The rows of idempotency_keys, as the statements that touch them leave them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[object, ...], dict[str, Any]] = {}
        self.made = 0

    def create_order(self, **given: Any) -> Rows:
        body = f'{{"id":"order_{self.made + 1}","notes":{{"city":"Zürich 😀"}}}}'
        if given["key"] is not None and not self._take(given, 201, body):
            return []
        self.made += 1
        return [{"body": body}]

    def store(self, **given: Any) -> Rows:
        return [{"key": given["key"]}] if self._take(given, given["status"], given["body"]) else []

    def find(self, **given: Any) -> Rows:
        row = self.rows.get((given["merchant_id"], given["key_scope"], given["key"]))
        return [row] if row else []

    def _take(self, given: dict[str, Any], status: int, body: str) -> bool:
        place = (given["merchant_id"], given["key_scope"], given["key"])
        if place in self.rows:
            return False
        row = {"status": status, "body": body}
        self.rows[place] = {**row, "request_id": given["request_id"], "fingerprint": given["key_fingerprint"]}
        return True


@pytest.fixture(autouse=True)
def keys(wiring: FakeWiring) -> KeyRows:
    keys = KeyRows()
    wiring.database.answers |= {
        "create_order": keys.create_order,
        "store_idempotent_reply": keys.store,
        "find_idempotent_reply": keys.find,
    }
    return keys


def assert_replayed(answer: Answer, first: Answer) -> None:
    assert (answer.status, answer.text) == (first.status, first.text)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.headers["Original-Request-Id"] == first.request_id
    assert answer.request_id != first.request_id


@pytest.mark.parametrize("held", [False, True], ids=["lock is gone", "lock is held"])
def test_a_repeated_request_gets_the_first_answer_byte_for_byte(
    call: Call, wiring: FakeWiring, keys: KeyRows, held: bool
) -> None:
    first = call("POST /orders", ORDER, headers=with_key("k1"))
    assert (first.status, first.text) == (201, '{"id":"order_1","notes":{"city":"Zürich 😀"}}')
    assert not [name for name in REPLAY_HEADERS if name in first.headers]
    wiring.gate.held = held
    for key in ("k1", '"k1"'):
        assert_replayed(call("POST /orders", ORDER, headers=with_key(key)), first)
    assert keys.made == 1
    # A lock that a success leaves behind spares the next request the work; nobody gives it back.
    assert wiring.gate.released == []


def test_without_a_key_every_request_has_its_effect(call: Call, wiring: FakeWiring, keys: KeyRows) -> None:
    answers = [call("POST /orders", ORDER) for _ in range(2)]
    assert [answer.json["id"] for answer in answers] == ["order_1", "order_2"]
    assert [lock for _, lock in wiring.gate.admitted] == [None, None]
    assert keys.rows == {}


def test_a_refusal_of_the_business_is_replayed_as_well(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["create_payment"] = []
    first = call("POST /payments", PAYMENT, headers=with_key("k1"))
    assert (first.status, first.error["code"]) == (404, "NOT_FOUND_ERROR")
    wiring.database.answers["create_payment"] = [{"body": "{}", "order_status": "created", "delivery_ids": None}]
    wiring.gate.held = True
    again = call("POST /payments", PAYMENT, headers=with_key("k1"))
    assert_replayed(again, first)
    assert again.json["error"]["request_id"] == first.request_id


def test_the_first_answer_stands_when_two_requests_were_refused_differently(
    call: Call, wiring: FakeWiring, keys: KeyRows
) -> None:
    wiring.database.answers["create_order"] = ConflictError("No.")
    first = call("POST /orders", ORDER, headers=with_key("k1"))
    wiring.database.answers["create_order"] = ConflictError("No, for another reason.")
    assert_replayed(call("POST /orders", ORDER, headers=with_key("k1")), first)


@pytest.mark.parametrize("held", [False, True], ids=["lock is gone", "lock is held"])
def test_a_key_of_another_request_is_refused_by_the_names_of_the_fields(
    call: Call, wiring: FakeWiring, keys: KeyRows, held: bool
) -> None:
    call("POST /orders", ORDER, headers=with_key("k1"))
    wiring.gate.held = held
    other = json.dumps({"amount": 60_000, "currency": "INR", "receipt": "r-77"})
    answer = call("POST /orders", other, headers=with_key("k1"))
    assert (answer.status, answer.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (answer.error["field"], answer.error["reason"]) == ("Idempotency-Key", "IDEMPOTENCY_KEY_REUSED")
    assert answer.error["description"].endswith("these fields differ: amount, notes, receipt.")
    assert "60000" not in answer.text
    assert "r-77" not in answer.text
    assert not [name for name in REPLAY_HEADERS if name in answer.headers]
    assert keys.made == 1


def test_a_request_whose_twin_is_under_way_is_told_to_come_again(call: Call, wiring: FakeWiring, keys: KeyRows) -> None:
    wiring.gate.held = True
    answer = call("POST /orders", ORDER, headers=with_key("k1"))
    assert (answer.status, answer.headers["Retry-After"]) == (409, "1")
    assert answer.error["code"] == "CONFLICT_ERROR"
    assert (answer.error["field"], answer.error["reason"]) == ("Idempotency-Key", "IDEMPOTENCY_KEY_IN_USE")
    assert (keys.made, keys.rows) == (0, {})
    # The lock is the twin's.
    assert wiring.gate.released == []


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (DatabaseUnavailableError("no"), 503),
        (BadRequestError("no"), 400),
        (RuntimeError("a mistake of ours"), 500),
        (PaygateError("a mistake of ours"), 500),
    ],
    ids=["unavailable", "bad request", "unexpected", "our own"],
)
def test_after_a_failure_that_stored_nothing_the_key_is_free_again(
    call: Call, wiring: FakeWiring, keys: KeyRows, failure: Exception, status: int
) -> None:
    wiring.database.answers["create_order"] = failure
    assert call("POST /orders", ORDER, headers=with_key("k1")).status == status
    assert keys.rows == {}
    ((_, lock),) = wiring.gate.admitted
    assert wiring.gate.released == [lock]
    wiring.database.answers["create_order"] = keys.create_order
    again = call("POST /orders", ORDER, headers=with_key("k1"))
    assert again.status == 201
    assert not [name for name in REPLAY_HEADERS if name in again.headers]


def test_a_failed_look_up_does_not_give_back_a_lock_that_another_request_holds(call: Call, wiring: FakeWiring) -> None:
    wiring.gate.held = True
    wiring.database.answers["find_idempotent_reply"] = DatabaseUnavailableError("no")
    assert call("POST /orders", ORDER, headers=with_key("k1")).status == 503
    assert wiring.gate.released == []


@pytest.mark.parametrize(
    ("body", "key", "field"),
    [
        pytest.param("not JSON", "k1", None, id="body"),
        pytest.param('{"amount":1}', "k1", "amount", id="field"),
        pytest.param(ORDER, "two words", "Idempotency-Key", id="key"),
        pytest.param(ORDER, "", "Idempotency-Key", id="empty key"),
        pytest.param(ORDER, ["k1", "k2"], "Idempotency-Key", id="key twice"),
        pytest.param(ORDER, ["k1", "k1"], "Idempotency-Key", id="the same key twice"),
    ],
)
def test_a_bad_request_takes_no_key(
    call: Call, wiring: FakeWiring, keys: KeyRows, body: str, key: str | list[str], field: str | None
) -> None:
    answer = call("POST /orders", body, headers=with_key(key))
    assert (answer.status, answer.error["code"], answer.error.get("field")) == (400, "BAD_REQUEST_ERROR", field)
    assert [lock for _, lock in wiring.gate.admitted] == [None]
    assert (keys.made, keys.rows, wiring.database.calls) == (0, {}, [])


def test_a_header_that_came_twice_is_refused_in_any_case_of_its_name(call: Call, wiring: FakeWiring) -> None:
    answer = call("POST /orders", ORDER, headers={**CREDENTIALS, "idempotency-KEY": ["k1", "k2"]})
    assert (answer.status, answer.error["reason"]) == (400, "IDEMPOTENCY_KEY_INVALID")
    answer = call("POST /orders", ORDER, headers={**CREDENTIALS, "Idempotency-Key": "a", "idempotency-key": "b"})
    assert (answer.status, answer.error["reason"]) == (400, "IDEMPOTENCY_KEY_INVALID")


@pytest.mark.parametrize("key", ["k1", "not a key", ["k1", "k2"]])
@pytest.mark.parametrize(
    ("route", "body", "statement"),
    [
        ("GET /orders/{id}", None, "get_order"),
        ("PATCH /webhook-endpoints/{id}", '{"status":"disabled"}', "update_webhook_endpoint"),
    ],
)
def test_only_a_post_looks_at_the_key(
    call: Call, wiring: FakeWiring, keys: KeyRows, route: str, body: str | None, statement: str, key: str | list[str]
) -> None:
    wiring.database.answers[statement] = [{"body": "{}"}]
    name = "order_id" if "order" in route else "endpoint_id"
    answer = call(route.replace("{id}", f"{{{name}}}"), body, headers=with_key(key), **{name: "some_1"})
    assert answer.status == 200
    assert [lock for _, lock in wiring.gate.admitted] == [None]
    assert keys.rows == {}


def test_each_route_has_its_own_keys(call: Call, wiring: FakeWiring, keys: KeyRows) -> None:
    wiring.database.answers["create_payment"] = []
    assert call("POST /orders", ORDER, headers=with_key("k1")).status == 201
    assert call("POST /payments", PAYMENT, headers=with_key("k1")).status == 404
    assert {scope for _, scope, _ in keys.rows} == {"live POST /v1/orders", "live POST /v1/payments"}
    assert len({lock for _, lock in wiring.gate.admitted}) == 2


def test_a_replay_is_told_in_the_log_by_the_first_requests_id(call: Call, log_records: list[Any]) -> None:
    first, _ = (call("POST /orders", ORDER, headers=with_key("k1")) for _ in range(2))
    assert [vars(record)["original_request_id"] for record in log_records] == [None, first.request_id]
