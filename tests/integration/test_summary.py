"""The dashboard's summary is what a recount of the rows comes to, however much of it was counted before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.periods import Period
from paygate.operations import get_summary as module
from paygate.operations.get_summary import REASONS_MAX, get_summary
from paygate.operations.roll_up_activity import roll_up_activity
from tests.integration.histories import Histories, Past, pasts, recount
from tests.support.rows import TEST_MERCHANT_ID, Rows

PERIODS: tuple[Period, ...] = get_args(Period)
# Fixed for a run, so that what hypothesis generates is about one time; the sweeper goes by the server's clock.
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
EMPTY = "TRUNCATE payments, refunds, events, webhook_deliveries, outbox, activity_hours, activity_stale CASCADE"


@pytest.fixture
def histories(database: PostgresDatabase, sql: Rows) -> Histories:
    # The ledger refuses to be emptied between two examples, and these are not about it.
    sql.run("ALTER TABLE journals DISABLE TRIGGER ALL")
    sql.run("ALTER TABLE ledger_entries DISABLE TRIGGER ALL")
    return Histories(database, sql, NOW, sql.add_merchant())


def begin_anew(sql: Rows) -> None:
    sql.run(EMPTY)
    sql.run("UPDATE worker_runs SET position = NULL")


def roll_up(database: PostgresDatabase, steps: int = 1_000_000) -> None:
    left = iter(range(steps))
    roll_up_activity(database, lambda: next(left, None) is not None)


def summary(database: PostgresDatabase, period: Period, now: datetime = NOW, merchant: str = TEST_MERCHANT_ID) -> Any:
    text = get_summary(database, merchant, period, now)
    content = json.loads(text)
    assert text == json.dumps(content, separators=(",", ":"))
    content["webhooks"].pop("endpoints")
    return content


def assert_right(histories: Histories) -> None:
    for merchant in (TEST_MERCHANT_ID, histories.other):
        for period in PERIODS:
            # Also as it was seen from earlier, with ends within hours that are closed.
            for now in (NOW, NOW - timedelta(hours=30, minutes=17)):
                found = summary(histories.database, period, now, merchant)
                assert found == recount(histories.sql, period, now, merchant)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(first=pasts(NOW), more=pasts(NOW), steps=st.integers(0, 6), data=st.data())
def test_the_summary_is_what_a_recount_comes_to(
    histories: Histories, first: list[Past], more: list[Past], steps: int, data: st.DataObject
) -> None:
    database, sql = histories.database, histories.sql
    begin_anew(sql)
    written = [(histories.write(past), past) for past in first]
    assert_right(histories)
    roll_up(database, steps)
    assert_right(histories)
    roll_up(database)
    roll_up(database)
    assert_right(histories)
    # What is still open ends late, and there is more that is new.
    for payment_id, past in written:
        if past.fate == "pending":
            histories.settle(payment_id, data.draw(st.sampled_from(["success", "payment_declined", "processing"])))
        elif past.fate == "authorized":
            histories.end(payment_id, data.draw(st.sampled_from(["captured", "cancelled"])))
    closed_until = datetime.fromisoformat(sql.value("SELECT position FROM worker_runs WHERE worker = 'activity_hours'"))
    for past in more:
        # Nothing is created in the past.
        if NOW - past.ago >= closed_until:
            histories.write(past)
    roll_up(database)
    assert_right(histories)
    assert sql.value("SELECT count(*) FROM activity_stale") == 0
    # Counted all over again, nothing changes.
    sql.run("UPDATE worker_runs SET position = NULL")
    before = sql.all("SELECT * FROM activity_hours ORDER BY 1, 2, 3, 4, 5, 6")
    roll_up(database)
    assert sql.all("SELECT * FROM activity_hours ORDER BY 1, 2, 3, 4, 5, 6") == before


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("counted", [False, True])
def test_a_merchant_without_anything_has_an_empty_summary(
    database: PostgresDatabase, sql: Rows, period: Period, counted: bool
) -> None:
    if counted:
        roll_up(database)
    found = summary(database, period)
    assert found == recount(sql, period, NOW)
    assert (found["totals"], found["previous"], found["series"], found["failures"]) == ([], [], [], [])
    assert found["webhooks"] == dict.fromkeys(("delivered", "failed", "pending", "held"), 0)


PAST = Past(timedelta(minutes=1), "success", "INR", 700, own=True, refund=None, refund_after=HOUR, deliveries=())


@pytest.mark.parametrize(("period", "buckets"), [("24h", 24), ("7d", 7), ("30d", 30)])
def test_hours_and_days_without_anything_are_there(histories: Histories, period: Period, buckets: int) -> None:
    histories.write(PAST)
    series = summary(histories.database, period)["series"]
    assert len(series) == buckets
    assert sum(point["succeeded"] for point in series) == 1
    assert series == sorted(series, key=lambda point: point["at"])


@pytest.mark.parametrize("counted", [False, True])
def test_a_day_is_one_of_utc(histories: Histories, counted: bool) -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0) - timedelta(days=2)
    for moment in (midnight - timedelta(milliseconds=1), midnight, midnight + timedelta(days=1, milliseconds=-1)):
        histories.write(Past(NOW - moment, "success", "INR", 700, True, None, HOUR, ()))
    if counted:
        roll_up(histories.database)
    series = {point["at"]: point["succeeded"] for point in summary(histories.database, "7d")["series"]}
    found = [series[f"{midnight + timedelta(days=day):%Y-%m-%dT00:00:00.000Z}"] for day in (-1, 0, 1)]
    assert found == [1, 2, 0]


def test_the_most_frequent_reasons_are_told(histories: Histories) -> None:
    for number in range(REASONS_MAX + 2):
        for _ in range(2 if number == REASONS_MAX + 1 else 1):
            payment_id = histories.write(Past(HOUR, "payment_declined", "INR", 700, True, None, HOUR, ()))
            histories.sql.run(
                "UPDATE payments SET failure_reason = :reason WHERE id = :id", reason=f"r{number:02}", id=payment_id
            )
    failures = summary(histories.database, "24h")["failures"]
    assert failures[0] == {"reason": f"r{REASONS_MAX + 1}", "count": 2}
    assert [each["reason"] for each in failures[1:]] == [f"r{number:02}" for number in range(REASONS_MAX - 1)]


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize(
    ("deliveries", "told"),
    [
        ({"delivered": 5, "held": 2}, {"delivered": 5, "held": 2}),
        ({"delivered": 5, "held": 3}, {"delivered": 3, "held": 3}),
        ({"delivered": 2, "held": 5}, {"delivered": 2, "held": 3}),
        ({"delivered": 2, "exhausted": 2, "expired": 2}, {"delivered": 2, "failed": 3}),
        ({"delivered": 5, "cancelled": 4, "pending": 4}, {"delivered": 3, "pending": 3}),
    ],
)
def test_counts_of_deliveries_stop_somewhere_and_never_say_too_much(
    histories: Histories,
    monkeypatch: pytest.MonkeyPatch,
    deliveries: dict[str, int],
    told: dict[str, int],
    counted: bool,
) -> None:
    monkeypatch.setattr(module, "DELIVERIES_MAX", 3)
    statuses = tuple(status for status, count in deliveries.items() for _ in range(count))
    histories.write(replace(PAST, ago=5 * HOUR, deliveries=statuses))
    if counted:
        roll_up(histories.database)
    found = summary(histories.database, "24h")["webhooks"]
    assert found == dict.fromkeys(("delivered", "failed", "pending", "held"), 0) | told


def test_the_merchants_endpoints_are_told_newest_first(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    sql.run("DELETE FROM webhook_endpoints")
    gone, failing, other = sql.add_endpoint(cipher), sql.add_endpoint(cipher), sql.add_merchant()
    sql.add_endpoint(cipher, merchant_id=other)
    sql.run("UPDATE webhook_endpoints SET status = 'deleted' WHERE id = :id", id=gone)
    sql.run("UPDATE webhook_endpoints SET failing_since = '2026-01-02T03:04:05Z' WHERE id = :id", id=failing)
    newest = sql.add_endpoint(cipher, status="disabled")
    found = json.loads(get_summary(database, TEST_MERCHANT_ID, "24h", NOW))["webhooks"]["endpoints"]
    url = "https://merchant.example/webhooks"
    assert found == [
        {"id": newest, "url": url, "status": "disabled", "failing_since": None},
        {"id": failing, "url": url, "status": "enabled", "failing_since": "2026-01-02T03:04:05.000Z"},
    ]
