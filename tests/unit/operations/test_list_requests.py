from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from paygate.domain.errors import LogUnavailableError
from paygate.domain.ids import TIME_LENGTH, base62, created_ms, new_id
from paygate.domain.request_log import LogPage, RequestFilter, read_line
from paygate.operations.list_requests import DAY_MS, READS_MAX, SECONDS_MAX, list_requests

NOW_MS = 1_790_000_000_000


def request_id_of(at_ms: int, number: int = 0) -> str:
    return f"req_{base62(at_ms, TIME_LENGTH)}{number:014d}"


def line(at_ms: int, number: int = 0, **changes: Any) -> tuple[int, str]:
    told = {
        "level": "INFO",
        "message": "request",
        "timestamp": datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "service": "paygate",
        "request_id": request_id_of(at_ms, number),
        "route": "GET /v1/payments",
        "status": 200,
        "merchant_id": "merchant_1",
        "duration_ms": 1.5,
        **changes,
    }
    return at_ms, json.dumps(told, separators=(",", ":")) + "\n"


class FakeLog:
    """Gives out lines as LocalStack does, whatever is wanted; so many a page."""

    def __init__(self, *lines: tuple[int, str], page: int = 1_000, full: bool = True, answers: int = 1_000_000) -> None:
        self.lines = sorted(lines)
        self.page = page
        self.full = full
        self.answers = answers
        self.windows: list[tuple[int, int]] = []

    def read(self, wanted: RequestFilter, start_ms: int, end_ms: int, token: str | None) -> LogPage:
        if len(self.windows) == self.answers:
            raise LogUnavailableError("CloudWatch Logs did not answer (ThrottlingException).")
        self.windows.append((start_ms, end_ms))
        within = [each for each in self.lines if start_ms <= each[0] < end_ms]
        first = int(token or 0)
        rest = len(within) > first + self.page
        lines = within[first : first + self.page]
        return LogPage(lines, str(first + self.page) if rest else None, full=rest and self.full)


def listed(
    log: FakeLog,
    limit: int = 10,
    *,
    merchant_id: str = "merchant_1",
    request_id: str | None = None,
    failed: bool | None = None,
    clock: Callable[[], float] = lambda: 0.0,
) -> tuple[list[dict[str, Any]], bool]:
    wanted = RequestFilter(merchant_id, request_id, failed)
    told = json.loads(list_requests(log, wanted, limit, now_ms=lambda: NOW_MS, clock=clock))
    return told["data"], told["complete"]


def times(log: FakeLog, limit: int = 10) -> list[int]:
    """How long before now each request was that is listed."""
    data, _ = listed(log, limit)
    return [NOW_MS - (created_ms(each["request_id"]) or 0) for each in data]


def test_a_request_is_told_as_it_was_answered_and_nothing_else_of_its_line() -> None:
    log = FakeLog(line(NOW_MS - 5, code="NOT_FOUND_ERROR", status=404, original_request_id="req_1", secret="x"))
    assert listed(log) == (
        [
            {
                "request_id": request_id_of(NOW_MS - 5),
                "at": "2026-09-21T14:13:19.995Z",
                "route": "GET /v1/payments",
                "status": 404,
                "code": "NOT_FOUND_ERROR",
                "duration_ms": 1.5,
                "original_request_id": "req_1",
            }
        ],
        True,
    )


def test_the_latest_come_first_from_however_long_ago() -> None:
    ages = [0, 1, 59_000, 61_000, 3_600_000, DAY_MS - 1]
    assert times(FakeLog(*(line(NOW_MS - age) for age in reversed(ages)))) == ages


def test_nothing_is_older_than_a_day() -> None:
    assert times(FakeLog(line(NOW_MS - DAY_MS - 1), line(NOW_MS - DAY_MS + 5))) == [DAY_MS - 5]


def test_enough_is_enough() -> None:
    log = FakeLog(*(line(NOW_MS - age * 1_000) for age in range(500)))
    assert times(log, 3) == [0, 1_000, 2_000]
    assert len(log.windows) == 1


def test_a_quiet_day_takes_few_reads() -> None:
    log = FakeLog(line(NOW_MS - DAY_MS + 60_000))
    assert times(log) == [DAY_MS - 60_000]
    assert len(log.windows) <= 3
    assert [end for _, end in log.windows[1:]] == [start for start, _ in log.windows[:-1]]


def test_of_a_busy_minute_the_latest_part_is_read_first() -> None:
    log = FakeLog(*(line(NOW_MS - age, age) for age in range(0, 60_000, 7)), page=500)
    assert times(log, 5) == [0, 7, 14, 21, 28]
    assert len(log.windows) < 5


