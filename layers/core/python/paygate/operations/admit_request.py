"""Whether a request may go on: its key's rate limit, and the lock of its idempotency key, in one round trip."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from paygate.domain.errors import RateLimitError, RedisUnavailableError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.rate_limit import RateLimit
from paygate.operations.ports import Gate

LOG = logging.getLogger("paygate.admit_request")
# The api function's timeout and five seconds: a lock outlives the request that holds it, but not by much.
LOCK_MS = 15_000
# After a failure, requests go on without Redis for this long, so that a slow one costs its timeout only now and then.
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Admission:
    """`limit` is None when Redis did not answer; `held` says that another request with the key came first."""

    limit: RateLimit | None
    held: bool

    def require(self) -> None:
        """Raises RateLimitError for a request that came too early."""
        if self.limit is not None and self.limit.wait_seconds:
            raise RateLimitError(f"At most {self.limit.limit_per_second} requests a second are allowed.")


class Gatekeeper:
    """Asks Redis about each request. Without Redis every request goes on: the limit fails open, and what keeps an
    idempotency key to one effect is its row in Postgres.
    """

    def __init__(self, gate: Gate, limit_per_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._gate = gate
        self._limit_per_second = limit_per_second
        self._clock = clock
        self._paused_until = 0.0

    def admit(
        self, merchant_id: str, bucket: str, request: IdempotentRequest | None, limit_per_second: int | None = None
    ) -> Admission:
        """Take a token of the merchant's bucket, which is named by a key's id or the like, and, for a request with an
        idempotency key, its lock.

        `limit_per_second` is for those who have another limit than the keys of servers.
        """
        if self._clock() < self._paused_until:
            return Admission(None, held=False)
        lock = lock_name(merchant_id, request.scope, request.key) if request else None
        owner = request.request_id if request else ""
        # The braces keep both keys on one node of a Redis cluster.
        name = f"paygate:rate:{{{merchant_id}}}:{bucket}"
        try:
            limit, held = self._gate.admit(name, limit_per_second or self._limit_per_second, lock, owner, LOCK_MS)
        except RedisUnavailableError as error:
            self._paused_until = self._clock() + PAUSE_SECONDS
            LOG.warning("going on without Redis", extra={"error": error.description})
            return Admission(None, held=False)
        return Admission(limit, held)

    def release(self, merchant_id: str, request: IdempotentRequest) -> None:
        """Let the next request with the key in at once, after one that has had no effect."""
        if self._clock() < self._paused_until:
            return  # Redis was not asked for a lock, or cannot be asked to take it back
        try:
            self._gate.release(lock_name(merchant_id, request.scope, request.key), request.request_id)
        except RedisUnavailableError as error:
            LOG.warning("lock left to expire", extra={"error": error.description})


def lock_name(merchant_id: str, scope: str, key: str) -> str:
    """What the lock of an idempotency key is called; its value is the id of the request that holds it."""
    digest = sha256(f"{scope}\n{key}".encode()).hexdigest()
    return f"paygate:lock:{{{merchant_id}}}:{digest}"
