from __future__ import annotations

import time
from dataclasses import replace

import pytest
from standardwebhooks import Webhook

from paygate.domain.signing import sign_body, sign_standard
from paygate.domain.webhooks import Attempt, WebhookResponse, signed_headers

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ATTEMPT = Attempt(
    delivery_id="whd_1",
    event_id="evt_1",
    number=3,
    sequence=2,
    url="https://shop.example/hooks",
    secret=SECRET,
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
