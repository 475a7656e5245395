"""Webhook deliveries over real HTTP, to good receivers and bad ones."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from paygate.adapters import webhook_http
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.webhook_http import READ_BYTES_MAX, STORED_BYTES_MAX, HttpWebhookSender
from paygate.domain.retry_policy import JITTER_FRACTION
from paygate.domain.signing import sign_body
from paygate.operations.deliver_webhooks import LEASE_SECONDS, deliver_webhooks
from paygate_local.receiver import running_receiver
from tests.integration.support import (
    Answer,
    certificate_for,
    drip,
    faulty_server,
    refusing_port,
    reply,
    say_nothing,
    send,
)
from tests.support.rows import ENDPOINT_SECRET, Rows, start_payment

SCHEDULE = (0, 100, 200)
PATIENCE_SECONDS = 0.4

Deliver = Callable[..., dict[str, Any]]


@pytest.fixture
def sender() -> Iterator[HttpWebhookSender]:
    sender = HttpWebhookSender(allow_loopback=True)
    yield sender
    sender._session.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give receivers a part of a second instead of fifteen."""
    monkeypatch.setattr(webhook_http, "TOTAL_TIMEOUT_SECONDS", PATIENCE_SECONDS)


@pytest.fixture
def deliver(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender) -> Deliver:
    """Make one delivery to a URL and attempt it once; its last attempt, which must leave nothing for SQS to repeat."""

    def run(url: str) -> dict[str, Any]:
        delivery_id = new_delivery(database, sql, cipher, url)
        assert deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id]) == set()
        (attempt,) = sql.all("SELECT * FROM webhook_attempts WHERE delivery_id = :id", id=delivery_id)
        return attempt

    return run


def new_delivery(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, url: str) -> str:
    """The id of a delivery that is due now, the only one of its payment."""
    endpoint_id = sql.add_endpoint(cipher, url=url, events=["payment.created"])
    start_payment(database, "order_test_123")
    return str(sql.value("SELECT id FROM webhook_deliveries WHERE endpoint_id = :id", id=endpoint_id))


def delivery(sql: Rows, delivery_id: str) -> dict[str, Any]:
    return sql.one("SELECT * FROM webhook_deliveries WHERE id = :id", id=delivery_id)


def jobs(sql: Rows) -> list[str]:
    return sql.column("SELECT subject_id FROM outbox WHERE queue = 'webhooks'")


def test_a_webhook_arrives_signed_and_is_done(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with running_receiver() as receiver:
        delivery_id = new_delivery(database, sql, cipher, receiver.url)
        assert deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id]) == set()
        (webhook,) = receiver.wait_for(lambda arrived: len(arrived) >= 1, seconds=10)
    event = sql.one("SELECT id, body FROM events WHERE type = 'payment.created'")
    assert webhook.body.decode() == event["body"]
    assert webhook.headers["content-type"] == "application/json"
    assert webhook.headers["host"] == receiver.url.removeprefix("http://").removesuffix("/webhooks")
    assert webhook.headers["x-webhook-signature"] == sign_body(ENDPOINT_SECRET, webhook.body)
    assert [webhook.headers[f"webhook-{name}"] for name in ("id", "attempt", "sequence")] == [event["id"], "1", "1"]
    assert not [name for name in webhook.headers if "pinned" in name]
    assert Webhook(ENDPOINT_SECRET).verify(webhook.body, dict(webhook.headers)) == json.loads(webhook.body)

    row = delivery(sql, delivery_id)
    assert (row["status"], row["attempts"], row["next_attempt_at"], row["claimed_until"]) == (
        "delivered",
        1,
        None,
        None,
    )
    assert jobs(sql) == []
    attempt = sql.one("SELECT *, now() - started_at AS age FROM webhook_attempts")
    assert (attempt["delivery_id"], attempt["number"]) == (delivery_id, 1)
    assert (attempt["response_status"], attempt["error_kind"], attempt["response_body"]) == (200, None, "")
    assert 0 <= attempt["duration_ms"] < 10_000
    assert 0 <= attempt["age"].total_seconds() < 60


