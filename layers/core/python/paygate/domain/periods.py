"""The periods that the dashboard sums up, and the hours or days that they are made of; all in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Period = Literal["24h", "7d", "30d"]
Bucket = Literal["hour", "day"]
# How many buckets of which kind; the last one is under way.
_BUCKETS: dict[Period, tuple[int, Bucket]] = {"24h": (24, "hour"), "7d": (7, "day"), "30d": (30, "day")}
_LENGTHS: dict[Bucket, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
# Further back than the period before the longest one no summary looks.
LOOKS_BACK_DAYS = 61


@dataclass(frozen=True)
class Window:
    """A period that ends now, and the same part of the one before it; the ends do not belong to them."""

    from_at: datetime
    to_at: datetime
    previous_from_at: datetime
    previous_to_at: datetime
    bucket: Bucket


def window_of(period: Period, now: datetime) -> Window:
    """The buckets up to the one that `now` (in UTC) is in. The period before is cut where this one is, or a morning
    would always look worse than the days before it.
    """
    count, bucket = _BUCKETS[period]
    to_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    begun = to_at.replace(minute=0, second=0, microsecond=0)
    if bucket == "day":
        begun = begun.replace(hour=0)
    length = count * _LENGTHS[bucket]
    from_at = begun - length + _LENGTHS[bucket]
    return Window(from_at, to_at, from_at - length, to_at - length, bucket)
