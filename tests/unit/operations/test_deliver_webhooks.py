from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.domain.signing import sign_body, sign_standard
from paygate.domain.webhooks import WARN_PERCENTS, Timings, WebhookResponse
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import OVERDUE_SECONDS, PARALLEL_MAX, SLOW_SECONDS
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from tests.unit.fakes import FakeQueue
from tests.unit.operations.deliveries import (
    DISABLE_AFTER_SECONDS,
    PREFIX,
    SCHEDULE,
    FakeClock,
    FakeSender,
    World,
    claimed,
    sealed,
)

OK = WebhookResponse(200, None, "thanks", 12)
BROKEN = WebhookResponse(500, None, "", 5)


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: 0.0)


def run(sender: FakeSender, *rows: dict[str, Any]) -> World:
    """Deliver these in the fast lane, and what came of it."""
    world = World(sender, *rows)
    assert deliver_webhooks(world.deliverer, FakeClock(), FakeQueue(), ("whd_a", "whd_b")) == set()
    return world


def test_what_is_due_is_claimed_in_the_fast_lane_and_of_any_lane_in_the_slow_one() -> None:
    for slow_queue, any_lane in ((FakeQueue(), False), (None, True)):
        world = World(FakeSender())
        assert deliver_webhooks(world.deliverer, FakeClock(), slow_queue, ("whd_a", "whd_b")) == set()
        assert world.claim == {"delivery_ids": ["whd_a", "whd_b"], "any_lane": any_lane}


def test_a_delivery_is_posted_with_its_body_and_signed_with_its_endpoints_secret() -> None:
    sender = FakeSender(a=OK)
    run(sender, claimed("a", attempts=1))
    body, headers = sender.posted["a"]
    assert body == '{"note":"zoë"}'.encode()
    assert headers["X-Webhook-Signature"] == sign_body("secret of a", body)
    assert (headers["webhook-id"], headers["webhook-attempt"], headers["webhook-sequence"]) == ("evt_a", "2", "3")


def test_while_a_rotation_overlaps_both_secrets_sign_the_newest_first() -> None:
    sender = FakeSender(a=OK)
    run(sender, claimed("a", previous_secret_encrypted=sealed("old", "whe_a")))
    body, headers = sender.posted["a"]
    assert headers["webhook-signature"] == sign_standard(
        ["secret of a", "old"], "evt_a", int(headers["webhook-timestamp"]), body
    )
    assert headers["X-Webhook-Signature"] == sign_body("secret of a", body)


def test_an_event_of_no_payment_is_sent_without_a_sequence() -> None:
    sender = FakeSender(a=OK)
    run(sender, claimed("a", type="endpoint.failing", sequence=None))
    assert "webhook-sequence" not in sender.posted["a"][1]


def test_a_success_is_recorded_as_delivered() -> None:
    response = WebhookResponse(
        *(200, None, "thanks", 12),
        truncated=True,
        address="93.184.216.34",
        timings=Timings(1, 2, 3, 4),
        request_headers={"webhook-id": "evt_a"},
    )
    (attempt,) = run(FakeSender(a=response), claimed("a", attempts=4, run=2)).recorded
    started_at = datetime.fromisoformat(attempt.pop("started_at"))
    assert started_at.utcoffset() == timedelta(0)
    ids = attempt.pop("exhausted_event_id"), attempt.pop("endpoint_event_id")
    assert all(each.startswith("evt_") for each in ids)
    assert len(set(ids)) == 2
    assert attempt == {
        "delivery_id": "whd_a",
        "run": 2,
        "number": 5,
        "duration_ms": 12,
        "dns_ms": 1,
        "connect_ms": 2,
        "tls_ms": 3,
        "first_byte_ms": 4,
        "address": "93.184.216.34",
        "request_headers": {"webhook-id": "evt_a"},
        "response_status": 200,
        "response_body": "thanks",
        "response_truncated": True,
        "error_kind": None,
        "error": None,
        "delivered": True,
        "gone": False,
        "slow": False,
        "delay_seconds": 10,
    }


@pytest.mark.parametrize(
    "response",
    [
        BROKEN,
        WebhookResponse(302, "redirect", "", 5, error="it redirects"),
        WebhookResponse(410, None, "", 5),
        WebhookResponse(200, "answer_broke_off", "", 5),
        WebhookResponse(None, "address_refused", "", 0, error="loopback"),
    ],
)
@pytest.mark.parametrize(("run_attempts", "delay_seconds"), [(0, 10), (1, 100), (2, None), (3, None)])
def test_a_failure_is_recorded_with_the_delay_to_the_next_attempt_or_none_after_the_last(
    response: WebhookResponse, run_attempts: int, delay_seconds: int | None
) -> None:
    # Attempts of runs before this one do not shorten its schedule.
    row = claimed("a", attempts=run_attempts + 7, run_attempts=run_attempts)
    (attempt,) = run(FakeSender(a=response), row).recorded
    assert (attempt["delivered"], attempt["gone"]) == (False, response.status == 410)
    assert attempt["number"] == run_attempts + 8
    assert attempt["delay_seconds"] == delay_seconds
    told = (attempt["response_status"], attempt["error_kind"], attempt["error"])
    assert told == (response.status, response.error_kind, response.error)


