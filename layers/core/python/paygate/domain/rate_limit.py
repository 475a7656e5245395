"""How many requests a key may send: a token bucket, as told in the RateLimit headers.

The headers are those of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ and, beside them, the
older X-RateLimit ones that clients know.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimit:
    """State of a key's bucket after a request. `wait_seconds` is 0 for a request that may go on."""

    limit_per_second: int
    remaining: int
    full_after_seconds: int
    wait_seconds: int = 0

    def headers(self) -> dict[str, str]:
        """Every header that tells a client how much it may still send; Retry-After only when that is nothing."""
        limit, remaining, reset = str(self.limit_per_second), str(self.remaining), str(self.full_after_seconds)
        told = {
            "RateLimit-Policy": f'"default";q={limit};w=1',
            "RateLimit": f'"default";r={remaining};t={reset}',
            "X-RateLimit-Limit": limit,
            "X-RateLimit-Remaining": remaining,
            "X-RateLimit-Reset": reset,
        }
        return {**told, "Retry-After": str(self.wait_seconds)} if self.wait_seconds else told
