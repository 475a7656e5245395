"""Replies that Postgres prints, against the models that the OpenAPI document is made of."""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from chalicelib import responses
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import ALPHABET, new_id
from paygate.domain.paging import Page
from paygate.operations.answer_once import key_parameters
from paygate.operations.create_order import NewOrder, create_order
from paygate.operations.list_orders import list_orders
from paygate.operations.list_payments import PaymentFilter, list_payments
from paygate.operations.seed_test_merchant import TEST_EMAIL
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_payment, start_payment

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = re.compile(rf"[a-z]+_[{ALPHABET}]{{22}}")
# Outcomes of a settlement: why the payment failed, None if it did not.
OUTCOMES = [pytest.param(None, "success", id="success"), pytest.param("payment_declined", "failed", id="failed")]


def _check(body: str, model: type[BaseModel]) -> dict[str, Any]:
    """The body's content, once it has proved to be compact JSON of this form."""
    content: dict[str, Any] = json.loads(body)
    assert body == json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    model.model_validate_json(body)
    times = list(_values(content, "created_at"))
    assert times
    assert not [time for time in times if not TIME.fullmatch(time)]
    return content


def _values(content: Any, key: str) -> Any:
    if isinstance(content, dict):
        for name, value in content.items():
            if name == key:
                yield value
            else:
                yield from _values(value, key)
    elif isinstance(content, list):
        for item in content:
            yield from _values(item, key)


def _read_payment(database: PostgresDatabase, payment_id: str) -> str:
    (row,) = database.run("get_payment", payment_id=payment_id, merchant_id=TEST_MERCHANT_ID)
    return str(row["body"])


def _start_card_payment(database: PostgresDatabase, order_id: str, network: str) -> str:
    payment_id = new_id("pay")
    (row,) = database.run(
        "create_payment",
        payment_id=payment_id,
        order_id=order_id,
        merchant_id=TEST_MERCHANT_ID,
        method="card",
        vpa=None,
        card_network=network,
        card_last4="0042",
        card_expiry_month=1,
        card_expiry_year=2040,
        card_fingerprint=secrets.token_hex(32),
        created_event_id=new_id("evt"),
        pending_event_id=new_id("evt"),
        resend_after_seconds=30,
        **key_parameters(None),
    )
    assert row["body"] == _read_payment(database, payment_id)
    return payment_id


def _event_payment(sql: Rows, payment_id: str, sequence: int) -> str:
    """The payment as printed inside an event's body."""
    body: str = sql.value(
        "SELECT body FROM events WHERE payment_id = :id AND sequence = :sequence", id=payment_id, sequence=sequence
    )
    head, _, rest = body.partition('"data":{"payment":')
    assert head
    assert rest.endswith("}}")
    return rest[:-2]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(NewOrder(100, "INR"), id="least"),
        pytest.param(
            NewOrder(
                999_999_999_999,
                "USD",
                receipt='"\\/\u2028😀',
                notes={"a": "1", "z\n": '\u0001\t"', "मूल्य": "😀", "empty": "", "10": "x", "9": "y"},
                reusable=True,
                capture="manual",
                expires_at=datetime.now(UTC) + timedelta(days=1),
            ),
            id="everything",
        ),
    ],
)
def test_an_order_is_answered_the_same_when_made_and_when_read(database: PostgresDatabase, order: NewOrder) -> None:
    made = create_order(database, TEST_MERCHANT_ID, order)
    content = _check(made, responses.Order)
    (row,) = database.run("get_order", order_id=content["id"], merchant_id=TEST_MERCHANT_ID)
    assert row["body"] == made
    assert (content["amount"], content["currency"]) == (order.amount_minor, order.currency)
    assert (content["receipt"], content["notes"], content["reusable"]) == (order.receipt, order.notes, order.reusable)
    assert (content["status"], content["capture"]) == ("created", order.capture)
    expires_at = order.expires_at and order.expires_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert content["expires_at"] == expires_at
    assert list(content["notes"]) == list(order.notes)
    assert ID.fullmatch(content["id"])


@pytest.mark.parametrize(
    ("stored", "expires_in_seconds", "status"),
    [
        ("created", None, "created"),
        ("created", 60, "created"),
        ("created", -60, "expired"),
        ("expired", -60, "expired"),
        ("authorized", None, "authorized"),
        ("authorized", -60, "authorized"),
        ("paid", None, "paid"),
        ("paid", -60, "paid"),
    ],
)
def test_an_order_of_any_status_is_read_alike_alone_and_in_a_list(
    database: PostgresDatabase, sql: Rows, stored: str, expires_in_seconds: int | None, status: str
) -> None:
    order_id = sql.add_order(expires_in_seconds=expires_in_seconds)
    sql.run("UPDATE orders SET status = :status WHERE id = :id", status=stored, id=order_id)
    (row,) = database.run("get_order", order_id=order_id, merchant_id=TEST_MERCHANT_ID)
    assert _check(row["body"], responses.Order)["status"] == status
    listed = list_orders(database, TEST_MERCHANT_ID, Page(limit=1))
    _check(listed, responses.OrderList)
    assert listed == f'{{"data":[{row["body"]}],"has_more":true}}'


