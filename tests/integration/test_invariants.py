"""Invariants: each that is broken on purpose is named, with what breaks it; whatever the product does breaks none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.ids import new_id
from paygate.operations.check_invariants import INVARIANTS, check_invariants
from tests.integration.settlements import paid
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


def report(database: PostgresDatabase) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(check_invariants(database))
    assert [each["name"] for each in found["invariants"]] == [each.name for each in INVARIANTS]
    return found


def broken(database: PostgresDatabase) -> dict[str, list[str]]:
    """Examples of each invariant that does not hold."""
    return {each["name"]: each["examples"] for each in report(database)["invariants"] if each["violations"]}


@pytest.fixture
def breaking(sql: Rows) -> Iterator[Rows]:
    """Changes as only somebody could make them who is above every rule of the database."""
    sql.run("SET session_replication_role = replica")
    yield sql
    sql.run("RESET session_replication_role")


@pytest.fixture
def endpoint_id(sql: Rows, cipher: AesGcmCipher) -> str:
    """An endpoint that has been what it is for an hour."""
    endpoint_id = sql.add_endpoint(cipher, events=["payment.*"])
    sql.run("UPDATE webhook_endpoints SET updated_at = now() - interval '1 hour' WHERE id = :id", id=endpoint_id)
    return endpoint_id


@pytest.fixture
def history(database: PostgresDatabase, sql: Rows, endpoint_id: str) -> list[str]:
    """Payments of every status, with refunds of every status; their ids."""
    ids = [start_payment(database, "order_test_123"), start_payment(database, "order_test_123")]
    database.run("claim_payments", payment_ids=ids[1:], lease_seconds=30, charge_within_seconds=3_600)
    ids.append(start_payment(database, "order_test_123"))
    finish_payment(database, ids[-1], failure_reason="payment_declined")
    for kind in (None, "captured", "capture_refused", "cancelled"):
        authorized = paid(database, sql, 700, capture="manual")
        if kind == "cancelled":
            sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=authorized)
        elif kind is not None:
            request_capture(database, authorized, 333)
        if kind is not None:
            finish_request(database, authorized, kind, "capture_declined" if kind == "capture_refused" else None)
        ids.append(authorized)
    refunded = paid(database, sql, 1_000)
    start_refund(database, refunded, 100)
    finish_refunds(database, start_refund(database, refunded, 200))
    finish_refunds(database, start_refund(database, refunded, 50), kind="failed", failure_reason="refund_declined")
    return [*ids, refunded]


def test_an_empty_gateway_breaks_nothing(database: PostgresDatabase) -> None:
    assert broken(database) == {}


def test_nothing_that_happens_to_payments_and_refunds_breaks_anything(
    database: PostgresDatabase, history: list[str]
) -> None:
    found = report(database)
    assert found["window_hours"] == 24
    assert [each["name"] for each in found["invariants"] if each["violations"]] == []
    checked = {each["name"]: each["checked"] for each in found["invariants"]}
    assert checked["sequences_without_gaps"] == len(history)
    assert checked["events_tell_each_status"] == len(history) + 3
    assert min(checked.values()) > 0


@pytest.mark.parametrize(
    ("change", "also"),
    [
        ("DELETE FROM events WHERE payment_id = :id AND type = 'payment.success'", {"sequences_without_gaps"}),
        ("UPDATE events SET type = 'payment.failed' WHERE payment_id = :id AND type = 'payment.success'", set()),
        (
            (
                "INSERT INTO events (id, merchant_id, payment_id, sequence, type, body)"
                " SELECT 'evt_twice', merchant_id, id, 4, 'payment.success', '{}' FROM payments WHERE id = :id"
            ),
            {"sequences_without_gaps", "events_reach_their_endpoints"},
        ),
    ],
    ids=["missing", "another", "twice"],
)
def test_a_status_without_exactly_one_event_is_named(
    database: PostgresDatabase, breaking: Rows, history: list[str], change: str, also: set[str]
) -> None:
    payment_id = paid(database, breaking)
    breaking.run(change, id=payment_id)
    found = broken(database)
    assert found["events_tell_each_status"] == [payment_id]
    assert found.keys() == {"events_tell_each_status"} | also


def test_a_refund_whose_event_is_missing_is_named(database: PostgresDatabase, breaking: Rows) -> None:
    refund_id = start_refund(database, paid(database, breaking), 100)
    finish_refunds(database, refund_id)
    breaking.run("UPDATE events SET type = 'refund.created' WHERE refund_id = :id", id=refund_id)
    assert broken(database) == {"events_tell_each_status": [refund_id]}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET sequence = 9 WHERE payment_id = :id AND sequence = 3",
        "UPDATE events SET sequence = sequence + 1 WHERE payment_id = :id AND sequence = 3",
        "UPDATE payments SET event_sequence = 7 WHERE id = :id",
    ],
    ids=["a gap", "a shift", "the payment's count"],
)
def test_a_gap_in_a_sequence_is_named(
    database: PostgresDatabase, breaking: Rows, history: list[str], change: str
) -> None:
    payment_id = paid(database, breaking)
    breaking.run(change, id=payment_id)
    assert broken(database) == {"sequences_without_gaps": [payment_id]}


def test_an_event_that_an_endpoint_was_not_sent_is_named(
    database: PostgresDatabase, breaking: Rows, endpoint_id: str
) -> None:
    payment_id = paid(database, breaking)
    event_id = breaking.value(
        "DELETE FROM webhook_deliveries WHERE payment_id = :id AND event_type = 'payment.success' RETURNING event_id",
        id=payment_id,
    )
    assert broken(database) == {"events_reach_their_endpoints": [event_id]}


def test_an_event_that_an_endpoint_did_not_want_is_named(
    database: PostgresDatabase, breaking: Rows, endpoint_id: str
) -> None:
    refund_id = start_refund(database, paid(database, breaking), 100)
    event_id = breaking.value("SELECT id FROM events WHERE refund_id = :id", id=refund_id)
    breaking.run(
        "INSERT INTO webhook_deliveries (id, event_id, event_type, endpoint_id, merchant_id, status)"
        " VALUES (:id, :event_id, 'refund.created', :endpoint_id, :merchant_id, 'delivered')",
        id=new_id("whd"),
        event_id=event_id,
        endpoint_id=endpoint_id,
        merchant_id=TEST_MERCHANT_ID,
    )
    assert broken(database) == {"events_reach_their_endpoints": [event_id]}


@pytest.mark.parametrize("logged_by", ["the event's merchant", "the endpoint's merchant"])
@pytest.mark.parametrize("event_type", ["payment.success", "endpoint.test"])
def test_an_event_that_reached_another_merchants_endpoint_is_named(
    database: PostgresDatabase, breaking: Rows, cipher: AesGcmCipher, event_type: str, logged_by: str
) -> None:
    payment_id, stranger = paid(database, breaking), breaking.add_merchant()
    event_id = breaking.value("SELECT id FROM events WHERE payment_id = :id AND sequence = 3", id=payment_id)
    if event_type == "endpoint.test":
        event_id = new_id("evt")
        breaking.run(
            "INSERT INTO events (id, merchant_id, type, body) VALUES (:id, :merchant_id, 'endpoint.test', '{}')",
            id=event_id,
            merchant_id=TEST_MERCHANT_ID,
        )
    breaking.run(
        "INSERT INTO webhook_deliveries (id, event_id, event_type, endpoint_id, merchant_id, status)"
        " VALUES (:id, :event_id, :event_type, :endpoint_id, :merchant_id, 'delivered')",
        id=new_id("whd"),
        event_id=event_id,
        event_type=event_type,
        endpoint_id=breaking.add_endpoint(cipher, merchant_id=stranger),
        merchant_id=stranger if logged_by == "the endpoint's merchant" else TEST_MERCHANT_ID,
    )
    assert broken(database) == {"events_reach_their_endpoints": [event_id]}


def test_what_an_endpoint_wanted_before_it_was_changed_is_not_asked(
    database: PostgresDatabase, sql: Rows, endpoint_id: str, history: list[str]
) -> None:
    sql.run("UPDATE webhook_endpoints SET events = '{refund.*}', updated_at = now() WHERE id = :id", id=endpoint_id)
    assert broken(database) == {}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments SET fee_minor = 1 WHERE id = :id",
        "DELETE FROM ledger_entries WHERE journal_id = (SELECT id FROM journals WHERE payment_id = :id)",
        "DELETE FROM journals WHERE payment_id = :id",
    ],
    ids=["a row", "the entries", "the journal"],
)
def test_books_that_do_not_balance_are_named(
    database: PostgresDatabase, breaking: Rows, history: list[str], change: str
) -> None:
    payment_id = paid(database, breaking)
    breaking.run(change, id=payment_id)
    assert broken(database) == {"books_balance": [payment_id]}


def test_more_refunds_than_were_captured_are_named_also_of_an_old_payment(
    database: PostgresDatabase, breaking: Rows
) -> None:
    payment_id = paid(database, breaking, 1_000)
    breaking.run("UPDATE payments SET created_at = now() - interval '2 days' WHERE id = :id", id=payment_id)
    refund_id = start_refund(database, payment_id)
    breaking.run("UPDATE refunds SET amount_minor = 1001 WHERE id = :id", id=refund_id)
    assert broken(database) == {"refunds_within_captures": [payment_id]}


def test_a_second_success_of_an_order_is_named(database: PostgresDatabase, breaking: Rows) -> None:
    order_id = breaking.add_order()
    first, second = start_payment(database, order_id), start_payment(database, order_id)
    breaking.run("UPDATE payments SET exclusive = false WHERE id = :id", id=second)
    for payment_id in (first, second):
        finish_payment(database, payment_id)
    assert broken(database) == {"one_success_per_order": [order_id]}


def test_pending_work_that_is_not_in_the_outbox_is_named(
    database: PostgresDatabase, breaking: Rows, endpoint_id: str
) -> None:
    refund_id = start_refund(database, paid(database, breaking), 100)
    payment_id = start_payment(database, "order_test_123")
    delivery_id = breaking.value("SELECT min(id) FROM webhook_deliveries")
    breaking.run("DELETE FROM outbox WHERE subject_id = ANY(:ids)", ids=[refund_id, payment_id, delivery_id])
    assert broken(database) == {"pending_work_is_scheduled": sorted([delivery_id, payment_id, refund_id])}


def test_five_examples_are_enough_and_the_count_is_of_all(database: PostgresDatabase, breaking: Rows) -> None:
    ids = sorted(paid(database, breaking) for _ in range(7))
    breaking.run("UPDATE payments SET event_sequence = 9")
    (found,) = [each for each in report(database)["invariants"] if each["violations"]]
    assert (found["violations"], len(found["examples"])) == (7, 5)
    assert set(found["examples"]) <= set(ids)


def test_every_merchant_is_looked_at_and_nothing_older_than_a_day(database: PostgresDatabase, breaking: Rows) -> None:
    stranger = breaking.add_merchant()
    theirs = paid(database, breaking, merchant_id=stranger)
    old = paid(database, breaking)
    breaking.run("UPDATE payments SET event_sequence = 9")
    breaking.run("UPDATE payments SET created_at = now() - interval '25 hours' WHERE id = :id", id=old)
    assert broken(database) == {"sequences_without_gaps": [theirs]}
