"""What developers get: keys, code, the log of their requests, and what became of an idempotency key."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import expect

from paygate.adapters.acquirers.simulator import FAILING_CARDS
from paygate.operations.seed_test_merchant import TEST_EMAIL, TEST_KEY_ID
from tests.browser.dashboard import Dashboard, Dashboards
from tests.browser.made import new_user, order
from tests.support.polling import eventually
from tests.support.stack import TestStack


def status_with(stack: TestStack, key_id: str, secret: str) -> int:
    return stack.call("GET", "/merchant", headers={"X-Api-Key": key_id, "X-Api-Secret": secret}).status_code


def made_key(dashboard: Dashboard) -> tuple[str, str]:
    """The key whose secret is shown, and that secret."""
    dashboard.dialog_called("The new key’s secret")
    key_id = dashboard.fact("Key", within=dashboard.dialog).inner_text().strip()
    return key_id, dashboard.take_secret("API secret")


def new_key(dashboard: Dashboard, name: str) -> tuple[str, str]:
    dashboard.press("Create key")
    dialog = dashboard.dialog_called("Create an API key")
    dialog.get_by_label("Name").fill(name)
    dashboard.press("Create key", within=dialog)
    return made_key(dashboard)


def rotated_key(dashboard: Dashboard, key_id: str, overlap: str) -> tuple[str, str]:
    dashboard.press(f"Rotate {key_id}")
    dialog = dashboard.dialog_called("Rotate this key")
    dialog.get_by_label("The old key works").select_option(overlap)
    dashboard.press("Rotate key", within=dialog)
    return made_key(dashboard)


def test_keys_are_made_rotated_and_revoked(dashboard: Dashboard, stack: TestStack) -> None:
    """None is used before it ends: functions that know it would let it in for a minute more."""
    name = secrets.token_hex(4)
    dashboard.show("/developers", "Developers")
    stays, stays_secret = new_key(dashboard, name)
    expect(dashboard.row("API keys", stays)).to_contain_text(name)
    next_key = rotated_key(dashboard, stays, "One hour more")
    expect(dashboard.row("API keys", stays)).to_contain_text("Ending")
    expect(dashboard.row("API keys", next_key[0])).to_contain_text("Active")
    assert [status_with(stack, stays, stays_secret), status_with(stack, *next_key)] == [200, 200]
    ends = new_key(dashboard, name)
    last_key = rotated_key(dashboard, ends[0], "Not at all")
    expect(dashboard.row("API keys", ends[0])).to_contain_text("Revoked")
    assert status_with(stack, *ends) == 401
    dashboard.press(f"Revoke {last_key[0]}")
    dashboard.press("Revoke key", within=dashboard.dialog_called("Revoke this key?"))
    dashboard.says("The key has been revoked.")
    expect(dashboard.row("API keys", last_key[0])).to_contain_text("Revoked")
    expect(
        dashboard.row("API keys", last_key[0]).get_by_role("button", name=re.compile("Rotate|Revoke"))
    ).to_have_count(0)
    assert status_with(stack, *last_key) == 401


def test_secret_is_not_lost_by_a_stray_key(dashboard: Dashboard) -> None:
    dashboard.show("/developers", "Developers")
    dashboard.press("Create key")
    dashboard.press("Create key", within=dashboard.dialog)
    dashboard.dialog_called("The new key’s secret")
    dashboard.page.keyboard.press("Escape")
    expect(dashboard.dialog.get_by_role("alert")).to_contain_text("Have you copied it?")
    dashboard.press("Copy API secret", within=dashboard.dialog)
    copied = dashboard.page.evaluate("navigator.clipboard.readText()")
    assert copied == dashboard.take_secret("API secret")


def test_checkout_secret_is_rotated(dashboards: Dashboards, stack: TestStack) -> None:
    dashboard = dashboards.open(new_user(stack))
    dashboard.show("/developers?tab=settings", "Developers")
    dashboard.press("Rotate secret")
    dashboard.press("Rotate secret", within=dashboard.dialog_called("Rotate the checkout secret?"))
    dashboard.dialog_called("The new checkout secret")
    assert re.fullmatch(r"chksec_\w{32,}", dashboard.take_secret("checkout secret"))


def test_settings(dashboard: Dashboard, stack: TestStack) -> None:
    before = stack.call("GET", "/merchant").json()
    dashboard.show("/developers?tab=settings", "Developers")
    origins = dashboard.page.get_by_label("Allowed origins")
    expect(origins).to_have_value("\n".join(before["allowed_origins"]))
    origins.fill("https://shop.example/path")
    dashboard.press("Save settings")
    expect(dashboard.page.get_by_role("alert").first).to_be_visible()
    more = "https://shop.example"
    origins.fill("\n".join([*before["allowed_origins"], more]))
    dashboard.press("Save settings")
    dashboard.says("The settings have been saved.")
    assert stack.call("GET", "/merchant").json()["allowed_origins"] == [*before["allowed_origins"], more]
    changed = stack.call("PATCH", "/merchant", {"allowed_origins": before["allowed_origins"]})
    assert changed.status_code == 200


def test_snippets_hold_the_merchants_own_values(dashboard: Dashboard, stack: TestStack) -> None:
    made = order(stack)
    dashboard.show(f"/orders/{made['id']}", "Order of ₹500.00")
    dashboard.page.get_by_role("link", name="Code for this order").click()
    dashboard.is_at(f"/developers?tab=snippets&order_id={made['id']}", "Developers")
    code = dashboard.page.get_by_role("region", name="Checkout: script", exact=True)
    expect(code).to_contain_text(f'orderId: "{made["id"]}"')
    expect(code).to_contain_text(f"{stack.url}/checkout.js")
    choice = dashboard.page.get_by_label("Code for")
    choice.select_option("Webhooks: Python")
    expect(dashboard.page.get_by_role("region", name="Webhooks: Python")).to_contain_text("compare_digest")
    choice.select_option("curl: create a payment")
    dashboard.page.get_by_label("API key", exact=True).select_option(TEST_KEY_ID)
    code = dashboard.page.get_by_role("region", name="curl: create a payment")
    expect(code).to_contain_text(f"X-Api-Key: {TEST_KEY_ID}")
    expect(code).to_contain_text(made["id"])


def logged(stack: TestStack, *request_ids: str) -> None:
    """Wait until the log has these requests; the page asks for it seldom."""
    headers = stack.log_in(TEST_EMAIL)

    def missing() -> list[str]:
        paths = {request_id: f"/requests?request_id={request_id}" for request_id in request_ids}
        return [one for one, path in paths.items() if not stack.call("GET", path, headers=headers).json()["data"]]

    eventually(lambda: not missing(), seconds=60, what="the requests in the log")


def test_request_log_and_idempotency_keys(dashboard: Dashboard, stack: TestStack) -> None:
    key = f"key-{secrets.token_hex(8)}"
    made = stack.call("POST", "/orders", {"amount": 100, "currency": "INR"}, headers=stack.keyed(key))
    again = stack.call("POST", "/orders", {"amount": 100, "currency": "INR"}, headers=stack.keyed(key))
    refused = stack.call("GET", "/orders/order_unknown")
    logged(stack, *(answer.headers["X-Request-Id"] for answer in (made, again, refused)))
    dashboard.show("/developers?tab=idempotency", "Developers")
    dashboard.search("Idempotency key", key)
    entry = dashboard.card("POST /v1/orders")
    expect(entry).to_contain_text("Completed")
    expect(dashboard.fact("First answer")).to_have_text("201")
    expect(dashboard.fact("Kept for")).to_have_text(re.compile(r"^23 h \d+ min$"))
    dashboard.fact("First request").get_by_role("link").click()
    request_id = made.headers["X-Request-Id"]
    dashboard.is_at(f"/developers?tab=requests&request_id={request_id}", "Developers")
    expect(dashboard.row("Requests", "POST /v1/orders", "201", request_id)).to_have_count(1)
    dashboard.search("Search requests", again.headers["X-Request-Id"])
    expect(dashboard.rows("Requests")).to_have_count(1)
    expect(dashboard.rows("Requests")).to_contain_text(request_id)
    dashboard.press("Clear filters")
    expect(dashboard.page).to_have_url(re.compile(r"tab=requests$"))
    # The address holds what is chosen, so the box follows it a moment later than check() allows for.
    dashboard.page.get_by_label("Failed only").click()
    expect(dashboard.page.get_by_label("Failed only")).to_be_checked()
    expect(dashboard.row("Requests", refused.headers["X-Request-Id"])).to_contain_text("404 Not found error")
    expect(dashboard.row("Requests", request_id)).to_have_count(0)
    dashboard.choose_tab("Idempotency")
    dashboard.search("Idempotency key", "nobody-has-sent-it")
    dashboard.says("This key is not in use.")


def test_test_values(dashboard: Dashboard) -> None:
    dashboard.show("/developers?tab=test-values", "Developers")
    cards = dashboard.column("Test payments", "Card")
    assert {card.strip()[-4:] for card in cards} >= FAILING_CARDS.keys()
    dashboard.press("Copy UPI address failure@paygate")
    assert dashboard.page.evaluate("navigator.clipboard.readText()") == "failure@paygate"
    expect(dashboard.row("Test refunds", "refund declined")).to_contain_text("failure@paygate")
