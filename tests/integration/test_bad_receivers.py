"""Webhook deliveries to receivers that misbehave, and to connections that are not what they seem."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest

from paygate.adapters.webhook_http import READ_BYTES_MAX, STORED_BYTES_MAX, HttpWebhookSender
from tests.integration.deliveries import PATIENCE_SECONDS, Deliver, jobs
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
from tests.support.rows import Rows


@pytest.mark.parametrize(
    "location",
    [b"http://[", b"http://\xff\xfe/", b"http://169.254.169.254/", b""],
    ids=["broken", "bytes", "inner", "empty"],
)
def test_where_a_redirect_leads_is_not_even_read(deliver: Deliver, location: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 2\r\n\r\nno"
    with faulty_server(send(head)) as server:
        attempt = deliver(server.url)
    seen = (attempt["response_status"], attempt["error_kind"], attempt["response_body"])
    assert seen == (302, "redirect_refused", "no")


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_a_redirect_is_a_failure_and_leads_nowhere(deliver: Deliver, sql: Rows, status: str) -> None:
    with faulty_server(reply("200 OK")) as elsewhere:
        with faulty_server(reply(status, b"", f"Location: {elsewhere.url}")) as server:
            attempt = deliver(server.url)
        assert elsewhere.connections == 0
    assert (attempt["response_status"], attempt["error_kind"]) == (int(status[:3]), "redirect_refused")
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]


def test_a_receiver_that_is_not_there_is_a_connection_error(deliver: Deliver, sql: Rows) -> None:
    with refusing_port() as port:
        attempt = deliver(f"http://127.0.0.1:{port}/webhooks")
    assert (attempt["response_status"], attempt["error_kind"]) == (None, "connection_error")
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]
    assert len(jobs(sql)) == 1


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
# What the receiver does, and the status that comes of it.
TIMEOUTS = {
    "no answer": (say_nothing, None),
    "a head that never ends": (drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), None),
    "leave to go on, again and again": (drip(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"), None),
    "a body that never comes": (drip(HEAD + b"Content-Length: 5\r\n\r\n", b""), 200),
    "a body that never ends": (drip(HEAD + b"\r\n", b"x"), 200),
    "chunks that never end": (drip(CHUNKED, b"1\r\nx\r\n"), 200),
    "trailers that never end": (drip(CHUNKED + b"0\r\n", b"X-Trailer: x\r\n"), 200),
}
BROKEN_ANSWERS = {
    "nothing": (send(b""), None),
    "no HTTP": (send(b"220 smtp.example ESMTP\r\n\r\n"), None),
    "half a status line": (send(b"HTTP/1.1 20"), None),
    "a status that is no number": (send(b"HTTP/1.1 OK 200\r\n\r\n"), None),
    "half a body": (send(HEAD + b"Content-Length: 100\r\n\r\nhalf"), 200),
    "half a chunk": (send(CHUNKED + b"64\r\nhalf"), 200),
    "no chunk": (send(CHUNKED + b"not hexadecimal\r\n"), 200),
    "a head of many lines": (send(b"HTTP/1.1 200 OK\r\n" + b"X-Many: x\r\n" * 5_000), None),
    "a head of one long line": (send(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000), None),
    "leave to go on without measure": (send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000), None),
    "trailers without measure": (send(CHUNKED + b"0\r\n" + b"X-Trailer: x\r\n" * 200_000), 200),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("answer", "status"), TIMEOUTS.values(), ids=TIMEOUTS.keys())
def test_a_slow_answer_is_cut_off_in_time(deliver: Deliver, sql: Rows, answer: Answer, status: int | None) -> None:
    with faulty_server(answer) as server:
        attempt = deliver(server.url)
    assert (attempt["response_status"], attempt["error_kind"]) == (status, "timeout")
    assert PATIENCE_SECONDS * 900 <= attempt["duration_ms"] < PATIENCE_SECONDS * 1000 + 1500
    assert sql.column("SELECT status FROM webhook_deliveries") == ["pending"]


@pytest.mark.parametrize(("answer", "status"), BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS.keys())
def test_a_broken_answer_is_a_connection_error_even_if_its_status_is_200(
    deliver: Deliver, sql: Rows, answer: Answer, status: int | None
) -> None:
    with faulty_server(answer) as server:
        attempt = deliver(server.url)
    assert (attempt["response_status"], attempt["error_kind"]) == (status, "connection_error")
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


def test_proxies_of_the_environment_are_ignored(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server(reply("502 Bad Gateway")) as proxy, faulty_server(reply("200 OK")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        attempt = deliver(server.url)
        assert (proxy.connections, server.connections) == (0, 1)
    assert attempt["response_status"] == 200


def test_cookies_of_a_receiver_are_not_sent_back(sender: HttpWebhookSender) -> None:
    with faulty_server(reply("200 OK", b"", "Set-Cookie: session=1; Path=/")) as server:
        for _ in range(2):
            assert sender.post(server.url, b"{}", {}).delivered
        assert len(server.requests) == 2
        assert not [request for request in server.requests if b"cookie:" in request.lower()]


def test_over_tls_the_name_is_asked_for_and_checked_and_not_the_address(
    deliver: Deliver, sender: HttpWebhookSender, tmp_path: Path
) -> None:
    certificate = certificate_for("localhost", tmp_path)
    sender.verify = str(certificate.file)
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
        sender.verify = str(certificate.file)
    with faulty_server(reply("200 OK"), certificate.server) as server:
        attempt = deliver(server.url.replace("127.0.0.1", "localhost"))
        assert server.requests == []
    assert (attempt["response_status"], attempt["error_kind"]) == (None, "tls_error")


@pytest.mark.usefixtures("impatient")
def test_a_slow_answer_over_tls_is_cut_off_in_time(deliver: Deliver, sender: HttpWebhookSender, tmp_path: Path) -> None:
    certificate = certificate_for("localhost", tmp_path)
    sender.verify = str(certificate.file)
    with faulty_server(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), certificate.server) as server:
        attempt = deliver(server.url.replace("127.0.0.1", "localhost"))
    assert attempt["error_kind"] == "timeout"
    assert attempt["duration_ms"] < PATIENCE_SECONDS * 1000 + 1500
