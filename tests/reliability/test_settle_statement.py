"""The statement that settles a batch, over random batches: each payment ends once, each order is paid once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.acquiring import Charge
from paygate.domain.ids import new_id
from tests.reliability.bank import Bank
from tests.reliability.promises import check_history, check_promises
from tests.reliability.snapshot import read_snapshot
from tests.reliability.world import Site, World, world_of
from tests.support.rows import Rows, start_payment

KINDS = ("success", "decline", "voided", "undecided", "unknown payment")
# Which order (the last one is reusable, the one before captured by hand), whether it was claimed, what is reported.
ENTRY = st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from(KINDS))
BATCHES = st.lists(ENTRY, min_size=1, max_size=10)


@pytest.fixture
def world(api: None, secrets: DeploymentSecrets, database: PostgresDatabase) -> Iterator[World]:
    with world_of(secrets) as world:
        yield world


def outcome(payment_id: str, kind: str) -> dict[str, Any]:
    return {
        "payment_id": payment_id,
        "event_id": new_id("evt"),
        "kind": kind if kind in ("voided", "undecided") else "decided",
        "succeeded": kind in ("success", "unknown payment"),
        "failure_reason": "payment_declined" if kind == "decline" else None,
        "acquirer_reference": f"bank_{payment_id}" if kind in ("success", "decline") else None,
    }


def settle(site: Site, outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = site.database.run(
        "settle_payments", outcomes=json.dumps(outcomes), authorization_seconds=3_600, resend_after_seconds=30
    )
    return row


def begin(world: World, rows: Rows, batch: list[tuple[int, bool, str]], bank: Bank) -> dict[str, tuple[str, bool, str]]:
    """Payments as the batch wants them: order, whether a consumer has claimed them, and what is to be reported."""
    database = world.near.database
    orders = [
        rows.add_order(),
        rows.add_order(expires_in_seconds=3600),
        rows.add_order(capture="manual"),
        rows.add_order(reusable=True),
    ]
    begun: dict[str, tuple[str, bool, str]] = {}
    for order, claimed, kind in batch:
        known = kind != "unknown payment"
        payment_id = start_payment(database, orders[order]) if known else new_id("pay")
        begun[payment_id] = (orders[order], claimed and known, kind)
    # Orders that expire before their payments end are paid all the same.
    rows.run("UPDATE orders SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL")
    claimed_ids = [payment_id for payment_id, (_, claimed, _) in begun.items() if claimed]
    for row in database.run("claim_payments", payment_ids=claimed_ids, lease_seconds=35, charge_within_seconds=3600):
        if begun[row["id"]][2] == "success":
            bank.authorize(Charge(row["id"], row["amount_minor"], row["currency"], row["capture"] == "automatic"))
    return begun


@settings(max_examples=300, deadline=None, print_blob=True, database=None, suppress_health_check=list(HealthCheck))
@given(batch=BATCHES, shuffle=st.randoms(use_true_random=False))
def test_any_batch_ends_each_claimed_payment_once_and_pays_each_order_once(
    world: World, batch: list[tuple[int, bool, str]], shuffle: Any
) -> None:
    world.empty()
    rows, bank = world.rows, Bank()
    begun = begin(world, rows, batch, bank)
    outcomes = [outcome(payment_id, kind) for payment_id, (_, _, kind) in begun.items()]
    shuffle.shuffle(outcomes)
    before = read_snapshot(rows)
    row = settle(world.near, outcomes)
    after = read_snapshot(rows)
    check_history(before, after)
    check_promises(after, bank)
    settled = Counter(each["id"] for each in row["settled"] or ())
    wanted = {payment_id for payment_id, (_, claimed, kind) in begun.items() if claimed and kind in KINDS[:2]}
    assert settled == Counter(wanted)
    paid = {begun[payment_id][0] for payment_id in wanted if begun[payment_id][2] == "success"}
    for order_id in paid:
        order = after.orders[order_id]
        taken = [p for p in after.payments.values() if p["order_id"] == order_id and p["status"] not in OPEN_OR_FAILED]
        succeeded = [payment_id for payment_id in wanted if begun[payment_id][::2] == (order_id, "success")]
        assert len(taken) == (len(succeeded) if order["reusable"] else 1)
    jobs = {each["id"] for each in row["jobs"] or ()}
    voids = {p["id"] for p in after.payments.values() if p["void_status"] == "pending"}
    waiting = {payment_id for payment_id, (_, claimed, kind) in begun.items() if claimed and kind == "undecided"}
    assert jobs == voids | waiting
    # The same news again changes nothing that has ended, and ends nothing twice.
    again = settle(world.near, [{**each, "event_id": new_id("evt")} for each in outcomes])
    assert again["settled"] is None
    check_history(after, read_snapshot(rows))


OPEN_OR_FAILED = ("pending", "processing", "failed")
