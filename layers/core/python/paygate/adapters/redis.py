"""Redis: only ever an accelerator, so each of its failures is one typed error."""

from __future__ import annotations

import redis

from paygate.domain.errors import RedisUnavailableError

TIMEOUT_SECONDS = 0.5


class RedisStore:
    """One connection for one Lambda environment, made on first use."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            protocol=2,
        )

    def ping(self) -> None:
        """Raises RedisUnavailableError unless the server answers."""
        try:
            self._client.ping()
        except redis.RedisError as error:
            raise RedisUnavailableError("Redis does not answer.") from error
