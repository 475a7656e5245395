"""Who gets into the dashboard, for how long, and what they get to see of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from paygate.operations.log_in import EMAIL_FAILURES_MAX
from tests.browser.dashboard import LOGIN, Dashboard, Dashboards
from tests.browser.made import make, new_user, order, paid
from tests.support.polling import eventually
from tests.support.stack import TestStack


def cookie_of(dashboard: Dashboard) -> dict[str, str]:
    (cookie,) = dashboard.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("paygate_session", True, "Strict")
    return {"Cookie": f"{cookie['name']}={cookie['value']}"}


def test_deep_link_is_kept_over_logging_in_and_logging_out_ends_the_session(
    dashboards: Dashboards, stack: TestStack
) -> None:
    path = f"/payments/{paid(stack)['id']}"
    dashboard = dashboards.open(None)
    dashboard.show(path, LOGIN)
    dashboard.log_in(password="not the password")
    expect(dashboard.page.get_by_role("alert")).to_contain_text("The e-mail address or the password is wrong.")
    expect(dashboard.page.get_by_label("Password")).to_have_value("")
    dashboard.log_in()
    dashboard.is_at(path, "₹500.00")
    dashboard.page.reload()
    dashboard.is_at(path, "₹500.00")
    cookie = cookie_of(dashboard)
    assert stack.call("GET", "/auth/session", headers=cookie).status_code == 200
    dashboard.log_out()
    dashboard.is_at(path, LOGIN)
    assert dashboard.context.cookies() == []
    assert stack.call("GET", "/auth/session", headers=cookie).status_code == 401
    dashboard.page.reload()
    dashboard.is_at(path, LOGIN)


def test_session_that_ended_elsewhere(dashboards: Dashboards, stack: TestStack) -> None:
    dashboard = dashboards.open(None)
    dashboard.show("/orders", LOGIN)
    dashboard.log_in()
    dashboard.is_at("/orders", "Orders")
    cookie = cookie_of(dashboard)
    token = stack.call("GET", "/auth/session", headers=cookie).json()["csrf_token"]
    assert stack.call("POST", "/auth/logout", headers={**cookie, "X-CSRF-Token": token}).status_code == 200
    dashboard.go("Payments")
    dashboard.is_at("/payments", LOGIN)
    dashboard.log_in()
    dashboard.is_at("/payments", "Payments")


def test_pages_that_are_not_there_or_not_for_a_merchants_user(dashboard: Dashboard) -> None:
    dashboard.show("/no/such/page", "Page not found")
    dashboard.page.get_by_role("main").get_by_role("link", name="Go to Home").click()
    dashboard.is_at("/", "Home")
    places = dashboard.page.get_by_role("navigation", name="Main")
    expect(places.get_by_role("link", name="Developers")).to_be_visible()
    expect(places.get_by_role("link", name="Operations")).to_have_count(0)
    # The key that leads operators to their page is no key here, so the one after it is the first of a new pair.
    for key in "gqgp":
        dashboard.page.keyboard.press(key)
    dashboard.is_at("/payments", "Payments")
    for path in ("/ops", "/ops/dead-letters/refunds"):
        dashboard.open(path)
        dashboard.says("This page is for operators.")


def test_address_is_locked_after_five_wrong_passwords(dashboards: Dashboards, stack: TestStack) -> None:
    dashboard, email = dashboards.open(None), new_user(stack)
    dashboard.show("/orders", LOGIN)
    alert = dashboard.page.get_by_role("alert")
    for _ in range(EMAIL_FAILURES_MAX):
        with dashboard.page.expect_response("**/auth/login") as answer:
            dashboard.log_in(email, "not the password")
        assert answer.value.status == 401
        expect(alert).to_contain_text("The e-mail address or the password is wrong.")
    dashboard.log_in(email)
    expect(alert).to_contain_text("Too many attempts to log in; try again later.")
    dashboard.is_at("/orders", LOGIN)


@dataclass(frozen=True)
class Other:
    """Another merchant, its user, and the paths of what it has by what they are called."""

    email: str
    paths: Mapping[str, str]
    payment_id: str
    order_id: str


@pytest.fixture(scope="module")
def other(stack: TestStack) -> Other:
    email = new_user(stack)
    headers = stack.log_in(email)
    endpoint = make(stack, "/webhook-endpoints", {"url": "http://127.0.0.1:65000/hook"}, headers=headers)
    made = make(stack, "/orders", {"amount": 70_000, "currency": "INR"}, headers=headers)
    body = {"order_id": made["id"], "method": "upi", "vpa": "success@paygate"}
    payment = make(stack, "/payments", body, headers=headers)
    eventually(
        lambda: stack.call("GET", f"/payments/{payment['id']}", headers=headers).json()["status"] == "success",
        seconds=60,
        what="a payment that can be refunded",
    )
    refund = make(stack, f"/payments/{payment['id']}/refunds", {"amount": 100}, headers=headers)
    event = stack.call("GET", f"/events?payment_id={payment['id']}", headers=headers).json()["data"][0]
    delivery = stack.call("GET", f"/webhooks?payment_id={payment['id']}", headers=headers).json()["data"][0]
    disabled = stack.call("PATCH", f"/webhook-endpoints/{endpoint['id']}", {"status": "disabled"}, headers=headers)
    assert disabled.status_code == 200
    paths = {
        "Payment": f"/payments/{payment['id']}",
        "Refund": f"/refunds/{refund['id']}",
        "Order": f"/orders/{made['id']}",
        "Event": f"/events/{event['id']}",
        "Endpoint": f"/webhooks/endpoints/{endpoint['id']}",
        "Delivery": f"/webhooks/deliveries/{delivery['id']}",
    }
    return Other(email, paths, payment["id"], made["id"])


def test_merchants_do_not_see_each_others_things(dashboards: Dashboards, stack: TestStack, other: Other) -> None:
    ours = order(stack)
    dashboard = dashboards.open()
    for name, path in other.paths.items():
        dashboard.show(path, f"{name} not found")
    dashboard.show(f"/payments?order_id={other.order_id}", "Payments")
    dashboard.says("No payments match these filters.")
    theirs = dashboards.open(other.email)
    theirs.show("/payments", "Payments")
    expect(theirs.rows("Payments")).to_have_count(1)
    theirs.row("Payments", "₹700.00").get_by_role("link").click()
    theirs.is_at(f"/payments/{other.payment_id}", "₹700.00")
    theirs.show(f"/orders/{ours['id']}", "Order not found")
