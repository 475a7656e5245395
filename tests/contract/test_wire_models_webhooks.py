"""Replies about webhook endpoints, deliveries and events, against the models that the OpenAPI document is made of."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib import responses
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import AddressRefusedError
from paygate.domain.ids import ALPHABET
from paygate.domain.paging import Page
from paygate.domain.webhooks import Timings, WebhookResponse
from paygate.operations.create_webhook_endpoint import NewEndpoint, UrlCheck, create_webhook_endpoint
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import Deliverer
from paygate.operations.list_events import EventFilter, list_events
from paygate.operations.list_webhooks import DeliveryFilter, list_webhook_deliveries, list_webhooks
from paygate.operations.replay_webhooks import replay_webhooks
from paygate.operations.request_webhook_retry import request_webhook_retry
from paygate.operations.rotate_webhook_secret import rotate_webhook_secret
from paygate.operations.send_test_webhook import send_test_webhook
from paygate.operations.update_webhook_endpoint import EndpointChange, update_webhook_endpoint
from paygate.operations.webhook_secrets import reveal_secret
from tests.integration.deliveries import DISABLE_AFTER_SECONDS, SCHEDULE, Answers, Clock, new_delivery
from tests.support.rows import TEST_MERCHANT_ID, Rows, start_payment
from tests.unit.fakes import FakeQueue

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = re.compile(rf"[a-z]+_[{ALPHABET}]{{22}}")
URL = "https://merchant.example/a?b=%20&c=\"'"
DESCRIPTION = 'the "shop" \\ / \u2028 😀'
CHECK = UrlCheck(lambda host, port: "192.0.2.1", allow_http=False)


@pytest.fixture
def cipher(secrets: DeploymentSecrets) -> AesGcmCipher:
    return AesGcmCipher(secrets.key_for("webhook-secret-encryption"))


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def deliverer(database: PostgresDatabase, cipher: AesGcmCipher, answers: Answers) -> Deliverer:
    return Deliverer(database, answers, cipher, FakeQueue(), SCHEDULE, DISABLE_AFTER_SECONDS)


def content_of(body: str, model: type[BaseModel]) -> dict[str, Any]:
    """The body's content, once it has proved to be compact JSON of this form, with all its fields in their order."""
    content: dict[str, Any] = json.loads(body)
    assert body == json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    model.model_validate_json(body)
    assert sorted(content) == sorted(model.model_fields), "nothing is left out when it is null"
    for name, value in content.items():
        if name.endswith("_at") and value is not None:
            assert TIME.fullmatch(value), name
    return content


def read(database: PostgresDatabase, statement: str, **parameters: object) -> str:
    (row,) = database.run(statement, merchant_id=TEST_MERCHANT_ID, **parameters)
    return str(row["body"])


# --- Endpoints --------------------------------------------------------------------------------------------------------


def test_an_endpoint_is_answered_the_same_when_made_read_and_listed_but_for_its_secret(
    database: PostgresDatabase, cipher: AesGcmCipher
) -> None:
    wanted = NewEndpoint(URL, ["payment.*", "refund.failed"], DESCRIPTION)
    kept = create_webhook_endpoint(database, CHECK, cipher, TEST_MERCHANT_ID, wanted)
    made = content_of(reveal_secret(cipher, kept), responses.WebhookEndpointWithSecret)
    secret = made.pop("secret")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert secret not in kept, "it rests sealed"
    body = read(database, "get_webhook_endpoint", endpoint_id=made["id"])
    assert content_of(body, responses.WebhookEndpoint) == made
    assert ID.fullmatch(made.pop("id"))
    del made["created_at"]
    assert made == {
        "url": URL,
        "description": DESCRIPTION,
        "events": ["payment.*", "refund.failed"],
        "status": "enabled",
        "disabled_reason": None,
        "failing_since": None,
        "previous_secret_expires_at": None,
    }
    rows = database.run("list_webhook_endpoints", merchant_id=TEST_MERCHANT_ID, limit=100)
    assert len(rows) == 2
    assert rows[0]["body"] == body
    seeded = content_of(rows[1]["body"], responses.WebhookEndpoint)
    assert (seeded["url"], seeded["status"], seeded["disabled_reason"]) == (None, "disabled", "no_url")


def test_an_endpoint_that_is_made_disabled_says_that_this_was_wanted(
    database: PostgresDatabase, cipher: AesGcmCipher
) -> None:
    body = create_webhook_endpoint(database, CHECK, cipher, TEST_MERCHANT_ID, NewEndpoint(URL, status="disabled"))
    made = content_of(body, responses.WebhookEndpointWithSecret)
    assert (made["status"], made["disabled_reason"]) == ("disabled", "requested")
    assert (made["events"], made["description"]) == (["*"], "")


