"""What must be true of the rows whatever happens, asked of the latest of them."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from paygate.domain.times import iso8601
from paygate.operations.ports import Database

LOG = logging.getLogger("paygate.invariants")
WINDOW_HOURS = 24


@dataclass(frozen=True)
class Invariant:
    """What must be true, and the statement that looks for violations among the latest rows, ten thousand at most."""

    statement: str
    description: str

    @property
    def name(self) -> str:
        return self.statement.removeprefix("check_")


INVARIANTS = (
    Invariant(
        "check_events_tell_each_status", "Each status that a payment or refund has had is told by exactly one event."
    ),
    Invariant("check_sequences_without_gaps", "The events of a payment are numbered from one, without gaps."),
    Invariant(
        "check_events_reach_their_endpoints",
        "Each event has one delivery to each endpoint that wanted it, and to no other.",
    ),
    Invariant("check_books_balance", "The ledger says of each payment what its row says."),
    Invariant(
        "check_refunds_within_captures",
        "A payment's refunds are what it holds for them, and never more than was captured.",
    ),
    Invariant("check_one_success_per_order", "An order that is not reusable is paid by one payment at most."),
    Invariant("check_pending_work_is_scheduled", "Whatever is still to happen is in the outbox."),
)


def check_invariants(database: Database) -> str:
    """`{checked_at, window_hours, invariants}` (JSON text). Each is asked of one moment; what does not hold is an error
    in the log, too. Raises DatabaseUnavailableError.
    """
    checked_at = iso8601(datetime.now(UTC))
    invariants = []
    for invariant in INVARIANTS:
        (row,) = database.run(invariant.statement, window_hours=WINDOW_HOURS)
        examples = row["examples"].split(",") if row["examples"] else []
        if row["violations"]:
            LOG.error("an invariant does not hold", extra={"invariant": invariant.name, "examples": examples})
        invariants.append(
            {
                "name": invariant.name,
                "description": invariant.description,
                "checked": row["checked"],
                "violations": row["violations"],
                "examples": examples,
            }
        )
    told = {"checked_at": checked_at, "window_hours": WINDOW_HOURS, "invariants": invariants}
    return json.dumps(told, separators=(",", ":"))
