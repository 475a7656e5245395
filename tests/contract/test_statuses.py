"""Statuses of payments and orders, as code, wire models and database know them."""

from __future__ import annotations

import re
from itertools import product
from typing import get_args

import pytest
from pg8000.exceptions import DatabaseError

from chalicelib.responses import Order, PaymentCard, WebhookEndpoint
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.postgres.statements import all_statements
from paygate.domain import refund_status
from paygate.domain.cards import RANGES
from paygate.domain.ids import new_id
from paygate.domain.payment_status import PAYMENT_STATUSES, PaymentStatus, may_become
from paygate.domain.refund_status import REFUND_STATUSES, RefundStatus
from paygate.domain.webhooks import EVENT_TYPES, TEST_EVENT, DeliveryStatus
from tests.support.rows import (
    TEST_MERCHANT_ID,
    Rows,
    finish_payment,
    finish_refunds,
    finish_request,
    request_capture,
    start_payment,
    start_refund,
)

(_REASON, _NONE) = get_args(WebhookEndpoint.model_fields["disabled_reason"].annotation)
DISABLED_REASONS = set(get_args(_REASON))
# With all that a status brings with it, so that only the transition can be at fault.
CHANGE = """
UPDATE payments SET
    status = CAST(:status AS text),
    failure_reason = CASE WHEN CAST(:status AS text) = 'failed' THEN 'why' END,
    amount_captured_minor = CASE WHEN CAST(:status AS text) IN ('success', 'captured') THEN amount_minor END,
    amount_refunded_minor = CASE WHEN CAST(:status AS text) IN ('success', 'captured') THEN 0 END,
    fee_minor = CASE WHEN CAST(:status AS text) IN ('success', 'captured') THEN 0 END,
    capture_before = CASE WHEN CAST(:status AS text) = 'authorized' THEN now() END
WHERE id = :id
"""
REFUND_CHANGE = """
UPDATE refunds SET
    status = CAST(:status AS text), failure_reason = CASE WHEN CAST(:status AS text) = 'failed' THEN 'why' END
WHERE id = :id
"""


def add_payment(sql: Rows, order_id: str, status: PaymentStatus) -> str:
    payment_id = new_id("pay")
    sql.run(
        "INSERT INTO payments (id, order_id, merchant_id, amount_minor, currency, method, vpa, exclusive, status)"
        " VALUES (:id, :order_id, :merchant_id, 100, 'INR', 'upi', 'user@paytm', false, 'pending')",
        id=payment_id,
        order_id=order_id,
        merchant_id=TEST_MERCHANT_ID,
    )
    # However it has come to be so.
    sql.run("SET session_replication_role = replica")
    sql.run(CHANGE, id=payment_id, status=status)
    sql.run("RESET session_replication_role")
    return payment_id


def add_refund(sql: Rows, payment_id: str, status: RefundStatus) -> str:
    refund_id = new_id("rfnd")
    sql.run(
        "INSERT INTO refunds (id, payment_id, merchant_id, amount_minor, currency, status, failure_reason)"
        " VALUES (:id, :payment_id, :merchant_id, 100, 'INR', CAST(:status AS text),"
        " CASE WHEN CAST(:status AS text) = 'failed' THEN 'why' END)",
        id=refund_id,
        payment_id=payment_id,
        merchant_id=TEST_MERCHANT_ID,
        status=status,
    )
    return refund_id


def database_allows(sql: Rows, change: str, object_id: str, following: str) -> bool:
    try:
        sql.run(change, id=object_id, status=following)
    except DatabaseError as error:
        if "cannot go from" not in error.args[0]["M"]:
            raise  # another rule was broken, which says nothing about transitions
        return False
    return True