@pytest.mark.parametrize("network", get_args(responses.PaymentCard.model_fields["network"].annotation))
def test_a_card_payment_is_read_with_network_and_last_digits_alone(
    database: PostgresDatabase, sql: Rows, network: str
) -> None:
    payment_id = _start_card_payment(database, sql.add_order(), network)
    read = _read_payment(database, payment_id)
    content = _check(read, responses.Payment)
    assert (content["method"], content["card"]) == ("card", {"network": network, "last4": "0042"})
    assert "vpa" not in content
    assert [_event_payment(sql, payment_id, sequence) for sequence in (1, 2)] == [read, read]
    assert list_payments(database, TEST_MERCHANT_ID, Page(), PaymentFilter(method="card")) == (
        f'{{"data":[{read}],"has_more":false}}'
    )


def test_a_payment_of_an_order_with_manual_capture_is_read_as_authorized(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, sql.add_order(capture="manual"))
    finish_payment(database, payment_id)
    read = _read_payment(database, payment_id)
    assert _check(read, responses.Payment)["status"] == "authorized"
    assert _event_payment(sql, payment_id, 3) == read


def test_a_reply_that_a_key_keeps_is_the_reply_that_was_given(database: PostgresDatabase, sql: Rows) -> None:
    request = IdempotentRequest("test POST /v1/orders", new_id("key"), "{}", "req_1")
    order = NewOrder(700, "INR", receipt="é", notes={"ü": "😀"})
    made = create_order(database, TEST_MERCHANT_ID, order, request)
    kept = sql.one("SELECT * FROM idempotency_keys WHERE key = :key", key=request.key)
    assert (kept["status"], kept["body"], kept["request_id"]) == (201, made, "req_1")
    assert (kept["expires_at"] - kept["created_at"]) == timedelta(hours=24)


def test_a_new_payment_is_answered_as_it_is_read_and_as_its_events_tell(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, sql.add_order(amount_minor=12_345), vpa="User.Name-1@okBank")
    read = _read_payment(database, payment_id)
    content = _check(read, responses.Payment)
    assert content["status"] == "pending"
    assert (content["amount"], content["currency"], content["vpa"]) == (12_345, "INR", "User.Name-1@okBank")
    assert "failure_reason" not in content
    assert [_event_payment(sql, payment_id, sequence) for sequence in (1, 2)] == [read, read]


@pytest.mark.parametrize(("failure_reason", "status"), OUTCOMES)
def test_a_settled_payment_is_read_as_its_last_event_tells(
    database: PostgresDatabase, sql: Rows, failure_reason: str | None, status: str
) -> None:
    payment_id = start_payment(database, "order_test_123")
    finish_payment(database, payment_id, failure_reason=failure_reason)
    read = _read_payment(database, payment_id)
    content = _check(read, responses.Payment)
    assert (content["status"], content.get("failure_reason")) == (status, failure_reason)
    assert _event_payment(sql, payment_id, 3) == read


def test_a_claimed_payment_reads_as_processing(database: PostgresDatabase) -> None:
    payment_id = start_payment(database, "order_test_123")
    database.run("claim_payments", payment_ids=[payment_id], lease_seconds=30, charge_within_seconds=3600)
    assert _check(_read_payment(database, payment_id), responses.Payment)["status"] == "processing"


@pytest.mark.parametrize(("failure_reason", "status"), OUTCOMES)
def test_a_timeline_lists_every_event_in_order(
    database: PostgresDatabase, failure_reason: str | None, status: str
) -> None:
    payment_id = start_payment(database, "order_test_123")
    finish_payment(database, payment_id, failure_reason=failure_reason)
    (row,) = database.run("get_payment_timeline", payment_id=payment_id, merchant_id=TEST_MERCHANT_ID)
    entries = _check(row["body"], responses.Timeline)["data"]
    assert [(entry["sequence"], entry["type"]) for entry in entries] == [
        (1, "payment.created"),
        (2, "payment.pending"),
        (3, f"payment.{status}"),
    ]
    assert [entry["created_at"] for entry in entries] == sorted(entry["created_at"] for entry in entries)


def test_the_test_merchant_is_answered_without_anything_secret(database: PostgresDatabase) -> None:
    (row,) = database.run("get_merchant", email=TEST_EMAIL)
    content = _check(row["body"], responses.Merchant)
    assert (content["id"], content["email"]) == (TEST_MERCHANT_ID, TEST_EMAIL)
