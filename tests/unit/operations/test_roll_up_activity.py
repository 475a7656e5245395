from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations.roll_up_activity import BATCH_SIZE, roll_up_activity
from tests.unit.fakes import FakeDatabase, Rows

CLOSE, MARK, RECOUNT = "close_activity_hour", "mark_activity_changes", "recount_activity_hours"
# What an earlier run has left is counted before more is noted.
STEPS = [CLOSE, RECOUNT, MARK, RECOUNT]


def database_with(**found: list[int]) -> FakeDatabase:
    """Each statement finds so much, one time after the other, and then nothing."""

    def answer(counts: list[int]) -> Callable[..., Rows]:
        left = iter([*counts, *[0] * 9])
        return lambda **_: [{"count": next(left)}]

    return FakeDatabase(**{name: answer(found.get(name, [])) for name in (CLOSE, MARK, RECOUNT)})


def test_each_step_goes_on_until_nothing_is_left() -> None:
    database = database_with(
        close_activity_hour=[1, 1],
        recount_activity_hours=[BATCH_SIZE, 0, BATCH_SIZE, BATCH_SIZE - 1],
        mark_activity_changes=[1],
    )
    assert roll_up_activity(database, lambda: True) == 2 + 3 * BATCH_SIZE - 1
    assert database.names == [*[CLOSE] * 3, *[RECOUNT] * 2, *[MARK] * 2, *[RECOUNT] * 2]


def test_nothing_to_do_takes_one_look_each() -> None:
    database = database_with()
    assert roll_up_activity(database, lambda: True) == 0
    assert database.names == STEPS


def test_it_ends_when_its_time_is_over_but_changes_are_looked_for_once_in_each_run() -> None:
    database = database_with(
        close_activity_hour=[1] * 9, mark_activity_changes=[1] * 9, recount_activity_hours=[BATCH_SIZE] * 9
    )
    readings = iter([True, True])
    assert roll_up_activity(database, lambda: next(readings, False)) == 2
    assert database.names == [CLOSE, CLOSE, MARK]


class Hours:
    """Hours that are to be counted anew, of which one statement has time for `quick`."""

    def __init__(self, noted: int, quick: int) -> None:
        self.noted, self.quick = noted, quick
        self.limits: list[int] = []

    def recount(self, limit: int) -> Rows:
        self.limits.append(limit)
        counted = min(limit, self.noted)
        if counted > self.quick:
            raise DatabaseUnavailableError("The database is not able to answer now.")
        self.noted -= counted
        return [{"count": counted}]

    def roll_up(self, in_time: Callable[[], bool]) -> int:
        database = FakeDatabase(
            close_activity_hour=[{"count": 0}],
            mark_activity_changes=[{"count": 0}],
            recount_activity_hours=self.recount,
        )
        try:
            return roll_up_activity(database, in_time)
        finally:
            self.names = database.names


def test_hours_that_one_statement_has_no_time_for_are_counted_one_at_a_time() -> None:
    hours = Hours(noted=7, quick=1)
    assert hours.roll_up(lambda: True) == 7
    assert hours.limits[:8] == [BATCH_SIZE, *[1] * 7]


def test_each_run_gets_on_though_its_first_statement_uses_up_the_time() -> None:
    hours = Hours(noted=7, quick=1)
    for left in (6, 5, 4):
        # The time is over after the hours are closed and one statement has failed.
        readings = iter([True, True])
        assert hours.roll_up(lambda readings=readings: next(readings, False)) == 1  # type: ignore[misc]
        assert hours.noted == left


def test_an_hour_that_cannot_be_counted_at_all_is_told_before_changes_are_looked_for() -> None:
    """So that `activity_changes` stays behind, which shows to operators."""
    hours = Hours(noted=1, quick=0)
    with pytest.raises(DatabaseUnavailableError):
        hours.roll_up(repeat(True).__next__)
    assert hours.limits == [BATCH_SIZE, 1]
    assert MARK not in hours.names
