"""The event log through the real app: read, paged, filtered, and the very bytes that webhooks carry."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from paygate.domain.ids import new_id
from tests.integration.hooks import TEST, URL, Hooks, refusal
from tests.support.api import Answer
from tests.support.rows import finish_payment, finish_refunds, start_refund

UNICODE = 'Zoë ₹ \u2028\u2029 😀 "\\/\b\f\n\r\t\x01\x1f\x7f </script>'


def ask(hooks: Hooks, *query: tuple[str, str], **more: Any) -> Answer:
    return hooks.api.send("GET /events", query=query, **more)


def listed(hooks: Hooks, *query: tuple[str, str]) -> list[dict[str, Any]]:
    """All events that the query finds, newest first."""
    answer = ask(hooks, ("limit", "100"), *query)
    assert (answer.status, answer.json["has_more"]) == (200, False), answer.text
    events: list[dict[str, Any]] = answer.json["data"]
    return events


def read(hooks: Hooks, event_id: str, **more: Any) -> Answer:
    return hooks.api.send("GET /events/{event_id}", path={"event_id": event_id}, **more)


def compact(value: object) -> str:
    """As `JSON.stringify` prints it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.fixture
def filled(hooks: Hooks) -> Hooks:
    """Nine events of two payments, a refund and an endpoint, some of them of the same moment."""
    endpoint_id = hooks.create(description=UNICODE)["id"]
    payment_id = hooks.pay()
    finish_payment(hooks.api.wiring.database, payment_id)
    body = compact({"amount": 100, "reason": UNICODE})
    refunds = "POST /payments/{payment_id}/refunds"
    refund = hooks.api.send(refunds, body.encode(), path={"payment_id": payment_id})
    assert refund.status == 201, refund.text
    finish_refunds(hooks.api.wiring.database, refund.json["id"])
    finish_refunds(hooks.api.wiring.database, start_refund(hooks.api.wiring.database, payment_id, 5), kind="undecided")
    hooks.pay()
    hooks.of_endpoint(TEST, endpoint_id)
    hooks.sql.run(
        "UPDATE events SET created_at = date_trunc('hour', now()) + interval '1 minute' * (coalesce(sequence, 9) / 2)"
    )
    return hooks


def test_an_event_is_read_as_it_is_listed(filled: Hooks) -> None:
    events = listed(filled)
    assert len(events) == 9
    for event in events:
        assert list(event) == [
            *("id", "type", "sequence", "payment_id", "refund_id", "endpoint_id", "created_at", "body")
        ]
        answer = read(filled, event["id"])
        assert (answer.status, answer.json) == (200, event)
        assert answer.text == compact(event)
        assert event["body"]["event"] == event["type"]
        assert (event["sequence"] is None) == (event["payment_id"] is None)
    (refund_event,) = listed(filled, ("type", "refund.processed"))
    assert refund_event["body"]["data"]["refund"]["id"] == refund_event["refund_id"]
    (test,) = listed(filled, ("type", "endpoint.test"))
    assert test["body"]["data"]["endpoint"]["id"] == test["endpoint_id"]


def test_an_events_body_is_what_its_webhooks_carry_byte_for_byte(filled: Hooks) -> None:
    filled.api.wiring.webhooks_queue.send_all([delivery["id"] for delivery in filled.log(("status", "pending"))])
    sent = {headers["webhook-id"]: body for _, body, headers in filled.deliver()}
    events = listed(filled)
    assert sent.keys() == {event["id"] for event in events}
    for event in events:
        assert compact(event["body"]).encode() == sent[event["id"]]
        # And so it stands in the answer, too.
        assert read(filled, event["id"]).text.encode().endswith(b',"body":' + sent[event["id"]] + b"}")
    for delivery in filled.log():
        shown = filled.delivery(delivery["id"])["request_body"]
        assert shown.encode() == sent[delivery["event_id"]]
    texts = [body["data"] for body in (event["body"] for event in events)]
    assert UNICODE in [each["refund"]["reason"] for each in texts if "refund" in each]
    assert UNICODE in [each["endpoint"]["description"] for each in texts if "endpoint" in each]


