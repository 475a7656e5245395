"""Query strings of the ledger's routes."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator

from chalicelib.schemas.common import Id, PageQuery, RequestQuery


def _require_day(value: object) -> object:
    # pydantic would take seconds since 1970 and midnights, too.
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        raise ValueError("must be a day such as 2026-11-23")
    return value


class ListLedgerQuery(PageQuery):
    """Which journals are wanted."""

    payment_id: Id | None = None
    refund_id: Id | None = None


Day = Annotated[date, BeforeValidator(_require_day)]


class GetSettlementsQuery(RequestQuery):
    """`date` is a day in UTC."""

    date: Day
    format: Literal["json", "csv"] = "json"


class ListSettlementsQuery(RequestQuery):
    """The first day and the last one, which belongs to it; days of UTC."""

    from_date: Day
    to_date: Day
    format: Literal["json", "csv"] = "json"
