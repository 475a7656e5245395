from __future__ import annotations

import re
from functools import partial

import pytest

from paygate.domain.errors import (
    DatabaseUnavailableError,
    RedisUnavailableError,
    SecretUnavailableError,
    UnavailableError,
)
from paygate.operations.check_health import check_health


def failing(error: Exception | None) -> None:
    if error:
        raise error


@pytest.mark.parametrize(
    ("database_error", "redis_error"),
    [
        (None, None),
        (DatabaseUnavailableError("no"), None),
        (None, RedisUnavailableError("no")),
        (SecretUnavailableError("no"), UnavailableError("no")),
    ],
)
def test_it_is_healthy_when_every_part_answers(database_error: Exception | None, redis_error: Exception | None) -> None:
    errors = {"database": database_error, "redis": redis_error}
    healthy, report = check_health({name: partial(failing, error) for name, error in errors.items()})
    down = [name for name, error in errors.items() if error]
    assert healthy is not bool(down)
    assert list(report) == ["status", "database", "redis", "timestamp"]
    assert report["status"] == ("unhealthy" if down else "healthy")
    assert [name for name in errors if report[name] == "disconnected"] == down
    assert [name for name in errors if report[name] == "connected"] == [name for name in errors if name not in down]


def test_the_time_is_iso_8601_in_utc() -> None:
    _, report = check_health({})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", report["timestamp"])


def test_a_mistake_of_ours_is_not_taken_for_an_outage() -> None:
    with pytest.raises(ZeroDivisionError):
        check_health({"database": lambda: failing(ZeroDivisionError())})
