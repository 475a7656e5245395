from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paygate.domain.periods import LOOKS_BACK_DAYS, Bucket, Period, window_of

LENGTHS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "now", "begins", "bucket"),
    [
        ("24h", "2026-11-23T10:30:15.123", "2026-11-22T11:00", "hour"),
        ("24h", "2026-11-23T10:00:00", "2026-11-22T11:00", "hour"),
        ("24h", "2026-11-23T09:59:59.999", "2026-11-22T10:00", "hour"),
        ("24h", "2026-01-01T00:00:00", "2025-12-31T01:00", "hour"),
        ("7d", "2026-11-23T10:30:15.123", "2026-11-17T00:00", "day"),
        ("7d", "2026-11-23T00:00:00", "2026-11-17T00:00", "day"),
        ("7d", "2026-11-22T23:59:59.999", "2026-11-16T00:00", "day"),
        ("30d", "2026-03-01T12:00:00", "2026-01-31T00:00", "day"),
        ("30d", "2024-03-01T12:00:00", "2024-02-01T00:00", "day"),
    ],
)
def test_a_period_begins_with_its_first_bucket_and_ends_now(
    period: Period, now: str, begins: str, bucket: Bucket
) -> None:
    window = window_of(period, at(now))
    assert (window.from_at, window.to_at, window.bucket) == (at(begins), at(now), bucket)


def test_the_period_before_is_cut_where_this_one_is() -> None:
    window = window_of("7d", at("2026-11-23T10:30"))
    assert (window.previous_from_at, window.previous_to_at) == (at("2026-11-10T00:00"), at("2026-11-16T10:30"))


def test_a_period_ends_with_a_millisecond_as_it_is_shown() -> None:
    assert window_of("24h", at("2026-11-23T10:30:15.123999")).to_at == at("2026-11-23T10:30:15.123")


@given(
    period=st.sampled_from(get_args(Period)),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_the_buckets_fill_the_period(period: Period, now: datetime) -> None:
    window = window_of(period, now)
    step = timedelta(hours=1) if window.bucket == "hour" else timedelta(days=1)
    count = LENGTHS[period] // step
    # The last of them is the one that now is in.
    assert window.from_at + (count - 1) * step <= window.to_at < window.from_at + count * step
    assert timedelta(0) <= now - window.to_at < timedelta(milliseconds=1)
    assert window.from_at - window.previous_from_at == window.to_at - window.previous_to_at == LENGTHS[period]
    assert (window.from_at.minute, window.from_at.second, window.from_at.microsecond) == (0, 0, 0)
    assert window.bucket == "hour" or window.from_at.hour == 0
    assert now - window.previous_from_at < timedelta(days=LOOKS_BACK_DAYS)
