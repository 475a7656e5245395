"""What all reply bodies share, and errors."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ResponseBody(BaseModel):
    """Base of every reply body."""

    model_config = ConfigDict(extra="forbid")


class ErrorDetail(ResponseBody):
    """What went wrong, for people and for machines."""

    code: str = Field(examples=["BAD_REQUEST_ERROR"])
    description: str
    field: str | None = Field(None, description="the request field at fault")
    reason: str | None = Field(None, description="refines the code, e.g. INVALID_VPA")
    request_id: str


class Error(ResponseBody):
    """Every error reply."""

    error: ErrorDetail
