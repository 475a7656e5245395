from __future__ import annotations

from datetime import UTC, datetime

from paygate.domain.times import iso8601


def test_times_are_written_as_the_database_writes_them() -> None:
    assert iso8601(datetime(2026, 1, 2, 3, 4, 5, 678_900, UTC)) == "2026-01-02T03:04:05.678Z"
    assert iso8601(datetime(2026, 1, 2, 3, 4, 5, 0, UTC)) == "2026-01-02T03:04:05.000Z"
