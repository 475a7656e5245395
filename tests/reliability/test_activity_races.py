"""Several sweepers count the dashboard's hours at once, while payments and refunds in them come to their end."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import get_args

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.periods import Period
from paygate.operations.get_summary import get_summary
from paygate.operations.roll_up_activity import roll_up_activity
from tests.integration.histories import recount
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_payment, start_payment

SWEEPERS = 4
HOURS = 30
PAYMENTS = 120


def test_sweepers_at_once_count_everything_once_while_it_changes(
    secrets: DeploymentSecrets, database: PostgresDatabase, rows: Rows
) -> None:
    payment_ids = [start_payment(database, "order_test_123") for _ in range(PAYMENTS)]
    for number, payment_id in enumerate(payment_ids):
        for table, column in (("payments", "id"), ("events", "payment_id")):
            rows.run(
                f"UPDATE {table} SET created_at = date_trunc('milliseconds', now()) - :hours * interval '1 hour'"  # noqa: S608
                f" WHERE {column} = :id",
                hours=2 + number % HOURS,
                id=payment_id,
            )
    start = Barrier(SWEEPERS + 1)
    over = Event()

    def count() -> int:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(30)
            counted = 0
            while not over.is_set():
                counted += roll_up_activity(own, lambda: True)
            return counted

    with ThreadPoolExecutor(SWEEPERS) as pool:
        sweepers = [pool.submit(count) for _ in range(SWEEPERS)]
        start.wait(30)
        try:
            for number, payment_id in enumerate(payment_ids):
                finish_payment(database, payment_id, failure_reason="payment_declined" if number % 3 == 0 else None)
        finally:
            over.set()
        counted = sum(sweeper.result(60) for sweeper in sweepers)
    assert counted >= HOURS
    # One last look, as there is every minute.
    roll_up_activity(database, lambda: True)
    assert rows.value("SELECT count(*) FROM activity_stale") == 0
    assert rows.value("SELECT sum(count) FROM activity_hours WHERE kind = 'payment'") == PAYMENTS
    assert rows.column("SELECT DISTINCT status FROM activity_hours ORDER BY 1") == ["failed", "success"]
    now = datetime.now(UTC) + timedelta(seconds=1)
    for period in get_args(Period):
        found = json.loads(get_summary(database, TEST_MERCHANT_ID, period, now))
        found["webhooks"].pop("endpoints")
        assert found == recount(rows, period, now)
