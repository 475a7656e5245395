"""Settlements that are more than success or failure: manual capture, expired orders, money given back, no word yet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import ConflictError
from paygate.operations.charging import Outcome
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from tests.integration.settlements import claimed, settle, store
from tests.integration.support import RealQueue
from tests.support.rows import RESEND_AFTER_SECONDS, TEST_MERCHANT_ID, Rows, start_payment
from tests.unit.fakes import FakeVault

# A quarter of an hour at most, which is also the longest delay that SQS knows.
WAITS = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def payment(sql: Rows, payment_id: str) -> dict[str, Any]:
    return sql.one("SELECT *, claimed_until - updated_at AS wait FROM payments WHERE id = :id", id=payment_id)


def order_status(sql: Rows, order_id: str) -> str:
    return str(sql.value("SELECT status FROM orders WHERE id = :id", id=order_id))


def jobs(sql: Rows) -> dict[str, float]:
    """Payments in the outbox, and the seconds until the sweeper brings them back."""
    rows = sql.all("SELECT subject_id, due_at - now() AS wait FROM outbox WHERE queue = 'payments'")
    return {row["subject_id"]: row["wait"].total_seconds() for row in rows}


def claim_again(database: PostgresDatabase, sql: Rows, payment_id: str) -> dict[str, Any]:
    """As another consumer does, once the claim of before is over."""
    sql.run("UPDATE payments SET claimed_until = now() - interval '1 second' WHERE id = :id", id=payment_id)
    (row,) = database.run("claim_payments", payment_ids=[payment_id], lease_seconds=35, charge_within_seconds=3600)
    return row


# --- Manual capture ---------------------------------------------------------------------------------------------------


def test_a_payment_of_an_order_with_manual_capture_is_authorized_and_its_order_with_it(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    order_id = sql.add_order(capture="manual")
    (payment_id,) = claimed(database, order_id)
    endpoint_id = sql.add_endpoint(cipher, events=["payment.authorized"])
    sql.add_endpoint(cipher, events=["payment.success"])
    assert settle(database, payment_id)["settled"] == [{"id": payment_id, "status": "authorized"}]
    assert (payment(sql, payment_id)["status"], order_status(sql, order_id)) == ("authorized", "authorized")
    event = sql.one("SELECT type, body FROM events WHERE sequence = 3")
    assert event["type"] == json.loads(event["body"])["event"] == "payment.authorized"
    assert json.loads(event["body"])["data"]["payment"]["status"] == "authorized"
    assert sql.column("SELECT endpoint_id FROM webhook_deliveries") == [endpoint_id]
    assert jobs(sql) == {}


def test_an_authorized_order_takes_no_other_payment(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> None:
    order_id = sql.add_order(capture="manual")
    first, second = claimed(database, order_id, 2)
    settle(database, first)
    settle(database, second)
    assert (payment(sql, second)["failure_reason"], payment(sql, second)["void_status"]) == (
        "order_already_paid",
        "pending",
    )
    intake = PaymentIntake(database, payments_queue, webhooks_queue, FakeVault(), b"card key", 0)
    with pytest.raises(ConflictError) as raised:
        create_payment(intake, TEST_MERCHANT_ID, NewPayment(order_id, vpa="user@paytm"))
    assert raised.value.reason == "ORDER_ALREADY_AUTHORIZED"


def test_a_reusable_order_with_manual_capture_takes_any_number_of_authorizations(
    database: PostgresDatabase, sql: Rows
) -> None:
    order_id = sql.add_order(capture="manual", reusable=True)
    payment_ids = claimed(database, order_id, 3)
    settle(database, *payment_ids)
    assert {payment(sql, payment_id)["status"] for payment_id in payment_ids} == {"authorized"}
    assert order_status(sql, order_id) == "created"


# --- Expired orders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize(("capture", "status"), [("automatic", "paid"), ("manual", "authorized")])
def test_an_expired_order_is_still_paid_by_a_payment_that_began_in_time(
    database: PostgresDatabase, sql: Rows, capture: str, status: str, marked: bool
) -> None:
    order_id = sql.add_order(capture=capture, expires_in_seconds=3_600)
    payment_id = start_payment(database, order_id)
    sql.run("UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = :id", id=order_id)
    if marked:
        assert database.run("expire_orders", limit=10) == [{"count": 1}]
    (row,) = database.run("claim_payments", payment_ids=[payment_id], lease_seconds=35, charge_within_seconds=3600)
    assert row["payable"] is True
    settle(database, payment_id)
    assert order_status(sql, order_id) == status
    assert database.run("expire_orders", limit=10) == [{"count": 0}]
    assert order_status(sql, order_id) == status


def test_a_payment_that_fails_leaves_an_expired_order_expired(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order(expires_in_seconds=3_600)
    (payment_id,) = claimed(database, order_id)
    sql.run("UPDATE orders SET status = 'expired' WHERE id = :id", id=order_id)
    settle(database, payment_id, failure_reason="payment_declined")
    assert order_status(sql, order_id) == "expired"


@pytest.mark.parametrize(
    ("status", "payable"), [("created", True), ("expired", True), ("paid", False), ("authorized", False)]
)
def test_a_claim_tells_whether_the_order_still_takes_the_payment(
    database: PostgresDatabase, sql: Rows, status: str, payable: bool
) -> None:
    order_id = sql.add_order()
    payment_id = start_payment(database, order_id)
    sql.run(f"UPDATE orders SET status = '{status}' WHERE id = :id", id=order_id)  # noqa: S608
    (row,) = database.run("claim_payments", payment_ids=[payment_id], lease_seconds=35, charge_within_seconds=3600)
    assert row["payable"] is payable


# --- Money that has to be given back ----------------------------------------------------------------------------------


def test_a_loser_that_was_charged_stays_in_the_outbox_until_its_money_is_given_back(
    database: PostgresDatabase, sql: Rows
) -> None:
    winner, loser = claimed(database, sql.add_order(), 2)
    result = settle(database, winner, loser)
    assert result["jobs"] == [{"id": loser, "delay_seconds": 0}]
    row = payment(sql, loser)
    assert (row["status"], row["failure_reason"], row["void_status"]) == ("failed", "order_already_paid", "pending")
    assert row["acquirer_reference"] == "ref_1", "what has to be voided"
    assert jobs(sql).keys() == {loser}
    assert 0 < jobs(sql)[loser] <= RESEND_AFTER_SECONDS
    assert database.run("find_finished_payments", payment_ids=[winner, loser]) == [{"id": winner}]
    again = claim_again(database, sql, loser)
    assert (again["voiding"], again["claimed_before"], payment(sql, loser)["status"]) == (True, True, "failed")
    assert store(database, Outcome(loser, "voided")) == {"settled": None, "jobs": None, "delivery_ids": None}
    row = payment(sql, loser)
    assert (row["status"], row["void_status"], row["claimed_until"], jobs(sql)) == ("failed", "done", None, {})
    assert database.run("find_finished_payments", payment_ids=[loser]) == [{"id": loser}]
    assert database.run("claim_payments", payment_ids=[loser], lease_seconds=35, charge_within_seconds=3600) == []


def test_a_payment_that_failed_by_itself_has_nothing_to_give_back(database: PostgresDatabase, sql: Rows) -> None:
    winner, declined, uncharged = claimed(database, sql.add_order(), 3)
    store(
        database,
        Outcome(winner, "decided", None, "ref_1"),
        Outcome(declined, "decided", "payment_declined", "ref_2"),
        Outcome(uncharged, "decided", "order_already_paid"),
    )
    assert [payment(sql, each)["void_status"] for each in (winner, declined, uncharged)] == [None, None, None]
    assert payment(sql, uncharged)["acquirer_reference"] is None
    assert jobs(sql) == {}


def test_only_money_that_has_to_be_given_back_is_marked_as_given_back(database: PostgresDatabase, sql: Rows) -> None:
    held, settled = claimed(database, "order_test_123", 2)
    settle(database, settled)
    store(database, Outcome(held, "voided"), Outcome(settled, "voided"))
    assert [payment(sql, each)["void_status"] for each in (held, settled)] == [None, None]
    assert jobs(sql).keys() == {held}


# --- No word yet ------------------------------------------------------------------------------------------------------


def test_a_payment_without_a_word_is_asked_about_ever_more_rarely(database: PostgresDatabase, sql: Rows) -> None:
    (payment_id,) = claimed(database, sql.add_order())
    for number, wait in enumerate(WAITS, start=1):
        result = store(database, Outcome(payment_id, "undecided"))
        assert result["jobs"] == [{"id": payment_id, "delay_seconds": wait}]
        assert result["settled"] is None
        row = payment(sql, payment_id)
        assert (row["status"], row["unanswered"], row["wait"].total_seconds()) == ("processing", number, wait)
        assert wait < jobs(sql)[payment_id] <= wait + RESEND_AFTER_SECONDS, "the sweeper waits for the message"
        assert (
            database.run("claim_payments", payment_ids=[payment_id], lease_seconds=35, charge_within_seconds=3600) == []
        ), "nobody asks before"
        assert claim_again(database, sql, payment_id)["claimed_before"] is True
    settle(database, payment_id)
    assert (payment(sql, payment_id)["status"], jobs(sql)) == ("success", {})
    assert sql.value("SELECT count(*) FROM events WHERE payment_id = :id", id=payment_id) == 3


def test_a_payment_that_was_settled_meanwhile_is_not_asked_about_again(database: PostgresDatabase, sql: Rows) -> None:
    (payment_id,) = claimed(database, sql.add_order())
    settle(database, payment_id)
    before = payment(sql, payment_id)
    assert store(database, Outcome(payment_id, "undecided"))["jobs"] is None
    assert payment(sql, payment_id) == before


def test_a_batch_may_hold_every_kind_of_outcome(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order()
    winner, loser, silent, to_void = claimed(database, order_id, 4)
    other = sql.add_order()
    other_winner, declined = claimed(database, other, 2)
    settle(database, other_winner)
    sql.run(
        "UPDATE payments SET status = 'failed', failure_reason = 'order_already_paid', void_status = 'pending'"
        " WHERE id = :id",
        id=to_void,
    )
    result = store(
        database,
        Outcome(declined, "decided", "payment_declined", "ref_1"),
        Outcome(silent, "undecided"),
        Outcome(to_void, "voided"),
        Outcome(loser, "decided", None, "ref_2"),
        Outcome(winner, "decided", None, "ref_3"),
    )
    assert {row["id"]: row["status"] for row in result["settled"]} == {
        winner: "success",
        loser: "failed",
        declined: "failed",
    }
    assert {job["id"]: job["delay_seconds"] for job in result["jobs"]} == {silent: 5, loser: 0}
    assert jobs(sql).keys() == {silent, loser}
    assert payment(sql, to_void)["void_status"] == "done"
