"""Logging in and out through the app, and API keys of who is logged in; only the clients are stand-ins."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from paygate.domain.passwords import hash_password
from paygate.domain.request_log import read_line
from paygate.log import JsonLines
from tests.support.api import JSON_HEADERS, Answer
from tests.unit.api.conftest import Call, FakeWiring, make_config

LOGIN = "POST /auth/login"
SESSION = "GET /auth/session"
LOGOUT = "POST /auth/logout"
PASSWORD = "correct horse battery"
GIVEN = {"email": "ops@example.com", "password": PASSWORD}


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def _user(wiring: FakeWiring, kept: str) -> None:
    user = {"id": "usr_1", "email": "ops@example.com", "role": "operator", "merchant_id": "merchant_1"}
    secret = {"password_hash": kept, "password_changed_at": "1700000000.25"}
    wiring.database.answers["find_login"] = [{**user, **secret, "merchant_name": 'Zoë & "Sons"'}]
    wiring.database.answers["check_session"] = [{"merchant_name": 'Zoë & "Sons"'}]


def knock(call: Call, given: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None) -> Answer:
    return call(LOGIN, json.dumps({**GIVEN, **(given or {})}), headers={**JSON_HEADERS, **(headers or {})})


@pytest.mark.parametrize("test_mode", ["true", "false"])
def test_who_logs_in_is_told_of_the_session_and_so_is_who_asks(call: Call, wiring: FakeWiring, test_mode: str) -> None:
    wiring.config = make_config(TEST_MODE=test_mode)
    answer = knock(call)
    assert answer.status == 200
    told = answer.json
    assert told == {
        "user": {"id": "usr_1", "email": "ops@example.com", "role": "operator"},
        "merchant": {"id": "merchant_1", "name": 'Zoë & "Sons"'},
        "csrf_token": told["csrf_token"],
        "expires_at": told["expires_at"],
        "test_mode": test_mode == "true",
    }
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    again = call(SESSION, headers={"Cookie": cookie})
    assert (again.status, again.text) == (200, answer.text)
    assert answer.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in again.headers
    assert wiring.database.names == ["find_login", "check_session"]


@pytest.mark.parametrize(
    ("scheme", "secure"),
    [
        ("http", False),
        ("HTTP", False),  # as LocalStack writes it
        (None, True),
        ("", True),
        ("https", True),
        ("HTTPS", True),
        ("http, https", True),
        ("wss", True),
    ],
)
def test_the_cookie_is_for_requests_of_our_own_pages_alone(call: Call, scheme: str | None, secure: bool) -> None:
    headers = {} if scheme is None else {"X-Forwarded-Proto": scheme}
    given = knock(call, headers=headers).headers["Set-Cookie"]
    pair, _, attributes = given.partition("; ")
    name, _, token = pair.partition("=")
    assert (name, len(token)) == ("__Host-paygate_session" if secure else "paygate_session", 43)
    assert attributes == f"Path=/; Max-Age=28800; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"
    answer = call(LOGOUT, headers={**headers, "Cookie": pair, "X-CSRF-Token": ""})
    assert answer.error["reason"] == "CSRF_TOKEN_INVALID", "the session was found"


@pytest.mark.parametrize("given", [{}, {"Content-Type": ""}, {"Content-Type": "text/plain"}])
def test_another_sites_page_cannot_log_a_browser_in(call: Call, wiring: FakeWiring, given: dict[str, str]) -> None:
    """It can send JSON, but not call it so without asking first."""
    answer = call(LOGIN, json.dumps(GIVEN), headers=given)
    assert (answer.status, answer.error) == (
        400,
        {
            "code": "BAD_REQUEST_ERROR",
            "description": "The Content-Type must be application/json.",
            "field": "Content-Type",
            "reason": "UNSUPPORTED_MEDIA_TYPE",
        },
    )
    assert (wiring.database.calls, wiring.redis.values) == ([], {})
    assert call(LOGOUT, "{}", headers=wiring.log_in()).status == 200


def test_logging_in_ends_the_session_whose_cookie_came_along(call: Call, wiring: FakeWiring) -> None:
    old, other = wiring.log_in(), wiring.log_in()
    assert knock(call, {"password": "wrong"}, headers={"Cookie": old["Cookie"]}).status == 401
    assert call(SESSION, headers=old).status == 200
    assert knock(call, headers={"Cookie": old["Cookie"]}).status == 200
    assert (call(SESSION, headers=old).status, call(SESSION, headers=other).status) == (401, 200)


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"email": "nobody@example.com"}, {"email": "no address"}])
def test_a_wrong_login_is_refused_without_a_cookie(call: Call, wiring: FakeWiring, given: dict[str, str]) -> None:
    if "email" in given:
        wiring.database.answers["find_login"] = []
    answer = knock(call, given)
    expected = {"code": "AUTHENTICATION_ERROR", "description": "The e-mail address or the password is wrong."}
    assert (answer.status, answer.error) == (401, expected)
    assert "Set-Cookie" not in answer.headers
    assert wiring.redis.values == {}


def test_a_locked_door_says_when_it_opens(call: Call, wiring: FakeWiring) -> None:
    wiring.redis.wait_seconds = 871
    answer = knock(call)
    assert (answer.status, answer.error["code"], answer.headers["Retry-After"]) == (429, "RATE_LIMIT_ERROR", "871")
    assert "Set-Cookie" not in answer.headers


def test_after_logging_out_the_session_is_gone_and_the_cookie_taken_back(call: Call, wiring: FakeWiring) -> None:
    headers = wiring.log_in()
    answer = call(LOGOUT, headers=headers)
    assert (answer.status, answer.text) == (200, "{}")
    assert (
        answer.headers["Set-Cookie"] == "__Host-paygate_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"
    )
    assert wiring.redis.values == {}
    assert call(SESSION, headers=headers).status == call(LOGOUT, headers=headers).status == 401


def test_no_log_line_tells_a_password_a_token_or_an_address(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord]
) -> None:
    answers = [knock(call), knock(call, {"password": "a wrong password"})]
    wiring.redis.wait_seconds = 900
    answers.append(knock(call))
    assert [answer.status for answer in answers] == [200, 401, 429]
    token = answers[0].headers["Set-Cookie"].partition(";")[0].removeprefix("__Host-paygate_session=")
    told = repr([vars(record) for record in log_records])
    assert told.count("POST /v1/auth/login") == 3
    for secret in (PASSWORD, "a wrong password", token, answers[0].json["csrf_token"], "ops@example.com"):
        assert secret not in told


KEY = '{"id":"key_1","name":"Server","created_at":"2026-01-01T00:00:00.000Z"}'
KEYS: list[tuple[str, str, dict[str, str], str]] = [
    ("POST /api-keys", '{"name":"Server"}', {}, "create_api_key"),
    ("POST /api-keys/{key_id}/rotate", '{"overlap_seconds":60}', {"key_id": "key_0"}, "rotate_api_key"),
]


@pytest.mark.parametrize(("route", "body", "path", "statement"), KEYS)
def test_a_new_keys_secret_is_told_and_only_its_hash_is_kept(
    call: Call, wiring: FakeWiring, route: str, body: str, path: dict[str, str], statement: str
) -> None:
    wiring.database.answers[statement] = [{"body": KEY, "active": True}]
    secrets = set()
    for _ in range(2):
        answer = call(route, body, headers=wiring.log_in(), **path)
        assert answer.status == 201
        secret = answer.json["secret"]
        assert answer.text == f'{KEY[:-1]},"secret":"{secret}"}}'
        secrets.add(secret)
        given = wiring.database.calls[-1][1]
        assert secret not in repr(given)
        assert secret.removeprefix("secret_") not in repr(given)
        assert len(given["secret_hash"]) == 32
    assert len(secrets) == 2


@pytest.mark.parametrize(
    ("route", "body", "statement"),
    [("POST /api-keys/{key_id}/rotate", "{}", "rotate_api_key"), ("DELETE /api-keys/{key_id}", None, "revoke_api_key")],
)
@pytest.mark.parametrize("rows", [[], [{"body": KEY, "active": True}]], ids=["unknown", "known"])
def test_a_key_that_ends_is_forgotten_at_once_here(
    call: Call, wiring: FakeWiring, route: str, body: str | None, statement: str, rows: list[dict[str, Any]]
) -> None:
    wiring.database.answers[statement] = rows
    answer = call(route, body, headers=wiring.log_in(), key_id="key_0")
    assert (answer.status == 404) is (rows == [])
    assert wiring.authenticator.forgotten == (["key_0"] if rows else [])


@pytest.mark.parametrize(
    ("statement", "route", "row", "reason"),
    [
        ("create_api_key", "POST /api-keys", {"body": None}, "KEY_LIMIT"),
        ("rotate_api_key", "POST /api-keys/{key_id}/rotate", {"body": None, "active": True}, "KEY_LIMIT"),
        ("rotate_api_key", "POST /api-keys/{key_id}/rotate", {"body": None, "active": False}, "KEY_REVOKED"),
    ],
)
def test_what_the_keys_state_forbids_is_a_conflict(
    call: Call, wiring: FakeWiring, statement: str, route: str, row: dict[str, Any], reason: str
) -> None:
    wiring.database.answers[statement] = [row]
    path = {"key_id": "key_0"} if "{" in route else {}
    answer = call(route, "{}", headers=wiring.log_in(), **path)
    assert (answer.status, answer.error["reason"]) == (409, reason)


@pytest.mark.parametrize(
    ("route", "body", "statement", "message", "ids"),
    [
        ("POST /api-keys", '{"name":"Server"}', "create_api_key", "API key created", {"key_id": "key_id"}),
        (
            *("POST /api-keys/{key_id}/rotate", "{}", "rotate_api_key", "API key rotated"),
            {"key_id": "key_id", "new_key_id": "new_key_id"},
        ),
        ("DELETE /api-keys/{key_id}", None, "revoke_api_key", "API key revoked", {"key_id": "key_id"}),
    ],
)
def test_a_change_of_keys_leaves_a_line_with_ids_that_is_no_requests(
    call: Call,
    wiring: FakeWiring,
    log_records: list[logging.LogRecord],
    route: str,
    body: str | None,
    statement: str,
    message: str,
    ids: dict[str, str],
) -> None:
    wiring.database.answers[statement] = []
    if statement == "create_api_key":
        wiring.database.answers[statement] = [{"body": None}]
    path = {"key_id": "key_0"} if "{" in route else {}
    assert call(route, body, headers=wiring.log_in(), **path).status in (404, 409)
    assert [record.getMessage() for record in log_records] == ["request"], "nothing was changed"
    wiring.database.answers[statement] = [{"body": KEY, "active": True}]
    answer = call(route, body, headers=wiring.log_in(), **path)
    _, record, _ = log_records
    line, given = vars(record), wiring.database.calls[-1][1]
    assert (record.getMessage(), line["merchant_id"], line["user_id"]) == (message, "merchant_1", "usr_merchant")
    assert {name: line[name] for name in ids} == {name: given[parameter] for name, parameter in ids.items()}
    for secret in ("merchant@example.com", answer.json.get("secret", "Server"), "Server"):
        assert secret not in repr(line)
    assert read_line(JsonLines().format(record)) is None