def test_events_are_listed_newest_first(filled: Hooks) -> None:
    events = listed(filled)
    assert events == sorted(events, key=lambda each: (each["created_at"], each["id"]), reverse=True)
    assert len({event["created_at"] for event in events}) < len(events)
    usual = ask(filled)
    assert (usual.json["data"], usual.json["has_more"]) == (events, False)


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 100])
def test_cursors_lead_through_all_events_both_ways(filled: Hooks, limit: int) -> None:
    events = listed(filled)
    size = ("limit", str(limit))
    for start in range(-1, 9):
        after = events[start + 1 :]
        cursor = [("starting_after", events[start]["id"])] if start >= 0 else []
        answer = ask(filled, size, *cursor)
        assert (answer.json["data"], answer.json["has_more"]) == (after[:limit], len(after) > limit)
    for end in range(9):
        before = events[:end]
        answer = ask(filled, size, ("ending_before", events[end]["id"]))
        assert (answer.json["data"], answer.json["has_more"]) == (before[-limit:], len(before) > limit)


Wanted = Callable[[dict[str, Any]], bool]


def test_filters_find_what_fulfils_all_of_them(filled: Hooks) -> None:
    events = listed(filled)
    middle = events[4]
    moment = middle["created_at"]
    cases: list[tuple[str, str, Wanted]] = [
        *(("type", each, lambda e, t=each: e["type"] == t) for each in sorted({event["type"] for event in events})),
        *(
            ("payment_id", each, lambda e, i=each: e["payment_id"] == i)
            for each in sorted({event["payment_id"] for event in events if event["payment_id"]})
        ),
        ("created_gt", moment, lambda e: e["created_at"] > moment),
        ("created_gte", moment, lambda e: e["created_at"] >= moment),
        ("created_lt", moment, lambda e: e["created_at"] < moment),
        ("created_lte", moment, lambda e: e["created_at"] <= moment),
    ]
    assert len(cases) == 6 + 2 + 4
    for index, (name, value, wanted) in enumerate(cases):
        expected = [event for event in events if wanted(event)]
        assert 0 < len(expected) < len(events), (name, value)
        assert listed(filled, (name, value)) == expected, (name, value)
        assert ask(filled, ("limit", "1"), (name, value)).json["has_more"] is (len(expected) > 1)
        for other_name, other_value, also in cases[index + 1 :]:
            if other_name != name:
                both = [event for event in expected if also(event)]
                assert listed(filled, (name, value), (other_name, other_value)) == both
    # A cursor goes on within what is asked for, whether or not it is part of it.
    for cursor, rest in (("starting_after", events[5:]), ("ending_before", events[:4])):
        of_payment = [event for event in rest if event["payment_id"] == middle["payment_id"]]
        assert listed(filled, (cursor, middle["id"]), ("payment_id", middle["payment_id"])) == of_payment
    assert listed(filled, ("type", "payment.failed")) == listed(filled, ("payment_id", "pay_unknown")) == []
    shifted = datetime.fromisoformat(moment) + timedelta(hours=5, minutes=30)
    indian = shifted.replace(tzinfo=None).isoformat(timespec="milliseconds") + "+05:30"
    assert listed(filled, ("created_gt", indian)) == listed(filled, ("created_gt", moment))


def test_nothing_of_another_merchant_is_seen(filled: Hooks) -> None:
    other = filled.api.add_merchant()
    mine = listed(filled)[0]
    payment_id = listed(filled, ("type", "payment.success"))[0]["payment_id"]
    empty = {"data": [], "has_more": False}
    for query in ([], [("type", mine["type"])], [("payment_id", payment_id)]):
        answer = ask(filled, *query, merchant=other)
        assert (answer.status, answer.json) == (200, empty)
    theirs, nothing = (read(filled, event_id, merchant=other) for event_id in (mine["id"], new_id("evt")))
    assert refusal(theirs) == (404, "NOT_FOUND_ERROR", None, None)
    assert theirs.error == nothing.error
    for name in ("starting_after", "ending_before"):
        theirs, nothing = (ask(filled, (name, event_id), merchant=other) for event_id in (mine["id"], new_id("evt")))
        assert refusal(theirs) == (400, "BAD_REQUEST_ERROR", name, "INVALID_CURSOR")
        assert theirs.error == nothing.error
    assert read(filled, mine["id"], merchant={}).status == ask(filled, merchant={}).status == 401


def test_an_event_that_no_endpoint_wants_is_in_the_log_all_the_same(hooks: Hooks) -> None:
    hooks.create(URL, events=["refund.*"])
    hooks.pay()
    assert {event["type"]: event["sequence"] for event in listed(hooks)} == {"payment.created": 1, "payment.pending": 2}
    assert hooks.log() == []
