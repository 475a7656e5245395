"""When a webhook delivery that failed is tried again.

The usual schedule is Standard Webhooks' example: 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

JITTER_FRACTION = 0.2
STEPS_MAX = 20
STEP_SECONDS_MAX = 7 * 86_400


@dataclass(frozen=True)
class RetrySchedule:
    """Seconds before each attempt of a run, the first of which is made at once; and how long a receiver that has too
    much to do is left alone at least.
    """

    steps_seconds: tuple[int, ...]
    overloaded_min_seconds: int = 60


STANDARD_SCHEDULE = RetrySchedule((0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
SHORT_SCHEDULE = RetrySchedule((0, 60, 300, 1_800, 7_200))
TEST_SCHEDULE = RetrySchedule((0, 5, 10, 15, 20), overloaded_min_seconds=6)
ONCE = RetrySchedule((0,))
PROFILES = {"standard": STANDARD_SCHEDULE, "short": SHORT_SCHEDULE}


def parse_schedule(text: str) -> RetrySchedule:
    """A profile's name, or a schedule of one's own such as `0,30,300`. Raises ValueError with the rule it breaks."""
    if text in PROFILES:
        return PROFILES[text]
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and int(part) <= STEP_SECONDS_MAX for part in parts):
        raise ValueError(
            f"must be {', '.join(PROFILES)} or seconds with commas between them, each {STEP_SECONDS_MAX} at most"
        )
    steps = tuple(int(part) for part in parts)
    if steps[0] != 0 or len(steps) > STEPS_MAX:
        raise ValueError(f"must begin with 0, which is the first attempt, and have {STEPS_MAX} steps at most")
    return RetrySchedule(steps)


def next_delay_seconds(
    schedule: RetrySchedule,
    attempts_made: int,
    jitter: float,
    *,
    overloaded: bool = False,
    retry_after_seconds: float | None = None,
) -> float | None:
    """Seconds until the next attempt after so many failures of a run; None when the schedule is exhausted.

    `jitter` is a number from -1 to 1 (a random one in practice) and moves the delay by up to 20 % either way, so that
    what failed together does not come back together. A receiver may ask for up to twice the step, not for less.
    """
    if attempts_made >= len(schedule.steps_seconds):
        return None
    step = schedule.steps_seconds[attempts_made] * (1 + JITTER_FRACTION * jitter)
    if overloaded:
        step = max(step, schedule.overloaded_min_seconds)
    return step if retry_after_seconds is None else min(max(retry_after_seconds, step), 2 * step)


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, given as such or as a date (RFC 9110, 10.2.3); None if it says
    nothing of use.
    """
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date without a zone, which old servers send, is in UTC.
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
