"""Creating a refund: never more than was captured (promise P1), and everything about it commits at once (P2)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import ConflictError, NotFoundError, PaygateError, StatementFailedError
from paygate.domain.ids import new_id
from paygate.operations import create_refund as create_refund_module
from paygate.operations.create_refund import NewRefund, RefundIntake, create_refund
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from tests.integration.settlements import accounts, amounts, booked, claimed, events_of, jobs_in, paid
from tests.integration.support import RealQueue, queue_that_is_down
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
from tests.unit.fakes import FakeQueue

Refund = Callable[..., dict[str, Any]]


@pytest.fixture
def refund(database: PostgresDatabase, refunds_queue: RealQueue, webhooks_queue: RealQueue) -> Refund:
    def run(
        payment_id: str,
        amount_minor: int | None = None,
        reason: str | None = None,
        *,
        merchant_id: str = TEST_MERCHANT_ID,
    ) -> dict[str, Any]:
        intake = RefundIntake(database, refunds_queue, webhooks_queue, 0)
        return dict(json.loads(create_refund(intake, merchant_id, NewRefund(payment_id, amount_minor, reason))))

    return run


def refusal(refund: Refund, payment_id: str, amount_minor: int | None = None) -> tuple[str | None, str | None, str]:
    with pytest.raises(ConflictError) as raised:
        refund(payment_id, amount_minor)
    return raised.value.reason, raised.value.field, raised.value.description


def counts(sql: Rows) -> dict[str, int]:
    tables = ("refunds", "events", "journals", "ledger_entries", "webhook_deliveries", "outbox")
    return {table: sql.value(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608


def test_refund_event_journal_deliveries_and_jobs_are_there_when_it_answers(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    refund: Refund,
    refunds_queue: RealQueue,
    webhooks_queue: RealQueue,
) -> None:
    payment_id = paid(database, sql, 1_000)
    endpoint_id = sql.add_endpoint(cipher)
    made = refund(payment_id, 300, "too small")
    row = sql.one("SELECT * FROM refunds")
    assert (row["id"], row["payment_id"], row["merchant_id"]) == (made["id"], payment_id, TEST_MERCHANT_ID)
    assert (row["amount_minor"], row["currency"], row["reason"]) == (300, "INR", "too small")
    assert (row["status"], row["claimed_until"], row["unanswered"]) == ("pending", None, 0)
    assert amounts(sql, payment_id) == (1_000, 300, 0)
    event = sql.one("SELECT * FROM events ORDER BY sequence DESC LIMIT 1")
    assert (event["sequence"], event["type"], event["refund_id"]) == (4, "refund.created", made["id"])
    assert json.loads(event["body"])["data"]["refund"] == made
    assert sql.value("SELECT event_sequence FROM payments") == 4
    delivery = sql.one("SELECT * FROM webhook_deliveries")
    assert (delivery["event_id"], delivery["endpoint_id"], delivery["status"]) == (event["id"], endpoint_id, "pending")
    assert jobs_in(sql, "refunds").keys() == {made["id"]}
    assert jobs_in(sql, "webhooks").keys() == {delivery["id"]}
    assert (refunds_queue.received(), webhooks_queue.received()) == ([made["id"]], [delivery["id"]])
    journal = sql.one("SELECT * FROM journals WHERE type = 'refund'")
    assert (journal["amount_minor"], journal["payment_id"], journal["refund_id"]) == (300, payment_id, made["id"])
    entries = sql.all("SELECT * FROM ledger_entries WHERE journal_id = :id ORDER BY account", id=journal["id"])
    assert [(entry["account"], entry["amount_minor"]) for entry in entries] == [
        ("merchant_payable", 300),
        ("refunds_payable", -300),
    ]


def test_without_an_amount_all_that_is_left_is_refunded(database: PostgresDatabase, sql: Rows, refund: Refund) -> None:
    whole, rest = paid(database, sql, 1_000), paid(database, sql, 1_000)
    assert refund(whole)["amount"] == 1_000
    refund(rest, 1)
    assert refund(rest)["amount"] == 999
    assert [amounts(sql, payment_id) for payment_id in (whole, rest)] == [(1_000, 1_000, 0)] * 2


def test_parts_are_refunded_until_nothing_is_left(database: PostgresDatabase, sql: Rows, refund: Refund) -> None:
    payment_id = paid(database, sql, 1_000)
    for amount_minor in (1, 499, 500):
        assert refund(payment_id, amount_minor)["amount"] == amount_minor
    assert amounts(sql, payment_id) == (1_000, 1_000, 0)
    assert booked(sql, payment_id) == [("capture", 1_000), ("refund", 1), ("refund", 499), ("refund", 500)]
    assert accounts(sql, payment_id) == {"acquirer_receivable": 1_000, "refunds_payable": -1_000}
    assert [sequence for sequence, _ in events_of(sql, payment_id)] == list(range(1, 7))
    told = "All of the payment's 1000 is refunded or about to be; 0 is left (INR, in its minor unit)."
    for too_much in (None, 1, 1_000):
        assert refusal(refund, payment_id, too_much) == ("PAYMENT_FULLY_REFUNDED", "amount", told)


def test_more_than_is_left_is_refused_by_what_is_left(database: PostgresDatabase, sql: Rows, refund: Refund) -> None:
    payment_id = paid(database, sql, 1_000, currency="USD")
    refund(payment_id, 300)
    before = counts(sql)
    for amount_minor in (701, 1_000, 999_999_999_999):
        reason, field, description = refusal(refund, payment_id, amount_minor)
        assert (reason, field) == ("REFUND_EXCEEDS_LEFT", "amount")
        assert "at most 700" in description
        assert "USD" in description
    assert (counts(sql), amounts(sql, payment_id)) == (before, (1_000, 300, 0))
    refund(payment_id, 700)


def test_what_was_captured_is_what_can_be_refunded_and_not_what_was_authorized(
    database: PostgresDatabase, sql: Rows, refund: Refund
) -> None:
    payment_id = paid(database, sql, 1_000, capture="manual")
    request_capture(database, payment_id, 400)
    finish_request(database, payment_id, "captured")
    assert refusal(refund, payment_id, 401)[0] == "REFUND_EXCEEDS_LEFT"
    assert refund(payment_id)["amount"] == 400


def test_a_fee_is_not_withheld_from_a_refund(database: PostgresDatabase, sql: Rows, refund: Refund) -> None:
    sql.run("UPDATE merchants SET fee_basis_points = 200")
    payment_id = paid(database, sql, 1_000)
    assert refund(payment_id)["amount"] == 1_000
    assert accounts(sql, payment_id) == {
        "acquirer_receivable": 1_000,
        "refunds_payable": -1_000,
        "merchant_payable": 20,
        "fees": -20,
    }


@pytest.mark.parametrize("state", ["pending", "processing", "failed", "authorized", "cancelled"])
def test_without_a_capture_there_is_nothing_to_refund(
    database: PostgresDatabase, sql: Rows, refund: Refund, state: str
) -> None:
    order_id = sql.add_order(capture="manual" if state in ("authorized", "cancelled") else "automatic")
    if state == "processing":
        (payment_id,) = claimed(database, order_id)
    else:
        payment_id = start_payment(database, order_id)
    if state not in ("pending", "processing"):
        finish_payment(database, payment_id, failure_reason="payment_declined" if state == "failed" else None)
    if state == "cancelled":
        sql.run("UPDATE payments SET requested = 'cancel'")
        finish_request(database, payment_id, "cancelled")
    assert sql.value("SELECT status FROM payments") == state
    before = counts(sql)
    told = ("PAYMENT_NOT_CAPTURED", None, "Nothing has been captured of this payment.")
    assert [refusal(refund, payment_id, amount_minor) for amount_minor in (None, 1)] == [told, told]
    assert counts(sql) == before


def test_another_merchants_payment_is_answered_exactly_like_none(
    database: PostgresDatabase, sql: Rows, refund: Refund
) -> None:
    stranger = sql.add_merchant()
    theirs = paid(database, sql, merchant_id=stranger)
    before, refusals = counts(sql), []
    for payment_id in ("pay_unknown", theirs):
        with pytest.raises(NotFoundError) as raised:
            refund(payment_id, 1)
        refusals.append((raised.value.description, raised.value.field, raised.value.reason))
    assert refusals[0] == refusals[1]
    assert (counts(sql), amounts(sql, theirs)[1]) == (before, 0)
    assert refund(theirs, 1, merchant_id=stranger)["amount"] == 1


def test_what_a_failed_refund_held_can_be_refunded_again(database: PostgresDatabase, sql: Rows, refund: Refund) -> None:
    payment_id = paid(database, sql, 1_000)
    first = refund(payment_id)["id"]
    assert refusal(refund, payment_id)[0] == "PAYMENT_FULLY_REFUNDED"
    finish_refunds(database, first, kind="failed", failure_reason="refund_declined")
    assert amounts(sql, payment_id) == (1_000, 0, 0)
    second = refund(payment_id)
    finish_refunds(database, second["id"])
    assert refusal(refund, payment_id)[0] == "PAYMENT_FULLY_REFUNDED"
    assert accounts(sql, payment_id) == {}, "the money has gone back to where it came from"


def test_refunds_at_once_never_exceed_what_was_captured(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    payment_id = paid(database, sql, 1_000)
    start = threading.Barrier(6)

    def ask() -> list[str]:
        reasons: list[str] = []
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            intake = RefundIntake(own, FakeQueue(), FakeQueue(), 0)
            start.wait(timeout=30)
            for _ in range(3):
                try:
                    create_refund(intake, TEST_MERCHANT_ID, NewRefund(payment_id, 150))
                    reasons.append("made")
                except PaygateError as error:
                    reasons.append(str(error.reason))
        return reasons

    with ThreadPoolExecutor(6) as pool:
        asked = [reason for done in [pool.submit(ask) for _ in range(6)] for reason in done.result(timeout=60)]
    assert sorted(asked) == ["REFUND_EXCEEDS_LEFT"] * 12 + ["made"] * 6
    assert amounts(sql, payment_id) == (1_000, 900, 0)
    assert sql.value("SELECT sum(amount_minor)::int FROM refunds") == 900
    assert [sequence for sequence, _ in events_of(sql, payment_id)] == list(range(1, 10))
    assert accounts(sql, payment_id)["refunds_payable"] == -900


@pytest.mark.parametrize("down", ["refunds", "webhooks", "both"])
def test_a_queue_that_is_down_loses_nothing(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    refunds_queue: RealQueue,
    webhooks_queue: RealQueue,
    down: str,
) -> None:
    payment_id = paid(database, sql)
    sql.add_endpoint(cipher)
    with queue_that_is_down() as dead:
        refunds = refunds_queue if down == "webhooks" else dead
        webhooks = webhooks_queue if down == "refunds" else dead
        create_refund(RefundIntake(database, refunds, webhooks, 0), TEST_MERCHANT_ID, NewRefund(payment_id))
    for queue in ("refunds", "webhooks"):
        (wait,) = jobs_in(sql, queue).values()
        assert 0 < wait <= RESEND_AFTER_SECONDS, queue


def test_a_processing_delay_holds_back_the_message_and_the_sweeper(
    database: PostgresDatabase, sql: Rows, refunds_queue: RealQueue
) -> None:
    payment_id = paid(database, sql)
    create_refund(RefundIntake(database, refunds_queue, FakeQueue(), 600), TEST_MERCHANT_ID, NewRefund(payment_id))
    assert (refunds_queue.received(), refunds_queue.depth().waiting) == ([], 1)
    (wait,) = jobs_in(sql, "refunds").values()
    assert 600 < wait <= 600 + RESEND_AFTER_SECONDS


def test_when_one_part_cannot_be_stored_nothing_is(
    database: PostgresDatabase, sql: Rows, refund: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_id = paid(database, sql)
    before = counts(sql)
    taken = sql.value("SELECT id FROM events LIMIT 1")
    monkeypatch.setattr(create_refund_module, "new_id", lambda prefix: taken if prefix == "evt" else new_id(prefix))
    with pytest.raises(StatementFailedError, match="events_pkey"):
        refund(payment_id)
    assert (counts(sql), amounts(sql, payment_id)[1]) == (before, 0)


def test_only_endpoints_that_want_refunds_hear_of_one(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    payment_id = paid(database, sql)
    wanting = {sql.add_endpoint(cipher, events=[pattern]) for pattern in ("*", "refund.*", "refund.created")}
    sql.add_endpoint(cipher, events=["payment.*", "refund.processed", "refund"])
    disabled = sql.add_endpoint(cipher, status="disabled")
    sql.add_endpoint(cipher, merchant_id=sql.add_merchant())
    start_refund(database, payment_id)
    rows = sql.all("SELECT endpoint_id, status FROM webhook_deliveries")
    assert {(row["endpoint_id"], row["status"]) for row in rows} == {
        *((endpoint_id, "pending") for endpoint_id in wanting),
        (disabled, "held"),
    }
