"""What the database itself refuses, whatever the code does."""

from __future__ import annotations

import pytest
from pg8000.exceptions import DatabaseError

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from tests.integration.settlements import claimed, paid
from tests.support.rows import Rows, start_payment, start_refund


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param("UPDATE payments SET status = 'failed'", "payments_check", id="failed without a reason"),
        pytest.param("UPDATE payments SET failure_reason = 'x'", "payments_check", id="a reason without failing"),
        pytest.param("UPDATE payments SET status = 'refunded'", "cannot go from processing", id="unknown status"),
        pytest.param("UPDATE payments SET void_status = 'pending'", "payments_void", id="nothing to give back"),
        pytest.param("UPDATE payments SET method = 'card'", "payments_check|payments_card", id="a card with a VPA"),
        pytest.param("UPDATE payments SET card_network = 'visa'", "payments_card", id="half a card"),
        pytest.param("UPDATE payments SET amount_minor = 99", "payments_amount", id="too little"),
        pytest.param("UPDATE orders SET status = 'paid' WHERE reusable", "orders_check", id="reusable and paid"),
        pytest.param("UPDATE orders SET status = 'authorized'", "orders_reusable", id="reusable and authorized"),
        pytest.param("UPDATE events SET sequence = 1 WHERE sequence = 2", "events_payment_id", id="sequence twice"),
    ],
)
def test_the_database_itself_refuses_states_that_cannot_be(
    database: PostgresDatabase, sql: Rows, change: str, constraint: str
) -> None:
    claimed(database, "order_test_123")
    with pytest.raises(DatabaseError, match=constraint):
        sql.run(change)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE payments SET amount_refunded_minor = 1001", "payments_refunded_check"),
        ("UPDATE payments SET amount_refunded_minor = -1", "payments_refunded_check"),
        ("UPDATE payments SET amount_refunded_minor = NULL", "payments_captured_check"),
        ("UPDATE payments SET amount_captured_minor = 1001", "payments_captured_check"),
        ("UPDATE payments SET amount_captured_minor = 299", "payments_refunded_check"),
        ("UPDATE payments SET fee_minor = 1001", "payments_fee_check"),
        ("UPDATE payments SET fee_minor = -1", "payments_fee_check"),
        ("UPDATE refunds SET amount_minor = 0", "refunds_amount_minor_check"),
        ("UPDATE refunds SET status = 'failed'", "refunds_check"),
        ("UPDATE refunds SET failure_reason = 'why'", "refunds_check"),
        ("UPDATE refunds SET reason = repeat('x', 256)", "refunds_reason_check"),
    ],
)
def test_the_database_itself_refuses_amounts_of_refunds_that_cannot_be(
    database: PostgresDatabase, sql: Rows, change: str, rule: str
) -> None:
    start_refund(database, paid(database, sql, 1_000), 300)
    with pytest.raises(DatabaseError, match=rule):
        sql.run(change)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE payments SET capture_before = NULL", "payments_authorized_check"),
        ("UPDATE payments SET requested = 'refund'", "payments_requested_check"),
        ("UPDATE payments SET requested = 'capture'", "payments_requested_check"),
        ("UPDATE payments SET requested_amount_minor = 1", "payments_requested_check"),
        ("UPDATE payments SET requested = 'cancel', requested_amount_minor = 1", "payments_requested_check"),
        ("UPDATE payments SET requested = 'capture', requested_amount_minor = 0", "payments_requested_check"),
        ("UPDATE payments SET requested = 'capture', requested_amount_minor = 50001", "payments_requested_check"),
        ("UPDATE payments SET status = 'captured'", "payments_captured_check"),
        (
            "UPDATE payments SET amount_captured_minor = 1, amount_refunded_minor = 0, fee_minor = 0",
            "payments_captured_check",
        ),
    ],
)
def test_the_database_itself_refuses_captures_that_cannot_be(
    database: PostgresDatabase, sql: Rows, change: str, rule: str
) -> None:
    paid(database, sql, capture="manual")
    with pytest.raises(DatabaseError, match=rule):
        sql.run(change)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE webhook_endpoints SET status = 'gone'", "webhook_endpoints_status_check"),
        ("UPDATE webhook_endpoints SET status = 'enabled', url = NULL", "webhook_endpoints_url_check"),
        ("UPDATE webhook_endpoints SET disabled_reason = 'gone'", "webhook_endpoints_reason_check"),
        (
            "UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'x'",
            "webhook_endpoints_disabled_reason",
        ),
        ("UPDATE webhook_endpoints SET status = 'deleted', disabled_reason = 'gone'", "webhook_endpoints_reason_check"),
        ("UPDATE webhook_endpoints SET previous_secret_until = now()", "webhook_endpoints_previous_check"),
        ("UPDATE webhook_endpoints SET previous_secret_encrypted = '\\x00'", "webhook_endpoints_previous_check"),
        ("UPDATE webhook_endpoints SET description = repeat('x', 256)", "webhook_endpoints_description_check"),
        ("UPDATE webhook_deliveries SET status = 'lost', next_attempt_at = NULL", "webhook_deliveries_status_check"),
        ("UPDATE webhook_deliveries SET status = 'held'", "webhook_deliveries_check"),
        ("UPDATE webhook_deliveries SET next_attempt_at = NULL", "webhook_deliveries_check"),
        ("UPDATE webhook_deliveries SET event_type = NULL", "event_type"),
        ("UPDATE webhook_deliveries SET run = 0", "webhook_deliveries_run_check"),
        ("UPDATE webhook_deliveries SET run_attempts = -1", "webhook_deliveries_run_attempts_check"),
        ("UPDATE webhook_deliveries SET replay_id = 'whr_unknown'", "webhook_deliveries_replay_id_fkey"),
        (
            (
                "INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms)"
                " SELECT id, 1, now(), 5 FROM webhook_deliveries"
            ),
            "webhook_attempts_outcome_check",
        ),
        ("UPDATE events SET sequence = NULL", "events_sequence_check1"),
        ("UPDATE events SET payment_id = NULL", "events_sequence_check1"),
        (
            "INSERT INTO webhook_replays (id, merchant_id, total) SELECT 'whr_1', id, 10001 FROM merchants",
            "total_check",
        ),
    ],
)
def test_the_database_itself_refuses_webhooks_that_cannot_be(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, change: str, rule: str
) -> None:
    sql.run("UPDATE webhook_endpoints SET status = 'deleted', disabled_reason = NULL")
    sql.add_endpoint(cipher)
    start_payment(database, "order_test_123")
    with pytest.raises(DatabaseError, match=rule):
        sql.run(change)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE merchants SET allowed_origins = NULL", "allowed_origins"),
        (
            "UPDATE merchants SET allowed_origins = array_fill('https://shop.example'::text, ARRAY[21])",
            "merchants_allowed_origins_check",
        ),
        (
            (
                "UPDATE payments SET method = 'card', card_network = 'visa', card_last4 = '4242',"
                " card_expiry_month = 1, card_expiry_year = 2040, card_fingerprint = decode(repeat('ab', 32), 'hex')"
            ),
            "payments_vpa_check",
        ),
        ("UPDATE payments SET vpa = NULL, card_network = 'visa'", "payments_card"),
    ],
)
def test_the_database_itself_refuses_checkouts_that_cannot_be(
    database: PostgresDatabase, sql: Rows, change: str, rule: str
) -> None:
    start_payment(database, "order_test_123")
    with pytest.raises(DatabaseError, match=rule):
        sql.run(change)
