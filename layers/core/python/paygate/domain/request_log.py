"""The line that each request of the API leaves in its log, and how lines of a merchant are told from others.

What `paygate.log.log_request` writes is what `read_line` reads; a test holds the two together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paygate.domain.times import iso8601

MESSAGE = "request"
# From here on a status tells of a failure.
FAILED_FROM = 400
SHOWN = ("request_id", "at", "route", "status", "code", "duration_ms", "original_request_id")


@dataclass(frozen=True)
class RequestFilter:
    """Only requests of this merchant that fulfil all that is given.

    Those of a person at the dashboard are not among them: it asks again and again, and would hide all others.
    """

    merchant_id: str
    request_id: str | None = None
    failed: bool | None = None

    def admits(self, line: dict[str, Any]) -> bool:
        """Whether the request of this line is wanted."""
        return (
            line["merchant_id"] == self.merchant_id
            and line.get("user_id") is None
            and self.request_id in (None, line["request_id"])
            and self.failed in (None, line["status"] >= FAILED_FROM)
        )


@dataclass(frozen=True)
class LogPage:
    """Some lines, the moment (Unix milliseconds) of each with its text, and what to go on with; None at the end.

    `full` says that there were as many as a page holds, rather than that the log took its time.
    """

    lines: list[tuple[int, str]]
    token: str | None
    full: bool = False


def read_line(text: str) -> dict[str, Any] | None:
    """The request that a line of the log tells of; None for every other line."""
    if f'"{MESSAGE}"' not in text:
        return None
    try:
        line: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(line, dict) or line.get("message") != MESSAGE or "merchant_id" not in line:
        return None
    return line


def shown(line: dict[str, Any]) -> dict[str, Any]:
    """What is told of a request, and nothing else that may be in its line."""
    line = {**line, "at": iso8601(datetime.fromisoformat(line["timestamp"]))}
    return {name: line[name] for name in SHOWN if line.get(name) is not None}
