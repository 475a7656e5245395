"""What the API answers: the one place where an error becomes an HTTP status."""

from __future__ import annotations

import json

from paygate.domain.errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    IdempotencyKeyReusedError,
    NotFoundError,
    PaygateError,
    PayloadTooLargeError,
    RateLimitError,
    UnavailableError,
)
from paygate.operations.answer_once import Answer
from paygate.operations.webhook_secrets import reveal_secret
from paygate.wiring import Wiring

# The first class that fits decides.
STATUSES: tuple[tuple[type[PaygateError], int], ...] = (
    (PayloadTooLargeError, 413),
    (BadRequestError, 400),
    (AuthenticationError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (IdempotencyKeyReusedError, 422),
    (RateLimitError, 429),
    (UnavailableError, 503),
    (PaygateError, 500),
)


def error_reply(error: PaygateError, request_id: str) -> Answer:
    """The wire form of an error."""
    detail = {"code": error.code, "description": error.description, "field": error.field, "reason": error.reason}
    present = {name: value for name, value in detail.items() if value is not None}
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return Answer(status, json.dumps({"error": {**present, "request_id": request_id}}, separators=(",", ":")))


def reveal(wiring: Wiring, body: str) -> str:
    """An endpoint or a merchant with its new secret, which is sealed until here: the `finish` of their routes."""
    return reveal_secret(wiring.webhook_cipher, body)
