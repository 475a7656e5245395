"""What the dashboard tells developers: the log of their requests, and what became of their idempotency keys."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from app import app
from chalicelib import responses
from paygate.adapters.aws_json import LOGS, AwsJsonClient
from paygate.adapters.logs import EVENTS_MAX, CloudWatchRequestLog
from paygate.domain.errors import LogUnavailableError
from paygate.domain.idempotency import KEY_LENGTH_MAX
from paygate.domain.ids import new_id
from paygate.domain.request_log import RequestFilter
from paygate.log import SERVICE, JsonLines, configure
from paygate.operations.admit_request import lock_name
from tests.integration.api import MERCHANT, Api, running_api
from tests.integration.support import aws_client, refusing_port
from tests.support.api import Answer
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.servers import Servers

ORDER = json.dumps({"amount": 50_000, "currency": "INR"})
STREAM = "2026/11/23/[$LATEST]1"


@pytest.fixture(scope="module")
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


@pytest.fixture(scope="module")
def session(api: Api) -> dict[str, str]:
    return api.log_in()


@pytest.fixture(scope="module")
def stranger(api: Api) -> dict[str, str]:
    """The session of another merchant's user."""
    api.add_user("stranger@example.com")
    return api.log_in("stranger@example.com")


class Log:
    """The api function's log group, as Lambda fills it."""

    def __init__(self, client: AwsJsonClient, group: str) -> None:
        self.client, self.group = client, group
        client.call("CreateLogGroup", {"logGroupName": group})
        client.call("CreateLogStream", {"logGroupName": group, "logStreamName": STREAM})

    def write(self, *lines: str, at_ms: int | None = None) -> None:
        at_ms = at_ms or time.time_ns() // 1_000_000
        events = [{"timestamp": at_ms, "message": line} for line in lines]
        for start in range(0, len(events), 5_000):
            batch = {"logGroupName": self.group, "logStreamName": STREAM, "logEvents": events[start : start + 5_000]}
            self.client.call("PutLogEvents", batch)


