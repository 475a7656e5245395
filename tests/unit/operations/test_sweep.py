from __future__ import annotations

import logging

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations import sweep as module
from paygate.operations.sweep import EXPIRE_SECONDS_MAX, RESEND_AFTER_SECONDS, RESEND_SECONDS_MAX, Swept, sweep
from tests.unit.fakes import FakeDatabase, FakeQueue, Rows

BATCH_SIZE = 3
STEPS = ["resend_due_jobs", "expire_orders", "expire_idempotency_keys", "record_worker_run"]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", BATCH_SIZE)


def jobs(*names: str) -> Rows:
    """Rows for names such as `payments:pay_1`."""
    return [{"queue": queue, "subject_id": subject_id} for queue, _, subject_id in (n.partition(":") for n in names)]


class World:
    """What there is to sweep: batches of jobs, and how many orders and keys each statement finds. Time passes with
    each statement.
    """

    def __init__(self, *batches: Rows, orders: tuple[int, ...] = (0,), keys: tuple[int, ...] = (0,)) -> None:
        self.batches, self.orders, self.keys = list(batches), list(orders), list(keys)
        self.seconds_for_each = 0.0
        self.now = 1_000.0
        self.payments, self.webhooks = FakeQueue(), FakeQueue()
        self.database = FakeDatabase(
            resend_due_jobs=self._resend,
            expire_orders=lambda limit: self._count(self.orders, limit),
            expire_idempotency_keys=lambda limit: self._count(self.keys, limit),
            record_worker_run=[],
        )

    def sweep(self) -> Swept:
        queues = {"payments": self.payments, "webhooks": self.webhooks}
        return sweep(self.database, queues, clock=lambda: self.now)

    def _resend(self, limit: int, resend_after_seconds: int) -> Rows:
        assert (limit, resend_after_seconds) == (BATCH_SIZE, RESEND_AFTER_SECONDS)
        self.now += self.seconds_for_each
        return self.batches.pop(0)

    def _count(self, left: list[int], limit: int) -> Rows:
        assert limit == BATCH_SIZE
        self.now += self.seconds_for_each
        return [{"count": left.pop(0)}]


def test_due_jobs_go_to_their_queues_again() -> None:
    world = World(jobs("payments:pay_1", "webhooks:whd_1", "payments:pay_2"), [])
    assert world.sweep() == Swept(sent=3, orders_expired=0, keys_expired=0)
    assert world.payments.batches == [["pay_1", "pay_2"]]
    assert world.webhooks.batches == [["whd_1"]]


def test_with_nothing_due_only_the_run_is_recorded() -> None:
    world = World([])
    assert world.sweep() == Swept(0, 0, 0)
    assert world.payments.batches == world.webhooks.batches == []
    assert world.database.names == STEPS
    assert world.database.parameters("record_worker_run") == {"worker": "sweep"}


@pytest.mark.parametrize(("sizes", "batches"), [((2,), 1), ((3, 0), 2), ((3, 3, 1), 3)])
def test_each_part_goes_on_for_as_long_as_batches_are_full(sizes: tuple[int, ...], batches: int) -> None:
    found = [jobs(*(f"payments:pay_{n}" for n in range(size))) for size in sizes]
    world = World(*found, orders=sizes, keys=sizes)
    assert world.sweep() == Swept(sum(sizes), sum(sizes), sum(sizes))
    assert world.database.names == [*(step for step in STEPS[:3] for _ in range(batches)), STEPS[3]]


FULL = jobs("payments:pay_1", "payments:pay_2", "payments:pay_3")


def test_it_ends_also_when_there_is_always_more() -> None:
    world = World(*[FULL] * 100, orders=(BATCH_SIZE,) * 100, keys=(BATCH_SIZE,) * 100)
    world.seconds_for_each = RESEND_SECONDS_MAX / 4
    expiries = ["expire_orders"] * 2 + ["expire_idempotency_keys"] * 2
    assert world.sweep() == Swept(sent=4 * BATCH_SIZE, orders_expired=2 * BATCH_SIZE, keys_expired=2 * BATCH_SIZE)
    assert world.database.names == ["resend_due_jobs"] * 4 + expiries + ["record_worker_run"]


def test_each_part_has_a_time_of_its_own() -> None:
    world = World(FULL, [], orders=(BATCH_SIZE,) * 100, keys=(BATCH_SIZE,) * 100)
    world.seconds_for_each = EXPIRE_SECONDS_MAX / 5
    assert world.sweep() == Swept(sent=BATCH_SIZE, orders_expired=5 * BATCH_SIZE, keys_expired=5 * BATCH_SIZE)


def test_a_queue_that_does_not_answer_counts_nothing_and_does_not_stop_the_other(
    log_records: list[logging.LogRecord],
) -> None:
    world = World(jobs("payments:pay_1", "webhooks:whd_1"), orders=(1,))
    world.payments.down = True
    assert world.sweep() == Swept(sent=1, orders_expired=1, keys_expired=0)
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


@pytest.mark.parametrize("step", STEPS[:3])
def test_a_run_that_broke_off_is_not_recorded(step: str) -> None:
    world = World([])
    world.database.answers[step] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        world.sweep()
    assert world.database.names == STEPS[: STEPS.index(step) + 1]
