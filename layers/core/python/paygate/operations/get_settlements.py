"""What was booked for a merchant on one day, by currency."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from paygate.operations.ports import Database

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
