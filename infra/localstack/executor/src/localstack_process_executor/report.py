"""The platform log lines that Lambda writes around a function's own output.

Their text is AWS's, so that log parsers work unchanged:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """Figures of one invocation; `init_seconds` only for the first in an environment."""

    request_id: str
    version: str
    duration_seconds: float
    memory_size_mb: int
    peak_memory_bytes: int
    init_seconds: float | None = None
    status: str | None = None

    def start_line(self) -> str:
        return f"START RequestId: {self.request_id} Version: {self.version}\n"

    def end_lines(self) -> str:
        """END and REPORT, with the fields separated by tabs as Lambda prints them."""
        duration_ms = self.duration_seconds * 1000
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {math.ceil(duration_ms)} ms",
            f"Memory Size: {self.memory_size_mb} MB",
            f"Max Memory Used: {math.ceil(self.peak_memory_bytes / 1024 / 1024)} MB",
        ]
        if self.init_seconds is not None:
            fields.append(f"Init Duration: {self.init_seconds * 1000:.2f} ms")
        if self.status is not None:
            fields.append(f"Status: {self.status}")
        return f"END RequestId: {self.request_id}\n" + "\t".join(fields) + "\t\n"
