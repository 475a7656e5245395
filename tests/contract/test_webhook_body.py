"""Webhook bodies are, byte for byte, what a merchant's JSON.stringify prints; so signatures over either are equal."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.ids import new_id
from paygate.domain.signing import sign_body
from paygate.domain.webhooks import Attempt, signed_headers
from tests.support.rows import Rows, finish_payment, finish_refunds, start_payment, start_refund

# No request can bring these VPAs in, but nothing in the printing depends on that.
HOSTILE_VPAS = {
    "plain": "user@paytm",
    "quotes": "\"double\" 'single' `back`",
    "backslashes": "\\ \\\\ \\n \\u0041 \\",
    "slashes": "/ // </script> <!-- &amp;",
    "every control character": "".join(map(chr, range(1, 0x20))),
    "delete and C1 controls": "".join(map(chr, range(0x7F, 0xA0))),
    "line and paragraph separators": "\u2028\u2029\u0085\u00a0",
    "byte order marks and noncharacters": "\ufeff\ufffe\uffff\ufffd\ufdd0",
    "emoji": "😀👩‍👩‍👧‍👦🇮🇳👍🏽",
    "outside the basic plane": "\U00010000\U0001f4a9\U0010ffff",
    "right to left": "\u202eمرحبا\u200f שלום\u202c",
    "combining": "e\u0301 é ﬁ İ ß",
    "hindi": "उपयोगकर्ता@बैंक",
    "JSON in a string": '{"event":"payment.success"},[1,2.50,1e3,null]',
    "empty": "",
    "only spaces": "   ",
    "long": "x" * 20_000,
    "every character of the basic plane": "".join(
        chr(code) for code in range(1, 0x10000) if not 0xD800 <= code <= 0xDFFF
    ),
}
REASON_LENGTH_MAX = 255
SIGNING_SECRETS = ("whsec_test_abc123", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ключ 🔑", "long" * 100)
AMOUNTS_MINOR = (100, 2**31, 999_999_999_999)

_MERCHANT = """
const { createHmac } = require('crypto');
const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(input.bodies.map((raw) => {
  const body = JSON.parse(raw);
  const sign = (secret) => createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex');
  return { printed: JSON.stringify(body), signatures: input.secrets.map(sign) };
})));
"""


def _as_merchant(bodies: list[str], secrets: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a merchant's Node program makes of these bodies."""
    done = subprocess.run(
        ["node", "-e", _MERCHANT],
        input=json.dumps({"bodies": bodies, "secrets": secrets}).encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_bodies_are_printed_and_signed_as_node_does(database: PostgresDatabase, sql: Rows) -> None:
    payments = {name: start_payment(database, "order_test_123", vpa=vpa) for name, vpa in HOSTILE_VPAS.items()}
    for amount_minor in AMOUNTS_MINOR:
        order_id = sql.add_order(amount_minor=amount_minor)
        payments[f"amount {amount_minor}"] = start_payment(database, order_id)
    names = list(payments)
    bodies = [
        sql.value("SELECT body FROM events WHERE payment_id = :id AND sequence = 1", id=payments[name])
        for name in names
    ]

    _assert_printed_and_signed_as_node_does(names, bodies)
    for name, body in zip(names, bodies, strict=True):
        if name in HOSTILE_VPAS:
            assert json.loads(body)["data"]["payment"]["vpa"] == HOSTILE_VPAS[name]


def test_bodies_of_refunds_are_printed_and_signed_as_node_does(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, sql.add_order(amount_minor=999_999_999_999))
    finish_payment(database, payment_id)
    reasons = {name: text for name, text in HOSTILE_VPAS.items() if len(text) <= REASON_LENGTH_MAX}
    refunds = {name: start_refund(database, payment_id, 1, reason=text) for name, text in reasons.items()}
    refunds["no reason"] = start_refund(database, payment_id)
    finish_refunds(database, *refunds.values(), kind="failed", failure_reason="refund_declined")
    names, bodies, types = [], [], []
    for name, refund_id in refunds.items():
        rows = sql.all("SELECT type, body FROM events WHERE refund_id = :id ORDER BY sequence", id=refund_id)
        types.append([row["type"] for row in rows])
        for row in rows:
            names.append(f"{name}: {row['type']}")
            bodies.append(row["body"])
            refund = json.loads(row["body"])["data"]["refund"]
            assert (refund["id"], refund["reason"]) == (refund_id, reasons.get(name)), name
    assert types == [["refund.created", "refund.failed"]] * len(refunds)
    _assert_printed_and_signed_as_node_does(names, bodies)


def test_bodies_about_endpoints_and_deliveries_are_printed_and_signed_as_node_does(
    database: PostgresDatabase, sql: Rows
) -> None:
    names = [name for name, text in HOSTILE_VPAS.items() if len(text) <= REASON_LENGTH_MAX]
    endpoint_ids = [new_id("whe") for _ in names]
    for name, endpoint_id in zip(names, endpoint_ids, strict=True):
        sql.run(
            "INSERT INTO webhook_endpoints (id, merchant_id, url, description, events, status, secret_encrypted)"
            " SELECT :id, id, :url, :text, '{payment.*,endpoint.failing}', 'enabled', '' FROM merchants",
            id=endpoint_id,
            url=f"https://merchant.example/{HOSTILE_VPAS[name]}",
            text=HOSTILE_VPAS[name],
        )
    bodies = []
    for name, endpoint_id in zip(names, endpoint_ids, strict=True):
        body = sql.value(
            "SELECT endpoint_event_body('endpoint.failing', now(), w) FROM webhook_endpoints AS w WHERE id = :id",
            id=endpoint_id,
        )
        bodies.append(body)
        content = json.loads(body)
        assert list(content) == ["event", "timestamp", "data"]
        assert (content["event"], list(content["data"])) == ("endpoint.failing", ["endpoint"])
        assert content["data"]["endpoint"]["description"] == HOSTILE_VPAS[name]
        assert content["data"]["endpoint"]["url"].endswith(f"/{HOSTILE_VPAS[name]}")
    start_payment(database, "order_test_123")
    rows = sql.all(
        "SELECT d.id, d.payment_id, delivery_event_body('delivery.exhausted', now(), d) AS body"
        " FROM webhook_deliveries AS d"
    )
    assert len(rows) == 2 * len(endpoint_ids)
    for row in rows:
        delivery = json.loads(row["body"])["data"]["delivery"]
        assert list(delivery) == ["id", "event_id", "event", "endpoint_id", "payment_id", "status", "attempts"]
        assert (delivery["id"], delivery["payment_id"]) == (row["id"], row["payment_id"])
        names.append(row["id"])
        bodies.append(row["body"])
    _assert_printed_and_signed_as_node_does(names, bodies)


def _assert_printed_and_signed_as_node_does(names: list[str], bodies: list[str]) -> None:
    answers = _as_merchant(bodies, SIGNING_SECRETS)
    for name, body, answer in zip(names, bodies, answers, strict=True):
        assert answer["printed"] == body, name
        ours = [_signature_header(secret, body.encode()) for secret in SIGNING_SECRETS]
        assert ours == answer["signatures"], name


@pytest.mark.parametrize("secret", SIGNING_SECRETS)
def test_a_changed_body_has_another_signature(secret: str) -> None:
    body = b'{"event":"payment.success"}'
    assert len({sign_body(secret, body), sign_body(secret, body + b" "), sign_body(secret + "x", body)}) == 3


def test_a_body_has_event_timestamp_and_data_in_this_order(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, "order_test_123")
    rows = sql.all("SELECT type, body, created_at FROM events WHERE payment_id = :id ORDER BY sequence", id=payment_id)
    assert [row["type"] for row in rows] == ["payment.created", "payment.pending"]
    for row in rows:
        body = json.loads(row["body"])
        assert list(body) == ["event", "timestamp", "data"]
        assert body["event"] == row["type"]
        assert body["timestamp"] == int(row["created_at"].timestamp())
        assert list(body["data"]) == ["payment"]
        assert list(body["data"]["payment"]) == [
            *("id", "order_id", "amount", "currency", "method", "vpa", "status", "created_at")
        ]
        assert body["data"]["payment"]["id"] == payment_id


def test_a_refunds_body_has_event_timestamp_and_data_in_this_order(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = start_payment(database, "order_test_123")
    finish_payment(database, payment_id)
    refund_id = start_refund(database, payment_id, 700, reason="too small")
    row = sql.one("SELECT type, body, created_at FROM events WHERE refund_id = :id", id=refund_id)
    body = json.loads(row["body"])
    assert list(body) == ["event", "timestamp", "data"]
    assert (body["event"], body["timestamp"]) == ("refund.created", int(row["created_at"].timestamp()))
    assert list(body["data"]) == ["refund"]
    assert list(body["data"]["refund"]) == [
        *("id", "payment_id", "amount", "currency", "reason", "status", "failure_reason", "created_at")
    ]


def test_a_timestamp_is_never_in_the_future(sql: Rows, database: PostgresDatabase) -> None:
    start_payment(database, "order_test_123")
    bodies = sql.column(
        "SELECT payment_event_body('payment.created', moment::timestamptz, p) FROM payments AS p, unnest("
        "ARRAY['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.5Z', '2030-01-01T00:00:00.999999Z']) AS moment"
    )
    assert [json.loads(body)["timestamp"] for body in bodies] == [1_893_456_000] * 3


def _signature_header(secret: str, body: bytes) -> str:
    attempt = Attempt("whd_1", "evt_1", 1, 1, "https://merchant.example", [secret], body)
    return signed_headers(attempt, 1_700_000_000)["X-Webhook-Signature"]
