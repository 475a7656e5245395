"""Logging in, sessions and logging out through the real app, with real Postgres and Valkey."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import responses
from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations.log_in import ADDRESS_FAILURES_MAX, EMAIL_FAILURES_MAX, WINDOW_SECONDS
from paygate.operations.seed_test_merchant import TEST_EMAIL, TEST_OPERATOR_EMAIL
from tests.integration.api import Api, running_api
from tests.support.api import JSON_HEADERS, Answer
from tests.support.ports import free_ports
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.servers import Servers
from tests.support.users import TEST_PASSWORD

LOGIN = "POST /auth/login"
SESSION = "GET /auth/session"
LOGOUT = "POST /auth/logout"
HOME = "198.51.100.1"


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


def knock(api: Api, password: str = "wrong", *, email: str = TEST_EMAIL, came_from: str = HOME) -> Answer:  # noqa: S107
    headers = {**JSON_HEADERS, "X-Forwarded-For": came_from}
    return api.send(LOGIN, json.dumps({"email": email, "password": password}), merchant={}, headers=headers)


def session(api: Api, headers: dict[str, str]) -> Answer:
    return api.send(SESSION, merchant=headers)


def lock(api: Api, email: str = TEST_EMAIL) -> None:
    for _ in range(EMAIL_FAILURES_MAX):
        assert knock(api, email=email).status == 401
    assert knock(api, email=email).status == 429


def seconds_left(api: Api, name: bytes) -> int:
    left: Any = api.valkey.ttl(name)
    return int(left)


def let_time_pass(api: Api, kind: str, seconds: int = WINDOW_SECONDS) -> None:
    """What Valkey keeps of this kind ends so much earlier."""
    names = list(api.valkey.scan_iter(f"paygate:{kind}:*"))
    assert names
    for name in names:
        left = seconds_left(api, name) - seconds
        api.valkey.expire(name, left) if left > 0 else api.valkey.delete(name)


# --- Sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "role"), [(TEST_EMAIL, "merchant"), (TEST_OPERATOR_EMAIL, "operator"), ("OPS@Example.Com", "operator")]
)
def test_each_of_the_test_merchants_users_logs_in_and_sees_its_own(api: Api, email: str, role: str) -> None:
    headers = api.log_in(email)
    told = session(api, headers)
    responses.Session.model_validate_json(told.text)
    assert told.json["user"]["email"] == email.lower()
    assert told.json["user"]["role"] == role
    assert told.json["merchant"] == {"id": TEST_MERCHANT_ID, "name": "Test Merchant"}
    assert told.json["csrf_token"] == headers["X-CSRF-Token"]
    left = datetime.fromisoformat(told.json["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=8, seconds=-30) < left <= timedelta(hours=8)
    order = {"amount": 100, "currency": "INR"}
    made = api.send("POST /orders", json.dumps(order), merchant=headers, key="key-of-a-session")
    again = api.send("POST /orders", json.dumps(order), key="key-of-a-session")
    assert (made.status, again.text) == (201, made.text), "the key is the merchant's, whoever sends it"
    assert api.send("GET /orders/{order_id}", path={"order_id": made.json["id"]}).status == 200


def test_the_token_is_nowhere_in_valkey_and_its_session_ends_after_eight_hours(api: Api) -> None:
    headers = api.log_in()
    (name,) = api.valkey.scan_iter("paygate:session:*")
    kept = api.valkey.get(name)
    token = headers["Cookie"].removeprefix("__Host-paygate_session=").encode()
    assert isinstance(kept, bytes)
    assert token not in name + kept
    assert 8 * 3_600 - 30 < seconds_left(api, name) <= 8 * 3_600
    let_time_pass(api, "session", 4 * 3_600)
    assert session(api, headers).status == 200
    # It does not live the longer for being used.
    assert seconds_left(api, name) <= 4 * 3_600
    let_time_pass(api, "session", 4 * 3_600)
    answer = session(api, headers)
    assert (answer.status, answer.error["code"]) == (401, "AUTHENTICATION_ERROR")


def test_logging_out_ends_this_session_alone(api: Api) -> None:
    mine, other = api.log_in(), api.log_in()
    assert api.send(LOGOUT, merchant=mine).status == 200
    assert (session(api, mine).status, session(api, other).status) == (401, 200)
    assert len(list(api.valkey.scan_iter("paygate:session:*"))) == 1


def test_when_redis_has_forgotten_everything_everybody_logs_in_again(api: Api) -> None:
    headers = api.log_in()
    api.valkey.flushall()
    assert session(api, headers).status == 401
    assert session(api, api.log_in()).status == 200


def test_without_redis_sessions_are_unavailable_and_keys_work(api: Api) -> None:
    headers = api.log_in()
    up = api.wiring.secrets.redis_url
    api.use_redis(f"redis://127.0.0.1:{free_ports(1)[0]}")
    for answer in (session(api, headers), api.send("GET /payments", merchant=headers), knock(api, TEST_PASSWORD)):
        assert (answer.status, answer.error["code"]) == (503, "UNAVAILABLE_ERROR")
    assert api.send("GET /payments").status == 200
    api.use_redis(up)
    assert session(api, headers).status == 200


@pytest.mark.parametrize("change", ["X-CSRF-Token", "none"])
def test_a_session_writes_nothing_without_its_csrf_token(api: Api, change: str) -> None:
    headers, other = api.log_in(), api.log_in()
    before = api.written()
    wrong = {"Cookie": headers["Cookie"], **({change: other[change]} if change in other else {})}
    answer = api.send("POST /orders", '{"amount":100,"currency":"INR"}', merchant=wrong)
    assert (answer.status, answer.error["reason"]) == (403, "CSRF_TOKEN_INVALID")
    assert api.send("DELETE /api-keys/{key_id}", merchant=wrong, path={"key_id": "key_test_abc123"}).status == 403
    assert api.written() == before


def test_a_user_of_another_merchant_sees_nothing_of_this_one(api: Api) -> None:
    theirs = api.add_user("asha@other.example", role="operator")
    stranger = api.log_in("asha@other.example")
    assert session(api, stranger).json["merchant"]["id"] == theirs
    order = api.send("POST /orders", '{"amount":100,"currency":"INR"}').json["id"]
    paid = json.dumps({"order_id": order, "method": "upi", "vpa": "user@paytm"})
    payment = api.send("POST /payments", paid).json["id"]
    for route, path in (
        ("GET /orders/{order_id}", {"order_id": order}),
        ("GET /payments/{payment_id}", {"payment_id": payment}),
        ("GET /payments/{payment_id}/timeline", {"payment_id": payment}),
        ("POST /payments/{payment_id}/cancel", {"payment_id": payment}),
        ("GET /webhook-endpoints/{endpoint_id}", {"endpoint_id": "whe_test_123"}),
    ):
        answer = api.send(route, path=path, merchant=stranger)
        assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND_ERROR"), route
    for route in ("GET /orders", "GET /payments", "GET /events", "GET /webhooks", "GET /api-keys"):
        assert api.send(route, merchant=stranger).json["data"] == [], route
    assert api.send("GET /merchant", merchant=stranger).json["id"] == theirs


def test_while_the_database_is_away_nothing_is_counted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(name: str, /, **parameters: object) -> Any:
        raise DatabaseUnavailableError("The database does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(api.wiring.database, "run", away)
        for _ in range(ADDRESS_FAILURES_MAX + 1):
            assert knock(api, TEST_PASSWORD).status == 503
    assert list(api.valkey.scan_iter("paygate:{login}:*")) == []
    assert knock(api, TEST_PASSWORD).status == 200


# --- Wrong passwords --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (TEST_EMAIL, "wrong"),
        (TEST_EMAIL, TEST_PASSWORD.upper()),
        (TEST_EMAIL, f"{TEST_PASSWORD} "),
        ("nobody@example.com", TEST_PASSWORD),
        (f" {TEST_EMAIL}", TEST_PASSWORD),
        ("%", TEST_PASSWORD),
        ("' OR true --", TEST_PASSWORD),
        ("😀" * 254, "😀" * 200),
    ],
)
def test_everything_wrong_is_refused_in_the_same_words(api: Api, email: str, password: str) -> None:
    before = api.written()
    answer = knock(api, password, email=email)
    expected = {"code": "AUTHENTICATION_ERROR", "description": "The e-mail address or the password is wrong."}
    assert (answer.status, answer.error) == (401, expected)
    assert "Set-Cookie" not in answer.headers
    assert list(api.valkey.scan_iter("paygate:session:*")) == []
    assert api.written() == before


@pytest.mark.parametrize("email", [TEST_EMAIL, "nobody@example.com"])
def test_the_fifth_failure_locks_an_address_for_a_quarter_of_an_hour_from_then_on(api: Api, email: str) -> None:
    for _ in range(EMAIL_FAILURES_MAX - 1):
        assert knock(api, email=email).status == 401
    let_time_pass(api, "{login}", WINDOW_SECONDS - 60)
    assert knock(api, email=email).status == 401
    for password, spelling in (("wrong", email), (TEST_PASSWORD, email), (TEST_PASSWORD, email.upper())):
        # From anywhere.
        answer = knock(api, password, email=spelling, came_from="203.0.113.9")
        assert (answer.status, answer.error["code"]) == (429, "RATE_LIMIT_ERROR")
        assert WINDOW_SECONDS - 30 < int(answer.headers["Retry-After"]) <= WINDOW_SECONDS
    assert knock(api, TEST_PASSWORD, email=TEST_OPERATOR_EMAIL).status == 200


def test_a_lock_ends_after_a_quarter_of_an_hour_which_knocking_does_not_lengthen(api: Api) -> None:
    lock(api)
    let_time_pass(api, "{login}", WINDOW_SECONDS - 60)
    answer = knock(api, TEST_PASSWORD)
    assert (answer.status, int(answer.headers["Retry-After"]) <= 60) == (429, True)
    let_time_pass(api, "{login}", 60)
    assert knock(api, TEST_PASSWORD).status == 200


def test_failures_of_a_quarter_of_an_hour_ago_count_no_more(api: Api) -> None:
    for _ in range(3):
        for _ in range(EMAIL_FAILURES_MAX - 1):
            assert knock(api).status == 401
        let_time_pass(api, "{login}")
    assert knock(api, TEST_PASSWORD).status == 200


def test_the_right_password_starts_the_count_anew(api: Api) -> None:
    for _ in range(3):
        for _ in range(EMAIL_FAILURES_MAX - 1):
            assert knock(api).status == 401
        assert knock(api, TEST_PASSWORD).status == 200


def test_twenty_failures_lock_where_they_come_from_whoever_was_meant(api: Api) -> None:
    emails = [f"user{number}@example.com" for number in range(ADDRESS_FAILURES_MAX)]
    for email in emails[:-1]:
        assert knock(api, email=email).status == 401
    # One that was right counts for nothing, nor does it make up for the others.
    assert knock(api, TEST_PASSWORD).status == 200
    assert knock(api, email=emails[-1]).status == 401
    answer = knock(api, TEST_PASSWORD)
    assert (answer.status, int(answer.headers["Retry-After"]) > WINDOW_SECONDS - 30) == (429, True)
    # What a client writes before the hop that is known changes nothing.
    for forged in ("203.0.113.9", f"203.0.113.9, {HOME}", "203.0.113.10, 192.0.2.1"):
        assert knock(api, TEST_PASSWORD, came_from=f"{forged}, 198.51.100.1").status == 429
    assert knock(api, TEST_PASSWORD, came_from="203.0.113.9").status == 200


def test_a_flushed_redis_forgets_the_lock_as_well(api: Api) -> None:
    lock(api)
    api.valkey.flushall()
    assert knock(api, TEST_PASSWORD).status == 200


# --- What is told -----------------------------------------------------------------------------------------------------


def test_no_log_line_and_no_row_holds_a_password_a_token_or_a_secret(
    api: Api, log_records: list[logging.LogRecord]
) -> None:
    knock(api, "a wrong password")
    headers = api.log_in()
    made = api.send("POST /api-keys", "{}", merchant=headers).json
    rotated = api.send("POST /api-keys/{key_id}/rotate", "{}", merchant=headers, path={"key_id": made["id"]}).json
    session(api, headers)
    api.send("GET /payments", merchant={"X-Api-Key": rotated["id"], "X-Api-Secret": rotated["secret"]})
    api.send(LOGOUT, merchant=headers)
    logged = repr([vars(record) for record in log_records])
    assert logged.count("'request'") >= 7
    tables = api.sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = "\n".join(str(row) for table in tables for row in api.sql.column(f"SELECT t::text FROM {table} AS t"))  # noqa: S608
    assert made["id"] in rows
    token = headers["Cookie"].removeprefix("__Host-paygate_session=")
    secrets = [made["secret"], rotated["secret"], *(key["secret"].removeprefix("secret_") for key in (made, rotated))]
    for secret in ("a wrong password", TEST_PASSWORD, token, headers["X-CSRF-Token"], *secrets):
        assert secret not in logged
        assert secret not in rows
