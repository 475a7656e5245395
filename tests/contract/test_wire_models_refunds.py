"""Replies about refunds, captures and the ledger, against the models that the OpenAPI document is made of."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib import responses
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.paging import Page
from paygate.operations.get_settlements import COLUMNS, as_csv, as_json, get_settlements
from paygate.operations.list_ledger import JournalFilter, list_ledger
from paygate.operations.list_payments import PaymentFilter, list_payments
from paygate.operations.list_refunds import RefundFilter, list_refunds
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

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
REASON = 'too "small" \\ / \u2028 😀'
REFUND_FIELDS = ["id", "payment_id", "amount", "currency", "reason", "status", "failure_reason", "created_at"]


@pytest.fixture
def paid(database: PostgresDatabase, sql: Rows) -> str:
    payment_id = start_payment(database, sql.add_order(amount_minor=1_000))
    finish_payment(database, payment_id)
    return payment_id


@pytest.fixture
def authorized(database: PostgresDatabase, sql: Rows) -> str:
    payment_id = start_payment(database, sql.add_order(amount_minor=1_000, capture="manual"))
    finish_payment(database, payment_id)
    return payment_id


def content_of(body: str, model: type[BaseModel]) -> dict[str, Any]:
    """The body's content, once it has proved to be compact JSON of this form."""
    content: dict[str, Any] = json.loads(body)
    assert body == json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    model.model_validate_json(body)
    return content


def read(database: PostgresDatabase, what: str, object_id: str) -> str:
    (row,) = database.run(f"get_{what}", merchant_id=TEST_MERCHANT_ID, **{f"{what}_id": object_id})
    return str(row["body"])


def last_event(sql: Rows, payment_id: str) -> tuple[str, dict[str, Any]]:
    row = sql.one("SELECT type, body FROM events WHERE payment_id = :id ORDER BY sequence DESC LIMIT 1", id=payment_id)
    return row["type"], json.loads(row["body"])["data"]


def payment_as_told(database: PostgresDatabase, sql: Rows, payment_id: str, event: str) -> dict[str, Any]:
    """The payment as it is read and listed, which is as its latest event tells."""
    body = read(database, "payment", payment_id)
    content = content_of(body, responses.Payment)
    assert last_event(sql, payment_id) == (event, {"payment": content})
    listed = list_payments(database, TEST_MERCHANT_ID, Page(), PaymentFilter(order_id=content["order_id"]))
    assert listed == f'{{"data":[{body}],"has_more":false}}'
    return content


# --- Payments ---------------------------------------------------------------------------------------------------------


def test_a_paid_payment_tells_what_was_captured_and_refunded(database: PostgresDatabase, sql: Rows, paid: str) -> None:
    content = payment_as_told(database, sql, paid, "payment.success")
    assert (content["amount_captured"], content["amount_refunded"]) == (1_000, 0)
    assert not {"capture_before", "pending_action", "capture_failure_reason"} & content.keys()
    start_refund(database, paid, 300)
    content = content_of(read(database, "payment", paid), responses.Payment)
    assert (content["amount_captured"], content["amount_refunded"]) == (1_000, 300)


def test_an_authorized_payment_tells_until_when_it_can_be_captured(
    database: PostgresDatabase, sql: Rows, authorized: str
) -> None:
    content = payment_as_told(database, sql, authorized, "payment.authorized")
    assert TIME.fullmatch(content["capture_before"])
    assert not {"amount_captured", "amount_refunded", "pending_action"} & content.keys()
    request_capture(database, authorized, 400)
    content = content_of(read(database, "payment", authorized), responses.Payment)
    assert (content["status"], content["pending_action"]) == ("authorized", "capture")


@pytest.mark.parametrize(
    ("kind", "event", "status", "told"),
    [
        ("captured", "payment.captured", "captured", {"amount_captured": 400, "amount_refunded": 0}),
        ("capture_refused", "payment.capture_failed", "authorized", {"capture_failure_reason": "capture_declined"}),
    ],
)
def test_what_came_of_a_capture_is_told_alike_by_payment_and_event(
    database: PostgresDatabase, sql: Rows, authorized: str, kind: str, event: str, status: str, told: dict[str, Any]
) -> None:
    request_capture(database, authorized, 400)
    finish_request(database, authorized, kind, told.get("capture_failure_reason"))
    content = payment_as_told(database, sql, authorized, event)
    assert (content["status"], content["amount"]) == (status, 1_000)
    names = ("amount_captured", "amount_refunded", "capture_failure_reason")
    assert {name: content[name] for name in names if name in content} == told
    assert ("capture_before" in content) == (status == "authorized")
    assert "pending_action" not in content


