"""One attempt to hand an event to a merchant's endpoint, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from paygate.domain.signing import sign_body, sign_standard

# pending -> delivered | exhausted | held (its endpoint is disabled) | cancelled (it is deleted); held -> expired. A
# retry or a replay makes any of them pending again.
DeliveryStatus = Literal["pending", "delivered", "exhausted", "held", "cancelled", "expired"]
USER_AGENT = "Paygate-Webhooks/1.0"
# A receiver that takes this long, or does not answer at all, gets its webhooks in a lane of its own from then on, so
# that it keeps nobody else waiting.
SLOW_MS = 2_000
# Sent on request to one endpoint, once.
TEST_EVENT = "endpoint.test"
EVENT_TYPES = (
    *("payment.created", "payment.pending", "payment.success", "payment.authorized", "payment.captured"),
    *("payment.capture_failed", "payment.cancelled", "payment.failed"),
    *("refund.created", "refund.processed", "refund.failed"),
    *("endpoint.failing", "endpoint.disabled", "endpoint.recovered", "delivery.exhausted"),
)
# What an endpoint may ask for: everything, a family, or one type.
EVENT_FILTERS = ("*", *sorted({f"{name.partition('.')[0]}.*" for name in EVENT_TYPES}), *EVENT_TYPES)
# How far an endpoint that only fails has come on the way to being disabled when its merchant is told.
WARN_PERCENTS = (50, 70, 90)


@dataclass(frozen=True)
class Attempt:
    """One try; `number` counts from 1 within the delivery, `sequence` the events of the payment (None: of none).

    `secrets` are those that are active, the newest first; there is more than one while a rotation overlaps.
    """

    delivery_id: str
    event_id: str
    number: int
    sequence: int | None
    url: str
    secrets: Sequence[str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Timings:
    """Where an attempt's time went, in milliseconds; None for what it did not come to or, on a connection that was open
    already, had no need of. `first_byte_ms` is from the request's last byte to the answer's first.
    """

    dns_ms: int | None = None
    connect_ms: int | None = None
    tls_ms: int | None = None
    first_byte_ms: int | None = None


@dataclass(frozen=True)
class WebhookResponse:
    """What the receiver answered: `status` and the start of the body, or the kind of error that left it without.

    `error` says in a line what went wrong, such as the rule that an address breaks; `address` is the one that was
    dialled; `retry_after` the header of that name as it came.
    """

    status: int | None
    error_kind: str | None
    body: str
    duration_ms: int
    error: str | None = None
    truncated: bool = False
    address: str | None = None
    retry_after: str | None = None
    timings: Timings = Timings()
    request_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def delivered(self) -> bool:
        """Only 2xx counts, and only when the whole answer has come; a redirect is a failure."""
        return self.error_kind is None and self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants nothing more from us, ever (410)."""
        return self.status == 410

    @property
    def slow(self) -> bool:
        return self.error_kind == "timeout" or self.duration_ms >= SLOW_MS

    @property
    def overloaded(self) -> bool:
        """The receiver has too much to do: 429, 503 or no answer in time."""
        return self.error_kind == "timeout" or self.status in (429, 503)


def signed_headers(attempt: Attempt, timestamp_seconds: int) -> dict[str, str]:
    """Every header of a webhook: both signatures, and what a receiver needs to dedupe and to order.

    `X-Webhook-Signature` is made with the newest secret alone: it has room for one.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "X-Webhook-Signature": sign_body(attempt.secrets[0], attempt.body),
        "webhook-id": attempt.event_id,
        "webhook-timestamp": str(timestamp_seconds),
        "webhook-signature": sign_standard(attempt.secrets, attempt.event_id, timestamp_seconds, attempt.body),
        "webhook-attempt": str(attempt.number),
    }
    if attempt.sequence is not None:
        headers["webhook-sequence"] = str(attempt.sequence)
    return headers
