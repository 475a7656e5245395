"""What a merchant asks for of a payment: how it is sent on, refused, and kept under its key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import Answer
from tests.unit.api.conftest import Call, FakeWiring, make_config, with_key
from tests.unit.api.payment_routes import CANCEL, CAPTURE, EACH, REFUND, WITH_AMOUNT, Route, accept_all


@pytest.fixture(autouse=True)
def answers(wiring: FakeWiring) -> None:
    accept_all(wiring)


@pytest.mark.parametrize("route", [CAPTURE, CANCEL], ids=["capture", "cancel"])
def test_a_request_is_sent_to_be_processed_at_once(call: Call, wiring: FakeWiring, route: Route) -> None:
    wiring.config = make_config(TEST_MODE="true", TEST_PROCESSING_DELAY="1500")
    route.send(call)
    assert (wiring.payments_queue.batches, wiring.payments_queue.sent) == ([["pay_1"]], [])
    assert (wiring.refunds_queue.batches, wiring.refunds_queue.sent) == ([], [])


def test_a_refund_is_sent_with_the_whole_seconds_of_the_configured_delay(call: Call, wiring: FakeWiring) -> None:
    wiring.config = make_config(TEST_MODE="true", TEST_PROCESSING_DELAY="1500")
    REFUND.store(wiring, delivery_ids="whd_1,whd_2")
    REFUND.send(call)
    assert wiring.refunds_queue.sent == [(REFUND.stored(wiring)["refund_id"], 1)]
    assert wiring.webhooks_queue.batches == [["whd_1", "whd_2"]]
    assert (wiring.payments_queue.batches, wiring.payments_queue.sent) == ([], [])


@EACH
def test_what_is_stored_is_answered_also_when_no_queue_answers(call: Call, wiring: FakeWiring, route: Route) -> None:
    wiring.payments_queue.down = wiring.refunds_queue.down = wiring.webhooks_queue.down = True
    assert route.send(call).status == route.status


# --- Refusals ---------------------------------------------------------------------------------------------------------


@EACH
def test_an_unknown_payment_is_not_found(call: Call, wiring: FakeWiring, route: Route) -> None:
    wiring.database.answers[route.statement] = []
    answer = route.send(call)
    assert answer.status == 404
    assert answer.error == {"code": "NOT_FOUND_ERROR", "description": "There is no payment with this id."}


@pytest.mark.parametrize(
    ("route", "changes", "field", "reason"),
    [
        (REFUND, {"left_minor": None}, None, "PAYMENT_NOT_CAPTURED"),
        (REFUND, {"left_minor": 0}, "amount", "PAYMENT_FULLY_REFUNDED"),
        (REFUND, {"left_minor": 99}, "amount", "REFUND_EXCEEDS_LEFT"),
        *((route, {"status": "captured"}, None, "PAYMENT_NOT_AUTHORIZED") for route in (CAPTURE, CANCEL)),
        *((route, {"requested_before": "capture"}, None, "CAPTURE_PENDING") for route in (CAPTURE, CANCEL)),
        *((route, {"requested_before": "cancel"}, None, "CANCEL_PENDING") for route in (CAPTURE, CANCEL)),
        (CAPTURE, {"too_late": True}, None, "AUTHORIZATION_EXPIRED"),
        (CAPTURE, {"amount_minor": 99}, "amount", "CAPTURE_EXCEEDS_AUTHORIZED"),
    ],
)
def test_a_payment_that_does_not_take_the_request_is_a_conflict(
    call: Call, wiring: FakeWiring, route: Route, changes: dict[str, Any], field: str | None, reason: str
) -> None:
    route.store(wiring, body=None, **changes)
    answer = route.send(call, None if route is CANCEL else '{"amount":100}')
    assert (answer.status, answer.error["code"]) == (409, "CONFLICT_ERROR")
    assert (answer.error.get("field"), answer.error["reason"]) == (field, reason)
    assert "Retry-After" not in answer.headers
    assert getattr(wiring, route.queue).batches == getattr(wiring, route.queue).sent == []


# --- Idempotency keys -------------------------------------------------------------------------------------------------


@EACH
def test_a_key_is_passed_on_with_the_fingerprint_of_path_and_body(call: Call, wiring: FakeWiring, route: Route) -> None:
    body = "{}" if route is CANCEL else '{"amount":100}'
    answer = route.send(call, body, headers=with_key("k1"))
    assert answer.status == route.status
    stored = route.stored(wiring)
    method, _, path = route.path.partition(" ")
    assert (stored["key"], stored["key_scope"]) == ("k1", f"live {method} /v1{path}")
    assert stored["request_id"] == answer.request_id
    assert json.loads(stored["key_fingerprint"]).keys() == {"payment_id", *json.loads(body)}
    assert [lock is not None for _, lock in wiring.gate.admitted] == [True]


def keep(wiring: FakeWiring, route: Route, answer: Answer) -> None:
    """Let the database know the key from now on, as the first request has left it."""
    stored = route.stored(wiring)
    fingerprint = stored["key_fingerprint"]
    reply = {"status": answer.status, "body": answer.text, "request_id": answer.request_id, "fingerprint": fingerprint}
    wiring.database.answers["find_idempotent_reply"] = [reply]
    route.store(wiring, body=None)


@EACH
def test_an_empty_body_and_an_empty_object_are_the_same_request(call: Call, wiring: FakeWiring, route: Route) -> None:
    first = route.send(call, "{}", headers=with_key("k1"))
    keep(wiring, route, first)
    for body in (None, "", "{}"):
        again = route.send(call, body, headers=with_key("k1"))
        assert (again.status, again.text) == (first.status, first.text)
        assert again.headers["Original-Request-Id"] == first.request_id


@EACH
def test_a_key_belongs_to_one_payment(call: Call, wiring: FakeWiring, route: Route) -> None:
    keep(wiring, route, route.send(call, headers=with_key("k1")))
    answer = route.send(call, headers=with_key("k1"), payment_id="pay_2")
    assert (answer.status, answer.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert answer.error["description"].endswith("these fields differ: payment_id.")


@WITH_AMOUNT
def test_a_key_belongs_to_one_amount(call: Call, wiring: FakeWiring, route: Route) -> None:
    keep(wiring, route, route.send(call, '{"amount":100}', headers=with_key("k1")))
    for body in (None, '{"amount":101}'):
        answer = route.send(call, body, headers=with_key("k1"))
        assert answer.status == 422
        assert answer.error["description"].endswith("these fields differ: amount.")


@EACH
def test_a_refusal_is_kept_under_its_key(call: Call, wiring: FakeWiring, route: Route) -> None:
    route.store(wiring, body=None, left_minor=0, status="failed")
    wiring.database.answers["store_idempotent_reply"] = [{"key": "k1"}]
    answer = route.send(call, headers=with_key("k1"))
    assert answer.status == 409
    kept = wiring.database.parameters("store_idempotent_reply")
    assert (kept["status"], kept["body"], kept["key"]) == (409, answer.text, "k1")