def test_a_cancelled_payment_is_told_alike_by_payment_and_event(
    database: PostgresDatabase, sql: Rows, authorized: str
) -> None:
    sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=authorized)
    content = content_of(read(database, "payment", authorized), responses.Payment)
    assert content["pending_action"] == "cancel"
    finish_request(database, authorized, "cancelled")
    content = payment_as_told(database, sql, authorized, "payment.cancelled")
    assert content["status"] == "cancelled"
    assert not {"pending_action", "capture_before", "amount_captured"} & content.keys()


# --- Refunds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "reason"), [("pending", None), ("processed", None), ("failed", "refund_declined")])
def test_a_refund_is_read_and_listed_as_its_latest_event_tells(
    database: PostgresDatabase, sql: Rows, paid: str, kind: str, reason: str | None
) -> None:
    refund_id = start_refund(database, paid, 300, reason=REASON)
    if kind != "pending":
        finish_refunds(database, refund_id, kind=kind, failure_reason=reason)
    body = read(database, "refund", refund_id)
    content = content_of(body, responses.Refund)
    assert list(content) == REFUND_FIELDS, "nothing is left out when it is null"
    assert TIME.fullmatch(content.pop("created_at"))
    assert content == {
        "id": refund_id,
        "payment_id": paid,
        "amount": 300,
        "currency": "INR",
        "reason": REASON,
        "status": kind,
        "failure_reason": reason,
    }
    event = "created" if kind == "pending" else kind
    assert last_event(sql, paid) == (f"refund.{event}", {"refund": json.loads(body)})
    listed = list_refunds(database, TEST_MERCHANT_ID, Page(), RefundFilter())
    content_of(listed, responses.RefundList)
    assert listed == f'{{"data":[{body}],"has_more":false}}'


def test_a_timeline_names_the_refund_of_each_of_its_events(database: PostgresDatabase, paid: str) -> None:
    first, second = start_refund(database, paid, 300), start_refund(database, paid)
    finish_refunds(database, second)
    (row,) = database.run("get_payment_timeline", payment_id=paid, merchant_id=TEST_MERCHANT_ID)
    entries = content_of(row["body"], responses.Timeline)["data"]
    assert [(entry["sequence"], entry["type"], entry.get("refund_id")) for entry in entries] == [
        (1, "payment.created", None),
        (2, "payment.pending", None),
        (3, "payment.success", None),
        (4, "refund.created", first),
        (5, "refund.created", second),
        (6, "refund.processed", second),
    ]


# --- The ledger -------------------------------------------------------------------------------------------------------


def test_journals_are_listed_with_the_debit_first(database: PostgresDatabase, paid: str) -> None:
    refund_id = start_refund(database, paid, 300)
    body = list_ledger(database, TEST_MERCHANT_ID, Page(), JournalFilter())
    refund, capture = content_of(body, responses.JournalList)["data"]
    for journal in (refund, capture):
        assert TIME.fullmatch(journal.pop("created_at"))
        assert journal.pop("id").startswith("jrn_")
    assert capture == {
        "type": "capture",
        "amount": 1_000,
        "currency": "INR",
        "payment_id": paid,
        "refund_id": None,
        "entries": [
            {"account": "acquirer_receivable", "direction": "debit", "amount": 1_000},
            {"account": "merchant_payable", "direction": "credit", "amount": 1_000},
        ],
    }
    assert (refund["type"], refund["amount"], refund["refund_id"]) == ("refund", 300, refund_id)
    assert [(entry["account"], entry["direction"]) for entry in refund["entries"]] == [
        ("merchant_payable", "debit"),
        ("refunds_payable", "credit"),
    ]


def test_balances_and_settlements_are_of_their_models(database: PostgresDatabase, paid: str) -> None:
    start_refund(database, paid, 300)
    (row,) = database.run("get_balance", merchant_id=TEST_MERCHANT_ID)
    assert content_of(row["body"], responses.BalanceList) == {
        "data": [
            {
                "currency": "INR",
                "acquirer_receivable": 1_000,
                "merchant_payable": 700,
                "refunds_payable": 300,
                "fees": 0,
            }
        ],
        "has_more": False,
    }
    rows = get_settlements(database, TEST_MERCHANT_ID, datetime.now(UTC).date())
    (settlement,) = content_of(as_json(rows), responses.SettlementList)["data"]
    assert tuple(settlement) == COLUMNS == tuple(responses.Settlement.model_fields)
    header, line, end = as_csv(rows).split("\r\n")
    assert (header, end) == (",".join(COLUMNS), "")
    assert line == ",".join(str(settlement[name]) for name in COLUMNS)


def test_without_anything_booked_balances_and_settlements_are_empty(database: PostgresDatabase) -> None:
    (row,) = database.run("get_balance", merchant_id=TEST_MERCHANT_ID)
    assert content_of(row["body"], responses.BalanceList) == {"data": [], "has_more": False}
    rows = get_settlements(database, TEST_MERCHANT_ID, datetime.now(UTC).date())
    assert content_of(as_json(rows), responses.SettlementList) == {"data": [], "has_more": False}
    assert as_csv(rows) == ",".join(COLUMNS) + "\r\n"
