"""Every error that Paygate reports, in one tree.

PaygateError
├── BadRequestError            the request itself is wrong
│   └── AddressRefusedError    a webhook URL leads where deliveries must not go
├── PayloadTooLargeError       the body is over its limit
├── ForbiddenError             known, but not allowed: the user's role, or a request that another site may have made
│   └── ForbiddenOriginError   a page that the merchant has not allowed opens its checkout
├── AuthenticationError        no valid credentials; the same for unknown, revoked and wrong ones
├── NotFoundError              no such object, or another merchant's (promise P6: never a hint)
├── ConflictError              the object's state does not allow it
│   ├── IdempotencyKeyTakenError   another request with the same key came first; its answer is the answer
│   └── RequestInFlightError   another request with the same key is still under way
├── IdempotencyKeyReusedError  the key belongs to a request that was not the same
├── RateLimitError             the key has sent more than it may
├── StatementFailedError       the database refused a statement, which no request should bring about
├── SecretUnreadableError      a stored secret was not encrypted with this deployment's key
└── UnavailableError           a part that the request needs does not answer; worth trying again
    ├── DatabaseUnavailableError
    ├── RedisUnavailableError
    ├── QueueUnavailableError
    ├── WorkflowUnavailableError
    ├── LogUnavailableError
    ├── SecretUnavailableError
    ├── VaultUnavailableError
    └── AcquirerUnavailableError

`code` is stable and part of the API; the HTTP status is chosen in `functions/api/chalicelib/replies.py` alone.
"""

from __future__ import annotations

from typing import ClassVar


class PaygateError(Exception):
    """Base of the tree. `field` names the offending request field, `reason` refines `code` for machines.

    `retry_after_seconds` is when a request that is `retryable` may be sent again.
    """

    code: ClassVar[str] = "SERVER_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(
        self, description: str, *, field: str | None = None, reason: str | None = None, retry_after_seconds: int = 1
    ) -> None:
        super().__init__(description)
        self.description = description
        self.field = field
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class BadRequestError(PaygateError):
    """The request is malformed or breaks a rule; sending it again changes nothing."""

    code = "BAD_REQUEST_ERROR"


class AddressRefusedError(BadRequestError):
    """The URL's host is, or resolves to, an address that the gateway must not call (promise P5)."""


class PayloadTooLargeError(PaygateError):
    """The body is longer than the API accepts."""

    code = "BAD_REQUEST_ERROR"


class ForbiddenError(PaygateError):
    """Whoever asks is known and may not do this; `reason` says why."""

    code = "FORBIDDEN_ERROR"


class ForbiddenOriginError(ForbiddenError):
    """The checkout is opened by a page whose origin the merchant has not allowed."""


class AuthenticationError(PaygateError):
    """Credentials are missing, unknown, revoked or wrong; which of these is not said."""

    code = "AUTHENTICATION_ERROR"


class NotFoundError(PaygateError):
    """The merchant has no such object."""

    code = "NOT_FOUND_ERROR"


class ConflictError(PaygateError):
    """The object exists, but its state forbids the change."""

    code = "CONFLICT_ERROR"


class IdempotencyKeyTakenError(ConflictError):
    """The key was taken in the database before; nothing was done. The stored reply tells what to answer."""


class RequestInFlightError(ConflictError):
    """A request with the same key has not been answered yet; the answer will be there in a moment."""

    retryable = True


class IdempotencyKeyReusedError(PaygateError):
    """The idempotency key was used with another request; `description` names the fields that differ."""

    code = "IDEMPOTENCY_KEY_REUSED"


class RateLimitError(PaygateError):
    """Too many requests for one key; worth trying again after a while."""

    code = "RATE_LIMIT_ERROR"
    retryable = True


class StatementFailedError(PaygateError):
    """The database refused a statement: a mistake of ours, or a rule of the database that held."""


class SecretUnreadableError(PaygateError):
    """A stored secret was encrypted with another key or for another row, or has been changed."""


class UnavailableError(PaygateError):
    """A dependency did not answer in time; the same request may succeed later."""

    code = "UNAVAILABLE_ERROR"
    retryable = True


class DatabaseUnavailableError(UnavailableError):
    """Postgres refused the connection, dropped it or took too long."""


class RedisUnavailableError(UnavailableError):
    """Redis refused the connection, dropped it or took too long."""


class QueueUnavailableError(UnavailableError):
    """SQS did not take or report messages."""


class WorkflowUnavailableError(UnavailableError):
    """Step Functions did not start an execution."""


class LogUnavailableError(UnavailableError):
    """CloudWatch Logs did not answer a search."""


class SecretUnavailableError(UnavailableError):
    """Secrets Manager did not give out the deployment's secret."""


class VaultUnavailableError(UnavailableError):
    """A card could not be put into the vault, or not be read from it now."""


class AcquirerUnavailableError(UnavailableError):
    """The acquirer gave no word in time; whether it has charged, only its `status` can tell."""
