"""Statuses of payments and orders, as code, wire models and database know them."""

from __future__ import annotations

import re
from itertools import product
from typing import get_args

import pytest
from pg8000.exceptions import DatabaseError

from chalicelib.responses import Order, PaymentCard
from paygate.domain import refund_status
from paygate.domain.cards import RANGES
from paygate.domain.ids import new_id
from paygate.domain.payment_status import PAYMENT_STATUSES, PaymentStatus, may_become
from paygate.domain.refund_status import REFUND_STATUSES, RefundStatus
from tests.support.rows import TEST_MERCHANT_ID, Rows

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


@pytest.mark.parametrize(
    ("constraint", "known"),
    [
        ("payments_status_check", set(PAYMENT_STATUSES)),
        ("refunds_status_check", set(REFUND_STATUSES)),
        ("orders_status_check", set(get_args(Order.model_fields["status"].annotation))),
        ("orders_capture_check", set(get_args(Order.model_fields["capture"].annotation))),
        ("payments_card_network_check", set(get_args(PaymentCard.model_fields["network"].annotation))),
        ("payments_card_network_check", {network.name for _, _, network in RANGES}),
    ],
)
def test_the_database_knows_the_same_words_as_the_code(sql: Rows, constraint: str, known: set[str]) -> None:
    definition = sql.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name", name=constraint)
    assert set(re.findall(r"'(\w+)'::text", definition)) == known
