"""How each page of the dashboard looks, in light and dark, and who can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Route, expect

from paygate.operations.seed_test_merchant import TEST_OPERATOR_EMAIL
from tests.browser.dashboard import Dashboard, Dashboards
from tests.browser.looks import SCREENSHOTS, SIZES, STILL, look_at, ready, violations
from tests.browser.made import (
    POISON,
    dead_letters_of_refunds,
    deliveries_to,
    endpoint,
    events_of,
    paid,
    paid_by_card,
    refunded,
    running_receiver,
)
from tests.integration.support import reply
from tests.support.stack import TestStack

PLACES = {
    "payment-not-delivered": "/payments/{payment}",
    "refunds": "/refunds",
    "refund": "/refunds/{refund}",
    "orders": "/orders",
    "order": "/orders/{order}",
    "events": "/events",
    "event": "/events/{event}",
    "settlements": "/settlements",
    "settlement": "/settlements/{day}",
    "webhooks": "/webhooks",
    "deliveries": "/webhooks?tab=deliveries",
    "endpoint": "/webhooks/endpoints/{endpoint}",
    "delivery": "/webhooks/deliveries/{delivery}",
    "keys": "/developers",
    "settings": "/developers?tab=settings",
    "snippets": "/developers?tab=snippets",
    "requests": "/developers?tab=requests",
    "idempotency": "/developers?tab=idempotency&key={key}",
    "test-values": "/developers?tab=test-values",
    "ops": "/ops",
    "dead-letters": "/ops/dead-letters/refunds",
    "not-found": "/no/such/page",
    "payment-not-found": "/payments/pay_unknown",
}
DIALOGS = {
    "payment-not-delivered": "Refund",
    "order": "Keyboard shortcuts",
    "orders": "Create order",
    "endpoint": "Rotate secret",
    "webhooks": "Add endpoint",
    "deliveries": "Send many again",
    "keys": "Create key",
}


@pytest.fixture(scope="module")
def ids(stack: TestStack) -> Iterator[dict[str, str]]:
    """What there is to see: something of everything, done and failed."""
    with running_receiver(reply("500 Oops", b'{"why":"no disk"}')) as receiver, endpoint(stack, receiver.url) as made:
        payment = paid(stack, receipt="No. 7", notes={"colour": "blue"})
        refund = refunded(stack, payment["id"], amount=12_000, reason="too large")
        refunded(stack, paid(stack, currency="USD")["id"], reason="failure@paygate")
        paid(stack, vpa="insufficient@paygate")
        paid(stack, capture="manual")
        paid_by_card(stack)
        key = f"key-{payment['id']}"
        stack.call("POST", "/orders", {"amount": 100, "currency": "INR"}, headers=stack.keyed(key))
        dead_letters = dead_letters_of_refunds(stack)
        dead_letters.put(POISON)
        yield {
            "payment": payment["id"],
            "order": payment["order_id"],
            "refund": refund["id"],
            "event": events_of(stack, payment["id"])[0]["id"],
            "endpoint": made["id"],
            "delivery": deliveries_to(stack, made["id"], "pending")[0]["id"],
            "key": key,
            "day": datetime.now(UTC).date().isoformat(),
        }
        dead_letters.clear()


@pytest.mark.parametrize("name", PLACES)
def test_page(dashboards: Dashboards, ids: dict[str, str], name: str) -> None:
    dashboard = dashboards.open(TEST_OPERATOR_EMAIL, **STILL)
    dashboard.open(PLACES[name].format(**ids))
    ready(dashboard.page)
    look_at(dashboard.page, name)


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(dashboards: Dashboards, ids: dict[str, str], name: str) -> None:
    dashboard = dashboards.open(TEST_OPERATOR_EMAIL, **STILL)
    dashboard.open(PLACES[name].format(**ids))
    ready(dashboard.page)
    dashboard.press(DIALOGS[name])
    expect(dashboard.dialog).to_be_visible()
    look_at(dashboard.page, f"{name}-dialog")


def test_what_opens_and_what_fails(dashboards: Dashboards) -> None:
    dashboard = dashboards.open(TEST_OPERATOR_EMAIL, **STILL)
    dashboard.show("/events", "Events")
    ready(dashboard.page)
    dashboard.press(TEST_OPERATOR_EMAIL)
    expect(dashboard.page.get_by_role("menu")).to_be_visible()
    assert "\n".join(violations(dashboard.page)) == ""
    dashboard.page.screenshot(path=SCREENSHOTS / "dashboard-user-menu-desktop-light.png")
    dashboard.show("/payments", "Payments")
    dashboard.press("Columns")
    expect(dashboard.page.get_by_role("menu")).to_be_visible()
    look_at(dashboard.page, "columns-menu")
    dashboard.show("/ops", "Operations")
    dashboard.press("Check now")
    expect(dashboard.card("Invariants").get_by_role("status")).to_contain_text("All hold")
    look_at(dashboard.page, "invariants")
    dashboard.show("/developers", "Developers")
    dashboard.press("Create key")
    dashboard.press("Create key", within=dashboard.dialog)
    dashboard.dialog_called("The new key’s secret")
    look_at(dashboard.page, "secret-dialog")
    dashboard.page.route("**/api/v1/orders*", lambda route: route.abort())
    dashboard.show("/orders", "Orders")
    expect(dashboard.page.get_by_role("alert")).to_contain_text("The API cannot be reached")
    look_at(dashboard.page, "api-away")


def test_what_is_still_to_come(dashboards: Dashboards, ids: dict[str, str]) -> None:
    dashboard = dashboards.open(TEST_OPERATOR_EMAIL, **STILL)
    dashboard.show("/orders", "Orders")
    ready(dashboard.page)
    unanswered: list[Route] = []
    dashboard.page.route(re.compile("/api/v1/(events|payments|dashboard)"), lambda route: unanswered.append(route))
    width, height = SIZES["desktop"]
    for place, name in (("Home", "loading-home"), ("Events", "loading-list")):
        dashboard.page.set_viewport_size({"width": width, "height": height})
        dashboard.go(place)
        expect(dashboard.page.get_by_role("heading", level=1)).to_have_text(place)
        expect(dashboard.page.get_by_text("Loading", exact=False).first).to_be_attached()
        look_at(dashboard.page, name)
    dashboard.open(f"/payments/{ids['payment']}")
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text("Payment")
    look_at(dashboard.page, "loading-detail")
    dashboard.page.route("**/api/v1/auth/session", lambda route: unanswered.append(route))
    dashboard.open("/orders")
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text("Paygate")
    look_at(dashboard.page, "loading-session")
    assert unanswered
    dashboard.page.unroute_all()


def test_login(dashboards: Dashboards) -> None:
    dashboard = dashboards.open(None, **STILL)
    dashboard.open()
    ready(dashboard.page)
    look_at(dashboard.page, "login")


def menu_of(dashboard: Dashboard) -> Locator:
    dashboard.press("Menu")
    return dashboard.dialog_called("Menu")


def test_phone_menu_and_chosen_theme(dashboards: Dashboards) -> None:
    width, height = SIZES["phone"]
    dashboard = dashboards.open(viewport={"width": width, "height": height}, color_scheme="light", **STILL)
    page = dashboard.page
    dashboard.open("/orders")
    ready(page)
    menu = menu_of(dashboard)
    page.screenshot(path=SCREENSHOTS / "dashboard-menu-phone-light.png")
    assert violations(page) == []
    menu.get_by_role("link", name="Refunds").click()
    dashboard.is_at("/refunds", "Refunds")
    expect(dashboard.dialog).to_have_count(0)
    menu_of(dashboard).get_by_role("button", name="test@example.com").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("menuitemradio", name="Dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
