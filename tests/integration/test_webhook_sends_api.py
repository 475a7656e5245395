"""What is sent to which endpoint through the real app: filters, test events, and one webhook again."""

from __future__ import annotations

import pytest

from paygate.domain.ids import new_id
from tests.integration.hooks import BROKEN, ENDPOINT, OTHER_URL, TEST, URL, Hooks, refusal
from tests.integration.replays import REDIS_STATES, Break, assert_fresh, assert_replayed
from tests.support.rows import finish_payment, finish_refunds, start_refund

DISABLED = (409, "CONFLICT_ERROR", None, "ENDPOINT_DISABLED")


def types_sent(hooks: Hooks, endpoint_id: str) -> list[str]:
    return sorted(delivery["event"] for delivery in hooks.log(("endpoint_id", endpoint_id)))


# --- Which endpoint gets what -----------------------------------------------------------------------------------------

ALL = ["payment.created", "payment.pending", "payment.success", "refund.created", "refund.processed"]


@pytest.mark.parametrize(
    ("events", "got"),
    [
        (["*"], ALL),
        (["payment.*"], ALL[:3]),
        (["refund.*"], ALL[3:]),
        (["payment.success"], ["payment.success"]),
        (["payment.success", "refund.processed"], ["payment.success", "refund.processed"]),
        (["*", "payment.*", "payment.success"], ALL),
        (["payment.failed", "endpoint.*", "delivery.*"], []),
    ],
)
def test_an_endpoints_filter_decides_what_it_gets(hooks: Hooks, events: list[str], got: list[str]) -> None:
    endpoint_id = hooks.create(events=events)["id"]
    payment_id = hooks.pay()
    finish_payment(hooks.api.wiring.database, payment_id)
    finish_refunds(hooks.api.wiring.database, start_refund(hooks.api.wiring.database, payment_id, 100))
    assert types_sent(hooks, endpoint_id) == got
    hooks.api.wiring.webhooks_queue.send_all([delivery["id"] for delivery in hooks.log()])
    assert len(hooks.deliver()) == len(got)
    assert {delivery["status"] for delivery in hooks.log()} <= {"delivered"}


def test_what_happens_while_an_endpoint_is_disabled_is_held_if_it_has_a_url(hooks: Hooks) -> None:
    held = hooks.create(status="disabled")["id"]
    hooks.create(OTHER_URL, status="disabled", events=["refund.*"])
    hooks.pay()
    # The test merchant's own endpoint has never had a URL, and the other one wants none of these.
    log = hooks.log()
    assert [(each["endpoint_id"], each["status"], each["next_attempt_at"]) for each in log] == [
        (held, "held", None)
    ] * 2
    assert (hooks.queue.received(), hooks.sql.column("SELECT 1 FROM outbox WHERE queue = 'webhooks'")) == ([], [])


