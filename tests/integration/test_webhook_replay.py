"""Sending many webhooks again through the real app: counted first, then sent, and followed to the end."""

from __future__ import annotations

from typing import Any

import pytest

from paygate.operations.replay_webhooks import DELIVERIES_MAX, SEND_MAX
from tests.integration.hooks import (
    BROKEN,
    ENDPOINT,
    OTHER_URL,
    TEST,
    Hooks,
    fill,
    refusal,
    set_status,
    statuses,
)
from tests.integration.replays import assert_fresh

DISABLED = (409, "CONFLICT_ERROR", None, "ENDPOINT_DISABLED")
NOT_FOUND = (404, "NOT_FOUND_ERROR", None, None)
TOO_LARGE = (409, "CONFLICT_ERROR", None, "REPLAY_TOO_LARGE")


def count(hooks: Hooks, **body: Any) -> int:
    """What a dry run counts; it must change nothing."""
    written = hooks.api.written()
    answer = hooks.replay(dry_run=True, **body)
    assert (answer.status, answer.json.keys()) == (200, {"dry_run", "count"}), answer.text
    assert answer.json["dry_run"] is True
    assert (hooks.api.written(), hooks.queue.received()) == (written, [])
    return int(answer.json["count"])


def test_what_was_held_is_counted_and_then_sent(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    hooks.change(endpoint_id, status="disabled")
    hooks.pay()
    hooks.pay()
    assert statuses(hooks) == ["held"] * 4
    assert (count(hooks), count(hooks, endpoint_id=endpoint_id)) == (0, 4)
    assert refusal(hooks.replay(endpoint_id=endpoint_id)) == DISABLED
    hooks.change(endpoint_id, status="enabled")
    assert statuses(hooks) == ["held"] * 4
    assert count(hooks) == 4

    answer = hooks.replay()
    assert_fresh(answer, 202)
    replay_id = answer.json["id"]
    begun = {"id": replay_id, "status": "running", "total": 4, "ended": 0, "delivered": 0}
    assert answer.json == {**begun, "created_at": answer.json["created_at"]}
    assert hooks.progress(replay_id) == answer.json
    assert {(each["status"], each["run"], each["replay_id"]) for each in hooks.log()} == {("pending", 2, replay_id)}
    sent = hooks.deliver()
    assert len(sent) == 4
    assert {headers["webhook-id"] for _, _, headers in sent} == {each["event_id"] for each in hooks.log()}
    assert statuses(hooks) == ["delivered"] * 4
    assert hooks.progress(replay_id) == {**answer.json, "status": "done", "ended": 4, "delivered": 4}
    assert count(hooks) == 0


def test_a_replay_of_nothing_is_done_at_once(hooks: Hooks) -> None:
    answer = hooks.replay()
    assert (answer.status, answer.json["status"], answer.json["total"]) == (202, "done", 0)
    assert hooks.progress(answer.json["id"]) == answer.json
    assert hooks.queue.received() == []


def test_a_replay_is_done_when_each_has_arrived_or_failed_for_good(hooks: Hooks) -> None:
    hooks.create()
    hooks.create(OTHER_URL)
    hooks.pay()
    set_status(hooks, "held")
    replay = hooks.replay().json
    hooks.answers.by_url[OTHER_URL] = BROKEN
    hooks.deliver()
    assert hooks.progress(replay["id"]) == {**replay, "ended": 2, "delivered": 2}
    # The other two have their whole schedule before them.
    for _ in range(2):
        hooks.sql.run("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'")
        hooks.queue.send_all([each["id"] for each in hooks.log(("status", "pending"))])
        hooks.deliver()
    assert hooks.progress(replay["id"]) == {**replay, "status": "done", "ended": 4, "delivered": 2}


ENDS = ("cancelled", "delivered", "exhausted", "expired", "held")


@pytest.mark.parametrize(
    ("body", "chosen"),
    [({}, ("exhausted", "held")), ({"status": None}, ("exhausted", "held")), *(({"status": e}, (e,)) for e in ENDS)],
)
def test_what_was_missed_is_sent_unless_another_status_is_asked_for(
    hooks: Hooks, body: dict[str, Any], chosen: tuple[str, ...]
) -> None:
    endpoint_id = hooks.create()["id"]
    by_status = {}
    for status in ENDS:
        by_status[status] = hooks.of_endpoint(TEST, endpoint_id).json["id"]
    under_way = hooks.of_endpoint(TEST, endpoint_id).json["id"]
    for status, delivery_id in by_status.items():
        set_status(hooks, status, delivery_id)
    before = {delivery["id"]: delivery for delivery in hooks.log()}
    assert count(hooks, **body) == len(chosen)
    replay = hooks.replay(**body)
    assert (replay.status, replay.json["total"]) == (202, len(chosen))
    ids = {by_status[status] for status in chosen}
    assert set(hooks.queue.received()) == ids
    for delivery in hooks.log():
        changed = {"run": 2, "status": "pending", "replay_id": replay.json["id"]} if delivery["id"] in ids else {}
        after = {**before[delivery["id"]], **changed}
        assert delivery == {**after, "next_attempt_at": delivery["next_attempt_at"]}
    assert before[under_way]["status"] == "pending"


@pytest.mark.parametrize(
    "wanted",
    [
        ("event",),
        ("endpoint_id",),
        ("payment_id",),
        ("event_id",),
        ("created_gte",),
        ("created_lte",),
        ("event", "endpoint_id", "payment_id", "created_gte", "created_lte"),
    ],
)
def test_exactly_what_the_filter_finds_is_sent(hooks: Hooks, wanted: tuple[str, ...]) -> None:
    hooks.create()
    hooks.create(OTHER_URL)
    hooks.pay()
    hooks.pay()
    set_status(hooks, "exhausted")
    log = hooks.log()
    for minutes, delivery in enumerate(log):
        hooks.sql.run(
            "UPDATE webhook_deliveries SET created_at = created_at - :minutes * interval '1 minute' WHERE id = :id",
            minutes=minutes,
            id=delivery["id"],
        )
    log = hooks.log()
    one = log[3]
    values = {**one, "created_gte": one["created_at"], "created_lte": one["created_at"]}
    body = {name: values[name] for name in wanted}
    found = hooks.log(*body.items())
    assert 0 < len(found) < len(log) == 8
    assert count(hooks, **body) == len(found)
    assert hooks.replay(**body).json["total"] == len(found)
    assert set(hooks.queue.received()) == {each["id"] for each in found}
    assert hooks.log(("status", "pending")) == hooks.log(*body.items())


def test_a_family_of_events_is_sent_again(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    hooks.pay()
    hooks.of_endpoint(TEST, endpoint_id)
    set_status(hooks, "held")
    assert [count(hooks, event=event) for event in ("payment.*", "endpoint.test", "refund.*", "*")] == [2, 1, 0, 3]
    assert hooks.replay(event="payment.*").json["total"] == 2
    assert statuses(hooks) == ["held", "pending", "pending"]


def test_disabled_and_deleted_endpoints_are_left_out(hooks: Hooks) -> None:
    enabled, disabled, deleted = (hooks.create()["id"] for _ in range(3))
    hooks.pay()
    set_status(hooks, "held")
    hooks.change(disabled, status="disabled")
    hooks.of_endpoint(f"DELETE {ENDPOINT}", deleted)
    assert count(hooks) == 2
    assert (count(hooks, endpoint_id=enabled), count(hooks, endpoint_id=disabled)) == (2, 2)
    for dry_run in (False, True):
        for unknown in (deleted, "whe_unknown"):
            assert refusal(hooks.replay(endpoint_id=unknown, dry_run=dry_run)) == NOT_FOUND
    written = hooks.api.written()
    assert refusal(hooks.replay(endpoint_id=disabled)) == DISABLED
    assert (hooks.api.written(), hooks.queue.received()) == (written, [])
    assert hooks.replay().json["total"] == 2
    assert {each["endpoint_id"] for each in hooks.log(("status", "pending"))} == {enabled}


def test_the_first_hundred_go_at_once_and_the_rest_with_the_sweeper(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    fill(hooks, endpoint_id, SEND_MAX + 30)
    assert hooks.replay().json["total"] == SEND_MAX + 30
    oldest = sorted(hooks.sql.column("SELECT id FROM webhook_deliveries"))
    due = "SELECT subject_id FROM outbox WHERE queue = 'webhooks' AND due_at <= now() ORDER BY subject_id"
    assert hooks.sql.column(due) == oldest[SEND_MAX:]
    assert len(hooks.sql.column("SELECT 1 FROM outbox WHERE queue = 'webhooks'")) == SEND_MAX + 30
    assert sorted(hooks.queue.received()) == oldest[:SEND_MAX]


def test_ten_thousand_are_sent_again_and_not_one_more(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    fill(hooks, endpoint_id, DELIVERIES_MAX + 1)
    written = hooks.api.written()
    for body in ({}, {"dry_run": True}, {"endpoint_id": endpoint_id}, {"event": "endpoint.test", "status": "held"}):
        assert refusal(hooks.replay(**body)) == TOO_LARGE
    assert (hooks.api.written(), hooks.queue.received()) == (written, [])
    newest = hooks.api.send("GET /webhooks", query=[("limit", "1")]).json["data"][0]
    narrower = {"created_lt": newest["created_at"]}
    assert count(hooks, **narrower) == DELIVERIES_MAX
    answer = hooks.replay(**narrower)
    assert (answer.status, answer.json["total"]) == (202, DELIVERIES_MAX)
    assert len(hooks.queue.received()) == SEND_MAX
    assert hooks.delivery(newest["id"])["status"] == "held"
    assert hooks.api.send("GET /webhooks", query=[("status", "pending")]).json["total"] == DELIVERIES_MAX
