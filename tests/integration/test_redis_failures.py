"""The Redis client when its server is gone, hangs, or says what it should not."""

from __future__ import annotations

import select
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from paygate.adapters.redis import TIMEOUT_SECONDS, RedisStore
from paygate.domain.errors import RedisUnavailableError
from tests.integration.support import Answer, certificate_for, refusing_port, say_nothing, send, tcp_server
from tests.support.polling import eventually

PONG = b"+PONG\r\n"


@contextmanager
def store_at(*answers: Answer, scheme: str = "redis", tls: ssl.SSLContext | None = None) -> Iterator[RedisStore]:
    """A client of a server that does, to each connection's first command, the next of `answers`."""
    left = list(answers)

    def serve(connection: Any) -> None:
        connection.recv(65_536)
        left.pop(0)(connection)

    with tcp_server(serve, tls) as port, closing(RedisStore(f"{scheme}://localhost:{port}")) as store:
        yield store


def keep_answering(*replies: bytes) -> Answer:
    """The first of `replies` now, and each of the others to a further command."""

    def answer(connection: Any) -> None:
        for number, reply in enumerate(replies):
            if number:
                connection.recv(65_536)
            connection.sendall(reply)
        say_nothing(connection)

    return answer


def test_a_server_that_is_gone_is_unavailable() -> None:
    with refusing_port() as port, closing(RedisStore(f"redis://127.0.0.1:{port}/0")) as store:
        for _ in range(2):
            with pytest.raises(RedisUnavailableError):
                store.ping()


def test_a_server_that_hangs_is_given_up_in_time_and_asked_afresh() -> None:
    with store_at(say_nothing, send(PONG)) as store:
        started = time.monotonic()
        with pytest.raises(RedisUnavailableError):
            store.ping()
        assert TIMEOUT_SECONDS <= time.monotonic() - started < TIMEOUT_SECONDS + 2
        store.ping()


def test_an_answer_that_comes_too_late_is_never_taken_for_anothers() -> None:
    given_up = threading.Event()

    def answer_late(connection: Any) -> None:
        assert given_up.wait(timeout=30)
        connection.sendall(b"*1\r\n$4\r\nlate\r\n")

    with store_at(answer_late, send(b"*1\r\n$5\r\nright\r\n")) as store:
        with pytest.raises(RedisUnavailableError):
            store.get_all(["first"])
        given_up.set()
        assert store.get_all(["second"]) == [b"right"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(send(b""), id="hangs up"),
        pytest.param(send(b"*1\r\n$5\r\nri"), id="hangs up within its answer"),
        pytest.param(send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="is no Redis"),
        pytest.param(keep_answering(b"\x00garbage\r\n"), id="speaks nonsense"),
    ],
)
def test_what_comes_after_a_broken_answer_is_read_from_its_beginning(answer: Answer) -> None:
    with store_at(answer, send(b"*1\r\n$5\r\nright\r\n")) as store:
        with pytest.raises(RedisUnavailableError):
            store.get_all(["first"])
        assert store.get_all(["second"]) == [b"right"]


@pytest.mark.parametrize("refusal", ["LOADING dataset in memory", "OOM command not allowed", "READONLY replica"])
def test_a_refusal_is_unavailable_and_the_next_command_connects_anew(refusal: str) -> None:
    # The name may lead to another server by now, which is the primary.
    with store_at(send(f"-{refusal}\r\n".encode()), send(PONG)) as store:
        with pytest.raises(RedisUnavailableError) as raised:
            store.put("paygate:card:pay_1", b"sealed card", ttl_seconds=1)
        assert "sealed card" not in str(raised.value)
        store.ping()


def test_a_connection_that_was_closed_meanwhile_is_replaced_unnoticed() -> None:
    with store_at(send(PONG), send(PONG)) as store:
        store.ping()
        eventually(
            lambda: bool(select.select([store._socket or 0], [], [], 0)[0]), seconds=10, what="the end of the first"
        )
        store.ping()


def test_an_answer_that_arrives_in_pieces_is_put_together() -> None:
    def answer(connection: Any) -> None:
        for piece in (b"*2\r\n$5", b"\r\nrig", b"ht\r\n", b"$-1\r", b"\n"):
            connection.sendall(piece)

    with store_at(answer) as store:
        assert store.get_all(["one", "none"]) == [b"right", None]


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("localhost", False), ("elsewhere.example", True)])
def test_rediss_is_redis_over_tls_with_a_verified_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    certificate = certificate_for(name, tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with store_at(send(PONG), scheme="rediss", tls=certificate.server) as store:
        if trusted and name == "localhost":
            store.ping()
        else:
            with pytest.raises(RedisUnavailableError):
                store.ping()
