from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain.retry_policy import (
    ONCE,
    SHORT_SCHEDULE,
    STANDARD_SCHEDULE,
    STEP_SECONDS_MAX,
    STEPS_MAX,
    TEST_SCHEDULE,
    RetrySchedule,
    next_delay_seconds,
    parse_retry_after,
    parse_schedule,
)

MINUTE, HOUR = 60, 3_600
STANDARD = (0, 5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
SHORT = (0, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR)
QUICK = (0, 5, 10, 15, 20)
OWN = RetrySchedule((0, 5, 300))
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "attempts_made", "seconds"),
    [(STANDARD_SCHEDULE, *entry) for entry in enumerate(STANDARD)]
    + [(SHORT_SCHEDULE, *entry) for entry in enumerate(SHORT)]
    + [(TEST_SCHEDULE, *entry) for entry in enumerate(QUICK)]
    + [(ONCE, 0, 0)],
)
def test_each_attempt_waits_as_the_schedule_says(schedule: RetrySchedule, attempts_made: int, seconds: int) -> None:
    assert next_delay_seconds(schedule, attempts_made, 0) == seconds


@pytest.mark.parametrize(
    ("schedule", "attempts"),
    [
        (STANDARD_SCHEDULE, len(STANDARD)),
        (SHORT_SCHEDULE, len(SHORT)),
        (TEST_SCHEDULE, len(QUICK)),
        (ONCE, 1),
        (RetrySchedule(()), 0),
    ],
)
@pytest.mark.parametrize("more", [0, 1, 100])
@pytest.mark.parametrize("asked", [None, 0.0, 30.0])
def test_after_the_last_attempt_there_is_no_other_whatever_the_receiver_asks_for(
    schedule: RetrySchedule, attempts: int, more: int, asked: float | None
) -> None:
    assert next_delay_seconds(schedule, attempts + more, 0, overloaded=True, retry_after_seconds=asked) is None


@pytest.mark.parametrize(("jitter", "seconds"), [(-1, 240), (-0.5, 270), (0, 300), (0.5, 330), (1, 360)])
def test_jitter_moves_a_delay_by_up_to_a_fifth(jitter: float, seconds: float) -> None:
    assert next_delay_seconds(OWN, 2, jitter) == pytest.approx(seconds)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=len(STANDARD) - 1), st.floats(min_value=-1, max_value=1))
def test_jitter_never_leaves_its_bounds(attempts_made: int, jitter: float) -> None:
    delay = next_delay_seconds(STANDARD_SCHEDULE, attempts_made, jitter)
    assert delay is not None
    assert 0.8 * STANDARD[attempts_made] <= delay <= 1.2 * STANDARD[attempts_made]


@pytest.mark.parametrize(
    ("schedule", "attempts_made", "jitter", "seconds"),
    [
        (STANDARD_SCHEDULE, 1, 0, 60),
        (STANDARD_SCHEDULE, 1, 1, 60),
        (STANDARD_SCHEDULE, 2, 0, 300),
        (STANDARD_SCHEDULE, 2, -1, 240),
        (SHORT_SCHEDULE, 1, -1, 60),
        (SHORT_SCHEDULE, 1, 1, 72),
        (OWN, 1, 0, 60),
        (TEST_SCHEDULE, 1, 0, 6),
        (TEST_SCHEDULE, 1, -1, 6),
        (TEST_SCHEDULE, 2, 0, 10),
        (TEST_SCHEDULE, 4, 0, 20),
    ],
)
def test_a_receiver_with_too_much_to_do_is_left_alone_for_a_minute_at_least(
    schedule: RetrySchedule, attempts_made: int, jitter: float, seconds: float
) -> None:
    assert next_delay_seconds(schedule, attempts_made, jitter, overloaded=True) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(0, 300), (299, 300), (300, 300), (300.5, 300.5), (450, 450), (600, 600), (600.5, 600), (1e9, 600)],
)
def test_a_receiver_gets_the_delay_that_it_asks_for_from_the_step_to_twice_the_step(
    asked: float, seconds: float
) -> None:
    assert next_delay_seconds(OWN, 2, 0, retry_after_seconds=asked) == pytest.approx(seconds)


