"""Reply bodies of health and test mode."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from chalicelib.responses.common import ResponseBody


class Health(ResponseBody):
    """Whether the parts that requests need do answer."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"] | None = None
    redis: Literal["connected", "disconnected"] | None = None
    timestamp: AwareDatetime


class JobStatus(ResponseBody):
    """Background work as the queues report it."""

    pending: int
    processing: int
    completed: int
    failed: int
    worker_status: Literal["running", "stopped"]


class Merchant(ResponseBody):
    """The test merchant."""

    id: str
    name: str
    email: str
    created_at: AwareDatetime
