"""What must be true of the database and the bank at every moment, and how a test brings everything to its end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pg8000.exceptions import DatabaseError

from paygate.domain.payment_status import TRANSITIONS, PaymentStatus, may_become
from tests.reliability.bank import Bank, Mailbox
from tests.reliability.environments import Environment
from tests.support.rows import Rows

TAKEN = frozenset({"success", "authorized", "captured"})
OPEN = frozenset({"pending", "processing"})
BATCH_SIZE = 10
# More than any backoff of a consumer (a quarter of an hour) or of the sweeper (about an hour).
ROUND_SECONDS = 2 * 3600
ROUNDS_MAX = 12
# More than the claim of a consumer, and than the first wait for a bank that said nothing.
LEASE_OVER_SECONDS = 60

SNAPSHOT = """
SELECT json_build_object(
    'orders', coalesce((SELECT json_object_agg(o.id, json_build_object(
        'status', order_status(o), 'reusable', o.reusable, 'capture', o.capture
    )) FROM orders AS o), '{}'),
    'payments', coalesce((SELECT json_object_agg(p.id, row_to_json(p)) FROM payments AS p), '{}'),
    'events', coalesce((SELECT json_object_agg(payment_id, chain) FROM (
        SELECT payment_id, json_agg(json_build_array(sequence, type) ORDER BY sequence) AS chain
        FROM events GROUP BY payment_id
    ) AS c), '{}'),
    'jobs', (SELECT coalesce(json_agg(subject_id), '[]') FROM outbox WHERE queue = 'payments'),
    'keys', coalesce((
        SELECT json_object_agg(key, row_to_json(k)) FROM idempotency_keys AS k WHERE expires_at > now()
    ), '{}'),
    'undelivered', (
        SELECT count(*) FROM events AS e JOIN webhook_endpoints AS w ON w.merchant_id = e.merchant_id
        LEFT JOIN webhook_deliveries AS d ON d.event_id = e.id AND d.endpoint_id = w.id
        WHERE (w.status = 'enabled' AND w.events && ARRAY['*', 'payment.*', e.type]) <> (d.id IS NOT NULL)
    ),
    'forgotten', (
        SELECT count(*) FROM webhook_deliveries AS d
        FULL JOIN (SELECT subject_id FROM outbox WHERE queue = 'webhooks') AS o ON o.subject_id = d.id
        WHERE d.status IS DISTINCT FROM 'pending' OR o.subject_id IS NULL
    )
)::text
"""

TIME_PASSES = """
UPDATE payments SET claimed_until = claimed_until - interval '{0} seconds' WHERE claimed_until IS NOT NULL;
UPDATE outbox SET due_at = due_at - interval '{0} seconds';
UPDATE orders SET expires_at = expires_at - interval '{0} seconds' WHERE expires_at IS NOT NULL;
UPDATE idempotency_keys SET expires_at = expires_at - interval '{0} seconds';
"""


@dataclass(frozen=True)
class Snapshot:
    """All rows that the promises are about, read in one statement."""

    orders: dict[str, dict[str, Any]]
    payments: dict[str, dict[str, Any]]
    events: dict[str, list[tuple[int, str]]]
    jobs: list[str]
    keys: dict[str, dict[str, Any]]
    undelivered: int
    forgotten: int

    @property
    def open_ids(self) -> set[str]:
        """Payments for which something is left to do."""
        return {p["id"] for p in self.payments.values() if p["status"] in OPEN or p["void_status"] == "pending"}


def read_snapshot(rows: Rows) -> Snapshot:
    try:
        text = rows.value("EXECUTE snapshot")
    except DatabaseError:  # this connection's first
        rows.run(f"PREPARE snapshot AS {SNAPSHOT}")
        text = rows.value("EXECUTE snapshot")
    return Snapshot(**json.loads(text))


def check_promises(now: Snapshot, bank: Bank) -> None:
    """P1 and P2 as one moment shows them."""
    assert bank.complaints == []
    taken = Counter(p["order_id"] for p in now.payments.values() if p["exclusive"] and p["status"] in TAKEN)
    assert all(count == 1 for count in taken.values()), f"paid twice: {taken}"
    for order_id, order in now.orders.items():
        assert (order["status"] in ("paid", "authorized")) == (order_id in taken), f"{order_id}: {order}"
    for payment in now.payments.values():
        _check_money(payment, bank)
        _check_events(payment, now.events[payment["id"]])
    assert sorted(now.jobs) == sorted(now.open_ids), "the outbox holds just what is still to be done"
    assert now.undelivered == 0, "each event has its delivery for each endpoint that wants it"
    assert now.forgotten == 0, "each pending delivery is in the outbox, and nothing else"


def _check_money(payment: dict[str, Any], bank: Bank) -> None:
    payment_id, status = payment["id"], payment["status"]
    if status in TAKEN:
        assert bank.holds(payment_id), f"{status} without the money: {payment}"
        assert status == ("authorized" if payment["capture"] == "manual" else "success")
        assert bank.charges[payment_id].capture == (status != "authorized")
        assert payment["acquirer_reference"] == f"bank_{payment_id}"
    elif status in OPEN:
        assert payment_id not in bank.voided, f"voided while it is open: {payment}"
    elif bank.holds(payment_id):
        assert payment["void_status"] == "pending", f"failed, and the money is kept: {payment}"
    if payment["void_status"] == "done":
        assert payment_id in bank.voided


def _check_events(payment: dict[str, Any], chain: list[tuple[int, str]]) -> None:
    assert [sequence for sequence, _ in chain] == list(range(1, payment["event_sequence"] + 1))
    last = [] if payment["status"] in OPEN else [f"payment.{payment['status']}"]
    assert [kind for _, kind in chain] == ["payment.created", "payment.pending", *last]


def check_history(before: Snapshot, after: Snapshot) -> None:
    """P1 between two moments: nothing vanishes, statuses go their legal ways, and what has ended stays as it is."""
    for payment_id, old in before.payments.items():
        new = after.payments[payment_id]
        assert _reachable(old["status"], new["status"]), f"{old} became {new}"
        if old["status"] not in OPEN:
            assert _outcome(old) == _outcome(new), "an end is an end"
            assert (old["void_status"], new["void_status"]) in {
                (None, None), ("pending", "pending"), ("pending", "done"), ("done", "done")
            }  # fmt: skip
    for key, stored in before.keys.items():
        later = after.keys.get(key)
        assert later is None or later["request_id"] != stored["request_id"] or later["body"] == stored["body"]


def _reachable(old: PaymentStatus, new: PaymentStatus) -> bool:
    return old == new or may_become(old, new) or any(_reachable(middle, new) for middle in TRANSITIONS[old])


def _outcome(payment: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(payment[name] for name in ("status", "failure_reason", "acquirer_reference", "event_sequence"))


def let_time_pass(rows: Rows, seconds: int) -> None:
    """Move all times of the database into the past."""
    rows.run(TIME_PASSES.format(seconds))


def drain(environment: Environment, mailbox: Mailbox, rows: Rows) -> None:
    """Bring everything to its end, by nothing but time, the sweeper and the consumer."""
    for _ in range(ROUNDS_MAX):
        while batch := mailbox.take(BATCH_SIZE):
            environment.process(sorted(set(batch)))
        if not rows.value("SELECT count(*) FROM outbox WHERE queue = 'payments'"):
            return
        let_time_pass(rows, ROUND_SECONDS)
        environment.sweep()
    stuck = rows.all("SELECT * FROM payments WHERE id IN (SELECT subject_id FROM outbox WHERE queue = 'payments')")
    raise AssertionError(f"not at an end after {ROUNDS_MAX} rounds: {stuck}")


def check_end(now: Snapshot, bank: Bank) -> None:
    """When all is drained: every payment has ended, and money that is held belongs to one that took it."""
    check_promises(now, bank)
    assert now.jobs == []
    assert all(payment["status"] not in OPEN for payment in now.payments.values())
    assert {p["id"] for p in now.payments.values() if p["status"] in TAKEN} == set(filter(bank.holds, bank.charges))
