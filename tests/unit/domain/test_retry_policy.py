from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain.retry_policy import STANDARD_SCHEDULE_SECONDS, TEST_SCHEDULE_SECONDS, next_delay_seconds

MINUTE, HOUR = 60, 3_600
STANDARD = (0, 5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
QUICK = (0, 5, 10, 15, 20)


@pytest.mark.parametrize(
    ("schedule", "attempts_made", "seconds"),
    [(STANDARD_SCHEDULE_SECONDS, *entry) for entry in enumerate(STANDARD)]
    + [(TEST_SCHEDULE_SECONDS, *entry) for entry in enumerate(QUICK)],
)
def test_each_attempt_waits_as_the_schedule_says(schedule: tuple[int, ...], attempts_made: int, seconds: int) -> None:
    assert next_delay_seconds(schedule, attempts_made, 0) == seconds


@pytest.mark.parametrize(
    ("schedule", "attempts"),
    [(STANDARD_SCHEDULE_SECONDS, len(STANDARD)), (TEST_SCHEDULE_SECONDS, len(QUICK)), ((), 0)],
)
@pytest.mark.parametrize("more", [0, 1, 100])
def test_after_the_last_attempt_there_is_no_other(schedule: tuple[int, ...], attempts: int, more: int) -> None:
    assert next_delay_seconds(schedule, attempts + more, 0) is None


@pytest.mark.parametrize(("jitter", "seconds"), [(-1, 240), (-0.5, 270), (0, 300), (0.5, 330), (1, 360)])
def test_jitter_moves_a_delay_by_up_to_a_fifth(jitter: float, seconds: float) -> None:
    assert next_delay_seconds((0, 5, 300), 2, jitter) == pytest.approx(seconds)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=len(STANDARD) - 1), st.floats(min_value=-1, max_value=1))
def test_jitter_never_leaves_its_bounds(attempts_made: int, jitter: float) -> None:
    delay = next_delay_seconds(STANDARD_SCHEDULE_SECONDS, attempts_made, jitter)
    assert delay is not None
    assert 0.8 * STANDARD[attempts_made] <= delay <= 1.2 * STANDARD[attempts_made]
