"""What was booked for a merchant, by day and currency."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from paygate.domain.errors import BadRequestError
from paygate.operations.ports import Database

# A quarter.
DAYS_MAX = 92

COLUMNS = (
    "date",
    "currency",
    "captured",
    "refunded",
    "refunds_failed",
    "fees",
    "net",
    "captured_count",
    "refunded_count",
    "refunds_failed_count",
)


def get_settlements(database: Database, merchant_id: str, day: date) -> list[dict[str, Any]]:
    """A row for each currency that anything was booked in, with the COLUMNS; amounts in the currency's minor unit.

    A day is one of UTC. Net is captured, less refunded and fees, plus the refunds that failed: what the merchant's
    account has grown by.
    """
    return database.run("get_settlements", merchant_id=merchant_id, date=day.isoformat())


def list_settlements(database: Database, merchant_id: str, first: date, last: date) -> list[dict[str, Any]]:
    """The same for the days from `first` to `last`, newest first; days without bookings have no row.

    Raises BadRequestError for a last day before the first one, and for more than DAYS_MAX.
    """
    if last < first:
        raise BadRequestError("to_date must not be before from_date.", field="to_date", reason="INVALID_VALUE")
    if (last - first).days >= DAYS_MAX:
        raise BadRequestError(
            f"from_date and to_date may span at most {DAYS_MAX} days.", field="to_date", reason="INVALID_VALUE"
        )
    return database.run("list_settlements", merchant_id=merchant_id, first=first.isoformat(), last=last.isoformat())


def as_json(rows: list[dict[str, Any]]) -> str:
    """The wire form."""
    return json.dumps({"data": rows, "has_more": False}, separators=(",", ":"))


def as_csv(rows: list[dict[str, Any]]) -> str:
    """A header line and a line for each row. https://www.rfc-editor.org/rfc/rfc4180"""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
