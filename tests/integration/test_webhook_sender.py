"""One webhook over real sockets: where its time goes, what is reported, and when a connection is used again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from paygate.adapters import webhook_connections, webhook_http
from paygate.adapters.webhook_clock import ANSWER_BYTES_MAX
from paygate.adapters.webhook_http import HttpWebhookSender
from paygate.domain.webhooks import Timings, WebhookResponse
from tests.integration.support import (
    Answer,
    certificate_for,
    drip,
    faulty_server,
    refusing_port,
    reply,
    send,
    tcp_server,
)
from tests.support.polling import eventually

PAUSE_SECONDS = 0.12
PAUSE_MS = 110


def post(sender: HttpWebhookSender, url: str, body: bytes = b"{}") -> WebhookResponse:
    return sender.post(url, body, {"webhook-id": "evt_1"})


def after_a_pause(answer: Answer) -> Answer:
    def run(connection: socket.socket) -> None:
        time.sleep(PAUSE_SECONDS)  # the receiver's own slowness, which is what is measured
        answer(connection)

    return run


def keep_open(connection: socket.socket) -> None:
    """Answer the request that came, and all that follow on this connection."""
    while True:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        next_request(connection)


def next_request(connection: socket.socket) -> bytes:
    """One that `post` has sent. Raises ConnectionError if the client hangs up instead."""
    data = b""
    while not data.endswith(b"\r\n\r\n{}"):
        part = connection.recv(64 * 1024)
        if not part:
            raise ConnectionError("the client hung up")
        data += part
    return data


def delayed(monkeypatch: pytest.MonkeyPatch, target: Any, name: str) -> None:
    """Make a call of the system's take a while."""
    original: Callable[..., Any] = getattr(target, name)

    def slow(*args: Any, **options: Any) -> Any:
        time.sleep(PAUSE_SECONDS)
        return original(*args, **options)

    monkeypatch.setattr(target, name, slow)


