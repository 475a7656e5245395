"""All rows that the promises are about, as one moment shows them, and the passing of time."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pg8000.exceptions import DatabaseError

from paygate.adapters.postgres.statements import server_form, statement
from tests.support.rows import Rows

TAKEN = frozenset({"success", "authorized", "captured"})
OPEN = frozenset({"pending", "processing"})
PAYMENTS_MAX = 10_000
# More than the claim of a consumer, and than the first wait for a bank that said nothing.
LEASE_OVER_SECONDS = 60

# The statements of `reconcile`, so that a test asks them of the same moment as everything else.
PAYMENT_DIFFERENCES = (
    statement("find_ledger_differences")
    .replace(":after_id::text", "''::text")
    .replace(":limit::int", f"{PAYMENTS_MAX}::int")
)
MERCHANT_DIFFERENCES = server_form("find_merchant_differences", ()).sql

SNAPSHOT = f"""
SELECT json_build_object(
    'orders', coalesce((SELECT json_object_agg(o.id, json_build_object(
        'status', order_status(o), 'reusable', o.reusable, 'capture', o.capture
    )) FROM orders AS o), '{{}}'),
    'payments', coalesce((SELECT json_object_agg(p.id, row_to_json(p)) FROM payments AS p), '{{}}'),
    'refunds', coalesce((SELECT json_object_agg(r.id, row_to_json(r)) FROM refunds AS r), '{{}}'),
    'events', coalesce((SELECT json_object_agg(payment_id, chain) FROM (
        SELECT payment_id, json_agg(json_build_array(sequence, type, refund_id) ORDER BY sequence) AS chain
        FROM events GROUP BY payment_id
    ) AS c), '{{}}'),
    'journals', (
        SELECT coalesce(json_agg(json_build_array(id, payment_id, type, amount_minor, refund_id)), '[]') FROM journals
    ),
    'payment_jobs', (SELECT coalesce(json_agg(subject_id), '[]') FROM outbox WHERE queue = 'payments'),
    'refund_jobs', (SELECT coalesce(json_agg(subject_id), '[]') FROM outbox WHERE queue = 'refunds'),
    'keys', coalesce((
        SELECT json_object_agg(key, row_to_json(k)) FROM idempotency_keys AS k WHERE expires_at > now()
    ), '{{}}'),
    'late', (
        SELECT coalesce(json_agg(id), '[]') FROM payments WHERE status = 'authorized' AND capture_before <= now()
    ),
    'fee_basis_points', (SELECT json_object_agg(id, fee_basis_points) FROM merchants),
    'undelivered', (
        SELECT count(*) FROM events AS e JOIN webhook_endpoints AS w ON w.merchant_id = e.merchant_id
        LEFT JOIN webhook_deliveries AS d ON d.event_id = e.id AND d.endpoint_id = w.id
        WHERE (w.status <> 'deleted' AND w.url IS NOT NULL
               AND w.events && ARRAY['*', split_part(e.type, '.', 1) || '.*', e.type])
            <> (d.id IS NOT NULL)
    ),
    'forgotten', (
        SELECT count(*) FROM webhook_deliveries AS d
        FULL JOIN (SELECT subject_id FROM outbox WHERE queue = 'webhooks') AS o ON o.subject_id = d.id
        WHERE d.status IS DISTINCT FROM 'pending' OR o.subject_id IS NULL
    ),
    'unbalanced', (
        SELECT count(*) FROM journals AS j LEFT JOIN (
            SELECT journal_id, count(*) AS entries, sum(amount_minor) AS total, sum(abs(amount_minor)) AS moved
            FROM ledger_entries GROUP BY journal_id
        ) AS e ON e.journal_id = j.id
        WHERE (e.entries, e.total, e.moved) IS DISTINCT FROM (2, 0, 2 * j.amount_minor)
    ),
    'differences', coalesce((SELECT differences FROM ({PAYMENT_DIFFERENCES}) AS each_payment), '[]'),
    'merchant_differences', (
        SELECT coalesce(json_agg(row_to_json(m)), '[]') FROM ({MERCHANT_DIFFERENCES}) AS m
    )
)::text
"""  # noqa: S608

TIME_PASSES = """
BEGIN;
UPDATE payments SET claimed_until = claimed_until - interval '{0} seconds' WHERE claimed_until IS NOT NULL;
UPDATE payments SET capture_before = capture_before - interval '{0} seconds' WHERE capture_before IS NOT NULL;
UPDATE refunds SET claimed_until = claimed_until - interval '{0} seconds' WHERE claimed_until IS NOT NULL;
UPDATE outbox SET due_at = due_at - interval '{0} seconds';
UPDATE orders SET expires_at = expires_at - interval '{0} seconds' WHERE expires_at IS NOT NULL;
UPDATE idempotency_keys SET expires_at = expires_at - interval '{0} seconds';
SET LOCAL session_replication_role = replica;
UPDATE journals SET created_at = created_at - interval '{0} seconds';
UPDATE ledger_balances_until SET moment = moment - interval '{0} seconds';
COMMIT
"""


class Event(NamedTuple):
    """One link of a payment's chain of events."""

    sequence: int
    type: str
    refund_id: str | None


class Journal(NamedTuple):
    """One thing that was booked."""

    id: str
    payment_id: str
    type: str
    amount_minor: int
    refund_id: str | None


@dataclass(frozen=True)
class Snapshot:
    """What one statement has read; `late` are payments that can no longer be captured."""

    orders: dict[str, dict[str, Any]]
    payments: dict[str, dict[str, Any]]
    refunds: dict[str, dict[str, Any]]
    events: dict[str, list[Event]]
    journals: list[Journal]
    payment_jobs: list[str]
    refund_jobs: list[str]
    keys: dict[str, dict[str, Any]]
    late: list[str]
    fee_basis_points: dict[str, int]
    undelivered: int
    forgotten: int
    unbalanced: int
    differences: list[dict[str, Any]]
    merchant_differences: list[dict[str, Any]]

    @cached_property
    def open_ids(self) -> set[str]:
        """Payments for which something is left to do."""
        return {
            p["id"]
            for p in self.payments.values()
            if p["status"] in OPEN or p["void_status"] == "pending" or p["requested"] is not None
        }

    @cached_property
    def open_refund_ids(self) -> set[str]:
        return {refund["id"] for refund in self.refunds.values() if refund["status"] == "pending"}

    @cached_property
    def refunds_of(self) -> defaultdict[str, list[dict[str, Any]]]:
        """Refunds by payment."""
        found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for refund in self.refunds.values():
            found[refund["payment_id"]].append(refund)
        return found


def read_snapshot(rows: Rows) -> Snapshot:
    try:
        text = rows.value("EXECUTE snapshot")
    except DatabaseError:  # this connection's first
        rows.run(f"PREPARE snapshot AS {SNAPSHOT}")
        text = rows.value("EXECUTE snapshot")
    found = json.loads(text)
    found["events"] = {payment_id: [Event(*each) for each in chain] for payment_id, chain in found["events"].items()}
    found["journals"] = [Journal(*each) for each in found["journals"]]
    return Snapshot(**found)


def let_time_pass(rows: Rows, seconds: int) -> None:
    """Move all times of the database into the past."""
    rows.run(TIME_PASSES.format(seconds))
