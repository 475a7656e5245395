"""Structured logs: JSON lines with ids, never secrets, card data or whole bodies.

Modules log with `logging.getLogger("paygate.…")`; the entry points call `configure` once, which gives the parent
logger the Powertools formatter.
"""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools import Logger

SERVICE = "paygate"


@cache
def configure() -> Logger:
    """The logger of this Lambda environment; its level comes from POWERTOOLS_LOG_LEVEL."""
    return Logger(service=SERVICE, use_rfc3339=True)