def test_what_is_under_way_is_held_when_its_endpoint_is_disabled(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    hooks.pay()
    hooks.change(endpoint_id, status="disabled")
    assert hooks.deliver() == []
    assert [each["status"] for each in hooks.log()] == ["held", "held"]


# --- Test events ------------------------------------------------------------------------------------------------------


def test_a_test_event_goes_to_one_endpoint_whatever_it_wants(hooks: Hooks) -> None:
    endpoint_id = hooks.create(events=["refund.failed"])["id"]
    hooks.create(OTHER_URL)
    answer = hooks.of_endpoint(TEST, endpoint_id)
    told = {name: answer.json[name] for name in ("event", "endpoint_id", "payment_id", "status", "run", "attempts")}
    assert answer.status == 202
    assert told == {
        "event": "endpoint.test",
        "endpoint_id": endpoint_id,
        "payment_id": None,
        "status": "pending",
        "run": 1,
        "attempts": 0,
    }
    ((url, body, headers),) = hooks.deliver()
    assert (url, headers["webhook-id"], "webhook-sequence" in headers) == (URL, answer.json["event_id"], False)
    (logged,) = hooks.log()
    assert (logged["id"], logged["status"], logged["response_status"]) == (answer.json["id"], "delivered", 200)
    assert hooks.delivery(logged["id"])["request_body"] == body.decode()


def test_a_test_event_is_tried_once(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    hooks.create(OTHER_URL, events=["delivery.exhausted"])
    hooks.answers.response = BROKEN
    hooks.of_endpoint(TEST, endpoint_id)
    assert len(hooks.deliver()) == 1
    (logged,) = hooks.log()
    assert (logged["status"], logged["attempts"], logged["next_attempt_at"]) == ("exhausted", 1, None)
    assert (hooks.clock.started, hooks.sql.column("SELECT 1 FROM outbox WHERE queue = 'webhooks'")) == ([], [])


def test_a_disabled_endpoint_gets_no_test_event(hooks: Hooks) -> None:
    endpoint_id = hooks.create(status="disabled")["id"]
    key, written = new_id("key"), hooks.api.written()
    assert refusal(hooks.of_endpoint(TEST, endpoint_id)) == DISABLED
    assert hooks.api.written() == written
    first = hooks.of_endpoint(TEST, endpoint_id, key=key)
    assert refusal(first) == DISABLED
    hooks.change(endpoint_id, status="enabled")
    assert_replayed(hooks.of_endpoint(TEST, endpoint_id, key=key), first)
    assert hooks.log() == []


@REDIS_STATES
def test_a_keyed_test_event_is_sent_once(hooks: Hooks, happens: Break) -> None:
    endpoint_id, key = hooks.create()["id"], new_id("key")
    first = hooks.of_endpoint(TEST, endpoint_id, key=key)
    assert_fresh(first, 202)
    happens(hooks.api)
    assert_replayed(hooks.of_endpoint(TEST, endpoint_id, key=key), first)
    assert len(hooks.deliver()) == 1
    assert hooks.of_endpoint(TEST, endpoint_id).json["id"] != first.json["id"]
    assert (len(hooks.deliver()), len(hooks.log())) == (1, 2)


# --- Sending one again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["delivered", "exhausted", "held", "cancelled", "expired", "pending"])
def test_any_delivery_can_be_sent_again_in_a_run_of_its_own(hooks: Hooks, status: str) -> None:
    delivery_id = hooks.of_endpoint(TEST, hooks.create()["id"]).json["id"]
    hooks.deliver()
    hooks.sql.run(
        "UPDATE webhook_deliveries SET status = :status,"
        " next_attempt_at = CASE WHEN :status = 'pending' THEN now() + interval '1 day' END",
        status=status,
    )
    for run in (2, 3):
        answer = hooks.retry(delivery_id)
        told = {name: answer.json[name] for name in ("id", "status", "run", "attempts")}
        assert answer.status == 202
        assert told == {"id": delivery_id, "status": "pending", "run": run, "attempts": run - 1}
        logged = hooks.delivery(delivery_id)
        assert {name: logged[name] for name in answer.json} == answer.json
        assert len(hooks.deliver()) == 1
    assert hooks.delivery(delivery_id)["status"] == "delivered"
    attempts = [headers["webhook-attempt"] for _, _, headers in hooks.answers.sent]
    assert (attempts, len({headers["webhook-id"] for _, _, headers in hooks.answers.sent})) == (["1", "2", "3"], 1)


@REDIS_STATES
def test_a_keyed_retry_is_one_run(hooks: Hooks, happens: Break) -> None:
    delivery_id, key = hooks.of_endpoint(TEST, hooks.create()["id"]).json["id"], new_id("key")
    hooks.deliver()
    first = hooks.retry(delivery_id, key)
    assert_fresh(first, 202)
    happens(hooks.api)
    assert_replayed(hooks.retry(delivery_id, key), first)
    assert len(hooks.deliver()) == 1
    happens(hooks.api)
    assert_replayed(hooks.retry(delivery_id, key), first)
    assert (hooks.deliver(), hooks.delivery(delivery_id)["run"]) == ([], 2)


@pytest.mark.parametrize("how", ["disabled", "deleted"])
@pytest.mark.parametrize("status", ["delivered", "held"])
def test_nothing_is_sent_again_to_an_endpoint_that_is_not_enabled(hooks: Hooks, how: str, status: str) -> None:
    endpoint_id = hooks.create()["id"]
    delivery_id = hooks.of_endpoint(TEST, endpoint_id).json["id"]
    hooks.deliver()
    hooks.sql.run("UPDATE webhook_deliveries SET status = :status", status=status)
    if how == "deleted":
        hooks.of_endpoint(f"DELETE {ENDPOINT}", endpoint_id)
    else:
        hooks.change(endpoint_id, status="disabled")
    before, written = hooks.delivery(delivery_id), hooks.api.written()
    assert refusal(hooks.retry(delivery_id)) == DISABLED
    assert (hooks.api.written(), hooks.deliver()) == (written, [])
    key = new_id("key")
    first = hooks.retry(delivery_id, key)
    assert refusal(first) == DISABLED
    assert_replayed(hooks.retry(delivery_id, key), first)
    assert hooks.delivery(delivery_id) == before
