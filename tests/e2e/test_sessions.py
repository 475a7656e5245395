"""Logging in through everything that is deployed: the front door and API Gateway hand cookies on in both directions."""

from __future__ import annotations

import io

import pytest
import requests
from rich.console import Console

from paygate.operations.seed_test_merchant import TEST_EMAIL, TEST_OPERATOR_EMAIL
from paygate_local import up
from tests.support.stack import TestStack


def test_a_browser_logs_in_works_and_logs_out(stack: TestStack) -> None:
    base = f"{stack.url}/api/v1"
    given = {"email": TEST_EMAIL, "password": stack.dashboard_password}
    with requests.Session() as browser:
        assert browser.get(f"{base}/auth/session", timeout=30).status_code == 401
        login = browser.post(f"{base}/auth/login", json=given, timeout=30)
        assert login.status_code == 200, login.text
        pair, _, kept = login.headers["Set-Cookie"].partition("; ")
        # As over plain http, which a laptop's front door speaks.
        assert pair.startswith("paygate_session=")
        assert kept == "Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"
        told = browser.get(f"{base}/auth/session", timeout=30)
        assert told.json() == login.json()
        assert told.json()["test_mode"] is True
        order = {"amount": 100, "currency": "INR"}
        assert browser.post(f"{base}/orders", json=order, timeout=30).status_code == 403
        browser.headers["X-CSRF-Token"] = login.json()["csrf_token"]
        assert browser.post(f"{base}/orders", json=order, timeout=30).status_code == 201
        assert browser.post(f"{base}/auth/logout", timeout=30).text == "{}"
        assert not browser.cookies
        assert browser.get(f"{base}/auth/session", timeout=30).status_code == 401


def test_both_users_of_the_test_merchant_have_the_password_that_make_up_prints(
    stack: TestStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = io.StringIO()
    monkeypatch.setattr(up, "OUT", Console(file=printed, width=200))
    up.print_summary(stack.settings)
    assert f"Dashboard login {TEST_EMAIL} or {TEST_OPERATOR_EMAIL} / {stack.dashboard_password}" in printed.getvalue()
    for email, role in ((TEST_EMAIL, "merchant"), (TEST_OPERATOR_EMAIL, "operator")):
        told = stack.call("GET", "/auth/session", headers=stack.log_in(email)).json()
        assert (told["user"]["email"], told["user"]["role"]) == (email, role)


def test_a_key_made_in_the_dashboard_works_and_a_revoked_one_does_not(stack: TestStack) -> None:
    headers = stack.log_in()
    made = stack.call("POST", "/api-keys", {"name": "Server"}, headers=headers).json()
    revoked = stack.call("POST", "/api-keys", {}, headers=headers).json()
    assert stack.call("DELETE", f"/api-keys/{revoked['id']}", headers=headers).status_code == 200
    for key, status in ((made, 200), (revoked, 401)):
        credentials = {"X-Api-Key": key["id"], "X-Api-Secret": key["secret"]}
        assert stack.call("GET", "/merchant", headers=credentials).status_code == status
    listed = stack.call("GET", "/api-keys", headers=headers).json()["data"]
    assert {made["id"], revoked["id"]} <= {key["id"] for key in listed}
