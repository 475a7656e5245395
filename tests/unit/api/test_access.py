"""Who may use which route: nobody in particular, a merchant's server, and users of either role."""

from __future__ import annotations

import logging

import pytest

from paygate.domain.errors import DatabaseUnavailableError, RedisUnavailableError
from tests.support.api import Answer
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring
from tests.unit.api.test_view import BY_ROUTE, path_parameters
from tests.unit.fakes import Answer as Agreed

# What each kind of access answers to whom; None for whom it lets in.
TABLE: dict[str, dict[str, int | None]] = {
    "public": {"nobody": None, "key": None, "merchant": None, "operator": None},
    "shopper": {"nobody": None, "key": None, "merchant": None, "operator": None},
    "key": {"nobody": 401, "key": None, "merchant": None, "operator": None},
    "session": {"nobody": 401, "key": 401, "merchant": None, "operator": None},
    "operator": {"nobody": 401, "key": 401, "merchant": 403, "operator": None},
}
CALLERS = ("nobody", "key", "merchant", "operator")
WITH_SESSION = sorted(route for route, spec in BY_ROUTE.items() if spec.access in ("key", "session", "operator"))
WRITING = [route for route in WITH_SESSION if not route.startswith("GET ")]
READING = "GET /merchant"


class Unanswering(dict[str, Agreed]):
    def __missing__(self, name: str) -> Agreed:
        return DatabaseUnavailableError("The database does not answer.")


@pytest.fixture(autouse=True)
def _database_of_no_use(wiring: FakeWiring) -> None:
    """However far a request comes, it comes to no effect."""
    wiring.database.answers = Unanswering(check_session=[{"merchant_name": "Shop"}])


def headers_of(wiring: FakeWiring, caller: str) -> dict[str, str]:
    if caller in ("merchant", "operator"):
        return wiring.log_in(caller)  # type: ignore[arg-type]
    return CREDENTIALS if caller == "key" else {}


def ask(call: Call, route: str, headers: dict[str, str]) -> Answer:
    return call(route, "{}", headers=headers, **path_parameters(BY_ROUTE[route]))


def test_the_table_knows_every_kind_of_access() -> None:
    assert {spec.access for spec in BY_ROUTE.values()} <= set(TABLE)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", sorted(BY_ROUTE))
def test_a_route_lets_in_whom_it_is_for(call: Call, wiring: FakeWiring, route: str, caller: str) -> None:
    refusal = TABLE[BY_ROUTE[route].access][caller]
    answer = ask(call, route, headers_of(wiring, caller))
    if refusal is None:
        assert answer.status not in (401, 403), answer.text
        return
    assert answer.status == refusal
    code, reason = ("AUTHENTICATION_ERROR", None) if refusal == 401 else ("FORBIDDEN_ERROR", "ROLE_NOT_ALLOWED")
    assert (answer.error["code"], answer.error.get("reason")) == (code, reason)
    assert (set(wiring.database.names) - {"check_session"}, wiring.gate.admitted) == (set(), [])


@pytest.mark.parametrize("given", [None, "", "wrong", "é"])
@pytest.mark.parametrize("route", WRITING)
def test_a_session_changes_nothing_without_its_csrf_token(
    call: Call, wiring: FakeWiring, route: str, given: str | None
) -> None:
    headers = wiring.log_in("operator")
    del headers["X-CSRF-Token"]
    answer = ask(call, route, headers if given is None else {**headers, "X-CSRF-Token": given})
    assert (answer.status, answer.error["code"]) == (403, "FORBIDDEN_ERROR")
    assert (answer.error["field"], answer.error["reason"]) == ("X-CSRF-Token", "CSRF_TOKEN_INVALID")
    assert (wiring.database.names, wiring.gate.admitted) == (["check_session"], [])


@pytest.mark.parametrize("route", WITH_SESSION)
def test_every_request_asks_the_database_once_whether_the_user_is_still_the_same(
    call: Call, wiring: FakeWiring, route: str
) -> None:
    ask(call, route, wiring.log_in("operator"))
    assert wiring.database.parameters("check_session") == {
        "user_id": "usr_operator",
        "role": "operator",
        "merchant_id": "merchant_1",
        "password_changed_at": "1700000000.25",
    }
    wiring.database.answers["check_session"] = []
    wiring.database.calls.clear()
    wiring.redis.values.clear()
    headers = wiring.log_in("operator")
    for _ in range(2):
        answer = ask(call, route, headers)
        assert (answer.status, answer.error["code"]) == (401, "AUTHENTICATION_ERROR")
    assert wiring.database.names == ["check_session"], "there is no session any more"
    assert wiring.redis.values == {}


def test_the_csrf_token_of_another_session_is_none(call: Call, wiring: FakeWiring) -> None:
    mine, theirs = wiring.log_in("operator"), wiring.log_in("operator")
    answer = ask(call, "POST /auth/logout", {**mine, "X-CSRF-Token": theirs["X-CSRF-Token"]})
    assert (answer.status, answer.error["reason"]) == (403, "CSRF_TOKEN_INVALID")


