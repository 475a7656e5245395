"""Brings every pending thing to its end, whatever happened to queues, Redis and workflows (promise P2)."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.ports import Database, Queue
from paygate.operations.reconcile import reconcile_next
from paygate.operations.roll_up_activity import roll_up_activity

LOG = logging.getLogger("paygate.sweep")
# Ten sends of ten: even to a slow queue they end in time.
BATCH_SIZE = 100
RESEND_AFTER_SECONDS = 60
# The function has 50 seconds, and a batch may take several; what is left waits for the next minute.
RESEND_SECONDS_MAX = 15.0
EXPIRE_SECONDS_MAX = 4.0
ROLL_UP_SECONDS_MAX = 4.0
# Far longer than any statement may take, so that every journal up to then is there to be added up.
BALANCES_BEHIND_SECONDS = 60
# What is held for a disabled endpoint can be replayed for so long.
HELD_SECONDS = 30 * 86_400


@dataclass(frozen=True)
class Swept:
    """How many jobs were sent again, orders marked as expired, authorizations given up, idempotency keys forgotten,
    held webhooks given up and old webhook secrets erased; how many differences were found between the ledger and
    the rows, which should be none; and how many hours were counted for the dashboard.
    """

    sent: int
    orders_expired: int
    authorizations_expired: int
    keys_expired: int
    held_expired: int
    secrets_expired: int
    ledger_differences: int
    hours_counted: int


def sweep(database: Database, queues: Mapping[str, Queue], clock: Callable[[], float] = time.monotonic) -> Swept:
    """Send every due job of the outbox to its queue again, and end what has outlived its time.

    Several sweepers may run at once: they take different rows. A queue that does not answer leaves its jobs due later.
    Cards that were never used need no sweeping: Redis forgets them after a quarter of an hour.
    """

    def within(seconds: float) -> Callable[[], bool]:
        end = clock() + seconds
        return lambda: clock() < end

    # Each part has a time of its own, so that a backlog of one does not keep the others waiting.
    def expire(statement: str, **parameters: object) -> int:
        return _repeat(
            lambda: _count(database.run(statement, limit=BATCH_SIZE, **parameters)), within(EXPIRE_SECONDS_MAX)
        )

    authorizations_expired = expire("cancel_expired_authorizations")
    sent = _resend_due_jobs(database, queues, within(RESEND_SECONDS_MAX))
    orders_expired = expire("expire_orders")
    keys_expired = expire("expire_idempotency_keys")
    held_expired = expire("expire_held_deliveries", held_seconds=HELD_SECONDS)
    secrets_expired = expire("forget_previous_secrets")
    database.run("advance_balances", behind_seconds=BALANCES_BEHIND_SECONDS)
    database.run("record_worker_run", worker="sweep")
    differences = reconcile_next(database)
    hours_counted = roll_up_activity(database, within(ROLL_UP_SECONDS_MAX))
    swept = Swept(
        sent,
        orders_expired,
        authorizations_expired,
        keys_expired,
        held_expired,
        secrets_expired,
        len(differences),
        hours_counted,
    )
    LOG.info("swept", extra=asdict(swept))
    return swept


def _resend_due_jobs(database: Database, queues: Mapping[str, Queue], in_time: Callable[[], bool]) -> int:
    sent = 0
    # A queue that failed once is left alone: waiting for it again and again would use up the time of the others.
    silent: set[str] = set()
    while in_time():
        rows = database.run("resend_due_jobs", limit=BATCH_SIZE, resend_after_seconds=RESEND_AFTER_SECONDS)
        jobs: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            jobs[row["queue"]].append(row["subject_id"])
        for name in jobs.keys() - silent:
            try:
                queues[name].send_all(jobs[name])
                sent += len(jobs[name])
            except QueueUnavailableError as error:
                silent.add(name)
                LOG.warning("queue does not answer", extra={"queue": name, "error": error.description})
        if len(rows) < BATCH_SIZE:
            break
    return sent


def _repeat(work: Callable[[], int], in_time: Callable[[], bool]) -> int:
    """Do batches of work for as long as they are full and there is time; how much was done."""
    done = 0
    while in_time():
        count = work()
        done += count
        if count < BATCH_SIZE:
            break
    return done


def _count(rows: list[dict[str, int]]) -> int:
    return rows[0]["count"]
