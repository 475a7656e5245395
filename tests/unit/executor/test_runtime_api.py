from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from localstack_process_executor.runtime_api import (
    PREFIX,
    RESPONSE_BYTES_MAX,
    Outcome,
    PendingInvocation,
    RuntimeApi,
)


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    yield api
    api.close()


@pytest.fixture
def client(api: RuntimeApi) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(api.address, timeout=10)
    yield connection
    connection.close()


@pytest.fixture
def invocation(api: RuntimeApi, client: http.client.HTTPConnection) -> PendingInvocation:
    """An invocation that the runtime has fetched."""
    invocation = PendingInvocation("request-1", b'{"a": 1}', {"Lambda-Runtime-Deadline-Ms": "1700000000000"})
    api.submit(invocation)
    assert call(client, "GET", "invocation/next") == (200, b'{"a": 1}')
    return invocation


def call(client: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    client.request(method, PREFIX + path, body)
    response = client.getresponse()
    return response.status, response.read()


def test_next_hands_out_the_event_with_its_headers(api: RuntimeApi, client: http.client.HTTPConnection) -> None:
    api.submit(PendingInvocation("request-1", b'{"a": 1}', {"Lambda-Runtime-Deadline-Ms": "1700000000000"}))
    client.request("GET", f"{PREFIX}invocation/next")
    response = client.getresponse()
    assert (response.status, response.read()) == (200, b'{"a": 1}')
    assert response.headers["Lambda-Runtime-Aws-Request-Id"] == "request-1"
    assert response.headers["Lambda-Runtime-Deadline-Ms"] == "1700000000000"
    assert response.headers["Content-Type"] == "application/json"


def test_the_first_call_for_work_makes_the_api_ready(api: RuntimeApi, client: http.client.HTTPConnection) -> None:
    assert not api.ready.done()
    client.request("GET", f"{PREFIX}invocation/next")
    assert api.ready.result(timeout=10) is None


def test_an_init_error_resolves_ready_with_its_payload(api: RuntimeApi, client: http.client.HTTPConnection) -> None:
    assert call(client, "POST", "init/error", b'{"errorType": "X"}') == (202, b'{"status":"OK"}')
    assert api.ready.result(timeout=10) == b'{"errorType": "X"}'


def test_a_response_resolves_the_invocation(client: http.client.HTTPConnection, invocation: PendingInvocation) -> None:
    assert call(client, "POST", "invocation/request-1/response", b'"fine"') == (202, b'{"status":"OK"}')
    assert invocation.outcome.result(timeout=10) == Outcome(b'"fine"', is_error=False)


def test_an_error_resolves_the_invocation_as_failed(
    client: http.client.HTTPConnection, invocation: PendingInvocation
) -> None:
    assert call(client, "POST", "invocation/request-1/error", b'{"errorType": "X"}')[0] == 202
    assert invocation.outcome.result(timeout=10) == Outcome(b'{"errorType": "X"}', is_error=True)


def test_a_chunked_response_is_put_together(client: http.client.HTTPConnection, invocation: PendingInvocation) -> None:
    client.request("POST", f"{PREFIX}invocation/request-1/response", iter([b'"one ', b'two"']), encode_chunked=True)
    response = client.getresponse()
    response.read()
    assert response.status == 202
    assert invocation.outcome.result(timeout=10) == Outcome(b'"one two"', is_error=False)


def test_a_response_of_the_largest_size_is_taken(
    client: http.client.HTTPConnection, invocation: PendingInvocation
) -> None:
    call(client, "POST", "invocation/request-1/response", b"x" * RESPONSE_BYTES_MAX)
    assert not invocation.outcome.result(timeout=10).is_error


def test_a_larger_response_becomes_an_error(client: http.client.HTTPConnection, invocation: PendingInvocation) -> None:
    call(client, "POST", "invocation/request-1/response", b"x" * (RESPONSE_BYTES_MAX + 1))
    outcome = invocation.outcome.result(timeout=10)
    assert outcome.is_error
    assert json.loads(outcome.payload) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size (6291557 bytes) exceeded maximum allowed payload size",
    }


@pytest.mark.parametrize("action", ["response", "error"])
def test_an_answer_to_another_request_is_refused(
    client: http.client.HTTPConnection, invocation: PendingInvocation, action: str
) -> None:
    status, body = call(client, "POST", f"invocation/request-2/{action}", b'"late"')
    assert (status, json.loads(body)["errorType"]) == (400, "InvalidRequestID")
    assert not invocation.outcome.done()


def test_a_second_answer_is_refused(client: http.client.HTTPConnection, invocation: PendingInvocation) -> None:
    call(client, "POST", "invocation/request-1/response", b'"first"')
    assert call(client, "POST", "invocation/request-1/response", b'"second"')[0] == 400
    assert invocation.outcome.result(timeout=10).payload == b'"first"'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "invocation/previous"),
        ("GET", ""),
        ("POST", "invocation/request-1/elsewhere"),
        ("POST", "restore/error"),
    ],
)
def test_an_unknown_path_is_not_found(client: http.client.HTTPConnection, method: str, path: str) -> None:
    assert call(client, method, path) == (404, b"{}")


def test_half_an_answer_is_not_taken_for_one(
    api: RuntimeApi, invocation: PendingInvocation, capfd: pytest.CaptureFixture[str]
) -> None:
    host, _, port = api.address.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"POST {PREFIX}invocation/request-1/response HTTP/1.1\r\n".encode())
        connection.sendall(b'Content-Length: 1000\r\n\r\n"cut')
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert not invocation.outcome.done()
    assert capfd.readouterr().err == ""


def test_close_ends_every_wait_for_work() -> None:
    api = RuntimeApi()

    def wait_for_work() -> bytes:
        host, _, port = api.address.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(f"GET {PREFIX}invocation/next HTTP/1.1\r\n\r\n".encode())
            return connection.recv(1)

    with ThreadPoolExecutor(2) as pool:
        waits = [pool.submit(wait_for_work) for _ in range(2)]
        api.ready.result(timeout=10)
        api.close()
        for wait in waits:
            # The second may come only when the server has gone, and is then turned away.
            assert isinstance(wait.exception(timeout=10), ConnectionError) or wait.result() == b""


def test_close_is_immediate_and_frees_the_port() -> None:
    began = time.monotonic()
    for _ in range(10):
        api = RuntimeApi()
        api.close()
        with pytest.raises(ConnectionRefusedError):
            http.client.HTTPConnection(api.address).connect()
    assert time.monotonic() - began < 2