def test_the_database_allows_exactly_the_transitions_of_the_domain(sql: Rows) -> None:
    order_id = sql.add_order(reusable=True)
    allowed = set()
    for status, following in product(PAYMENT_STATUSES, repeat=2):
        payment_id = add_payment(sql, order_id, status)
        if database_allows(sql, CHANGE, payment_id, following):
            allowed.add((status, following))
            assert sql.value("SELECT status FROM payments WHERE id = :id", id=payment_id) == following
        else:
            assert sql.value("SELECT status FROM payments WHERE id = :id", id=payment_id) == status
    # Writing the same status again is no transition.
    unchanged = {(status, status) for status in PAYMENT_STATUSES}
    assert unchanged <= allowed
    assert allowed - unchanged == {pair for pair in product(PAYMENT_STATUSES, repeat=2) if may_become(*pair)}


def test_the_database_allows_exactly_the_refund_transitions_of_the_domain(sql: Rows) -> None:
    payment_id = add_payment(sql, sql.add_order(), "success")
    allowed = set()
    for status, following in product(REFUND_STATUSES, repeat=2):
        refund_id = add_refund(sql, payment_id, status)
        if database_allows(sql, REFUND_CHANGE, refund_id, following):
            allowed.add((status, following))
        expected = following if (status, following) in allowed else status
        assert sql.value("SELECT status FROM refunds WHERE id = :id", id=refund_id) == expected
    unchanged = {(status, status) for status in REFUND_STATUSES}
    assert unchanged <= allowed
    pairs = set(product(REFUND_STATUSES, repeat=2))
    assert allowed - unchanged == {pair for pair in pairs if refund_status.may_become(*pair)}


def test_endpoints_can_ask_for_exactly_the_events_that_there_are(database: PostgresDatabase, sql: Rows) -> None:
    def payment(*, capture: str = "automatic", failure_reason: str | None = None) -> str:
        payment_id = start_payment(database, sql.add_order(capture=capture))
        finish_payment(database, payment_id, failure_reason=failure_reason)
        return payment_id

    paid = payment()
    payment(failure_reason="payment_declined")
    captured, cancelled = payment(capture="manual"), payment(capture="manual")
    for kind, reason in (("capture_refused", "capture_declined"), ("captured", None)):
        request_capture(database, captured)
        finish_request(database, captured, kind, reason)
    sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=cancelled)
    finish_request(database, cancelled, "cancelled")
    finish_refunds(database, start_refund(database, paid, 100))
    finish_refunds(database, start_refund(database, paid, 100), kind="failed", failure_reason="refund_declined")
    happened = set(sql.column("SELECT DISTINCT type FROM events"))
    written = set(re.findall(r"'((?:payment|refund|endpoint|delivery)\.[a-z_]+)'", "".join(all_statements().values())))
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES))
    assert {name for name in written if name.startswith(("payment.", "refund."))} <= happened
    assert happened | written == {*EVENT_TYPES, TEST_EVENT}


@pytest.mark.parametrize(
    ("constraint", "known"),
    [
        ("payments_status_check", set(PAYMENT_STATUSES)),
        ("refunds_status_check", set(REFUND_STATUSES)),
        ("orders_status_check", set(get_args(Order.model_fields["status"].annotation))),
        ("orders_capture_check", set(get_args(Order.model_fields["capture"].annotation))),
        ("payments_card_network_check", set(get_args(PaymentCard.model_fields["network"].annotation))),
        ("webhook_deliveries_status_check", set(get_args(DeliveryStatus))),
        (
            "webhook_endpoints_status_check",
            # A deleted one is not shown.
            {"deleted", *get_args(WebhookEndpoint.model_fields["status"].annotation)},
        ),
        ("webhook_endpoints_disabled_reason_check", DISABLED_REASONS),
        ("payments_card_network_check", {network.name for _, _, network in RANGES}),
    ],
)
def test_the_database_knows_the_same_words_as_the_code(sql: Rows, constraint: str, known: set[str]) -> None:
    definition = sql.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name", name=constraint)
    assert set(re.findall(r"'(\w+)'::text", definition)) == known
