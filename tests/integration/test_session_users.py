"""A session ends with what its user was: enabled, with this role, merchant and password. Through the real app."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from paygate.operations.disable_user import disable_user
from paygate.operations.seed_test_merchant import TEST_OPERATOR_EMAIL
from paygate.operations.set_user_password import set_user_password
from tests.integration.api import Api, running_api
from tests.support.servers import Servers
from tests.support.users import TEST_PASSWORD

LOGIN = "POST /auth/login"
SESSION = "GET /auth/session"
GIVEN = {"email": TEST_OPERATOR_EMAIL, "password": TEST_PASSWORD}


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


def has_ended(api: Api, headers: dict[str, str]) -> bool:
    """Whether nothing can be done with this operator's session, rather than everything."""
    statuses = {
        api.send(route, body, merchant=headers).status
        for route, body in (
            (SESSION, None),
            ("POST /api-keys", "{}"),
            ("GET /ops/queues", None),
            ("GET /payments", None),
        )
    }
    assert statuses in ({200, 201}, {401})
    return statuses == {401}


def test_a_disabled_user_is_out_at_once_and_logs_in_no_more(api: Api) -> None:
    headers, other = api.log_in(TEST_OPERATOR_EMAIL), api.log_in()
    assert not has_ended(api, headers)
    disable_user(api.wiring.database, TEST_OPERATOR_EMAIL)
    assert has_ended(api, headers)
    assert api.send(LOGIN, json.dumps(GIVEN), merchant={}).status == 401
    assert len(list(api.valkey.scan_iter("paygate:session:*"))) == 1
    api.sql.run("UPDATE users SET disabled_at = NULL")
    assert has_ended(api, headers), "it does not come back with its user"
    assert api.send(SESSION, merchant=other).status == 200


def test_a_new_password_ends_every_session_and_lets_a_disabled_user_in_again(api: Api) -> None:
    headers, again, other = api.log_in(TEST_OPERATOR_EMAIL), api.log_in(TEST_OPERATOR_EMAIL), api.log_in()
    assert not has_ended(api, headers)
    disable_user(api.wiring.database, TEST_OPERATOR_EMAIL)
    # The same one counts as new.
    set_user_password(api.wiring.database, TEST_OPERATOR_EMAIL, TEST_PASSWORD)
    assert (has_ended(api, headers), has_ended(api, again)) == (True, True)
    assert not has_ended(api, api.log_in(TEST_OPERATOR_EMAIL))
    assert api.send(SESSION, merchant=other).status == 200


@pytest.mark.parametrize("change", ["role = 'merchant'", "merchant_id = 'merchant_other'"])
def test_a_user_with_another_role_or_merchant_logs_in_again(api: Api, change: str) -> None:
    api.sql.run("INSERT INTO merchants (id, name, email) VALUES ('merchant_other', 'Other', 'other@example.com')")
    headers = api.log_in(TEST_OPERATOR_EMAIL)
    assert not has_ended(api, headers)
    api.sql.run(f"UPDATE users SET {change} WHERE email = :email", email=TEST_OPERATOR_EMAIL)  # noqa: S608
    assert has_ended(api, headers)
