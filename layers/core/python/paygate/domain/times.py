"""How times are written."""

from __future__ import annotations

from datetime import datetime


def iso8601(moment: datetime) -> str:
    """As the API, and the database's function of this name, write times; the moment is in UTC."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
