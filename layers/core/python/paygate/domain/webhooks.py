"""One attempt to hand an event to a merchant's endpoint, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from paygate.domain.signing import sign_body, sign_standard

USER_AGENT = "Paygate-Webhooks/1.0"


@dataclass(frozen=True)
class Attempt:
    """One try; `number` counts from 1 within the delivery, `sequence` the events of the payment."""

    delivery_id: str
    event_id: str
    number: int
    sequence: int
    url: str
    secret: str = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class WebhookResponse:
    """What the receiver answered: `status` and the start of the body, or the kind of error that left it without."""

    status: int | None
    error_kind: str | None
    body: str
    duration_ms: int

    @property
    def delivered(self) -> bool:
        """Only 2xx counts; a redirect is a failure."""
        return self.status is not None and 200 <= self.status < 300


def signed_headers(attempt: Attempt, timestamp_seconds: int) -> dict[str, str]:
    """Every header of a webhook: both signatures, and what a receiver needs to dedupe and to order."""
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "X-Webhook-Signature": sign_body(attempt.secret, attempt.body),
        "webhook-id": attempt.event_id,
        "webhook-timestamp": str(timestamp_seconds),
        "webhook-signature": sign_standard([attempt.secret], attempt.event_id, timestamp_seconds, attempt.body),
        "webhook-attempt": str(attempt.number),
        "webhook-sequence": str(attempt.sequence),
    }
