"""Captures and cancels: asked for once, done when the acquirer has answered, and booked with their fee."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import ConflictError, NotFoundError, PaygateError
from paygate.operations.capture_payment import cancel_payment, capture_payment
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from paygate.operations.ports import Queue
from tests.integration.settlements import amounts, booked, claimed, jobs_in, paid, payment_of
from tests.integration.support import RealQueue, queue_that_is_down
from tests.support.rows import (
    TEST_MERCHANT_ID,
    Rows,
    finish_payment,
    finish_request,
    request_capture,
    start_payment,
)
from tests.unit.fakes import FakeQueue

Ask = Callable[..., dict[str, Any]]
NOT_AUTHORIZED = ("pending", "processing", "success", "failed", "captured", "cancelled")


def capture(
    database: PostgresDatabase, payment_id: str, amount_minor: int | None = None, *, queue: Queue | None = None
) -> dict[str, Any]:
    return dict(json.loads(capture_payment(database, queue or FakeQueue(), TEST_MERCHANT_ID, payment_id, amount_minor)))


def cancel(database: PostgresDatabase, payment_id: str, *, queue: Queue | None = None) -> dict[str, Any]:
    return dict(json.loads(cancel_payment(database, queue or FakeQueue(), TEST_MERCHANT_ID, payment_id)))


ASKS = pytest.mark.parametrize(("ask", "action"), [(capture, "capture"), (cancel, "cancel")])


def refusal(ask: Ask, *arguments: Any) -> tuple[str | None, str | None]:
    with pytest.raises(ConflictError) as raised:
        ask(*arguments)
    return raised.value.reason, raised.value.field


def authorized(database: PostgresDatabase, sql: Rows, amount_minor: int = 1_000, **order: Any) -> str:
    return paid(database, sql, amount_minor, capture="manual", **order)


def order_status(sql: Rows, payment_id: str) -> str:
    return str(sql.value("SELECT status FROM orders WHERE id = :id", id=payment_of(sql, payment_id)["order_id"]))


def in_state(database: PostgresDatabase, sql: Rows, state: str) -> str:
    """A payment with this status."""
    if state in ("captured", "cancelled"):
        payment_id = authorized(database, sql)
        (capture if state == "captured" else cancel)(database, payment_id)
        finish_request(database, payment_id, state)
    elif state == "processing":
        (payment_id,) = claimed(database, sql.add_order())
    else:
        payment_id = start_payment(database, sql.add_order())
        if state != "pending":
            finish_payment(database, payment_id, failure_reason="payment_declined" if state == "failed" else None)
    assert payment_of(sql, payment_id)["status"] == state
    return payment_id


# --- Asking -----------------------------------------------------------------------------------------------------------


@ASKS
def test_what_is_asked_for_is_kept_with_its_job_and_changes_nothing_yet(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, ask: Ask, action: str
) -> None:
    payment_id = authorized(database, sql)
    answer = ask(database, payment_id, queue=payments_queue)
    assert (answer["status"], answer["pending_action"]) == ("authorized", action)
    row = payment_of(sql, payment_id)
    expected = 1_000 if action == "capture" else None
    assert (row["status"], row["requested"], row["requested_amount_minor"]) == ("authorized", action, expected)
    (wait,) = jobs_in(sql, "payments").values()
    assert 0 < wait <= RESEND_AFTER_SECONDS
    assert payments_queue.received() == [payment_id]
    assert (booked(sql, payment_id), order_status(sql, payment_id)) == ([], "authorized")
    assert row["event_sequence"] == 3, "events are of what has happened"
    assert database.run("find_finished_payments", payment_ids=[payment_id]) == []


@ASKS
def test_a_queue_that_is_down_loses_nothing(database: PostgresDatabase, sql: Rows, ask: Ask, action: str) -> None:
    payment_id = authorized(database, sql)
    with queue_that_is_down() as dead:
        assert ask(database, payment_id, queue=dead)["pending_action"] == action
    assert jobs_in(sql, "payments").keys() == {payment_id}


@pytest.mark.parametrize("amount_minor", [1, 999, 1_000])
def test_a_part_can_be_captured(database: PostgresDatabase, sql: Rows, amount_minor: int) -> None:
    payment_id = authorized(database, sql)
    capture(database, payment_id, amount_minor)
    assert payment_of(sql, payment_id)["requested_amount_minor"] == amount_minor
    finish_request(database, payment_id, "captured")
    assert amounts(sql, payment_id) == (amount_minor, 0, 0)
    assert payment_of(sql, payment_id)["amount_minor"] == 1_000


@pytest.mark.parametrize("amount_minor", [1_001, 999_999_999_999])
def test_more_than_is_authorized_is_refused(database: PostgresDatabase, sql: Rows, amount_minor: int) -> None:
    payment_id = authorized(database, sql)
    assert refusal(capture, database, payment_id, amount_minor) == ("CAPTURE_EXCEEDS_AUTHORIZED", "amount")
    assert (payment_of(sql, payment_id)["requested"], jobs_in(sql, "payments")) == (None, {})


@ASKS
@pytest.mark.parametrize("state", NOT_AUTHORIZED)
def test_only_an_authorized_payment_is_captured_or_cancelled(
    database: PostgresDatabase, sql: Rows, ask: Ask, action: str, state: str
) -> None:
    payment_id = in_state(database, sql, state)
    before = payment_of(sql, payment_id)
    assert refusal(ask, database, payment_id) == ("PAYMENT_NOT_AUTHORIZED", None)
    assert payment_of(sql, payment_id) == before


@ASKS
@pytest.mark.parametrize("first", [capture, cancel])
def test_what_is_under_way_keeps_everything_else_waiting(
    database: PostgresDatabase, sql: Rows, first: Ask, ask: Ask, action: str
) -> None:
    payment_id = authorized(database, sql)
    first(database, payment_id)
    before = payment_of(sql, payment_id)
    pending = "CAPTURE_PENDING" if first is capture else "CANCEL_PENDING"
    assert refusal(ask, database, payment_id) == (pending, None)
    assert payment_of(sql, payment_id) == before


def test_after_its_time_a_payment_can_be_cancelled_and_not_captured(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = authorized(database, sql)
    sql.run("UPDATE payments SET capture_before = now()")
    assert refusal(capture, database, payment_id) == ("AUTHORIZATION_EXPIRED", None)
    assert refusal(capture, database, payment_id, 2_000) == ("AUTHORIZATION_EXPIRED", None)
    assert cancel(database, payment_id)["pending_action"] == "cancel"


@ASKS
def test_another_merchants_payment_is_answered_exactly_like_none(
    database: PostgresDatabase, sql: Rows, ask: Ask, action: str
) -> None:
    theirs = authorized(database, sql, merchant_id=sql.add_merchant())
    before, refusals = payment_of(sql, theirs), []
    for payment_id in ("pay_unknown", theirs):
        with pytest.raises(NotFoundError) as raised:
            ask(database, payment_id)
        refusals.append((raised.value.description, raised.value.field, raised.value.reason))
    assert refusals[0] == refusals[1]
    assert payment_of(sql, theirs) == before


def test_of_captures_and_cancels_at_once_one_is_taken(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    payment_ids = [authorized(database, sql) for _ in range(5)]
    start = threading.Barrier(4)

    def run(ask: Ask) -> list[str | None]:
        told: list[str | None] = []
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            for payment_id in payment_ids:
                try:
                    told.append(ask(own, payment_id)["pending_action"])
                except PaygateError as error:
                    told.append(error.reason)
        return told

    with ThreadPoolExecutor(4) as pool:
        answers = [done.result(timeout=60) for done in [pool.submit(run, ask) for ask in (capture, cancel) * 2]]
    for payment_id, told in zip(payment_ids, zip(*answers, strict=True), strict=True):
        requested = payment_of(sql, payment_id)["requested"]
        assert sorted(map(str, told)) == [*[f"{requested.upper()}_PENDING"] * 3, requested]


# --- What the acquirer said -------------------------------------------------------------------------------------------


def test_a_capture_pays_the_order(database: PostgresDatabase, sql: Rows) -> None:
    sql.run("UPDATE merchants SET fee_basis_points = 200")
    payment_id = authorized(database, sql)
    request_capture(database, payment_id, 400)
    finish_request(database, payment_id, "captured")
    row = payment_of(sql, payment_id)
    assert (row["status"], row["requested"], row["requested_amount_minor"]) == ("captured", None, None)
    assert (amounts(sql, payment_id), row["claimed_until"]) == ((400, 0, 8), None)
    assert order_status(sql, payment_id) == "paid"
    assert booked(sql, payment_id) == [("capture", 400), ("fee", 8)]
    assert jobs_in(sql, "payments") == {}
    assert database.run("find_finished_payments", payment_ids=[payment_id]) == [{"id": payment_id}]


def test_a_cancelled_payment_gives_its_order_back_and_it_can_be_paid_again(
    database: PostgresDatabase, sql: Rows
) -> None:
    payment_id = authorized(database, sql)
    cancel(database, payment_id)
    assert order_status(sql, payment_id) == "authorized"
    finish_request(database, payment_id, "cancelled")
    assert (payment_of(sql, payment_id)["status"], order_status(sql, payment_id)) == ("cancelled", "created")
    assert (booked(sql, payment_id), jobs_in(sql, "payments")) == ([], {})
    again = start_payment(database, payment_of(sql, payment_id)["order_id"])
    finish_payment(database, again)
    capture(database, again)
    finish_request(database, again, "captured")
    assert (payment_of(sql, again)["status"], order_status(sql, again)) == ("captured", "paid")


def test_a_refused_capture_leaves_the_payment_authorized_and_a_second_one_works(
    database: PostgresDatabase, sql: Rows
) -> None:
    payment_id = authorized(database, sql)
    capture(database, payment_id)
    finish_request(database, payment_id, "capture_refused", "capture_declined")
    row = payment_of(sql, payment_id)
    assert (row["status"], row["requested"], row["capture_failure_reason"]) == ("authorized", None, "capture_declined")
    assert (amounts(sql, payment_id), booked(sql, payment_id)) == ((None, None, None), [])
    assert (order_status(sql, payment_id), jobs_in(sql, "payments")) == ("authorized", {})
    capture(database, payment_id, 300)
    finish_request(database, payment_id, "captured")
    row = payment_of(sql, payment_id)
    assert (row["status"], row["capture_failure_reason"]) == ("captured", None)
    types = sql.column("SELECT type FROM events WHERE payment_id = :id ORDER BY sequence", id=payment_id)
    assert types[2:] == ["payment.authorized", "payment.capture_failed", "payment.captured"]
    assert row["event_sequence"] == len(types) == 5


@pytest.mark.parametrize("asked", ["capture", "cancel", None])
@pytest.mark.parametrize("kind", ["captured", "capture_refused", "cancelled"])
def test_only_an_answer_to_what_was_asked_for_is_stored_and_only_once(
    database: PostgresDatabase, sql: Rows, asked: str | None, kind: str
) -> None:
    payment_id = authorized(database, sql)
    if asked is not None:
        (capture if asked == "capture" else cancel)(database, payment_id)
    before = payment_of(sql, payment_id)
    reason = "capture_declined" if kind == "capture_refused" else None
    finish_request(database, payment_id, kind, reason)
    after = payment_of(sql, payment_id)
    answers = {"captured": "capture", "capture_refused": "capture", "cancelled": "cancel"}[kind] == asked
    assert (after != before) is answers
    finish_request(database, payment_id, kind, reason)
    assert payment_of(sql, payment_id) == after
    assert len(booked(sql, payment_id)) == (1 if after["status"] == "captured" else 0)


def test_payments_of_a_reusable_order_are_captured_and_cancelled_each_for_itself(
    database: PostgresDatabase, sql: Rows
) -> None:
    order_id = sql.add_order(reusable=True, capture="manual", amount_minor=1_000)
    payment_ids = [start_payment(database, order_id) for _ in range(3)]
    for payment_id in payment_ids:
        finish_payment(database, payment_id)
    capture(database, payment_ids[0])
    capture(database, payment_ids[1], 400)
    cancel(database, payment_ids[2])
    for payment_id, kind in zip(payment_ids, ("captured", "captured", "cancelled"), strict=True):
        finish_request(database, payment_id, kind)
        assert order_status(sql, payment_id) == "created"
    assert [amounts(sql, payment_id)[0] for payment_id in payment_ids] == [1_000, 400, None]
    assert start_payment(database, order_id)


def test_an_order_that_expired_meanwhile_is_paid_by_its_capture_and_not_reopened_by_a_cancel(
    database: PostgresDatabase, sql: Rows
) -> None:
    captured, cancelled = (authorized(database, sql, expires_in_seconds=3_600) for _ in range(2))
    sql.run("UPDATE orders SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL")
    capture(database, captured)
    cancel(database, cancelled)
    finish_request(database, captured, "captured")
    finish_request(database, cancelled, "cancelled")
    assert order_status(sql, captured) == "paid"
    shown = sql.value(
        "SELECT order_status(o) FROM orders AS o WHERE id = :id", id=payment_of(sql, cancelled)["order_id"]
    )
    assert shown == "expired"
