"""Creating a payment: everything about it commits at once, and a queue only makes it fast."""

from __future__ import annotations

import json

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import BadRequestError, ConflictError, NotFoundError, PaygateError, StatementFailedError
from paygate.domain.ids import new_id
from paygate.operations import create_payment as create_payment_module
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from paygate.operations.jobs import RESEND_AFTER_SECONDS
from paygate.operations.ports import Queue
from tests.integration.support import RealQueue, queue_that_is_down
from tests.support.rows import TEST_MERCHANT_ID, Rows, start_payment
from tests.unit.fakes import FakeVault


def create(
    database: PostgresDatabase,
    payments: Queue,
    webhooks: Queue,
    order_id: str,
    *,
    vpa: str = "user@paytm",
    merchant_id: str = TEST_MERCHANT_ID,
    delay_seconds: int = 0,
) -> str:
    """Create a payment; its id."""
    intake = PaymentIntake(database, payments, webhooks, FakeVault(), b"card key", delay_seconds)
    body = create_payment(intake, merchant_id, NewPayment(order_id, vpa=vpa))
    content = json.loads(body)
    assert content["status"] == "pending"
    return str(content["id"])


def counts(sql: Rows) -> list[int]:
    tables = ("payments", "events", "webhook_deliveries", "outbox")
    return [sql.value(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608


def test_payment_events_deliveries_and_jobs_are_there_when_it_answers(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    payments_queue: RealQueue,
    webhooks_queue: RealQueue,
) -> None:
    endpoint_id = sql.add_endpoint(cipher)
    payment_id = create(database, payments_queue, webhooks_queue, sql.add_order(amount_minor=700))
    payment = sql.one("SELECT *, created_at = date_trunc('milliseconds', updated_at) AS untouched FROM payments")
    assert (payment["id"], payment["amount_minor"], payment["currency"]) == (payment_id, 700, "INR")
    assert (payment["status"], payment["exclusive"], payment["event_sequence"]) == ("pending", True, 2)
    assert payment["untouched"]
    events = sql.all("SELECT * FROM events ORDER BY sequence")
    assert [(event["type"], event["sequence"], event["payment_id"]) for event in events] == [
        ("payment.created", 1, payment_id),
        ("payment.pending", 2, payment_id),
    ]
    deliveries = sql.all(
        "SELECT d.* FROM webhook_deliveries AS d JOIN events AS e ON e.id = event_id ORDER BY sequence"
    )
    assert [delivery["event_id"] for delivery in deliveries] == [event["id"] for event in events]
    assert {(one["endpoint_id"], one["status"], one["attempts"]) for one in deliveries} == {(endpoint_id, "pending", 0)}
    delivery_ids = {delivery["id"] for delivery in deliveries}
    jobs = {(row["queue"], row["subject_id"]) for row in sql.all("SELECT queue, subject_id FROM outbox")}
    assert jobs == {("payments", payment_id), *(("webhooks", delivery_id) for delivery_id in delivery_ids)}
    assert payments_queue.received() == [payment_id]
    assert set(webhooks_queue.received()) == delivery_ids


@pytest.mark.parametrize("down", ["payments", "webhooks", "both"])
def test_a_queue_that_is_down_loses_nothing(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    payments_queue: RealQueue,
    webhooks_queue: RealQueue,
    down: str,
) -> None:
    sql.add_endpoint(cipher)
    with queue_that_is_down() as dead:
        payments = payments_queue if down == "webhooks" else dead
        webhooks = webhooks_queue if down == "payments" else dead
        payment_id = create(database, payments, webhooks, sql.add_order())
    jobs = sql.all("SELECT queue, subject_id, due_at - now() AS wait FROM outbox ORDER BY queue")
    assert [job["queue"] for job in jobs] == ["payments", "webhooks", "webhooks"]
    assert jobs[0]["subject_id"] == payment_id
    assert all(0 < job["wait"].total_seconds() <= RESEND_AFTER_SECONDS for job in jobs)


def test_a_processing_delay_holds_back_the_message_and_the_sweeper(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> None:
    create(database, payments_queue, webhooks_queue, sql.add_order(), delay_seconds=600)
    assert payments_queue.received() == []
    assert payments_queue.depth().waiting == 1
    wait = sql.value("SELECT due_at - now() FROM outbox").total_seconds()
    assert 600 < wait <= 600 + RESEND_AFTER_SECONDS


@pytest.mark.parametrize("vpa", ["user", "us er@bank", "user@bank\n"])
def test_a_wrong_vpa_is_refused_by_name(
    database: PostgresDatabase, payments_queue: RealQueue, webhooks_queue: RealQueue, sql: Rows, vpa: str
) -> None:
    with pytest.raises(BadRequestError) as caught:
        create(database, payments_queue, webhooks_queue, "order_test_123", vpa=vpa)
    assert (caught.value.field, caught.value.reason) == ("vpa", "INVALID_VPA")
    assert counts(sql) == [0, 0, 0, 0]


def test_what_cannot_be_paid_leaves_no_trace(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> None:
    sql.add_endpoint(cipher)
    paid = sql.add_order()
    sql.run("UPDATE orders SET status = 'paid' WHERE id = :id", id=paid)
    cases: list[tuple[str, type[PaygateError]]] = [
        ("order_unknown", NotFoundError),
        (sql.add_order(merchant_id=sql.add_merchant()), NotFoundError),
        (sql.add_order(expires_in_seconds=-1), ConflictError),
        (paid, ConflictError),
    ]
    for order_id, expected in cases:
        with pytest.raises(expected) as caught:
            create(database, payments_queue, webhooks_queue, order_id)
        assert type(caught.value) is expected
        assert caught.value.field == "order_id"
    assert caught.value.reason == "ORDER_ALREADY_PAID"
    assert counts(sql) == [0, 0, 0, 0]
    assert payments_queue.received() == []


def test_another_merchants_order_is_answered_exactly_like_none(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> None:
    refusals = []
    for order_id in ("order_unknown", sql.add_order(merchant_id=sql.add_merchant())):
        with pytest.raises(NotFoundError) as caught:
            create(database, payments_queue, webhooks_queue, order_id)
        refusals.append((caught.value.description, caught.value.field, caught.value.reason))
    assert refusals[0] == refusals[1]


def test_an_unpaid_order_takes_several_payments(
    database: PostgresDatabase, sql: Rows, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> None:
    order_id = sql.add_order()
    made = [create(database, payments_queue, webhooks_queue, order_id) for _ in range(3)]
    assert sorted(payments_queue.received()) == sorted(made)
    assert made == sorted(made), "ids sort by time"


def test_when_one_part_cannot_be_stored_nothing_is(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    payments_queue: RealQueue,
    webhooks_queue: RealQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sql.add_endpoint(cipher)
    start_payment(database, "order_test_123")
    before = counts(sql)
    taken = sql.value("SELECT id FROM events LIMIT 1")
    monkeypatch.setattr(create_payment_module, "new_id", lambda prefix: taken if prefix == "evt" else new_id(prefix))
    with pytest.raises(StatementFailedError, match="events_pkey"):
        create(database, payments_queue, webhooks_queue, "order_test_123")
    assert counts(sql) == before


def test_only_matching_enabled_endpoints_of_the_merchant_get_a_delivery(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    expected = {
        sql.add_endpoint(cipher, events=["*"]): ["payment.created", "payment.pending"],
        sql.add_endpoint(cipher, events=["payment.*"]): ["payment.created", "payment.pending"],
        sql.add_endpoint(cipher, events=["payment.pending"]): ["payment.pending"],
        sql.add_endpoint(cipher, events=["*", "payment.*", "payment.created"]): ["payment.created", "payment.pending"],
    }
    sql.add_endpoint(cipher, events=["payment.success", "refund.*", "payment", "payment.", "pay*", ""])
    held = sql.add_endpoint(cipher, status="disabled")
    without_url = sql.add_endpoint(cipher, status="disabled")
    sql.run("UPDATE webhook_endpoints SET url = NULL, disabled_reason = 'no_url' WHERE id = :id", id=without_url)
    deleted = sql.add_endpoint(cipher)
    database.run("delete_webhook_endpoint", endpoint_id=deleted, merchant_id=TEST_MERCHANT_ID)
    sql.add_endpoint(cipher, merchant_id=sql.add_merchant())
    start_payment(database, "order_test_123")
    found: dict[str, list[str]] = {}
    for row in sql.all(
        "SELECT d.endpoint_id, type FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id"
        " WHERE d.status = 'pending' ORDER BY sequence"
    ):
        found.setdefault(row["endpoint_id"], []).append(row["type"])
    assert found == expected
    for_the_disabled = sql.all(
        "SELECT endpoint_id, event_type FROM webhook_deliveries WHERE status = 'held' ORDER BY 2"
    )
    assert [tuple(row.values()) for row in for_the_disabled] == [(held, "payment.created"), (held, "payment.pending")]
    assert len(sql.column("SELECT id FROM webhook_deliveries")) == sum(map(len, expected.values())) + 2


@pytest.mark.parametrize(
    ("statement", "own_parameter"),
    [("get_order", "order_id"), ("get_payment", "payment_id"), ("get_payment_timeline", "payment_id")],
)
def test_only_its_merchant_can_read_an_object(
    database: PostgresDatabase, sql: Rows, statement: str, own_parameter: str
) -> None:
    order_id = sql.add_order()
    ids = {"order_id": order_id, "payment_id": start_payment(database, order_id)}
    parameters = {own_parameter: ids[own_parameter]}
    assert len(database.run(statement, merchant_id=TEST_MERCHANT_ID, **parameters)) == 1
    assert database.run(statement, merchant_id=sql.add_merchant(), **parameters) == []


def test_only_its_merchant_can_see_or_change_an_endpoint(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    endpoint_id, stranger = sql.add_endpoint(cipher), sql.add_merchant()
    change: dict[str, object] = {"endpoint_id": endpoint_id, "url": "https://stranger.example", "status": "disabled"}
    change |= {"events": None, "description": None}
    assert database.run("update_webhook_endpoint", merchant_id=stranger, **change) == []
    assert database.run("list_webhook_endpoints", merchant_id=stranger, limit=100) == []
    row = sql.one("SELECT url, status FROM webhook_endpoints WHERE id = :id", id=endpoint_id)
    assert row == {"url": "https://merchant.example/webhooks", "status": "enabled"}
