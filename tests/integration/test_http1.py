"""The HTTP connection to AWS when the other side answers in odd ways, or not at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

import pytest

from paygate.adapters import http1
from paygate.adapters.http1 import HttpConnection
from paygate.adapters.sockets import has_hung_up
from tests.integration.support import Answer, refusing_port, say_nothing, send, tcp_server
from tests.support.polling import eventually

TIMEOUT_SECONDS = 0.3
KEPT_OPEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def connection_to(*answers: Answer) -> Iterator[tuple[HttpConnection, list[bytes]]]:
    """A connection to a server that does the next of `answers` for each connection, and the requests that came."""
    left, requests = list(answers), list[bytes]()

    def serve(stream: socket.socket) -> None:
        requests.append(stream.recv(65_536))
        left.pop(0)(stream)

    with (
        tcp_server(serve) as port,
        closing(HttpConnection("127.0.0.1", port, secure=False, timeout_seconds=TIMEOUT_SECONDS)) as connection,
    ):
        yield connection, requests


def answers(*replies: bytes) -> Answer:
    """The first of `replies` now, and each of the others to a further request."""

    def answer(stream: socket.socket) -> None:
        for number, reply in enumerate(replies):
            if number:
                stream.recv(65_536)
            stream.sendall(reply)
        say_nothing(stream)

    return answer


def test_a_request_is_a_post_with_its_headers_and_length() -> None:
    with connection_to(send(KEPT_OPEN)) as (connection, requests):
        assert connection.post({"host": "aws", "x-amz-target": "A.B"}, b'{"a":1}') == (200, b"{}")
    assert requests == [b'POST / HTTP/1.1\r\nhost: aws\r\nx-amz-target: A.B\r\ncontent-length: 7\r\n\r\n{"a":1}']


def test_one_connection_serves_many_requests() -> None:
    replies = [f"HTTP/1.1 {status} X\r\nContent-Length: 1\r\n\r\n{status % 10}".encode() for status in (200, 401, 503)]
    with connection_to(answers(*replies)) as (connection, requests):
        assert [connection.post({}, b"") for _ in replies] == [(200, b"0"), (401, b"1"), (503, b"3")]
    assert len(requests) == 1


def is_over(connection: HttpConnection) -> bool:
    return connection._socket is None or has_hung_up(connection._socket)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", id="says that it closes"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", id="HTTP 1.0"),
        pytest.param(KEPT_OPEN, id="closes without a word"),
    ],
)
def test_a_connection_that_was_closed_is_replaced_unnoticed(reply: bytes) -> None:
    with connection_to(send(reply), send(reply)) as (connection, requests):
        for _ in range(2):
            assert connection.post({}, b"") == (200, b"{}")
            eventually(partial(is_over, connection), what="the server's hanging up")
    assert len(requests) == 2


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + KEPT_OPEN, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000, b"x" * 300_000),
    ],
    ids=["chunked", "continue", "no content", "long"],
)
def test_every_form_of_answer_is_read_to_its_end(reply: bytes, body: bytes) -> None:
    with connection_to(answers(reply, KEPT_OPEN)) as (connection, _):
        assert connection.post({}, b"")[1] == body
        assert connection.post({}, b"") == (200, b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(send(b""), id="hangs up"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), id="hangs up within its answer"),
        pytest.param(send(b"SSH-2.0-OpenSSH\r\n"), id="is no HTTP"),
        pytest.param(say_nothing, id="says nothing"),
    ],
)
def test_what_comes_after_a_broken_answer_is_read_from_its_beginning(answer: Answer) -> None:
    with connection_to(answer, send(KEPT_OPEN)) as (connection, _):
        started = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT011  its kinds are many
            connection.post({}, b"")
        assert time.monotonic() - started < TIMEOUT_SECONDS + 2
        assert connection.post({}, b"") == (200, b"{}")


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http1, "ANSWER_BYTES_MAX", 100_000)
    with (
        connection_to(send(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000)) as (connection, _),
        pytest.raises(ConnectionError, match="too long"),
    ):
        connection.post({}, b"")


def test_a_host_that_takes_no_connection_is_an_error() -> None:
    with refusing_port() as port, pytest.raises(ConnectionRefusedError):
        HttpConnection("127.0.0.1", port, secure=False, timeout_seconds=TIMEOUT_SECONDS).post({}, b"")