def test_a_batch_is_delivered_in_one_go_to_each_its_own(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with running_receiver() as receiver, faulty_server(reply("503 Service Unavailable")) as broken:
        urls = [receiver.url if number % 2 else broken.url for number in range(10)]
        delivery_ids = [new_delivery(database, sql, cipher, url) for url in urls]
        deliver_webhooks(database, sender, cipher, SCHEDULE, [*delivery_ids, "whd_unknown"])
        arrived = receiver.wait_for(lambda webhooks: len(webhooks) >= 5, seconds=10)
    assert len(arrived) == 5
    statuses = [delivery(sql, delivery_id)["status"] for delivery_id in delivery_ids]
    assert statuses == ["delivered" if number % 2 else "pending" for number in range(10)]


def test_a_failure_comes_again_when_the_schedule_says_so(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with faulty_server(reply("500 Internal Server Error", b"oops")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        row = delivery(sql, delivery_id)
        assert (row["status"], row["attempts"], row["claimed_until"]) == ("pending", 1, None)
        wait = (row["next_attempt_at"] - row["updated_at"]).total_seconds()
        assert SCHEDULE[1] * (1 - JITTER_FRACTION) <= wait <= SCHEDULE[1] * (1 + JITTER_FRACTION)
        job = sql.one("SELECT due_at FROM outbox WHERE subject_id = :id", id=delivery_id)
        assert job["due_at"] == row["next_attempt_at"]
        # Before that time nothing is sent, however often the message comes.
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        assert len(server.requests) == 1
    attempt = sql.one("SELECT response_status, error_kind, response_body FROM webhook_attempts")
    assert attempt == {"response_status": 500, "error_kind": None, "response_body": "oops"}


def test_attempts_end_with_the_schedule(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with faulty_server(reply("500 Internal Server Error")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        for made in range(1, len(SCHEDULE) + 1):
            assert jobs(sql) == [delivery_id]
            deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
            assert delivery(sql, delivery_id)["attempts"] == made
            sql.run("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'")
        row = delivery(sql, delivery_id)
        assert (row["status"], row["next_attempt_at"]) == ("exhausted", None)
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        attempts = [f"webhook-attempt: {number}".encode() for number in (1, 2, 3)]
        assert [
            line for request in server.requests for line in request.splitlines() if b"webhook-attempt" in line
        ] == attempts
    assert jobs(sql) == []
    assert sql.column("SELECT number FROM webhook_attempts ORDER BY number") == [1, 2, 3]


def test_a_failed_delivery_can_succeed_later(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    answers = [reply("500 Internal Server Error"), reply("204 No Content")]
    with faulty_server(lambda connection: answers.pop(0)(connection)) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        sql.run("UPDATE webhook_deliveries SET next_attempt_at = now()")
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
    assert (delivery(sql, delivery_id)["status"], jobs(sql)) == ("delivered", [])
    assert sql.column("SELECT response_status FROM webhook_attempts ORDER BY number") == [500, 204]
    # The body is frozen: both attempts carry the same bytes.
    first, second = (request.partition(b"\r\n\r\n")[2] for request in server.requests)
    assert first == second


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_a_redirect_is_a_failure_and_leads_nowhere(deliver: Deliver, sql: Rows, status: str) -> None:
    with faulty_server(reply("200 OK")) as elsewhere:
        with faulty_server(reply(status, b"", f"Location: {elsewhere.url}")) as server:
            attempt = deliver(server.url)
        assert elsewhere.connections == 0
    assert (attempt["response_status"], attempt["error_kind"]) == (int(status[:3]), None)
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]


def test_a_receiver_that_is_not_there_is_a_connection_error(deliver: Deliver, sql: Rows) -> None:
    with refusing_port() as port:
        attempt = deliver(f"http://127.0.0.1:{port}/webhooks")
    assert (attempt["response_status"], attempt["error_kind"]) == (None, "connection_error")
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]
    assert len(jobs(sql)) == 1


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
TIMEOUTS = {
    "no answer": say_nothing,
    "a head that never ends": drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "a body that never comes": drip(HEAD + b"Content-Length: 5\r\n\r\n", b""),
    "a body that never ends": drip(HEAD + b"\r\n", b"x"),
    "chunks that never end": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}
BROKEN_ANSWERS = {
    "nothing": send(b""),
    "no HTTP": send(b"220 smtp.example ESMTP\r\n\r\n"),
    "half a status line": send(b"HTTP/1.1 20"),
    "half a body": send(HEAD + b"Content-Length: 100\r\n\r\nhalf"),
    "half a chunk": send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf"),
    "no chunk": send(HEAD + b"Transfer-Encoding: chunked\r\n\r\nnot hexadecimal\r\n"),
    "a head without measure": send(b"HTTP/1.1 200 OK\r\n" + b"X-Many: x\r\n" * 5_000),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", TIMEOUTS.values(), ids=TIMEOUTS.keys())
def test_a_slow_answer_is_cut_off_in_time(deliver: Deliver, sql: Rows, answer: Answer) -> None:
    with faulty_server(answer) as server:
        attempt = deliver(server.url)
    assert (attempt["response_status"], attempt["error_kind"]) == (None, "timeout")
    assert PATIENCE_SECONDS * 900 <= attempt["duration_ms"] < PATIENCE_SECONDS * 1000 + 1500
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]


@pytest.mark.parametrize("answer", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS.keys())
def test_a_broken_answer_is_a_connection_error(deliver: Deliver, sql: Rows, answer: Answer) -> None:
    with faulty_server(answer) as server:
        attempt = deliver(server.url)
    assert (attempt["response_status"], attempt["error_kind"]) == (None, "connection_error")
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]


def test_an_endless_body_is_read_to_its_limit_and_stored_in_part(deliver: Deliver, sql: Rows) -> None:
    sent = 0

    def pour(connection: socket.socket) -> None:
        nonlocal sent
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)
        connection.sendall(HEAD + b"\r\n")
        while True:
            sent += connection.send(b"x" * 8192)

    with faulty_server(pour) as server:
        attempt = deliver(server.url)
    # Had it been read on, the answer would never have ended; what was sent beyond the limit waited in socket buffers.
    assert (attempt["response_status"], attempt["error_kind"]) == (200, None)
    assert attempt["response_body"] == "x" * STORED_BYTES_MAX
    assert READ_BYTES_MAX <= sent < 16 * 1024 * 1024
    assert sql.column("SELECT status FROM webhook_deliveries") == ["delivered"]


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        pytest.param(b"a\x00b", "a\ufffdb", id="NUL"),
        pytest.param(b"\xff\xfe\xc3", "\ufffd\ufffd\ufffd", id="not UTF-8"),
        pytest.param(b"\xed\xa0\x80", "\ufffd\ufffd\ufffd", id="a surrogate"),
        pytest.param('"\\\u2028😀\x01'.encode(), '"\\\u2028😀\x01', id="odd but valid"),
        pytest.param(b"x" * (STORED_BYTES_MAX - 1) + "é".encode(), "x" * (STORED_BYTES_MAX - 1), id="cut in a letter"),
    ],
)
def test_whatever_bytes_come_back_can_be_stored(deliver: Deliver, body: bytes, stored: str) -> None:
    with faulty_server(reply("200 OK", body)) as server:
        attempt = deliver(server.url)
    assert attempt["response_body"].removesuffix("\ufffd" if len(stored) > 100 else "") == stored


