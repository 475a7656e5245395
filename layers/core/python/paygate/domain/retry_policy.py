"""When a webhook delivery that failed is tried again.

The schedule is Standard Webhooks' example: 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

from __future__ import annotations

from collections.abc import Sequence

STANDARD_SCHEDULE_SECONDS: tuple[int, ...] = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
TEST_SCHEDULE_SECONDS: tuple[int, ...] = (0, 5, 10, 15, 20)
JITTER_FRACTION = 0.2


def next_delay_seconds(schedule_seconds: Sequence[int], attempts_made: int, jitter: float) -> float | None:
    """Seconds until the next attempt after `attempts_made` failures; None when the schedule is exhausted.

    `jitter` is a number from -1 to 1 (a random one in practice) and moves the delay by up to 20 % either way, so that
    deliveries that failed together do not come back together.
    """
    if attempts_made >= len(schedule_seconds):
        return None
    return schedule_seconds[attempts_made] * (1 + JITTER_FRACTION * jitter)
