"""Payments that races begin with, and consumers that race."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.reliability.endings import BATCH_SIZE
from tests.reliability.environments import Environment, MakeEnvironment, at_once
from tests.reliability.snapshot import Snapshot
from tests.support.rows import Rows, start_payment

CONSUMERS = 8


def captured_payment(environment: Environment, rows: Rows, *, amount_minor: int = 50_000) -> str:
    """A payment whose money has come; its id."""
    payment_id = start_payment(environment.database, rows.add_order(amount_minor=amount_minor))
    assert environment.process([payment_id]) == set()
    assert rows.value("SELECT status FROM payments WHERE id = :id", id=payment_id) == "success"
    return payment_id


def authorized_payment(environment: Environment, order_id: str) -> str:
    """A payment whose money is only reserved; its id."""
    payment_id = start_payment(environment.database, order_id)
    assert environment.process([payment_id]) == set()
    return payment_id


def consume_everywhere(
    make: MakeEnvironment, ids: Sequence[str], consume: Callable[[Environment, Sequence[str]], object]
) -> None:
    """Every consumer gets every message, each in an order of its own."""

    def work(environment: Environment, number: int) -> None:
        shuffled = random.Random(number).sample(ids, len(ids))  # noqa: S311
        for start in range(0, len(shuffled), BATCH_SIZE):
            consume(environment, shuffled[start : start + BATCH_SIZE])

    at_once(make, CONSUMERS, work)


def held_minor(now: Snapshot, payment_id: str, *statuses: str) -> int:
    """What the payment's refunds of these statuses come to."""
    return sum(refund["amount_minor"] for refund in now.refunds_of[payment_id] if refund["status"] in statuses)
