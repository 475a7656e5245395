from __future__ import annotations

import logging

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations import sweep as module
from paygate.operations.sweep import (
    EXPIRE_SECONDS_MAX,
    RESEND_AFTER_SECONDS,
    RESEND_SECONDS_MAX,
    ROLL_UP_SECONDS_MAX,
    Swept,
    sweep,
)
from tests.unit.fakes import FakeDatabase, FakeQueue, Rows

BATCH_SIZE = 3
# What is done for as long as there is more of it, and what comes after it once.
PARTS = [
    *("cancel_expired_authorizations", "resend_due_jobs", "expire_orders", "expire_idempotency_keys"),
    *("expire_held_deliveries", "forget_previous_secrets"),
]
CHECK = ["get_reconcile_position", "find_ledger_differences", "record_reconcile_position"]
ROLL_UP = ["close_activity_hour", "recount_activity_hours", "mark_activity_changes", "recount_activity_hours"]
STEPS = [*PARTS, "advance_balances", "record_worker_run", *CHECK, *ROLL_UP]
DIFFERENCE = {"payment_id": "pay_1", "account": "fees", "rows_minor": -5, "ledger_minor": -4}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", BATCH_SIZE)


def jobs(*names: str) -> Rows:
    """Rows for names such as `payments:pay_1`."""
    return [{"queue": queue, "subject_id": subject_id} for queue, _, subject_id in (n.partition(":") for n in names)]


class World:
    """What there is to sweep: batches of jobs, and how many authorizations, orders and keys each statement finds. Time
    passes with each statement.
    """

    def __init__(
        self,
        *batches: Rows,
        authorizations: tuple[int, ...] = (0,),
        orders: tuple[int, ...] = (0,),
        keys: tuple[int, ...] = (0,),
        held: tuple[int, ...] = (0,),
        secrets: tuple[int, ...] = (0,),
    ) -> None:
        self.batches = list(batches)
        self.authorizations, self.orders, self.keys = list(authorizations), list(orders), list(keys)
        self.held, self.secrets = list(held), list(secrets)
        self.seconds_for_each = 0.0
        self.now = 1_000.0
        self.payments, self.refunds, self.webhooks = FakeQueue(), FakeQueue(), FakeQueue()
        self.database = FakeDatabase(
            cancel_expired_authorizations=lambda limit: self._count(self.authorizations, limit),
            resend_due_jobs=self._resend,
            expire_orders=lambda limit: self._count(self.orders, limit),
            expire_idempotency_keys=lambda limit: self._count(self.keys, limit),
            expire_held_deliveries=self._expire_held,
            forget_previous_secrets=lambda limit: self._count(self.secrets, limit),
            advance_balances=[],
            get_reconcile_position=[],
            find_ledger_differences=[{"last_id": "pay_9", "checked": 9, "differences": None}],
            record_reconcile_position=[],
            record_worker_run=[],
            **{name: [{"count": 0}] for name in ROLL_UP},
        )

    def sweep(self) -> Swept:
        queues = {"payments": self.payments, "refunds": self.refunds, "webhooks": self.webhooks}
        return sweep(self.database, queues, clock=lambda: self.now)

    def _resend(self, limit: int, resend_after_seconds: int) -> Rows:
        assert (limit, resend_after_seconds) == (BATCH_SIZE, RESEND_AFTER_SECONDS)
        self.now += self.seconds_for_each
        return self.batches.pop(0)

    def _expire_held(self, limit: int, held_seconds: int) -> Rows:
        assert held_seconds == 30 * 24 * 60 * 60
        return self._count(self.held, limit)

    def _count(self, left: list[int], limit: int) -> Rows:
        assert limit == BATCH_SIZE
        self.now += self.seconds_for_each
        return [{"count": left.pop(0)}]


def swept(
    *,
    sent: int = 0,
    authorizations: int = 0,
    orders: int = 0,
    keys: int = 0,
    held: int = 0,
    secrets: int = 0,
    differences: int = 0,
    hours: int = 0,
) -> Swept:
    return Swept(
        sent=sent,
        orders_expired=orders,
        authorizations_expired=authorizations,
        keys_expired=keys,
        held_expired=held,
        secrets_expired=secrets,
        ledger_differences=differences,
        hours_counted=hours,
    )


def test_due_jobs_go_to_their_queues_again() -> None:
    world = World(jobs("refunds:rfnd_1", "payments:pay_1", "webhooks:whd_1", "payments:pay_2"), [])
    assert world.sweep() == swept(sent=4)
    assert world.payments.batches == [["pay_1", "pay_2"]]
    assert world.refunds.batches == [["rfnd_1"]]
    assert world.webhooks.batches == [["whd_1"]]


def test_with_nothing_due_only_the_run_is_recorded() -> None:
    world = World([])
    assert world.sweep() == swept()
    assert world.payments.batches == world.refunds.batches == world.webhooks.batches == []
    assert world.database.names == STEPS
    assert world.database.parameters("record_worker_run") == {"worker": "sweep"}