def test_the_time_of_the_look_up_is_told_apart(sender: HttpWebhookSender, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server(reply("200 OK")) as server:
        delayed(monkeypatch, socket, "getaddrinfo")
        timings = post(sender, server.url.replace("127.0.0.1", "localhost")).timings
    assert timings.dns_ms is not None
    assert timings.connect_ms is not None
    assert timings.dns_ms >= PAUSE_MS > timings.connect_ms
    assert timings.tls_ms is None


def test_an_address_needs_no_look_up(sender: HttpWebhookSender) -> None:
    with faulty_server(reply("200 OK")) as server:
        timings = post(sender, server.url).timings
    assert (timings.dns_ms, timings.tls_ms) == (None, None)
    assert timings.connect_ms is not None
    assert timings.first_byte_ms is not None


def test_the_time_of_the_connection_is_told_apart(sender: HttpWebhookSender, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server(reply("200 OK")) as server:
        delayed(monkeypatch, socket.socket, "connect")
        report = post(sender, server.url)
    assert report.timings.connect_ms is not None
    assert report.timings.first_byte_ms is not None
    assert report.timings.connect_ms >= PAUSE_MS > report.timings.first_byte_ms
    assert report.duration_ms >= report.timings.connect_ms


def test_the_time_of_the_handshake_is_told_apart(sender: HttpWebhookSender, tmp_path: Path) -> None:
    certificate = certificate_for("localhost", tmp_path)
    sender.verify = str(certificate.file)
    certificate.server.sni_callback = lambda *_: time.sleep(PAUSE_SECONDS)
    with faulty_server(reply("200 OK"), certificate.server) as server:
        report = post(sender, server.url.replace("127.0.0.1", "localhost"))
    timings = report.timings
    assert report.status == 200
    assert timings.tls_ms is not None
    assert timings.connect_ms is not None
    assert timings.first_byte_ms is not None
    assert timings.tls_ms >= PAUSE_MS > timings.connect_ms
    assert timings.first_byte_ms < PAUSE_MS


def test_the_time_until_the_first_byte_ends_with_it(sender: HttpWebhookSender) -> None:
    def answer(connection: socket.socket) -> None:
        time.sleep(PAUSE_SECONDS)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")
        time.sleep(2 * PAUSE_SECONDS)
        connection.sendall(b"\r\nok")

    with faulty_server(answer) as server:
        report = post(sender, server.url)
    assert report.timings.first_byte_ms is not None
    assert report.timings.first_byte_ms >= PAUSE_MS
    assert report.duration_ms >= report.timings.first_byte_ms + PAUSE_MS


def test_what_was_not_reached_has_no_time(sender: HttpWebhookSender) -> None:
    with refusing_port() as port:
        report = post(sender, f"http://127.0.0.1:{port}/")
    assert (report.timings, report.address, report.request_headers) == (Timings(), "127.0.0.1", {})
    assert report.error == "The connection failed: Connection refused."


def test_what_is_reported_as_sent_is_what_arrives(sender: HttpWebhookSender) -> None:
    with faulty_server(reply("200 OK")) as server:
        report = post(sender, f"{server.url}/gr%C3%B6%C3%9Fe?a=b", b'{"a":1}')
        (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert (first, body) == ("POST /webhooks/gr%C3%B6%C3%9Fe?a=b HTTP/1.1", b'{"a":1}')
    arrived = dict(line.split(": ", 1) for line in lines)
    assert arrived == report.request_headers
    assert (arrived["Accept-Encoding"], arrived["Content-Length"]) == ("identity", "7")


def test_an_open_connection_is_used_again_and_needs_no_time(sender: HttpWebhookSender) -> None:
    with faulty_server(keep_open) as server:
        first, second = post(sender, server.url), post(sender, server.url)
        assert server.connections == 1
        sender.close()
    assert first.timings.connect_ms is not None
    assert second.status == 200
    assert (second.timings.connect_ms, second.timings.tls_ms) == (None, None)
    assert second.timings.first_byte_ms is not None


def test_an_open_tls_connection_is_used_again(sender: HttpWebhookSender, tmp_path: Path) -> None:
    certificate = certificate_for("localhost", tmp_path)
    sender.verify = str(certificate.file)
    with faulty_server(keep_open, certificate.server) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        first, second = post(sender, url), post(sender, url)
        assert server.connections == 1
        sender.close()
    assert first.timings.tls_ms is not None
    assert (second.status, second.timings.tls_ms) == (200, None)


def test_a_connection_that_the_receiver_has_closed_costs_no_delivery(sender: HttpWebhookSender) -> None:
    closed = threading.Event()

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.shutdown(socket.SHUT_WR)
        closed.set()

    with faulty_server(once) as server:
        for number in range(1, 6):
            report = post(sender, server.url)
            assert (report.status, report.error_kind) == (200, None)
            assert closed.wait(timeout=10)
            closed.clear()
            assert (server.connections, len(server.requests)) == (number, number)


def test_a_connection_that_dies_under_the_request_is_reported_and_not_tried_twice(sender: HttpWebhookSender) -> None:
    def answer_once_and_hang_up_on_the_next(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        server.requests.append(next_request(connection))

    with faulty_server(answer_once_and_hang_up_on_the_next) as server:
        assert post(sender, server.url).status == 200
        report = post(sender, server.url)
        assert (report.status, report.error_kind) == (None, "connection_error")
        assert (server.connections, len(server.requests)) == (1, 2)


def test_a_connection_that_was_idle_for_long_is_not_used_again(
    sender: HttpWebhookSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_connections, "IDLE_SECONDS_MAX", -1.0)

    def stay(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.recv(1)

    with faulty_server(stay) as server:
        assert [post(sender, server.url).status for _ in range(3)] == [200] * 3
        eventually(lambda: server.connections == 3, seconds=10, what="a connection for each")
        sender.close()


@pytest.mark.usefixtures("impatient")
def test_all_parts_together_have_one_limit(sender: HttpWebhookSender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look-up, connection and answer are each quick enough, and together too slow."""
    monkeypatch.setattr(webhook_http, "TOTAL_TIMEOUT_SECONDS", 3 * PAUSE_SECONDS)
    with faulty_server(after_a_pause(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"))) as server:
        delayed(monkeypatch, socket, "getaddrinfo")
        delayed(monkeypatch, socket.socket, "connect")
        report = post(sender, server.url.replace("127.0.0.1", "localhost"))
    assert (report.status, report.error_kind) == (None, "timeout")
    assert report.error == "The receiver did not answer completely in time."
    assert 3 * PAUSE_MS <= report.duration_ms < 3 * PAUSE_MS + 1500


@pytest.mark.usefixtures("impatient")
def test_a_handshake_that_never_ends_is_cut_off(sender: HttpWebhookSender) -> None:
    def listen(connection: socket.socket) -> None:
        while connection.recv(4096):
            pass

    with tcp_server(listen) as port:
        report = post(sender, f"https://localhost:{port}/")
    assert (report.error_kind, report.timings.tls_ms, report.request_headers) == ("timeout", None, {})
    assert report.timings.connect_ms is not None
    assert report.duration_ms < 2_000


@pytest.mark.usefixtures("impatient")
def test_a_receiver_that_reads_nothing_is_cut_off(sender: HttpWebhookSender) -> None:
    done = threading.Event()

    def ignore(_: socket.socket) -> None:
        done.wait(timeout=10)

    with tcp_server(ignore) as port:
        report = post(sender, f"http://127.0.0.1:{port}/", b"x" * 32 * 1024 * 1024)
        done.set()
    assert (report.status, report.error_kind) == (None, "timeout")
    assert report.duration_ms < 3_000


def test_a_whole_answer_has_a_limit_however_it_is_cut(sender: HttpWebhookSender) -> None:
    chunk = b"1;" + b"x" * 60_000 + b"\r\nx\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with faulty_server(send(head + chunk * (2 * ANSWER_BYTES_MAX // len(chunk)))) as server:
        report = post(sender, server.url)
    assert (report.status, report.error_kind, report.delivered) == (200, "connection_error", False)
    assert "longer than 1048576 bytes" in (report.error or "")


def test_a_body_that_breaks_off_keeps_its_status_and_what_came(sender: HttpWebhookSender) -> None:
    with faulty_server(send(b"HTTP/1.1 200 OK\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nhalf")) as server:
        report = post(sender, server.url)
    assert (report.status, report.error_kind, report.delivered) == (200, "connection_error", False)
    assert (report.body, report.error) == ("half", "The connection failed: the answer broke off.")
    assert (report.retry_after, report.truncated) == ("7", False)


def test_ten_threads_share_a_sender(sender: HttpWebhookSender) -> None:
    """Reports belong to their own requests: each server has a status of its own."""
    with (
        faulty_server(reply("200 OK", b"200")) as one,
        faulty_server(reply("404 Not Found", b"404")) as two,
        faulty_server(reply("503 Service Unavailable", b"503")) as three,
    ):
        servers = [(one.url, 200), (two.url, 404), (three.url, 503)]
        urls = [servers[number % 3] for number in range(150)]
        with ThreadPoolExecutor(max_workers=10) as pool:
            reports = list(pool.map(lambda item: post(sender, item[0]), urls))
    assert [(report.status, report.body) for report in reports] == [(status, str(status)) for _, status in urls]
    assert all(report.timings.first_byte_ms is not None for report in reports)