def test_endpoints_are_answered_the_same_when_changed_and_when_listed(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    endpoint_id = sql.add_endpoint(cipher, events=["payment.*", "refund.failed"])
    change = EndpointChange(url=URL, description=DESCRIPTION)
    changed = update_webhook_endpoint(database, CHECK, TEST_MERCHANT_ID, endpoint_id, change)
    content = content_of(changed, responses.WebhookEndpoint)
    assert (content["url"], content["description"]) == (URL, DESCRIPTION)
    assert content["events"] == ["payment.*", "refund.failed"]
    assert "whsec" not in changed
    rows = database.run("list_webhook_endpoints", merchant_id=TEST_MERCHANT_ID, limit=100)
    assert rows[0]["body"] == changed == read(database, "get_webhook_endpoint", endpoint_id=endpoint_id)
    off = EndpointChange(status="disabled", events=["*"])
    body = update_webhook_endpoint(database, CHECK, TEST_MERCHANT_ID, endpoint_id, off)
    disabled = content_of(body, responses.WebhookEndpoint)
    assert disabled == {**content, "status": "disabled", "disabled_reason": "requested", "events": ["*"]}


def test_a_refused_address_leaves_the_endpoint_as_it_was(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    endpoint_id = sql.add_endpoint(cipher)

    def refuse(host: str, port: int) -> str:
        raise AddressRefusedError(f"{host}:{port}")

    change = EndpointChange(url="https://internal.example:8443/")
    with pytest.raises(AddressRefusedError, match=r"internal\.example:8443"):
        update_webhook_endpoint(database, replace(CHECK, guard=refuse), TEST_MERCHANT_ID, endpoint_id, change)
    assert sql.value("SELECT url FROM webhook_endpoints WHERE id = :id", id=endpoint_id).endswith("example/webhooks")


@pytest.mark.parametrize("overlap_seconds", [0, 3_600])
def test_a_rotated_secret_is_told_once_and_the_old_ones_end_always(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, overlap_seconds: int
) -> None:
    endpoint_id = sql.add_endpoint(cipher)
    before = json.loads(read(database, "get_webhook_endpoint", endpoint_id=endpoint_id))
    kept = rotate_webhook_secret(database, cipher, TEST_MERCHANT_ID, endpoint_id, overlap_seconds)
    content = content_of(reveal_secret(cipher, kept), responses.WebhookEndpointWithSecret)
    stored = sql.one("SELECT * FROM webhook_endpoints WHERE id = :id", id=endpoint_id)
    assert content.pop("secret") == cipher.decrypt(bytes(stored["secret_encrypted"]), owner=endpoint_id)
    after = read(database, "get_webhook_endpoint", endpoint_id=endpoint_id)
    assert content_of(after, responses.WebhookEndpoint) == content
    assert (content.pop("previous_secret_expires_at") is None) == (overlap_seconds == 0)
    assert content == {name: value for name, value in before.items() if name != "previous_secret_expires_at"}
    if overlap_seconds:
        left = stored["previous_secret_until"] - stored["updated_at"]
        assert timedelta(0) <= timedelta(seconds=overlap_seconds) - left < timedelta(milliseconds=1)


# --- Deliveries -------------------------------------------------------------------------------------------------------


def test_a_delivery_is_answered_the_same_alone_and_in_the_log(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    delivery_id = new_delivery(database, sql, cipher, URL)
    listed = list_webhooks(database, TEST_MERCHANT_ID, DeliveryFilter(), None, 10, 0)
    log = content_of(listed, responses.WebhookDeliveryList)
    paged = list_webhook_deliveries(database, TEST_MERCHANT_ID, Page(), DeliveryFilter(), None)
    page = content_of(paged, responses.WebhookDeliveryPage)
    assert page == {"data": log["data"], "has_more": False}
    (entry,) = log["data"]
    assert (log["total"], log["limit"], log["offset"]) == (1, 10, 0)
    alone = read(database, "get_webhook", delivery_id=delivery_id, limit=100)
    detail = content_of(alone, responses.WebhookDeliveryDetail)
    event = sql.one("SELECT id, payment_id, body FROM events WHERE type = 'payment.created'")
    assert (detail.pop("request_body"), detail.pop("attempt_log")) == (event["body"], [])
    assert content_of(json.dumps(entry, separators=(",", ":")), responses.WebhookDelivery) == detail
    assert (detail["id"], detail["event"], detail["event_id"], detail["payment_id"]) == (
        *(delivery_id, "payment.created"),
        *(event["id"], event["payment_id"]),
    )
    assert (detail["status"], detail["run"], detail["attempts"]) == ("pending", 1, 0)
    assert detail["next_attempt_at"] is not None


def test_a_delivery_tells_of_each_attempt_the_latest_first(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, answers: Answers
) -> None:
    delivery_id = new_delivery(database, sql, cipher, URL)
    first = WebhookResponse(
        *(302, "redirect", 'moved to "there" \u2028', 1_234),
        error="It redirects.",
        truncated=True,
        address="192.0.2.1",
        timings=Timings(1, 2, 3, 4),
        request_headers={"webhook-id": "evt_1", "User-Agent": "Paygate-Webhooks/1.0"},
    )
    for response in (first, WebhookResponse(200, None, "", 5)):
        answers.response = response
        deliver_webhooks(deliverer, Clock(), None, [delivery_id])
        sql.run("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'")
    alone = read(database, "get_webhook", delivery_id=delivery_id, limit=100)
    detail = content_of(alone, responses.WebhookDeliveryDetail)
    end = [detail[name] for name in ("status", "attempts", "response_status", "error_kind")]
    assert end == ["delivered", 2, 200, None]
    second, told = detail["attempt_log"]
    for attempt in (second, told):
        assert list(attempt) == list(responses.WebhookAttempt.model_fields)
        assert TIME.fullmatch(attempt.pop("started_at"))
    assert told == {
        "number": 1,
        "run": 1,
        "duration_ms": 1_234,
        "timings": {"dns_ms": 1, "connect_ms": 2, "tls_ms": 3, "first_byte_ms": 4},
        "address": "192.0.2.1",
        "request_headers": {"webhook-id": "evt_1", "User-Agent": "Paygate-Webhooks/1.0"},
        "response_status": 302,
        "response_body": 'moved to "there" \u2028',
        "response_truncated": True,
        "error_kind": "redirect",
        "error": "It redirects.",
    }
    assert (second["number"], second["response_status"], second["response_truncated"]) == (2, 200, False)
    assert second["timings"] == dict.fromkeys(("dns_ms", "connect_ms", "tls_ms", "first_byte_ms"))
    assert (second["address"], second["request_headers"], second["error_kind"]) == (None, {}, None)


def test_a_test_webhook_and_a_retry_are_answered_as_the_log_shows_them(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    queue = FakeQueue()
    sent = send_test_webhook(database, queue, TEST_MERCHANT_ID, sql.add_endpoint(cipher))
    content = content_of(sent, responses.WebhookDelivery)
    assert (content["event"], content["payment_id"], content["run"]) == ("endpoint.test", None, 1)
    assert f'"data":[{sent}]' in list_webhooks(database, TEST_MERCHANT_ID, DeliveryFilter(), None, 10, 0)
    again = request_webhook_retry(database, queue, TEST_MERCHANT_ID, content["id"])
    assert content_of(again, responses.WebhookDelivery)["run"] == 2
    assert f'"data":[{again}]' in list_webhooks(database, TEST_MERCHANT_ID, DeliveryFilter(), None, 10, 0)
    assert queue.batches == [[content["id"]]] * 2


# --- Replays ----------------------------------------------------------------------------------------------------------


def test_a_replay_is_answered_as_it_is_read_from_its_start_to_its_end(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer
) -> None:
    sql.add_endpoint(cipher, events=["payment.created"])
    for _ in range(2):
        start_payment(database, "order_test_123")
    delivery_ids = sql.column("SELECT id FROM webhook_deliveries ORDER BY id")
    sql.run("UPDATE webhook_deliveries SET status = 'exhausted', next_attempt_at = NULL")
    arguments: Any = (database, FakeQueue(), TEST_MERCHANT_ID, DeliveryFilter(), ["exhausted"])
    counted = replay_webhooks(*arguments, dry_run=True)
    assert counted.status == 200
    assert content_of(counted.body, responses.WebhookReplayCount) == {"dry_run": True, "count": 2}
    begun = replay_webhooks(*arguments, dry_run=False)
    assert begun.status == 202
    content = content_of(begun.body, responses.WebhookReplay)
    assert read(database, "get_webhook_replay", replay_id=content["id"]) == begun.body
    assert (content["status"], content["total"], content["ended"], content["delivered"]) == ("running", 2, 0, 0)
    for number, delivery_id in enumerate(delivery_ids, start=1):
        deliver_webhooks(deliverer, Clock(), None, [delivery_id])
        read_again = content_of(read(database, "get_webhook_replay", replay_id=content["id"]), responses.WebhookReplay)
        status = "done" if number == len(delivery_ids) else "running"
        assert read_again == {**content, "status": status, "ended": number, "delivered": number}


# --- Events -----------------------------------------------------------------------------------------------------------


def test_an_event_is_answered_the_same_alone_and_in_the_log_and_carries_its_webhooks_body(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher
) -> None:
    payment_id = start_payment(database, "order_test_123", vpa=DESCRIPTION)
    endpoint_id = sql.add_endpoint(cipher)
    send_test_webhook(database, FakeQueue(), TEST_MERCHANT_ID, endpoint_id)
    listed = list_events(database, TEST_MERCHANT_ID, Page(), EventFilter())
    events = content_of(listed, responses.EventList)["data"]
    assert {(event["type"], event["sequence"], event["payment_id"], event["endpoint_id"]) for event in events} == {
        ("endpoint.test", None, None, endpoint_id),
        ("payment.pending", 2, payment_id, None),
        ("payment.created", 1, payment_id, None),
    }
    for event in events:
        alone = read(database, "get_event", event_id=event["id"])
        assert content_of(alone, responses.Event) == event
        assert alone in listed
        body = sql.value("SELECT body FROM events WHERE id = :id", id=event["id"])
        assert alone.endswith(f'"body":{body}}}'), "byte for byte"