@pytest.mark.parametrize(("sizes", "batches"), [((2,), 1), ((3, 0), 2), ((3, 3, 1), 3)])
def test_each_part_goes_on_for_as_long_as_batches_are_full(sizes: tuple[int, ...], batches: int) -> None:
    found = [jobs(*(f"payments:pay_{n}" for n in range(size))) for size in sizes]
    world = World(*found, authorizations=sizes, orders=sizes, keys=sizes, held=sizes, secrets=sizes)
    total = sum(sizes)
    assert world.sweep() == swept(sent=total, authorizations=total, orders=total, keys=total, held=total, secrets=total)
    assert world.database.names == [*(step for step in PARTS for _ in range(batches)), *STEPS[len(PARTS) :]]


FULL = jobs("payments:pay_1", "payments:pay_2", "payments:pay_3")


def test_it_ends_also_when_there_is_always_more() -> None:
    always = (BATCH_SIZE,) * 100
    world = World(*[FULL] * 100, authorizations=always, orders=always, keys=always, held=always, secrets=always)
    world.seconds_for_each = RESEND_SECONDS_MAX / 4
    twice = 2 * BATCH_SIZE
    assert world.sweep() == swept(
        sent=2 * twice, authorizations=twice, orders=twice, keys=twice, held=twice, secrets=twice
    )
    times = [2, 4, 2, 2, 2, 2, *[1] * (len(STEPS) - len(PARTS))]
    assert world.database.names == [step for step, count in zip(STEPS, times, strict=True) for _ in range(count)]


def test_each_part_has_a_time_of_its_own() -> None:
    always = (BATCH_SIZE,) * 100
    world = World(FULL, [], authorizations=always, orders=always, keys=always, held=always, secrets=always)
    world.seconds_for_each = EXPIRE_SECONDS_MAX / 4
    most = 4 * BATCH_SIZE
    assert world.sweep() == swept(sent=BATCH_SIZE, authorizations=most, orders=most, keys=most, held=most, secrets=most)


def test_the_jobs_of_authorizations_that_have_just_expired_are_sent_in_the_same_run() -> None:
    world = World()

    def cancel(limit: int) -> Rows:
        world.batches.append(jobs("payments:pay_1"))
        return [{"count": 1}]

    world.database.answers["cancel_expired_authorizations"] = cancel
    assert world.sweep() == swept(sent=1, authorizations=1)
    assert world.payments.batches == [["pay_1"]]


def test_the_books_are_compared_and_each_difference_is_counted_and_told(log_records: list[logging.LogRecord]) -> None:
    world = World([])
    found = {"last_id": "pay_9", "checked": 9, "differences": [DIFFERENCE, {**DIFFERENCE, "payment_id": "pay_2"}]}
    world.database.answers["find_ledger_differences"] = [found]
    assert world.sweep() == swept(differences=2)
    assert world.database.names == STEPS, "the run is recorded all the same"
    assert [(record.levelname, record.getMessage()) for record in log_records] == [
        ("ERROR", "the ledger differs from the rows"),
        ("ERROR", "the ledger differs from the rows"),
        ("INFO", "swept"),
    ]
    assert vars(log_records[-1])["ledger_differences"] == 2


def test_the_dashboards_hours_are_counted_for_a_while() -> None:
    world = World([])

    def count(behind_seconds: int) -> Rows:
        world.now += ROLL_UP_SECONDS_MAX / 4
        return [{"count": 1}]

    world.database.answers["close_activity_hour"] = count
    assert world.sweep() == swept(hours=4)
    assert world.database.names == [*STEPS[:-4], *["close_activity_hour"] * 4, "mark_activity_changes"]


def test_a_queue_that_does_not_answer_counts_nothing_and_does_not_stop_the_other(
    log_records: list[logging.LogRecord],
) -> None:
    world = World(jobs("payments:pay_1", "webhooks:whd_1"), orders=(1,))
    world.payments.down = True
    assert world.sweep() == swept(sent=1, orders=1)
    assert world.webhooks.batches == [["whd_1"]]
    assert world.database.names == STEPS
    assert [record.getMessage() for record in log_records] == ["queue does not answer", "swept"]


def test_a_queue_that_does_not_answer_is_asked_once_in_a_run(log_records: list[logging.LogRecord]) -> None:
    batch = jobs("payments:pay_1", "payments:pay_2", "webhooks:whd_1")
    world = World(batch, batch, batch, [])
    world.payments.down = True
    assert world.sweep().sent == 3
    assert world.webhooks.batches == [["whd_1"]] * 3
    assert [record.getMessage() for record in log_records] == ["queue does not answer", "swept"]


# Counting anew is tried a second time.
@pytest.mark.parametrize("step", [step for step in STEPS if step != "recount_activity_hours"])
def test_a_run_that_broke_off_is_not_recorded(step: str) -> None:
    world = World([])
    world.database.answers[step] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        world.sweep()
    assert world.database.names == STEPS[: STEPS.index(step) + 1]
