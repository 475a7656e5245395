"""Keeps the hours that the dashboard's sums are made of, so that no request adds up a month of payments."""

from __future__ import annotations

from collections.abc import Callable

from paygate.domain.errors import DatabaseUnavailableError
from paygate.domain.periods import LOOKS_BACK_DAYS
from paygate.operations.ports import Database

# Far longer than any statement may take: by then all of an hour, or of a look at events, has been committed.
BEHIND_SECONDS = 300
# How much of a backlog of events one statement looks at.
SPAN_SECONDS = 900
# Hours of one merchant that one statement counts anew: a busy one may take a second.
BATCH_SIZE = 5


def roll_up_activity(database: Database, in_time: Callable[[], bool]) -> int:
    """Count the hours that have ended, and anew those in which something has changed since; how many.

    Each statement leaves everything consistent, so this may end at any moment, and several sweepers may run at once.
    What there is no time for is left to the next run: until then a summary counts open hours from the rows, which is
    slower, and shows late changes as they were. Raises DatabaseUnavailableError; while each run does, `activity_hours`
    or `activity_changes` of `worker_runs` stays behind, which shows to operators.
    """
    counted = 0
    more = True
    while more and in_time():
        (row,) = database.run("close_activity_hour", behind_seconds=BEHIND_SECONDS)
        counted += row["count"]
        more = row["count"] > 0
    # What earlier runs have left comes before anything more is noted.
    counted += _recount(database, in_time)
    more = True
    while more:
        (row,) = database.run(
            "mark_activity_changes",
            overlap_seconds=BEHIND_SECONDS,
            span_seconds=SPAN_SECONDS,
            keep_days=LOOKS_BACK_DAYS,
        )
        more = row["count"] > 0 and in_time()
    return counted + _recount(database, in_time)


def _recount(database: Database, in_time: Callable[[], bool]) -> int:
    """How many hours that had been noted were counted anew."""
    counted = 0
    limit = BATCH_SIZE
    more = True
    while more and in_time():
        try:
            (row,) = database.run("recount_activity_hours", limit=limit)
        except DatabaseUnavailableError:
            # They may be more than a statement has time for, and would be so each minute. The time of this run is over
            # with that, but one alone is tried at once, so that something gets done.
            limit = 1
            (row,) = database.run("recount_activity_hours", limit=limit)
        counted += row["count"]
        more = row["count"] == limit
    return counted
