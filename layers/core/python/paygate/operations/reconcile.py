"""Compares what the rows of payments and refunds say with what the ledger says; they never differ."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import Any

from paygate.operations.ports import Database

LOG = logging.getLogger("paygate.reconcile")
# Payments that one statement compares, in some 50 milliseconds.
BATCH_SIZE = 2_000


@dataclass(frozen=True)
class Difference:
    """One account that differs; debits are positive. `subject_id` is a payment's, or a merchant's with a currency."""

    subject_id: str
    account: str
    rows_minor: int
    ledger_minor: int


def reconcile(database: Database) -> list[Difference]:
    """Compare every payment, a batch at a time, and then every merchant as a whole. Raises DatabaseUnavailableError."""
    found: list[Difference] = []
    position: str | None = ""
    while position is not None:
        position, differences = _compare_after(database, position)
        found += differences
    for row in database.run("find_merchant_differences"):
        subject_id = f"{row['merchant_id']} {row['currency']}"
        found.append(Difference(subject_id, row["account"], row["rows_minor"], row["ledger_minor"]))
    return found


def reconcile_next(database: Database) -> list[Difference]:
    """Compare the payments after those of the last call, and after the last one the first. What differs is logged, and
    kept until it does not differ any more.

    All a merchant's journals belong to payments, so that a merchant whose payments agree agrees as a whole.
    """
    rows = database.run("get_reconcile_position")
    after_id = (rows[0]["position"] or "") if rows else ""
    position, differences = _compare_after(database, after_id)
    kept = [{"payment_id": each.subject_id, **asdict(each)} for each in differences]
    database.run("record_reconcile_position", after_id=after_id, position=position, differences=json.dumps(kept))
    for difference in differences:
        LOG.error("the ledger differs from the rows", extra=asdict(difference))
    return differences


def _compare_after(database: Database, position: str) -> tuple[str | None, list[Difference]]:
    """The id of the last payment of the batch, None if it was the last of all, and what differs."""
    (row,) = database.run("find_ledger_differences", after_id=position, limit=BATCH_SIZE)
    found: list[dict[str, Any]] = row["differences"] or []
    differences = [
        Difference(each["payment_id"], each["account"], each["rows_minor"], each["ledger_minor"]) for each in found
    ]
    return row["last_id"] if row["checked"] == BATCH_SIZE else None, differences