@pytest.mark.parametrize(("jitter", "asked", "seconds"), [(-1, 0, 240), (-1, 1e9, 480), (1, 0, 360), (1, 1e9, 720)])
def test_the_bounds_of_what_may_be_asked_for_are_those_of_the_step_as_jitter_has_moved_it(
    jitter: float, asked: float, seconds: float
) -> None:
    assert next_delay_seconds(OWN, 2, jitter, retry_after_seconds=asked) == pytest.approx(seconds)


@pytest.mark.parametrize(("asked", "seconds"), [(None, 60), (0, 60), (90, 90), (120, 120), (121, 120)])
def test_with_too_much_to_do_it_may_ask_for_up_to_twice_the_minute(asked: float | None, seconds: float) -> None:
    assert next_delay_seconds(OWN, 1, 0, overloaded=True, retry_after_seconds=asked) == seconds


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("standard", STANDARD),
        ("short", SHORT),
        ("0", (0,)),
        ("0,30,300", (0, 30, 300)),
        (" 0 , 30 ", (0, 30)),
        ("0,0,0", (0, 0, 0)),
        ("00,007", (0, 7)),
        (f"0,{STEP_SECONDS_MAX}", (0, STEP_SECONDS_MAX)),
        (",".join("0" * STEPS_MAX), (0,) * STEPS_MAX),
    ],
)
def test_a_schedule_is_a_profile_or_steps_in_seconds(text: str, steps: tuple[int, ...]) -> None:
    assert parse_schedule(text) == RetrySchedule(steps, overloaded_min_seconds=60)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        *(
            (text, "must be standard, short or seconds with commas between them, each 604800 at most")
            for text in (
                *("", "test", "Standard", "STANDARD", " standard", "quick", "0,", ",0", "0,,5", "0;5", "0 5", "-1"),
                *("0,-5", "0,1.5", "0,1e3", "0,5s", "0,\u0661", "0,\u00b2", f"0,{STEP_SECONDS_MAX + 1}", "standard,0"),
            )
        ),
        *(
            (text, "must begin with 0, which is the first attempt, and have 20 steps at most")
            for text in ("5", "5,0", "1,2,3", ",".join("0" * (STEPS_MAX + 1)))
        ),
    ],
)
def test_a_schedule_that_breaks_a_rule_is_refused_with_the_rule(text: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("007", 7),
        ("9" * 5_000, 999_999_999),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 14:01:30 +0200", 90),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90),
        ("Sun Mar  1 12:01:30 2026", 90),
        ("Sun, 01 Mar 2026 12:00:00 GMT", 0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        *(
            (text, None)
            for text in (
                "",
                "soon",
                "-5",
                "+5",
                "1.5",
                "1e3",
                "12 0",
                "\u0661\u0662",
                "\u00b2",
                "\0",
                "2026-03-01T12:01:30Z",
            )
        ),
        *(
            (text, None)
            for text in ("Sun, 99 Mar 2026 12:01:30 GMT", "Sun, 01 Mar 99999 12:01:30 GMT", "GMT", ",,,,", "{}")
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_says_nothing(
    text: str | None, seconds: float | None
) -> None:
    assert parse_retry_after(text, NOW) == seconds


@settings(deadline=None)
@given(
    st.text(max_size=60)
    | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,5} [A-Z][a-z]{2} [0-9]{1,7} [0-9:]{1,9} [+-]?[0-9A-Z]{1,6}")
)
def test_no_header_brings_it_about(text: str) -> None:
    seconds = parse_retry_after(text, NOW)
    assert seconds is None or seconds >= 0
