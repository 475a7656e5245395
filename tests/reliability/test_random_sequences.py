"""Promises P1 to P3 over thousands of random sequences of requests, deliveries, crashes, losses and sweeps."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations.check_invariants import check_invariants
from tests.reliability.sequences import Sequence
from tests.reliability.world import World, world_of

SEQUENCES_MIN = 2_000
PAYMENTS_REACHED = {
    *("success", "authorized", "captured", "cancelled", "capture_declined"),
    *("payment_declined", "order_already_paid", "card_details_expired"),
}
REFUNDS_REACHED = {"refund processed", "refund failed"}
PROFILE = settings(
    deadline=None,
    print_blob=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(api: None, secrets: DeploymentSecrets, database: PostgresDatabase) -> Iterator[World]:
    with world_of(secrets) as world:
        yield world


# Two thousand sequences take three minutes, and more beside other work.
@pytest.mark.timeout(1200)
def test_no_sequence_of_requests_crashes_and_losses_breaks_a_promise(world: World, database: PostgresDatabase) -> None:
    class InThisWorld(Sequence):
        def __init__(self) -> None:
            super().__init__(world)

    run_state_machine_as_test(
        InThisWorld, settings=settings(PROFILE, max_examples=SEQUENCES_MIN, stateful_step_count=5)
    )
    assert world.sequences >= SEQUENCES_MIN
    assert world.reached >= PAYMENTS_REACHED | REFUNDS_REACHED
    # What operators are told of all this.
    report = json.loads(check_invariants(database))["invariants"]
    assert [each for each in report if each["violations"]] == []