def test_what_is_stored_has_its_limit_in_bytes_also_when_none_of_them_is_text(deliver: Deliver) -> None:
    with faulty_server(reply("200 OK", b"\xff" * READ_BYTES_MAX)) as server:
        stored = deliver(server.url)["response_body"].encode()
    assert STORED_BYTES_MAX - 3 < len(stored) <= STORED_BYTES_MAX


def test_a_compressed_body_is_not_unpacked(deliver: Deliver) -> None:
    # 10 MB in 10 kB: unpacking it would be the sender's memory.
    bomb = gzip.compress(b"x" * 10 * 1024 * 1024)
    with faulty_server(reply("200 OK", bomb, "Content-Encoding: gzip")) as server:
        attempt = deliver(server.url)
    assert attempt["response_status"] == 200
    assert attempt["response_body"].startswith("\x1f\ufffd"), "gzip's own first bytes"


def test_a_delivery_whose_endpoint_has_been_disabled_is_cancelled(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with faulty_server(reply("200 OK")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        sql.run("UPDATE webhook_endpoints SET status = 'disabled'")
        assert deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id]) == set()
        assert server.connections == 0
    row = delivery(sql, delivery_id)
    assert (row["status"], row["next_attempt_at"], row["attempts"]) == ("cancelled", None, 0)
    assert jobs(sql) == []
    assert sql.value("SELECT count(*) FROM webhook_attempts") == 0


