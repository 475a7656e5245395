from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import SimpleNamespace

import botocore.auth
import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from paygate.adapters import aws_json
from paygate.adapters.aws_json import (
    ATTEMPTS_MAX,
    KMS,
    SECRETS_MANAGER,
    SQS,
    AwsCallError,
    AwsJsonClient,
    Service,
    sign_request,
)
from paygate.config import AwsCredentials

NOW = datetime(2026, 1, 2, 3, 4, 5)
LONG_LIVED = AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "")
TEMPORARY = AwsCredentials("ASIAEXAMPLE", "secret", "IQoJb3JpZ2luX2VjE//+==")
Step = tuple[int, bytes] | Exception


class FakeConnection:
    """Plays one step for each request."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.requests: list[SimpleNamespace] = []
        self.closed = 0

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        self.requests.append(SimpleNamespace(body=body, headers=headers))
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed += 1


MakeClient = Callable[..., tuple[AwsJsonClient, FakeConnection]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, bool, float]]:
    """Host, port, TLS and time limit of each connection that a client has made."""
    made: list[tuple[str, int, bool, float]] = []

    def make(host: str, port: int, *, secure: bool, timeout_seconds: float) -> FakeConnection:
        made.append((host, port, secure, timeout_seconds))
        return FakeConnection()

    monkeypatch.setattr(aws_json, "HttpConnection", make)
    return made


@pytest.fixture
def make_client(monkeypatch: pytest.MonkeyPatch) -> MakeClient:
    def make(*steps: Step, service: Service = SQS, endpoint_url: str = "") -> tuple[AwsJsonClient, FakeConnection]:
        connection = FakeConnection(*steps)
        monkeypatch.setattr(aws_json, "HttpConnection", lambda *_, **__: connection)
        client = AwsJsonClient(service, "eu-central-1", LONG_LIVED, endpoint_url=endpoint_url, timeout_seconds=3)
        return client, connection

    return make


@pytest.mark.parametrize(
    ("endpoint_url", "expected"),
    [
        ("", ("kms.eu-central-1.amazonaws.com", 443, True, 3)),
        ("http://127.0.0.1:4566", ("127.0.0.1", 4566, False, 3)),
        ("http://localstack", ("localstack", 80, False, 3)),
        ("https://vpce.example", ("vpce.example", 443, True, 3)),
    ],
)
def test_a_client_speaks_to_its_services_own_host_or_to_the_given_one(
    made: list[tuple[str, int, bool, float]], endpoint_url: str, expected: tuple[str, int, bool, float]
) -> None:
    AwsJsonClient(KMS, "eu-central-1", LONG_LIVED, endpoint_url=endpoint_url, timeout_seconds=3)
    assert made == [expected]


@pytest.mark.parametrize("credentials", [LONG_LIVED, TEMPORARY], ids=["long-lived", "temporary"])
@pytest.mark.parametrize(
    ("service", "region", "scheme", "host"),
    [
        (SQS, "us-east-1", "https", "sqs.us-east-1.amazonaws.com"),
        (SECRETS_MANAGER, "eu-central-1", "https", "secretsmanager.eu-central-1.amazonaws.com"),
        (KMS, "ap-south-1", "https", "kms.ap-south-1.amazonaws.com"),
        (SQS, "us-east-1", "http", "127.0.0.1:4566"),
        (Service("states", "AWSStepFunctions", "1.0"), "ap-south-1", "http", "localhost.localstack.cloud:4566"),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"",
        b'{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/1/q","MessageBody":"{\\"id\\":\\"pay_1\\"}"}',
        '{"note":"zoë 😀 नमस्ते"}'.encode(),
        b"\x00\xff" * 5_000,
    ],
    ids=["object", "empty", "message", "unicode", "binary"],
)
def test_signed_headers_equal_botocore(
    monkeypatch: pytest.MonkeyPatch,
    credentials: AwsCredentials,
    service: Service,
    region: str,
    scheme: str,
    host: str,
    body: bytes,
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)
    theirs = AWSRequest(
        method="POST",
        url=f"{scheme}://{host}/",
        data=body,
        headers={
            "Content-Type": f"application/x-amz-json-{service.json_version}",
            "X-Amz-Target": f"{service.target_prefix}.DoSomething",
        },
    )
    access = Credentials(credentials.access_key_id, credentials.secret_access_key, credentials.session_token or None)
    SigV4Auth(access, service.name, region).add_auth(theirs)
    ours = sign_request(service, region, credentials, host, "DoSomething", body, NOW.timetuple())
    assert ours.pop("host") == host
    assert ours == {name.lower(): value for name, value in theirs.headers.items()}


@pytest.mark.parametrize("service", [SQS, KMS, SECRETS_MANAGER], ids=lambda service: service.name)
def test_services_are_addressed_as_botocore_does(service: Service) -> None:
    model = botocore.session.get_session().get_service_model(service.name)
    assert model.metadata["targetPrefix"] == service.target_prefix
    assert model.metadata["jsonVersion"] == service.json_version
    assert model.signing_name == service.name


def test_each_day_has_a_signature_of_its_own() -> None:
    signatures = {
        sign_request(SQS, "us-east-1", LONG_LIVED, "h", "Op", b"", NOW.replace(day=day).timetuple())["authorization"]
        for day in (2, 3)
    }
    assert len(signatures) == 2


def test_a_call_posts_compact_json_and_returns_the_result(make_client: MakeClient) -> None:
    client, connection = make_client((200, b'{"MessageId":"1"}'))
    assert client.call("SendMessage", {"MessageBody": "zoë", "DelaySeconds": 0}) == {"MessageId": "1"}
    (request,) = connection.requests
    assert request.body == b'{"MessageBody":"zo\\u00eb","DelaySeconds":0}'
    assert request.headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert request.headers["host"] == "sqs.eu-central-1.amazonaws.com"
    assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")


def test_an_endpoint_url_takes_the_place_of_the_services_own(make_client: MakeClient) -> None:
    client, connection = make_client((200, b""), endpoint_url="http://127.0.0.1:4566")
    client.call("SendMessage", {})
    assert connection.requests[0].headers["host"] == "127.0.0.1:4566"


def test_an_empty_answer_is_an_empty_result(make_client: MakeClient) -> None:
    client, _ = make_client((200, b""))
    assert client.call("DeleteMessage", {}) == {}


def test_one_connection_serves_many_calls(make_client: MakeClient) -> None:
    client, connection = make_client((200, b"{}"), (200, b"{}"), (200, b"{}"))
    for _ in range(3):
        client.call("SendMessage", {})
    assert (len(connection.requests), connection.closed) == (3, 0)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_tried_once_more(make_client: MakeClient, status: int) -> None:
    client, connection = make_client((status, b"oops"), (200, b'{"ok":true}'))
    assert client.call("SendMessage", {"a": 1}) == {"ok": True}
    first, second = connection.requests
    assert first.body == second.body


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError("reset"),
        BrokenPipeError("broken"),
        TimeoutError("timed out"),
        ConnectionRefusedError("refused"),
        ConnectionError("the answer is not HTTP"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_call_that_got_no_answer_is_tried_once_more(make_client: MakeClient, error: Exception) -> None:
    client, connection = make_client(error, (200, b'{"ok":true}'))
    assert client.call("SendMessage", {"a": 1}) == {"ok": True}
    assert [request.body for request in connection.requests] == [b'{"a":1}'] * 2


def test_a_server_that_goes_on_failing_is_given_up(make_client: MakeClient) -> None:
    client, connection = make_client(*[(503, b'{"__type":"ServiceUnavailable","message":"later"}')] * 10)
    with pytest.raises(AwsCallError) as raised:
        client.call("SendMessage", {})
    assert raised.value.status == 503
    assert len(connection.requests) == ATTEMPTS_MAX == 2


def test_a_connection_that_goes_on_breaking_is_given_up(make_client: MakeClient) -> None:
    client, connection = make_client(*[ConnectionResetError("reset")] * 10)
    with pytest.raises(AwsCallError, match=r"sqs\.eu-central-1\.amazonaws\.com: reset") as raised:
        client.call("SendMessage", {})
    assert (raised.value.code, raised.value.status) == ("ConnectionError", None)
    assert len(connection.requests) == ATTEMPTS_MAX


@pytest.mark.parametrize("status", [301, 400, 403, 404, 413, 429])
def test_a_refusal_is_not_tried_again(make_client: MakeClient, status: int) -> None:
    client, connection = make_client((status, b"{}"), (200, b"{}"))
    with pytest.raises(AwsCallError) as raised:
        client.call("SendMessage", {})
    assert raised.value.status == status
    assert len(connection.requests) == 1


def test_the_next_call_after_a_failure_works(make_client: MakeClient) -> None:
    client, _ = make_client(OSError("a"), OSError("b"), (200, b'{"ok":true}'))
    with pytest.raises(AwsCallError):
        client.call("SendMessage", {})
    assert client.call("SendMessage", {}) == {"ok": True}


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (b'{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}', "QueueDoesNotExist", "gone"),
        (b'{"__type":"ResourceNotFoundException","Message":"gone"}', "ResourceNotFoundException", "gone"),
        (b'{"message":"gone"}', "Http400", "gone"),
        (b"{}", "Http400", ""),
        (b"", "Http400", ""),
        (b"<html>Bad Request</html>", "Http400", ""),
        (b"\xff\xfe", "Http400", ""),
        (b"[]", "Http400", ""),
        (b'"refused"', "Http400", ""),
        (b"null", "Http400", ""),
    ],
)
def test_a_refusal_carries_the_services_code_and_message(
    make_client: MakeClient, answer: bytes, code: str, message: str
) -> None:
    client, _ = make_client((400, answer))
    with pytest.raises(AwsCallError) as raised:
        client.call("SendMessage", {})
    assert (raised.value.code, str(raised.value)) == (code, f"{code}: {message}")


def test_no_error_and_no_repr_shows_the_secret(make_client: MakeClient) -> None:
    client, _ = make_client((403, json.dumps({"__type": "AccessDenied", "message": "no"}).encode()))
    with pytest.raises(AwsCallError) as raised:
        client.call("SendMessage", {})
    assert LONG_LIVED.secret_access_key not in str(raised.value)
    assert LONG_LIVED.secret_access_key not in repr(LONG_LIVED)
    assert TEMPORARY.session_token not in repr(TEMPORARY)


def test_closing_closes_the_connection(make_client: MakeClient) -> None:
    client, connection = make_client()
    client.close()
    assert connection.closed == 1