@pytest.mark.parametrize(
    ("response", "delay_seconds"),
    [
        (WebhookResponse(503, None, "", 5), 20),
        (WebhookResponse(429, None, "", 5), 20),
        (WebhookResponse(None, "timeout", "", 15_000), 20),
        (WebhookResponse(429, None, "", 5, retry_after="30"), 30),
        (WebhookResponse(429, None, "", 5, retry_after="3000"), 40),
        (WebhookResponse(429, None, "", 5, retry_after="Thu, 01 Jan 1970 00:00:00 GMT"), 20),
        (WebhookResponse(429, None, "", 5, retry_after="soon"), 20),
        (WebhookResponse(500, None, "", 5, retry_after="15"), 15),
        (WebhookResponse(500, None, "", 5, retry_after="1"), 10),
    ],
)
def test_a_receiver_with_too_much_to_do_or_that_says_when_is_left_alone_for_longer(
    response: WebhookResponse, delay_seconds: int
) -> None:
    (attempt,) = run(FakeSender(a=response), claimed("a")).recorded
    assert attempt["delay_seconds"] == delay_seconds


def test_a_test_webhook_is_tried_once() -> None:
    (attempt,) = run(FakeSender(a=BROKEN), claimed("a", type="endpoint.test", sequence=None)).recorded
    assert attempt["delay_seconds"] is None


@pytest.mark.parametrize(
    ("response", "slow"),
    [(OK, False), (WebhookResponse(200, None, "", 2_000), True), (WebhookResponse(None, "timeout", "", 9), True)],
)
def test_whether_the_receiver_was_slow_is_recorded(response: WebhookResponse, slow: bool) -> None:
    (attempt,) = run(FakeSender(a=response), claimed("a")).recorded
    assert attempt["slow"] is slow


@pytest.mark.parametrize(("jitter", "delay_seconds"), [(-1.0, 80), (1.0, 120)])
def test_the_delay_is_moved_by_jitter(monkeypatch: pytest.MonkeyPatch, jitter: float, delay_seconds: int) -> None:
    bounds = []

    def uniform(low: float, high: float) -> float:
        bounds.append((low, high))
        return jitter

    monkeypatch.setattr(random, "uniform", uniform)
    (attempt,) = run(FakeSender(a=BROKEN), claimed("a", run_attempts=1)).recorded
    assert attempt["delay_seconds"] == pytest.approx(delay_seconds)
    assert bounds == [(-1, 1)]


def test_a_batch_is_recorded_in_one_statement_and_one_failure_does_not_touch_the_others() -> None:
    urls = [f"u{number}" for number in range(2 * PARALLEL_MAX + 5)]
    responses = dict.fromkeys(urls, OK) | {"u3": BROKEN}
    world = run(FakeSender(**responses), *(claimed(url) for url in urls))
    assert world.database.names == ["claim_webhook_deliveries", "record_webhook_attempts"]
    assert [attempt["delivery_id"] for attempt in world.recorded] == [f"whd_{url}" for url in urls]
    assert [each["delivery_id"] for each in world.recorded if not each["delivered"]] == ["whd_u3"]
    parameters = world.database.parameters("record_webhook_attempts")
    del parameters["attempts"]
    assert parameters == {
        "execution_arn_prefix": PREFIX,
        "warn_percents": list(WARN_PERCENTS),
        "disable_after_seconds": DISABLE_AFTER_SECONDS,
        "slow_seconds": SLOW_SECONDS,
        "overdue_seconds": OVERDUE_SECONDS,
        "resend_after_seconds": RESEND_AFTER_SECONDS,
    }


def test_nothing_is_sent_when_nothing_is_due() -> None:
    sender = FakeSender()
    world = run(sender)
    assert sender.posted == {}
    assert world.database.names == ["claim_webhook_deliveries"]


def test_a_database_that_does_not_answer_is_an_error_before_anything_is_sent() -> None:
    sender, clock, slow_queue = FakeSender(), FakeClock(), FakeQueue()
    world = World(sender)
    world.database.answers["claim_webhook_deliveries"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        deliver_webhooks(world.deliverer, clock, slow_queue, ["whd_a"])
    assert (sender.posted, clock.started, slow_queue.batches) == ({}, [], [])


@pytest.mark.parametrize("which", ["secret_encrypted", "previous_secret_encrypted"])
def test_a_secret_that_cannot_be_read_is_a_failed_attempt_and_spares_the_rest_of_its_batch(which: str) -> None:
    sender = FakeSender(b=OK)
    attempts = run(sender, claimed("a", **{which: sealed("secret", "whe_other")}), claimed("b")).recorded
    assert [(each["delivered"], each["error_kind"]) for each in attempts] == [
        (False, "secret_unreadable"),
        (True, None),
    ]
    assert attempts[0]["delay_seconds"] == SCHEDULE.steps_seconds[1]
    assert attempts[0]["error"] == "this is the secret of whe_other"
    assert set(sender.posted) == {"b"}


def test_an_attempt_that_breaks_off_spares_the_rest_of_its_batch() -> None:
    class BrokenSender(FakeSender):
        def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
            if url == "a":
                raise ValueError("a surprise")
            return super().post(url, body, headers)

    attempts = run(BrokenSender(b=OK), claimed("a"), claimed("b")).recorded
    assert [(each["delivered"], each["error_kind"]) for each in attempts] == [(False, "internal_error"), (True, None)]
