from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from paygate.domain.errors import DatabaseUnavailableError, SecretUnreadableError
from paygate.domain.signing import sign_body
from paygate.domain.webhooks import WebhookResponse
from paygate.operations.deliver_webhooks import LEASE_SECONDS, deliver_webhooks
from tests.unit.fakes import FakeDatabase, Rows

SCHEDULE = (0, 10, 100)
OK = WebhookResponse(200, None, "thanks", 12)


class FakeSender:
    """Answers by URL, and keeps what it was asked to post."""

    def __init__(self, **responses: WebhookResponse) -> None:
        self.responses = responses
        self.posted: dict[str, tuple[bytes, Mapping[str, str]]] = {}

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        self.posted[url] = (body, headers)
        return self.responses[url]


class FakeCipher:
    """A ciphertext is the owner and the secret, so that a wrong owner shows."""

    def encrypt(self, plaintext: str, *, owner: str) -> bytes:
        return f"{owner}:{plaintext}".encode()

    def decrypt(self, ciphertext: bytes, *, owner: str) -> str:
        found, _, plaintext = ciphertext.decode().partition(":")
        if found != owner:
            raise SecretUnreadableError(f"this is the secret of {found}")
        return plaintext


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: 0.0)


def claimed(url: str, *, attempts: int = 0) -> dict[str, Any]:
    return {
        "id": f"whd_{url}",
        "event_id": f"evt_{url}",
        "endpoint_id": f"whe_{url}",
        "attempts": attempts,
        "url": url,
        "secret_encrypted": memoryview(FakeCipher().encrypt(f"secret of {url}", owner=f"whe_{url}")),
        "type": "payment.success",
        "sequence": 3,
        "body": '{"note":"zoë"}',
    }


def run(sender: FakeSender, *rows: dict[str, Any]) -> tuple[FakeDatabase, list[dict[str, Any]]]:
    """Deliver these, and what was recorded."""
    recorded: list[dict[str, Any]] = []

    def claim(delivery_ids: list[str], lease_seconds: int) -> Rows:
        assert delivery_ids == ["whd_a", "whd_b"]
        assert lease_seconds == LEASE_SECONDS
        return list(rows)

    def record(attempts: str) -> Rows:
        recorded.extend(json.loads(attempts))
        return [{"id": each["delivery_id"], "status": "pending"} for each in recorded]

    database = FakeDatabase(claim_webhook_deliveries=claim, record_webhook_attempts=record)
    assert deliver_webhooks(database, sender, FakeCipher(), SCHEDULE, ("whd_a", "whd_b")) == set()
    return database, recorded


def test_a_delivery_is_posted_with_its_body_and_signed_with_its_endpoints_secret() -> None:
    sender = FakeSender(a=OK)
    run(sender, claimed("a", attempts=1))
    body, headers = sender.posted["a"]
    assert body == '{"note":"zoë"}'.encode()
    assert headers["X-Webhook-Signature"] == sign_body("secret of a", body)
    assert (headers["webhook-id"], headers["webhook-attempt"], headers["webhook-sequence"]) == ("evt_a", "2", "3")


def test_a_success_is_recorded_as_delivered() -> None:
    _, (attempt,) = run(FakeSender(a=OK), claimed("a"))
    started_at = datetime.fromisoformat(attempt.pop("started_at"))
    assert started_at.utcoffset() == timedelta(0)
    assert attempt == {
        "delivery_id": "whd_a",
        "number": 1,
        "duration_ms": 12,
        "response_status": 200,
        "error_kind": None,
        "response_body": "thanks",
        "delivered": True,
        "delay_seconds": 10,
    }


@pytest.mark.parametrize(
    "response",
    [
        WebhookResponse(500, None, "oops", 5),
        WebhookResponse(302, None, "", 5),
        WebhookResponse(None, "timeout", "", 15_000),
        WebhookResponse(None, "address_refused", "", 0),
    ],
)
@pytest.mark.parametrize(("attempts", "delay_seconds"), [(0, 10), (1, 100), (2, None), (3, None)])
def test_a_failure_is_recorded_with_the_delay_to_the_next_attempt_or_none_after_the_last(
    response: WebhookResponse, attempts: int, delay_seconds: int | None
) -> None:
    _, (attempt,) = run(FakeSender(a=response), claimed("a", attempts=attempts))
    assert attempt["delivered"] is False
    assert attempt["number"] == attempts + 1
    assert attempt["delay_seconds"] == delay_seconds
    assert (attempt["response_status"], attempt["error_kind"]) == (response.status, response.error_kind)


@pytest.mark.parametrize(("jitter", "delay_seconds"), [(-1.0, 80), (1.0, 120)])
def test_the_delay_is_moved_by_jitter(monkeypatch: pytest.MonkeyPatch, jitter: float, delay_seconds: int) -> None:
    bounds = []

    def uniform(low: float, high: float) -> float:
        bounds.append((low, high))
        return jitter

    monkeypatch.setattr(random, "uniform", uniform)
    _, (attempt,) = run(FakeSender(a=WebhookResponse(500, None, "", 5)), claimed("a", attempts=1))
    assert attempt["delay_seconds"] == pytest.approx(delay_seconds)
    assert bounds == [(-1, 1)]


def test_a_batch_is_recorded_in_one_statement_and_one_failure_does_not_touch_the_others() -> None:
    urls = [f"u{number}" for number in range(25)]
    responses = dict.fromkeys(urls, OK) | {"u3": WebhookResponse(500, None, "", 5)}
    database, attempts = run(FakeSender(**responses), *(claimed(url) for url in urls))
    assert database.names == ["claim_webhook_deliveries", "record_webhook_attempts"]
    assert [attempt["delivery_id"] for attempt in attempts] == [f"whd_{url}" for url in urls]
    assert [attempt["delivery_id"] for attempt in attempts if not attempt["delivered"]] == ["whd_u3"]


def test_nothing_is_sent_when_nothing_is_due() -> None:
    sender = FakeSender()
    database, _ = run(sender)
    assert sender.posted == {}
    assert database.names == ["claim_webhook_deliveries"]


def test_a_database_that_does_not_answer_is_an_error_before_anything_is_sent() -> None:
    database = FakeDatabase(claim_webhook_deliveries=DatabaseUnavailableError("no"))
    sender = FakeSender()
    with pytest.raises(DatabaseUnavailableError):
        deliver_webhooks(database, sender, FakeCipher(), SCHEDULE, ["whd_a"])
    assert sender.posted == {}


def test_a_secret_that_cannot_be_read_is_a_failed_attempt_and_spares_the_rest_of_its_batch() -> None:
    sender = FakeSender(b=OK)
    broken = {**claimed("a"), "endpoint_id": "whe_other"}
    _, attempts = run(sender, broken, claimed("b"))
    assert [(each["delivered"], each["error_kind"]) for each in attempts] == [
        (False, "secret_unreadable"),
        (True, None),
    ]
    assert attempts[0]["delay_seconds"] == SCHEDULE[1]
    assert set(sender.posted) == {"b"}


def test_an_attempt_that_breaks_off_spares_the_rest_of_its_batch() -> None:
    class BrokenSender(FakeSender):
        def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
            if url == "a":
                raise ValueError("a surprise")
            return super().post(url, body, headers)

    _, attempts = run(BrokenSender(b=OK), claimed("a"), claimed("b"))
    assert [(each["delivered"], each["error_kind"]) for each in attempts] == [(False, "internal_error"), (True, None)]
