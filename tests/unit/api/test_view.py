from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from app import app
from paygate.domain import errors
from paygate.domain.errors import PaygateError
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring

GET_ORDER = "GET /orders/{order_id}"
# Each class of the tree: status, code, and whether trying again is worth it.
EXPECTED: dict[type[PaygateError], tuple[int, str, bool]] = {
    errors.PaygateError: (500, "SERVER_ERROR", False),
    errors.BadRequestError: (400, "BAD_REQUEST_ERROR", False),
    errors.AddressRefusedError: (400, "BAD_REQUEST_ERROR", False),
    errors.PayloadTooLargeError: (413, "BAD_REQUEST_ERROR", False),
    errors.ForbiddenError: (403, "FORBIDDEN_ERROR", False),
    errors.ForbiddenOriginError: (403, "FORBIDDEN_ERROR", False),
    errors.AuthenticationError: (401, "AUTHENTICATION_ERROR", False),
    errors.NotFoundError: (404, "NOT_FOUND_ERROR", False),
    errors.ConflictError: (409, "CONFLICT_ERROR", False),
    errors.IdempotencyKeyTakenError: (409, "CONFLICT_ERROR", False),
    errors.RequestInFlightError: (409, "CONFLICT_ERROR", True),
    errors.IdempotencyKeyReusedError: (422, "IDEMPOTENCY_KEY_REUSED", False),
    errors.RateLimitError: (429, "RATE_LIMIT_ERROR", True),
    errors.StatementFailedError: (500, "SERVER_ERROR", False),
    errors.SecretUnreadableError: (500, "SERVER_ERROR", False),
    errors.UnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.DatabaseUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.RedisUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.QueueUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.WorkflowUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.SecretUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.VaultUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.LogUnavailableError: (503, "UNAVAILABLE_ERROR", True),
    errors.AcquirerUnavailableError: (503, "UNAVAILABLE_ERROR", True),
}


def family(kind: type[PaygateError]) -> Iterator[type[PaygateError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


def specs() -> list[Any]:
    routes: Mapping[str, Mapping[str, Any]] = app.routes
    return [entry.view_function.spec for methods in routes.values() for entry in methods.values()]


def route_of(spec: Any) -> str:
    return f"{spec.method} {spec.path.removeprefix('/v1')}"


def path_parameters(spec: Any) -> dict[str, str]:
    return dict.fromkeys(re.findall(r"{(\w+)}", spec.path), "some_id")


PRIVATE = sorted(route_of(spec) for spec in specs() if spec.access in ("key", "session", "operator"))
OF_SHOPPERS = sorted(route_of(spec) for spec in specs() if spec.access == "shopper")
WITH_PATH = sorted(route_of(spec) for spec in specs() if "{" in spec.path)
BY_ROUTE = {route_of(spec): spec for spec in specs()}


def test_every_class_of_the_tree_has_its_expected_reply() -> None:
    assert set(family(PaygateError)) == set(EXPECTED)


@pytest.mark.parametrize("kind", list(EXPECTED), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(("field", "reason"), [(None, None), ("order_id", "SOME_REASON")])
def test_an_error_becomes_its_status_code_and_body(
    call: Call, wiring: FakeWiring, kind: type[PaygateError], field: str | None, reason: str | None
) -> None:
    status, code, retryable = EXPECTED[kind]
    wiring.database.answers["get_order"] = kind("What happened.", field=field, reason=reason)
    answer = call(GET_ORDER, order_id="order_1")
    assert answer.status == status
    # What went wrong on our side is for the log alone.
    ours = "Something went wrong on our side. Quote the request id when you report it."
    said = ours if status == 500 else "What happened."
    field, reason = (field, reason) if status != 500 else (None, None)
    expected = {"code": code, "description": said, "field": field, "reason": reason}
    assert answer.error == {name: value for name, value in expected.items() if value is not None}
    assert answer.headers.get("Retry-After") == ("1" if retryable else None)
    assert answer.headers["Content-Type"] == "application/json"


def test_a_body_and_a_header_carry_the_same_request_id_and_each_request_has_its_own(
    call: Call, wiring: FakeWiring
) -> None:
    wiring.database.answers["get_order"] = []
    answers = [call(GET_ORDER, order_id="order_1") for _ in range(2)]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert ids == [answer.json["error"]["request_id"] for answer in answers]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"req_[0-9A-Za-z]{22}", each) for each in ids)


def test_an_unexpected_exception_is_a_500_without_details_and_a_trace_in_the_log(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord]
) -> None:
    wiring.database.answers["get_order"] = RuntimeError("password of the database is hunter2")
    answer = call(GET_ORDER, order_id="order_1")
    assert answer.status == 500
    assert answer.error == {
        "code": "SERVER_ERROR",
        "description": "Something went wrong on our side. Quote the request id when you report it.",
    }
    assert "Retry-After" not in answer.headers
    (failure,) = [record for record in log_records if record.levelno == logging.ERROR]
    assert failure.exc_info is not None
    assert isinstance(failure.exc_info[1], RuntimeError)
    assert vars(failure)["request_id"] == answer.headers["X-Request-Id"]