def test_a_claimed_delivery_waits_until_its_claim_is_over(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with faulty_server(reply("200 OK")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url)
        # A consumer that claims and then dies.
        (row,) = database.run("claim_webhook_deliveries", delivery_ids=[delivery_id], lease_seconds=LEASE_SECONDS)
        assert row["id"] == delivery_id
        wait = sql.value("SELECT due_at - now() FROM outbox WHERE subject_id = :id", id=delivery_id).total_seconds()
        assert wait > LEASE_SECONDS
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        assert server.connections == 0
        sql.run("UPDATE webhook_deliveries SET claimed_until = now() - interval '1 millisecond'")
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        assert server.connections == 1
    assert delivery(sql, delivery_id)["status"] == "delivered"


def test_the_outcome_of_an_attempt_counts_once(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher) -> None:
    delivery_id = new_delivery(database, sql, cipher, "https://merchant.example")
    outcome = {
        "delivery_id": delivery_id,
        "number": 1,
        "started_at": "2026-01-01T00:00:00+00:00",
        "duration_ms": 1,
        "response_status": 500,
        "delivered": False,
        "delay_seconds": 60.0,
    }
    late = {**outcome, "delivered": True, "response_status": 200}
    assert len(database.run("record_webhook_attempts", attempts=json.dumps([outcome]))) == 1
    assert database.run("record_webhook_attempts", attempts=json.dumps([late])) == []
    assert delivery(sql, delivery_id)["status"] == "pending"
    assert sql.column("SELECT response_status FROM webhook_attempts") == [500]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_outside_the_local_profile_nothing_connects_to_this_machine(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, host: str
) -> None:
    sender = HttpWebhookSender(allow_loopback=False)
    with faulty_server(reply("200 OK")) as server:
        delivery_id = new_delivery(database, sql, cipher, server.url.replace("127.0.0.1", host))
        deliver_webhooks(database, sender, cipher, SCHEDULE, [delivery_id])
        assert server.connections == 0
    attempt = sql.one("SELECT response_status, error_kind FROM webhook_attempts")
    assert attempt == {"response_status": None, "error_kind": "address_refused"}


def test_proxies_of_the_environment_are_ignored(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server(reply("502 Bad Gateway")) as proxy, faulty_server(reply("200 OK")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        attempt = deliver(server.url)
        assert (proxy.connections, server.connections) == (0, 1)
    assert attempt["response_status"] == 200


def test_cookies_of_a_receiver_are_not_sent_back(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, sender: HttpWebhookSender
) -> None:
    with faulty_server(reply("200 OK", b"", "Set-Cookie: session=1; Path=/")) as server:
        for _ in range(2):
            deliver_webhooks(database, sender, cipher, SCHEDULE, [new_delivery(database, sql, cipher, server.url)])
        assert len(server.requests) == 2
        assert not [request for request in server.requests if b"cookie:" in request.lower()]


def test_over_tls_the_name_is_asked_for_and_checked_and_not_the_address(
    deliver: Deliver, sender: HttpWebhookSender, tmp_path: Path
) -> None:
    certificate = certificate_for("localhost", tmp_path)
    sender._session.verify = str(certificate.file)
    names: list[str | None] = []
    certificate.server.sni_callback = lambda connection, name, context: names.append(name)
    with faulty_server(reply("200 OK", b"thanks"), certificate.server) as server:
        attempt = deliver(server.url.replace("127.0.0.1", "localhost"))
        host = server.url.removeprefix("https://127.0.0.1").removesuffix("/webhooks")
        assert f"Host: localhost{host}\r\n".encode() in server.requests[0]
    assert (attempt["response_status"], attempt["response_body"]) == (200, "thanks")
    assert names == ["localhost"]


@pytest.mark.parametrize("fault", ["another name", "not trusted"])
def test_a_certificate_that_proves_nothing_is_a_tls_error(
    deliver: Deliver, sender: HttpWebhookSender, tmp_path: Path, fault: str
) -> None:
    certificate = certificate_for("localhost" if fault == "not trusted" else "merchant.example", tmp_path)
    if fault == "another name":
        sender._session.verify = str(certificate.file)
    with faulty_server(reply("200 OK"), certificate.server) as server:
        attempt = deliver(server.url.replace("127.0.0.1", "localhost"))
        assert server.requests == []
    assert (attempt["response_status"], attempt["error_kind"]) == (None, "tls_error")


@pytest.mark.usefixtures("impatient")
def test_a_slow_answer_over_tls_is_cut_off_in_time(deliver: Deliver, sender: HttpWebhookSender, tmp_path: Path) -> None:
    certificate = certificate_for("localhost", tmp_path)
    sender._session.verify = str(certificate.file)
    with faulty_server(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), certificate.server) as server:
        attempt = deliver(server.url.replace("127.0.0.1", "localhost"))
    assert attempt["error_kind"] == "timeout"
    assert attempt["duration_ms"] < PATIENCE_SECONDS * 1000 + 1500