@pytest.fixture
def log(api: Api, aws_endpoint_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """A log of the test's own."""
    with closing(aws_client(LOGS, aws_endpoint_url)) as client:
        log = Log(client, f"/aws/lambda/{new_id('function')}")
        monkeypatch.setattr(api.wiring, "request_log", CloudWatchRequestLog(client, log.group), raising=False)
        yield log


def requests_of(api: Api, session: dict[str, str], **query: str) -> list[dict[str, Any]]:
    answer = api.send("GET /requests", merchant=session, query=list(query.items()))
    assert answer.status == 200, answer.text
    found = responses.RequestList.model_validate_json(answer.text)
    assert found.complete
    data: list[dict[str, Any]] = answer.json["data"]
    return data


Written = Callable[[Answer], str]


@pytest.fixture
def logged() -> Iterator[Written]:
    """The line that a request leaves, as the function prints it."""
    printed = io.StringIO()
    configure()
    handler = logging.StreamHandler(printed)
    handler.setFormatter(JsonLines())
    logging.getLogger(SERVICE).addHandler(handler)

    def line_of(answer: Answer) -> str:
        (line,) = [line for line in printed.getvalue().splitlines() if answer.headers["X-Request-Id"] in line[:250]]
        return f"{line}\n"

    yield line_of
    logging.getLogger(SERVICE).removeHandler(handler)


def test_a_request_is_found_as_it_was_answered(
    api: Api, session: dict[str, str], stranger: dict[str, str], log: Log, logged: Written
) -> None:
    made = api.send("POST /orders", ORDER)
    lines = ["START RequestId: 1 Version: $LATEST\n", logged(made), "END RequestId: 1\n"]
    unknown = api.send("GET /orders/{order_id}", path={"order_id": "order_unknown"})
    lines.append(logged(unknown))
    log.write(*lines)
    found = requests_of(api, session)
    assert [(each["request_id"], each["route"], each["status"], each.get("code")) for each in found] == [
        (unknown.headers["X-Request-Id"], "GET /v1/orders/{order_id}", 404, "NOT_FOUND_ERROR"),
        (made.headers["X-Request-Id"], "POST /v1/orders", 201, None),
    ]
    assert abs(datetime.now(UTC) - datetime.fromisoformat(found[0]["at"])).total_seconds() < 30
    assert requests_of(api, session, failed="true") == found[:1]
    assert requests_of(api, session, failed="false") == found[1:]
    assert requests_of(api, session, limit="1") == found[:1]
    assert requests_of(api, session, request_id=made.headers["X-Request-Id"]) == found[1:]
    assert requests_of(api, stranger) == []
    assert requests_of(api, stranger, request_id=made.headers["X-Request-Id"]) == []


def test_a_replay_tells_of_the_request_that_it_repeats(
    api: Api, session: dict[str, str], log: Log, logged: Written
) -> None:
    key = new_id("key")
    first, second = (api.send("POST /orders", ORDER, key=key) for _ in range(2))
    log.write(logged(second))
    assert [each["original_request_id"] for each in requests_of(api, session)] == [first.headers["X-Request-Id"]]


def test_what_the_dashboard_asks_is_not_listed(api: Api, session: dict[str, str], log: Log, logged: Written) -> None:
    log.write(logged(api.send("GET /orders", merchant=session)))
    assert requests_of(api, session) == []


def test_among_many_lines_the_latest_are_found(api: Api, session: dict[str, str], log: Log, logged: Written) -> None:
    line = logged(api.send("GET /orders"))
    now_ms = time.time_ns() // 1_000_000
    log.write(*["START RequestId: 1 Version: $LATEST\n"] * (3 * EVENTS_MAX), at_ms=now_ms - 50_000)
    log.write(line, at_ms=now_ms - 3_600_000)
    assert len(requests_of(api, session)) == 1


def test_a_log_that_nobody_has_written_to_is_empty(api: Api, session: dict[str, str], aws_endpoint_url: str) -> None:
    with closing(aws_client(LOGS, aws_endpoint_url)) as client:
        api.wiring.request_log = CloudWatchRequestLog(client, "/aws/lambda/never")
        assert requests_of(api, session) == []


def test_a_log_that_does_not_answer_is_unavailable(api: Api, session: dict[str, str]) -> None:
    with refusing_port() as port, closing(aws_client(LOGS, f"http://127.0.0.1:{port}")) as client:
        log = CloudWatchRequestLog(client, "group")
        with pytest.raises(LogUnavailableError):
            log.read(RequestFilter("m"), 0, 1, None)
        api.wiring.request_log = log
        answer = api.send("GET /requests", merchant=session)
    assert (answer.status, answer.json["error"]["code"]) == (503, "UNAVAILABLE_ERROR")


# --- Idempotency keys -------------------------------------------------------------------------------------------------


def key_of(api: Api, session: dict[str, str], key: str) -> list[dict[str, Any]]:
    answer = api.send("GET /idempotency-keys", merchant=session, query=[("key", key)])
    assert answer.status == 200, answer.text
    responses.IdempotencyKeyList.model_validate_json(answer.text)
    data: list[dict[str, Any]] = answer.json["data"]
    return data


@pytest.mark.parametrize(
    "key",
    [None, "a/b?c=d&e#%2F..", "!~\"'\\", "x" * KEY_LENGTH_MAX],
    ids=["usual", "of a URL", "of signs", "long"],
)
def test_a_key_tells_its_first_request_on_each_route_and_only_to_its_merchant(
    api: Api, session: dict[str, str], stranger: dict[str, str], key: str | None
) -> None:
    key = key or new_id("key")
    assert key_of(api, session, key) == []
    made = api.send("POST /orders", ORDER, key=key)
    api.send("POST /orders", ORDER, key=key)
    refused = api.send(
        "POST /payments", json.dumps({"order_id": "order_no", "method": "upi", "vpa": "user@paytm"}), key=key
    )
    assert (made.status, refused.status) == (201, 404)
    told = key_of(api, session, key)
    assert [(each["scope"], each["status"], each["request_id"], each["state"]) for each in told] == [
        ("test POST /v1/payments", 404, refused.headers["X-Request-Id"], "completed"),
        ("test POST /v1/orders", 201, made.headers["X-Request-Id"], "completed"),
    ]
    times = [datetime.fromisoformat(told[0][name]) for name in ("created_at", "expires_at")]
    assert (times[1] - times[0]).total_seconds() == 86_400
    assert key_of(api, stranger, key) == []


def test_a_request_that_is_under_way_shows_by_its_lock(
    api: Api, session: dict[str, str], stranger: dict[str, str]
) -> None:
    key, scope = new_id("key"), "test POST /v1/payments/{payment_id}/refunds"
    api.valkey.set(lock_name(TEST_MERCHANT_ID, scope, key), "req_1", ex=15)
    assert key_of(api, session, key) == [{"key": key, "scope": scope, "request_id": "req_1", "state": "in_progress"}]
    assert key_of(api, stranger, key) == []


def test_every_route_that_takes_keys_is_asked(api: Api, session: dict[str, str]) -> None:
    key = new_id("key")
    views: list[Any] = [entry.view_function for methods in app.routes.values() for entry in methods.values()]
    specs = [view.spec for view in views]
    scopes = {f"test {spec.method} {spec.path}" for spec in specs if spec.idempotent}
    assert len(scopes) > 10
    for scope in scopes:
        api.valkey.set(lock_name(TEST_MERCHANT_ID, scope, key), "req_1", ex=15)
    assert {each["scope"] for each in key_of(api, session, key)} == scopes


def test_a_key_whose_day_is_over_is_forgotten(api: Api, session: dict[str, str]) -> None:
    key = new_id("key")
    api.send("POST /orders", ORDER, key=key)
    api.valkey.flushdb()
    session = api.log_in()
    assert len(key_of(api, session, key)) == 1
    api.sql.run("UPDATE idempotency_keys SET expires_at = now() WHERE key = :key", key=key)
    assert key_of(api, session, key) == []


@pytest.mark.parametrize("route", ["GET /requests", "GET /idempotency-keys"])
def test_a_servers_key_is_not_enough(api: Api, route: str) -> None:
    for headers in ({}, MERCHANT):
        assert api.send(route, query=[("key", "k")], merchant=headers).status == 401