def test_clients_that_cannot_be_built_are_unavailable(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_wiring() -> None:
        raise errors.SecretUnavailableError("The secrets could not be read.")

    monkeypatch.setattr("chalicelib.view.get_wiring", get_wiring)
    assert call(GET_ORDER, order_id="order_1").status == 503


def test_a_success_has_the_routes_status_and_the_databases_text(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_order"] = [{"body": '{"id":"order_1","notes":{"ü":"😀"}}'}]
    answer = call(GET_ORDER, order_id="order_1")
    assert (answer.status, answer.text) == (200, '{"id":"order_1","notes":{"ü":"😀"}}')
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert "Retry-After" not in answer.headers


def test_each_request_is_one_log_line_without_credentials(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord]
) -> None:
    wiring.database.answers["get_order"] = []
    answer = call(GET_ORDER, order_id="order_1")
    (line,) = [vars(record) for record in log_records]
    assert (line["msg"], line["route"], line["status"], line["code"], line["merchant_id"], line["request_id"]) == (
        "request",
        "GET /v1/orders/{order_id}",
        404,
        "NOT_FOUND_ERROR",
        "merchant_1",
        answer.headers["X-Request-Id"],
    )
    assert CREDENTIALS["X-Api-Secret"] not in repr(line)


@pytest.mark.parametrize("route", PRIVATE)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Api-Key": CREDENTIALS["X-Api-Key"]},
        {"X-Api-Secret": CREDENTIALS["X-Api-Secret"]},
        {**CREDENTIALS, "X-Api-Secret": "wrong"},
    ],
    ids=["none", "no secret", "no key", "wrong secret"],
)
def test_a_merchants_route_asks_for_credentials_before_anything_else(
    call: Call, wiring: FakeWiring, route: str, headers: dict[str, str]
) -> None:
    answer = call(route, "not JSON", headers=headers, **path_parameters(BY_ROUTE[route]))
    assert answer.status == 401
    assert answer.error["code"] == "AUTHENTICATION_ERROR"
    assert wiring.database.calls == []


@pytest.mark.parametrize("route", OF_SHOPPERS)
@pytest.mark.parametrize("headers", [{}, CREDENTIALS], ids=["without credentials", "with the merchant's own"])
def test_a_shoppers_route_asks_for_a_publishable_key_before_anything_is_done(
    call: Call, wiring: FakeWiring, route: str, headers: dict[str, str]
) -> None:
    paid = {"order_id": "order_1", "method": "upi"}
    path = path_parameters(BY_ROUTE[route])
    for key, status in ((None, 400), ("key_2", 401)):
        given = {} if key is None else {"key": key}
        body, query = (json.dumps({**paid, **given}), []) if route.startswith("POST") else (None, [*given.items()])
        if route.endswith("/page"):
            query += [("order_id", "order_1"), ("origin", "https://shop.example")]
        answer = call(route, body, headers=headers, query=query, **path)
        assert (answer.status, answer.error.get("field")) == (status, "key" if key is None else None)
    # Both count against the limit, and do no more.
    assert (wiring.database.calls, len(wiring.gate.admitted)) == ([], 2)


def test_header_names_are_read_in_any_case(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_order"] = [{"body": "{}"}]
    headers = {name.upper(): value for name, value in CREDENTIALS.items()}
    assert call(GET_ORDER, headers=headers, order_id="order_1").status == 200


@pytest.mark.parametrize("route", WITH_PATH)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("order-1", id="hyphen"),
        pytest.param("order 1", id="space"),
        pytest.param("order_1 ", id="trailing space"),
        pytest.param("order_1\n", id="newline"),
        pytest.param("order\x001", id="NUL"),
        pytest.param("order%001", id="encoded NUL"),
        pytest.param("..", id="dots"),
        pytest.param("a/b", id="slash"),
        pytest.param("órder", id="accent"),
        pytest.param("١٢٣", id="Arabic digits"),
        pytest.param("😀", id="emoji"),
        pytest.param("x'; DROP TABLE orders--", id="SQL"),
        pytest.param("___", id="only underscores"),
        pytest.param("o" * 65, id="long"),
    ],
)
def test_an_id_with_odd_characters_is_not_found_and_never_reaches_the_database(
    call: Call, wiring: FakeWiring, route: str, value: str
) -> None:
    (name,) = path_parameters(BY_ROUTE[route])
    headers = None if BY_ROUTE[route].access == "key" else wiring.log_in("operator")
    answer = call(route, "{}", headers=headers, **{name: value})
    assert answer.status == 404
    assert answer.error == {"code": "NOT_FOUND_ERROR", "description": "There is no object with this id."}
    assert set(wiring.database.names) <= {"check_session"}


@pytest.mark.parametrize("order_id", ["order_test_123", "order_NXhj67fGH2jk9mPq", "0", "o" * 64])
def test_an_id_of_any_age_is_looked_up(call: Call, wiring: FakeWiring, order_id: str) -> None:
    wiring.database.answers["get_order"] = []
    assert call(GET_ORDER, order_id=order_id).error["description"] == "There is no order with this id."
    assert wiring.database.parameters("get_order") == {"order_id": order_id, "merchant_id": "merchant_1"}
