"""Replies that Postgres prints, against the models that the OpenAPI document is made of."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib import responses
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import AddressRefusedError
from paygate.domain.ids import ALPHABET, TIME_LENGTH, new_id
from paygate.operations.create_order import NewOrder, create_order
from paygate.operations.seed_test_merchant import TEST_EMAIL
from paygate.operations.update_webhook_endpoint import update_webhook_endpoint
from tests.support.rows import TEST_MERCHANT_ID, Rows, start_payment

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


def _settle(database: PostgresDatabase, payment_id: str, failure_reason: str | None) -> None:
    (claimed,) = database.run("claim_payments", payment_ids=[payment_id], lease_seconds=30)
    outcome = {
        "payment_id": claimed["id"],
        "event_id": new_id("evt"),
        "succeeded": failure_reason is None,
        "failure_reason": failure_reason,
        "acquirer_reference": "sim_1",
    }
    database.run("settle_payments", outcomes=json.dumps([outcome]), resend_after_seconds=30)


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
    assert list(content["notes"]) == list(order.notes)
    assert ID.fullmatch(content["id"])


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
    _settle(database, payment_id, failure_reason)
    read = _read_payment(database, payment_id)
    content = _check(read, responses.Payment)
    assert (content["status"], content.get("failure_reason")) == (status, failure_reason)
    assert _event_payment(sql, payment_id, 3) == read


def test_a_claimed_payment_reads_as_processing(database: PostgresDatabase) -> None:
    payment_id = start_payment(database, "order_test_123")
    database.run("claim_payments", payment_ids=[payment_id], lease_seconds=30)
    assert _check(_read_payment(database, payment_id), responses.Payment)["status"] == "processing"


@pytest.mark.parametrize(("failure_reason", "status"), OUTCOMES)
def test_a_timeline_lists_every_event_in_order(
    database: PostgresDatabase, failure_reason: str | None, status: str
) -> None:
    payment_id = start_payment(database, "order_test_123")
    _settle(database, payment_id, failure_reason)
    (row,) = database.run("get_payment_timeline", payment_id=payment_id, merchant_id=TEST_MERCHANT_ID)
    entries = _check(row["body"], responses.Timeline)["data"]
    assert [(entry["sequence"], entry["type"]) for entry in entries] == [
        (1, "payment.created"),
        (2, "payment.pending"),
        (3, f"payment.{status}"),
    ]
    assert [entry["created_at"] for entry in entries] == sorted(entry["created_at"] for entry in entries)


def test_endpoints_are_answered_the_same_when_changed_and_when_listed(
    database: PostgresDatabase, sql: Rows, secrets: DeploymentSecrets
) -> None:
    cipher = AesGcmCipher(secrets.key_for("webhook-secret-encryption"))
    endpoint_id = sql.add_endpoint(cipher, events=["payment.*", "refund.failed"])
    changed = update_webhook_endpoint(
        database,
        lambda host, port: "192.0.2.1",
        TEST_MERCHANT_ID,
        endpoint_id,
        url="https://merchant.example/a?b=%20&c=\"'",
        status=None,
        allow_http=False,
    )
    content = _check(changed, responses.WebhookEndpoint)
    assert content["events"] == ["payment.*", "refund.failed"]
    assert "whsec" not in changed
    rows = database.run("list_webhook_endpoints", merchant_id=TEST_MERCHANT_ID, limit=100)
    listed = [row["body"] for row in rows]
    assert listed[0] == changed
    assert len(listed) == 2
    seeded = _check(listed[1], responses.WebhookEndpoint)
    assert (seeded["url"], seeded["status"]) == (None, "disabled")


def test_a_refused_address_leaves_the_endpoint_as_it_was(
    database: PostgresDatabase, sql: Rows, secrets: DeploymentSecrets
) -> None:
    endpoint_id = sql.add_endpoint(AesGcmCipher(secrets.key_for("webhook-secret-encryption")))

    def refuse(host: str, port: int) -> str:
        raise AddressRefusedError(f"{host}:{port}")

    with pytest.raises(AddressRefusedError, match=r"internal\.example:8443"):
        update_webhook_endpoint(
            *(database, refuse, TEST_MERCHANT_ID, endpoint_id),
            url="https://internal.example:8443/",
            status=None,
            allow_http=False,
        )
    assert sql.value("SELECT url FROM webhook_endpoints WHERE id = :id", id=endpoint_id).endswith("example/webhooks")


def test_the_test_merchant_is_answered_without_anything_secret(database: PostgresDatabase) -> None:
    (row,) = database.run("get_merchant", email=TEST_EMAIL)
    content = _check(row["body"], responses.Merchant)
    assert (content["id"], content["email"]) == (TEST_MERCHANT_ID, TEST_EMAIL)


def test_a_time_is_printed_in_utc_whatever_the_sessions_zone(sql: Rows) -> None:
    moment = "2026-03-29T01:30:00.9999+05:30"
    for zone in ("UTC", "Asia/Kolkata", "America/New_York"):
        sql.run(f"SET TIME ZONE '{zone}'")
        assert sql.value("SELECT iso8601(:moment::timestamptz)", moment=moment) == "2026-03-28T20:00:00.999Z"


def test_ids_of_both_makers_have_one_form_and_sort_by_time(sql: Rows) -> None:
    made = []
    for _ in range(50):
        made.append(new_id("whd"))
        made.append(str(sql.value("SELECT new_id('whd')")))
    assert not [text for text in made if not ID.fullmatch(text)]
    moments = [text[: len("whd_") + TIME_LENGTH] for text in made]
    assert moments == sorted(moments)
    assert len(set(made)) == len(made)


def test_many_ids_of_one_statement_all_differ(sql: Rows) -> None:
    made = sql.column("SELECT new_id('evt') FROM generate_series(1, 2000)")
    assert len(set(made)) == 2000
    places = list(zip(*(text.partition("_")[2][TIME_LENGTH:] for text in made), strict=True))
    # Each random place takes on every character, so no place is stuck or cut short.
    assert {len(set(place)) for place in places} == {len(ALPHABET)}