def test_a_log_that_takes_its_time_is_followed_page_by_page() -> None:
    log = FakeLog(*(line(NOW_MS - age * 100) for age in range(30)), page=10, full=False)
    assert times(log, 30) == [age * 100 for age in range(30)]


def test_of_a_window_that_takes_too_many_pages_the_latest_part_is_read_first() -> None:
    """Others fill the log, so that no page of this merchant's is ever full."""
    log = FakeLog(*(line(NOW_MS - age * 100) for age in range(2_400)), page=250, full=False)
    assert times(log, 5) == [age * 100 for age in range(5)]
    assert len(log.windows) < READS_MAX


def test_other_lines_are_passed_over() -> None:
    others = [
        "START RequestId: 1",
        '{"message":"request"',
        '["request"]',
        '{"message":"swept","service":"paygate","what":"request"}',
        '{"message":"request","service":"paygate"}',
        "",
    ]
    assert [read_line(text) for text in others] == [None] * len(others)
    assert listed(FakeLog(*((NOW_MS - 1, text) for text in others))) == ([], True)


def test_a_merchant_never_sees_the_lines_of_another_nor_the_dashboards_own() -> None:
    log = FakeLog(
        line(NOW_MS - 1, merchant_id="merchant_2"),
        line(NOW_MS - 2, merchant_id=""),
        line(NOW_MS - 3, user_id="user_1"),
        line(NOW_MS - 4),
    )
    assert times(log) == [4]
    other = request_id_of(NOW_MS - 1)
    assert listed(log, request_id=other) == ([], True)
    assert len(listed(log, request_id=other, merchant_id="merchant_2")[0]) == 1


@pytest.mark.parametrize(
    ("failed", "statuses"), [(None, [503, 400, 399, 200]), (True, [503, 400]), (False, [399, 200])]
)
def test_failures_and_successes_can_be_told_apart(failed: bool | None, statuses: list[int]) -> None:
    log = FakeLog(*(line(NOW_MS - age, status=status) for age, status in enumerate([503, 400, 399, 200], 1)))
    assert [each["status"] for each in listed(log, failed=failed)[0]] == statuses


def test_a_request_is_found_by_its_id_in_one_read() -> None:
    at_ms = NOW_MS - 20 * 3_600_000
    log = FakeLog(*(line(at_ms + age) for age in range(-2_000, 2_000, 10)))
    data, complete = listed(log, request_id=request_id_of(at_ms))
    assert ([each["request_id"] for each in data], complete) == ([request_id_of(at_ms)], True)
    assert len(log.windows) == 1


@pytest.mark.parametrize(
    "request_id",
    [
        "req_1",
        "nonsense",
        request_id_of(NOW_MS - DAY_MS - 120_000),
        request_id_of(NOW_MS + 120_000),
        new_id("req")[:-1],
    ],
    # Named alike in every process that collects them.
    ids=["short", "no id", "too old", "of the future", "cut off"],
)
def test_an_id_that_no_request_of_the_day_can_have_is_not_looked_for(request_id: str) -> None:
    log = FakeLog(line(NOW_MS))
    assert listed(log, request_id=request_id) == ([], True)
    assert log.windows == []


def test_reads_are_bounded_and_what_is_missing_is_said() -> None:
    log = FakeLog(*(line(NOW_MS - age // 100, age) for age in range(10_000)), page=10, full=False)
    assert listed(log, 100) == ([], False)
    assert len(log.windows) == READS_MAX


def test_time_is_bounded_and_what_was_found_by_then_is_told() -> None:
    log = FakeLog(line(NOW_MS - 10), line(NOW_MS - 4 * 3_600_000))
    data, complete = listed(log, clock=count(0.0, SECONDS_MAX * 0.4).__next__)
    assert (len(data), complete) == (1, False)


def test_a_log_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(LogUnavailableError):
        listed(FakeLog(line(NOW_MS), answers=0))


def test_a_log_that_does_not_answer_any_more_ends_the_search_and_what_was_found_is_told() -> None:
    log = FakeLog(line(NOW_MS - 10), line(NOW_MS - 4 * 3_600_000), answers=1)
    data, complete = listed(log)
    assert ([each["request_id"] for each in data], complete) == ([request_id_of(NOW_MS - 10)], False)


def test_of_a_window_whose_later_pages_are_missing_nothing_is_told() -> None:
    log = FakeLog(*(line(NOW_MS - age) for age in range(20)), page=10, full=False, answers=1)
    assert listed(log) == ([], False)
