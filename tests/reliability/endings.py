"""How a test brings everything to its end."""

from __future__ import annotations

from tests.reliability.environments import Environment
from tests.reliability.snapshot import let_time_pass
from tests.support.rows import Rows

BATCH_SIZE = 10
# More than any backoff of a consumer (a quarter of an hour) or of the sweeper (about an hour).
ROUND_SECONDS = 2 * 3600
ROUNDS_MAX = 12
WORK_LEFT = "SELECT queue, subject_id FROM outbox WHERE queue <> 'webhooks'"


def drain(environment: Environment, rows: Rows) -> None:
    """Bring everything to its end, by nothing but time, the sweeper and the consumers."""
    queues = environment.queues
    for _ in range(ROUNDS_MAX):
        while batch := queues.payments.take(BATCH_SIZE):
            environment.process(sorted(set(batch)))
        while batch := queues.refunds.take(BATCH_SIZE):
            environment.process_refunds(sorted(set(batch)))
        left = rows.all(WORK_LEFT)
        if not left:
            return
        let_time_pass(rows, ROUND_SECONDS)
        environment.sweep()
    raise AssertionError(f"not at an end after {ROUNDS_MAX} rounds: {left}")
