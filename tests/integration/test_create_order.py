"""Orders in real Postgres: answered as they are stored, made once for a key, expired from their moment on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.operations.create_order import NewOrder, create_order
from tests.support.rows import TEST_MERCHANT_ID, Rows

KEY = IdempotentRequest("test POST /v1/orders", "key-1", '{"amount":"00"}', "req_1")
NOTES = {
    "plain": "text",
    "unicode": "Zoë नमस्ते 😀 \u2028\u2029\ufeff",
    "quotes": "a \"b\" \\ / 'c' <script>",
    "control": "\t\n\r\x01\x1f\x7f",
    "percent": ":name %s $1",
    "": "",
}


def order_of(database: PostgresDatabase, order_id: str) -> str:
    (row,) = database.run("get_order", order_id=order_id, merchant_id=TEST_MERCHANT_ID)
    return str(row["body"])


def seeded(sql: Rows) -> int:
    return int(sql.value("SELECT count(*) FROM orders"))


def test_an_order_is_answered_as_it_is_stored_and_read_again(database: PostgresDatabase, sql: Rows) -> None:
    order = NewOrder(12_345, "EUR", "receipt é", {"a": "b"}, reusable=True, capture="manual")
    body = create_order(database, TEST_MERCHANT_ID, order)
    answered: dict[str, Any] = json.loads(body)
    assert order_of(database, answered["id"]) == body
    row = sql.one("SELECT *, now() - created_at AS age FROM orders WHERE id = :id", id=answered["id"])
    assert datetime.fromisoformat(answered.pop("created_at")) == row["created_at"]
    assert 0 <= row["age"].total_seconds() < 60
    assert answered == {
        "id": row["id"],
        "amount": 12_345,
        "currency": "EUR",
        "receipt": "receipt é",
        "notes": {"a": "b"},
        "status": "created",
        "capture": "manual",
        "reusable": True,
        "expires_at": None,
    }


def test_notes_are_kept_byte_for_byte_in_their_order(database: PostgresDatabase, sql: Rows) -> None:
    body = create_order(database, TEST_MERCHANT_ID, NewOrder(100, "INR", notes=NOTES))
    order = json.loads(body)
    assert list(order["notes"].items()) == list(NOTES.items())
    text = json.dumps(NOTES, separators=(",", ":"), ensure_ascii=False)
    assert sql.value("SELECT notes::text FROM orders WHERE id = :id", id=order["id"]) == text
    assert f'"notes":{text},' in body
    assert order_of(database, order["id"]) == body


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))], ids=str
)
def test_an_expiry_is_the_same_moment_in_every_zone_to_the_millisecond(
    database: PostgresDatabase, zone: timezone
) -> None:
    expires_at = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=123_999).astimezone(zone)
    order = json.loads(create_order(database, TEST_MERCHANT_ID, NewOrder(100, "INR", expires_at=expires_at)))
    assert order["expires_at"].endswith(".123Z")
    assert datetime.fromisoformat(order["expires_at"]) == expires_at.replace(microsecond=123_000)


def test_an_order_is_expired_from_its_moment_on_also_before_the_sweeper_has_said_so(
    database: PostgresDatabase, sql: Rows
) -> None:
    order_id = sql.add_order(expires_in_seconds=3_600)
    assert json.loads(order_of(database, order_id))["status"] == "created"
    sql.run("UPDATE orders SET expires_at = now() WHERE id = :id", id=order_id)
    assert json.loads(order_of(database, order_id))["status"] == "expired"
    assert sql.value("SELECT status FROM orders WHERE id = :id", id=order_id) == "created"


def test_a_paid_order_never_says_that_it_has_expired(database: PostgresDatabase, sql: Rows) -> None:
    order_id = sql.add_order(expires_in_seconds=-1)
    sql.run("UPDATE orders SET status = 'paid' WHERE id = :id", id=order_id)
    assert json.loads(order_of(database, order_id))["status"] == "paid"


# --- Idempotency ------------------------------------------------------------------------------------------------------


def test_the_order_and_its_key_with_the_very_answer_are_stored_together(database: PostgresDatabase, sql: Rows) -> None:
    body = create_order(database, TEST_MERCHANT_ID, NewOrder(100, "INR", notes=NOTES), KEY)
    row = sql.one("SELECT *, fingerprint::text AS text, expires_at - created_at AS life FROM idempotency_keys")
    assert (row["merchant_id"], row["scope"], row["key"]) == (TEST_MERCHANT_ID, KEY.scope, KEY.key)
    assert (row["status"], row["body"], row["request_id"], row["text"]) == (201, body, "req_1", KEY.fingerprint)
    assert row["life"] == timedelta(hours=24)
    assert order_of(database, json.loads(body)["id"]) == body


def test_without_a_key_none_is_stored(database: PostgresDatabase, sql: Rows) -> None:
    create_order(database, TEST_MERCHANT_ID, NewOrder(100, "INR"))
    assert sql.all("SELECT * FROM idempotency_keys") == []


def test_a_key_that_is_taken_makes_no_second_order_and_keeps_the_first_answer(
    database: PostgresDatabase, sql: Rows
) -> None:
    create_order(database, TEST_MERCHANT_ID, NewOrder(100, "INR"), KEY)
    before, count = sql.all("SELECT * FROM idempotency_keys"), seeded(sql)
    for _ in range(2):
        with pytest.raises(IdempotencyKeyTakenError):
            create_order(database, TEST_MERCHANT_ID, NewOrder(999, "EUR"), replace(KEY, request_id="req_2"))
    assert (sql.all("SELECT * FROM idempotency_keys"), seeded(sql)) == (before, count)


def test_a_key_belongs_to_one_merchant_and_one_route(database: PostgresDatabase, sql: Rows) -> None:
    order, count = NewOrder(100, "INR"), seeded(sql)
    create_order(database, TEST_MERCHANT_ID, order, KEY)
    create_order(database, sql.add_merchant(), order, KEY)
    create_order(database, TEST_MERCHANT_ID, order, replace(KEY, scope="live POST /v1/orders"))
    create_order(database, TEST_MERCHANT_ID, order, replace(KEY, key="KEY-1"))
    assert seeded(sql) == count + 4


def test_a_key_is_free_again_after_its_day_also_before_the_sweeper_has_forgotten_it(
    database: PostgresDatabase, sql: Rows
) -> None:
    create_order(database, TEST_MERCHANT_ID, NewOrder(100, "INR"), KEY)
    sql.run("UPDATE idempotency_keys SET expires_at = now()")
    body = create_order(database, TEST_MERCHANT_ID, NewOrder(200, "INR"), replace(KEY, request_id="req_2"))
    row = sql.one("SELECT body, request_id, expires_at - now() AS left FROM idempotency_keys")
    assert (row["body"], row["request_id"]) == (body, "req_2")
    assert row["left"] > timedelta(hours=23, minutes=59)
