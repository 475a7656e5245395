"""Where a delivery goes on after an attempt: to its alarm clock, to the queue again, or to the slow lane."""

from __future__ import annotations

import logging
import random

import pytest

from paygate.domain.webhooks import WebhookResponse
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.retry_webhook import retry_webhook
from tests.unit.fakes import FakeQueue
from tests.unit.operations.deliveries import LATER, PREFIX, FakeClock, FakeSender, World, claimed, diverted

OK = WebhookResponse(200, None, "thanks", 12)
BROKEN = WebhookResponse(500, None, "", 5)
STANDING = "2026-01-01T00:01:00.000Z"


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: 0.0)


# --- From the queue ---------------------------------------------------------------------------------------------------


def test_only_what_waits_for_another_attempt_gets_an_alarm_clock() -> None:
    clock = FakeClock()
    rows = [claimed(url, run=number) for number, url in enumerate("abcd", start=1)]
    world = World(FakeSender(a=OK, b=BROKEN, c=BROKEN, d=BROKEN), *rows)
    world.verdicts = {"whd_c": {"runs_again": True, "run": 4}, "whd_d": {"status": "held", "next_attempt_at": None}}
    deliver_webhooks(world.deliverer, clock, None, [row["id"] for row in rows])
    assert clock.started == [("whd_b", 2, LATER)]
    assert world.database.parameters("record_webhook_attempts")["execution_arn_prefix"] == PREFIX


def test_a_clock_that_cannot_be_set_leaves_the_delivery_to_the_sweeper(log_records: list[logging.LogRecord]) -> None:
    world = World(FakeSender(a=BROKEN, b=BROKEN), claimed("a"), claimed("b"))
    assert deliver_webhooks(world.deliverer, FakeClock(down=True), None, ["whd_a", "whd_b"]) == set()
    left = [record for record in log_records if record.getMessage() == "retry left to the sweeper"]
    assert [(record.levelname, vars(record)["delivery_id"]) for record in left] == [
        ("WARNING", "whd_a"),
        ("WARNING", "whd_b"),
    ]


@pytest.mark.parametrize("down", [False, True])
def test_a_delivery_to_run_again_and_webhooks_about_health_go_to_the_queue(down: bool) -> None:
    world = World(FakeSender(a=OK, b=OK), claimed("a"), claimed("b"))
    world.verdicts = {"whd_b": {"status": "pending", "runs_again": True, "run": 2, "next_attempt_at": LATER}}
    world.told = "whd_x,whd_y"
    world.queue.down = down
    assert deliver_webhooks(world.deliverer, FakeClock(), None, ["whd_a", "whd_b"]) == set()
    assert world.queue.batches == ([] if down else [["whd_b", "whd_x", "whd_y"]])


def test_without_any_of_these_nothing_is_queued() -> None:
    world = World(FakeSender(a=OK, b=BROKEN), claimed("a"), claimed("b"))
    deliver_webhooks(world.deliverer, FakeClock(), None, ["whd_a", "whd_b"])
    assert (world.queue.batches, world.queue.sent) == ([], [])


@pytest.mark.parametrize("down", [False, True])
def test_what_is_the_slow_lanes_is_passed_on_and_not_tried(down: bool) -> None:
    sender, slow_queue = FakeSender(b=OK), FakeQueue(down=down)
    world = World(sender, diverted("a"), claimed("b"), diverted("c"))
    assert deliver_webhooks(world.deliverer, FakeClock(), slow_queue, ["whd_a", "whd_b", "whd_c"]) == set()
    assert slow_queue.batches == ([] if down else [["whd_a", "whd_c"]])
    assert [each["delivery_id"] for each in world.recorded] == ["whd_b"]
    assert set(sender.posted) == {"b"}


def test_when_all_is_the_slow_lanes_nothing_is_recorded() -> None:
    slow_queue = FakeQueue()
    world = World(FakeSender(), diverted("a"))
    deliver_webhooks(world.deliverer, FakeClock(), slow_queue, ["whd_a"])
    assert (slow_queue.batches, world.database.names) == ([["whd_a"]], ["claim_webhook_deliveries"])


# --- From an alarm clock ----------------------------------------------------------------------------------------------


def test_a_clock_claims_its_own_run_alone_and_of_any_lane() -> None:
    world = World(FakeSender(a=OK), claimed("a", run=3))
    retry_webhook(world.deliverer, "whd_a", 3)
    assert world.claim == {"delivery_ids": ["whd_a"], "run": 3, "any_lane": True}
    assert world.database.names == ["claim_webhook_deliveries", "record_webhook_attempts"]
    # It does not set another clock, so that the name of the one that there is stays.
    assert world.database.parameters("record_webhook_attempts")["execution_arn_prefix"] is None


@pytest.mark.parametrize(
    ("response", "run_attempts", "verdict", "outcome", "next_attempt_at"),
    [
        (OK, 0, {}, "ended", None),
        (BROKEN, 0, {}, "wait", LATER),
        (BROKEN, 2, {}, "ended", None),
        (BROKEN, 0, {"status": "held", "next_attempt_at": None}, "ended", None),
        (BROKEN, 0, {"runs_again": True, "run": 2}, "ended", None),
    ],
)
def test_after_an_attempt_a_clock_is_told_when_to_ring_again_or_that_its_run_has_ended(
    response: WebhookResponse, run_attempts: int, verdict: dict[str, object], outcome: str, next_attempt_at: str | None
) -> None:
    world = World(FakeSender(a=response), claimed("a", run_attempts=run_attempts))
    world.verdicts = {"whd_a": verdict}
    assert retry_webhook(world.deliverer, "whd_a", 1) == {
        "delivery_id": "whd_a",
        "run": 1,
        "outcome": outcome,
        "next_attempt_at": next_attempt_at,
    }
    assert world.queue.batches == ([["whd_a"]] if "runs_again" in verdict else [])


@pytest.mark.parametrize(
    ("standing", "outcome", "next_attempt_at"),
    [([{"next_attempt_at": STANDING}], "wait", STANDING), ([], "ended", None)],
)
def test_a_clock_whose_run_could_not_be_claimed_waits_for_it_or_ends_with_it(
    standing: list[dict[str, object]], outcome: str, next_attempt_at: str | None
) -> None:
    sender = FakeSender()
    world = World(sender)
    world.database.answers["find_webhook_run"] = standing
    told = retry_webhook(world.deliverer, "whd_a", 2)
    assert (told["outcome"], told["next_attempt_at"]) == (outcome, next_attempt_at)
    assert world.database.parameters("find_webhook_run") == {"delivery_id": "whd_a", "run": 2}
    assert sender.posted == {}


@pytest.mark.parametrize(
    ("standing", "outcome", "next_attempt_at"),
    [([{"next_attempt_at": STANDING}], "wait", STANDING), ([], "ended", None)],
)
def test_a_clock_whose_attempt_another_one_has_recorded_asks_where_the_run_stands(
    standing: list[dict[str, object]], outcome: str, next_attempt_at: str | None
) -> None:
    world = World(FakeSender(a=BROKEN), claimed("a"))
    world.database.answers["record_webhook_attempts"] = [{"recorded": None, "delivery_ids": None}]
    world.database.answers["find_webhook_run"] = standing
    told = retry_webhook(world.deliverer, "whd_a", 1)
    assert (told["outcome"], told["next_attempt_at"]) == (outcome, next_attempt_at)
