"""Whether the parts that requests need do answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from paygate.domain.errors import UnavailableError
from paygate.domain.times import iso8601


def check_health(parts: dict[str, Callable[[], object]]) -> tuple[bool, dict[str, str]]:
    """Try each part; True and the report if all answer: `{status, <part>: connected | disconnected, timestamp}`."""
    states = {name: _state(ping) for name, ping in parts.items()}
    healthy = all(state == "connected" for state in states.values())
    now = iso8601(datetime.now(UTC))
    return healthy, {"status": "healthy" if healthy else "unhealthy", **states, "timestamp": now}


def _state(ping: Callable[[], object]) -> str:
    try:
        ping()
    except UnavailableError:
        return "disconnected"
    return "connected"