@pytest.mark.parametrize("route", [route for route in WITH_SESSION if route.startswith("GET ")])
def test_reading_needs_no_csrf_token(call: Call, wiring: FakeWiring, route: str) -> None:
    headers = wiring.log_in("operator")
    assert ask(call, route, {"Cookie": headers["Cookie"]}).status not in (401, 403)


@pytest.mark.parametrize("route", WITH_SESSION)
@pytest.mark.parametrize("secret", [CREDENTIALS["X-Api-Secret"], "wrong", None])
def test_a_request_with_a_key_is_judged_by_it_alone(
    call: Call, wiring: FakeWiring, route: str, secret: str | None
) -> None:
    key = {"X-Api-Key": CREDENTIALS["X-Api-Key"], **({} if secret is None else {"X-Api-Secret": secret})}
    answer = ask(call, route, {**wiring.log_in("operator"), **key})
    good = BY_ROUTE[route].access == "key" and secret == CREDENTIALS["X-Api-Secret"]
    assert (answer.status != 401) is good


@pytest.mark.parametrize(
    ("cookie", "found"),
    [
        ("__Host-paygate_session={token}", True),
        ("theme=dark; __Host-paygate_session={token}", True),
        ("theme=dark;__Host-paygate_session={token};lang=en", True),
        ("  __Host-paygate_session = {token} ; a=b", True),
        ("a; =; ;; __Host-paygate_session={token}", True),
        ("", False),
        ("__Host-paygate_session", False),
        ("__Host-paygate_session=", False),
        ("__Host-paygate_session={token}x", False),
        ("__Host-paygate_session=x{token}", False),
        ('__Host-paygate_session="{token}"', False),
        ("__host-paygate_session={token}", False),
        ("x__Host-paygate_session={token}", False),
        ("paygate_session={token}", False),
        ("x=__Host-paygate_session={token}", False),
        ("__Host-paygate_session=😀", False),
        ("__Host-paygate_session=\ud800", False),
        ("__Host-paygate_session=wrong; __Host-paygate_session={token}", False),
    ],
)
def test_the_cookie_is_found_among_others(call: Call, wiring: FakeWiring, cookie: str, found: bool) -> None:
    wiring.database.answers["get_merchant_settings"] = [{"body": '{"id":"merchant_1"}'}]
    token = wiring.log_in()["Cookie"].removeprefix("__Host-paygate_session=")
    assert call(READING, headers={"cookie": cookie.replace("{token}", token)}).status == (200 if found else 401)


def test_a_users_request_is_the_merchants_own_and_counted_for_the_user(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord]
) -> None:
    wiring.database.answers["get_merchant_settings"] = [{"body": "{}"}]
    headers = wiring.log_in("operator", "merchant_7")
    assert call(READING, headers=headers).status == 200
    assert wiring.database.parameters("get_merchant_settings") == {"merchant_id": "merchant_7"}
    assert [bucket for bucket, _ in wiring.gate.admitted] == ["paygate:rate:{merchant_7}:session:usr_operator"]
    (line,) = [vars(record) for record in log_records]
    assert (line["merchant_id"], line["user_id"]) == ("merchant_7", "usr_operator")
    for secret in (headers["Cookie"].removeprefix("__Host-paygate_session="), headers["X-CSRF-Token"]):
        assert secret not in repr(line)


@pytest.mark.parametrize("route", WITH_SESSION)
def test_without_redis_a_session_cannot_be_told(call: Call, wiring: FakeWiring, route: str) -> None:
    headers = wiring.log_in("operator")
    wiring.redis.error = RedisUnavailableError("Redis does not answer.")
    answer = ask(call, route, headers)
    assert (answer.status, answer.error["code"], answer.headers["Retry-After"]) == (503, "UNAVAILABLE_ERROR", "1")
    assert wiring.database.calls == []


def test_a_server_needs_no_redis_to_be_known(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_merchant_settings"] = [{"body": "{}"}]
    wiring.redis.error = RedisUnavailableError("Redis does not answer.")
    assert call(READING).status == 200


@pytest.mark.parametrize(
    ("scheme", "cookie", "found"),
    [
        ("http", "paygate_session={token}", True),
        ("http", "__Host-paygate_session={token}", False),
        ("https", "paygate_session={token}", False),
        ("https", "paygate_session=planted; __Host-paygate_session={token}", True),
    ],
)
def test_only_the_cookie_of_the_requests_own_scheme_counts(
    call: Call, wiring: FakeWiring, scheme: str, cookie: str, found: bool
) -> None:
    wiring.database.answers["get_merchant_settings"] = [{"body": "{}"}]
    token = wiring.log_in()["Cookie"].removeprefix("__Host-paygate_session=")
    headers = {"Cookie": cookie.replace("{token}", token), "X-Forwarded-Proto": scheme}
    assert call(READING, headers=headers).status == (200 if found else 401)
