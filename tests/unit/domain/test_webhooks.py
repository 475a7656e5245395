from __future__ import annotations

import time
from dataclasses import replace

import pytest
from standardwebhooks import Webhook

from paygate.domain.signing import sign_body, sign_standard
from paygate.domain.webhooks import (
    EVENT_FILTERS,
    EVENT_TYPES,
    SLOW_MS,
    TEST_EVENT,
    Attempt,
    WebhookResponse,
    signed_headers,
)

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OLD_SECRET = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
ATTEMPT = Attempt(
    delivery_id="whd_1",
    event_id="evt_1",
    number=3,
    sequence=2,
    url="https://shop.example/hooks",
    secrets=[SECRET],
    body=b'{"event":"payment.success"}',
)


def test_headers_are_complete() -> None:
    assert signed_headers(ATTEMPT, 1_700_000_000) == {
        "Content-Type": "application/json",
        "User-Agent": "Paygate-Webhooks/1.0",
        "X-Webhook-Signature": sign_body(SECRET, ATTEMPT.body),
        "webhook-id": "evt_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": sign_standard([SECRET], "evt_1", 1_700_000_000, ATTEMPT.body),
        "webhook-attempt": "3",
        "webhook-sequence": "2",
    }


def test_headers_satisfy_the_standard_webhooks_library() -> None:
    assert Webhook(SECRET).verify(ATTEMPT.body, signed_headers(ATTEMPT, int(time.time()))) == {
        "event": "payment.success"
    }


def test_every_attempt_at_one_event_has_the_same_id_and_a_number_of_its_own() -> None:
    first, second = (signed_headers(replace(ATTEMPT, number=number), 1_700_000_000) for number in (1, 2))
    assert first["webhook-id"] == second["webhook-id"]
    assert (first["webhook-attempt"], second["webhook-attempt"]) == ("1", "2")


def test_while_a_rotation_overlaps_either_secret_verifies_and_the_plain_signature_is_the_newest_ones() -> None:
    headers = signed_headers(replace(ATTEMPT, secrets=[SECRET, OLD_SECRET]), int(time.time()))
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(ATTEMPT.body, headers) == {"event": "payment.success"}
    assert headers["X-Webhook-Signature"] == sign_body(SECRET, ATTEMPT.body)


def test_an_event_of_no_payment_has_no_place_in_a_sequence() -> None:
    of_a_payment = signed_headers(ATTEMPT, 1_700_000_000)
    headers = signed_headers(replace(ATTEMPT, sequence=None), 1_700_000_000)
    assert headers == {name: value for name, value in of_a_payment.items() if name != "webhook-sequence"}


def test_the_secret_and_the_body_are_not_shown_by_repr() -> None:
    assert SECRET not in repr(ATTEMPT)
    assert "payment.success" not in repr(ATTEMPT)


@pytest.mark.parametrize(
    ("status", "delivered"),
    [
        (200, True), (201, True), (204, True), (299, True),
        (100, False), (199, False), (300, False), (301, False), (302, False), (308, False),
        (400, False), (404, False), (410, False), (429, False), (500, False), (503, False), (None, False),
    ],
)  # fmt: skip
def test_only_2xx_counts_as_delivered(status: int | None, delivered: bool) -> None:
    assert WebhookResponse(status, None if status else "timeout", "", 1).delivered is delivered


@pytest.mark.parametrize("status", [200, 204, 302, 404])
@pytest.mark.parametrize("error_kind", ["timeout", "connection_broken"])
def test_an_answer_that_broke_off_is_not_delivered_whatever_its_status(status: int, error_kind: str) -> None:
    assert not WebhookResponse(status, error_kind, "", 1).delivered


@pytest.mark.parametrize(
    ("status", "error_kind", "gone"),
    [(410, None, True), (410, "timeout", True), (200, None, False), (404, None, False), (None, "timeout", False)],
)
def test_only_410_is_gone(status: int | None, error_kind: str | None, gone: bool) -> None:
    assert WebhookResponse(status, error_kind, "", 1).gone is gone


@pytest.mark.parametrize(
    ("status", "error_kind", "overloaded"),
    [
        (429, None, True), (503, None, True), (None, "timeout", True), (200, "timeout", True),
        (500, None, False), (502, None, False), (504, None, False), (200, None, False), (None, "connection", False),
    ],
)  # fmt: skip
def test_429_503_and_no_answer_in_time_mean_overloaded(
    status: int | None, error_kind: str | None, overloaded: bool
) -> None:
    assert WebhookResponse(status, error_kind, "", 1).overloaded is overloaded


@pytest.mark.parametrize(
    ("error_kind", "duration_ms", "slow"),
    [(None, 0, False), (None, SLOW_MS - 1, False), (None, SLOW_MS, True), ("timeout", 1, True), ("tls", 1, False)],
)
def test_slow_is_whoever_takes_long_or_does_not_answer_in_time(
    error_kind: str | None, duration_ms: int, slow: bool
) -> None:
    assert WebhookResponse(None if error_kind else 200, error_kind, "", duration_ms).slow is slow


def test_an_endpoint_may_ask_for_everything_each_family_and_each_type() -> None:
    families = {"payment.*", "refund.*", "endpoint.*", "delivery.*"}
    assert set(EVENT_FILTERS) == {"*", *families, *EVENT_TYPES}
    assert len(set(EVENT_FILTERS)) == len(EVENT_FILTERS)
    assert TEST_EVENT not in EVENT_FILTERS, "it is sent to one endpoint, on request"
