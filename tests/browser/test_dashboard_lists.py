"""Refunds, orders, events and settlements, the keyboard, and what a page says when the API does not answer."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Download, expect

from tests.browser.dashboard import Dashboard
from tests.browser.made import events_of, order, paid, refunded
from tests.support.stack import TestStack


def test_refunds(dashboard: Dashboard, stack: TestStack) -> None:
    payment = paid(stack)
    good = refunded(stack, payment["id"], amount=12_000, reason="too large")
    bad = refunded(stack, payment["id"], amount=13_000, reason="failure@paygate")
    dashboard.show("/refunds", "Refunds")
    expect(dashboard.row("Refunds", payment["id"], "₹120.00", "Processed", "too large")).to_have_count(1)
    dashboard.search("Search refunds", payment["id"])
    expect(dashboard.rows("Refunds")).to_have_count(2)
    dashboard.page.get_by_label("Status").select_option("failed")
    dashboard.is_at(f"/refunds?payment_id={payment['id']}&status=failed", "Refunds")
    expect(dashboard.rows("Refunds")).to_have_count(1)
    dashboard.row("Refunds", "₹130.00").get_by_role("link").click()
    dashboard.is_at(f"/refunds/{bad['id']}", "Refund of ₹130.00")
    expect(dashboard.fact("Failure")).to_have_text("Refund declined")
    dashboard.page.get_by_role("link", name="Refunds").last.click()
    dashboard.search("Search refunds", good["id"])
    dashboard.is_at(f"/refunds/{good['id']}", "Refund of ₹120.00")
    story = dashboard.page.get_by_role("list", name="Events, the latest first").get_by_role("link")
    expect(story).to_have_text(["Refund processed", "Refund created"])
    expect(dashboard.rows("Ledger entries").first).to_contain_text("₹120.00")
    dashboard.fact("Payment").get_by_role("link").click()
    dashboard.is_at(f"/payments/{payment['id']}", "₹500.00")


def test_orders(dashboard: Dashboard, stack: TestStack) -> None:
    payment = paid(stack, receipt="No. 7", notes={"colour": "blue"})
    dashboard.show("/orders", "Orders")
    dashboard.row("Orders", payment["order_id"], "No. 7", "Paid").get_by_role("link").click()
    dashboard.is_at(f"/orders/{payment['order_id']}", "Order of ₹500.00")
    expect(dashboard.fact("colour")).to_have_text("blue")
    expect(dashboard.row("Payments", payment["vpa"])).to_contain_text("Success")
    dashboard.page.get_by_role("link", name="Orders").last.click()
    dashboard.press("Create order")
    dialog = dashboard.dialog_called("Create an order")
    dialog.get_by_label("Amount").fill("none")
    dashboard.press("Create order", within=dialog)
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Amount").fill("1,250.50")
    dialog.get_by_label("Receipt").fill("No. 8")
    dialog.get_by_label("Capture").select_option("manual")
    dashboard.press("Create order", within=dialog)
    dashboard.says("The order has been created.")
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text("Order of ₹1,250.50")
    expect(dashboard.fact("Receipt")).to_have_text("No. 8")
    expect(dashboard.fact("Capture")).to_have_text("Manual")
    dashboard.says("Nobody has tried to pay this order.")


def test_events(dashboard: Dashboard, stack: TestStack) -> None:
    payment = paid(stack)
    success = next(event for event in events_of(stack, payment["id"]) if event["type"] == "payment.success")
    dashboard.show("/events", "Events")
    dashboard.search("Search events", payment["id"])
    expect(dashboard.rows("Events")).to_have_count(3)
    dashboard.page.get_by_label("Type").select_option("payment.success")
    dashboard.is_at(f"/events?payment_id={payment['id']}&type=payment.success", "Events")
    expect(dashboard.rows("Events")).to_have_count(1)
    dashboard.row("Events", success["id"]).get_by_role("link").click()
    dashboard.is_at(f"/events/{success['id']}", "payment.success")
    body = dashboard.page.get_by_role("region", name="event body", exact=True)
    assert json.loads(body.inner_text()) == success["body"]
    dashboard.press("Copy event body")
    assert json.loads(dashboard.page.evaluate("navigator.clipboard.readText()")) == success["body"]
    dashboard.fact("Payment").get_by_role("link").click()
    dashboard.is_at(f"/payments/{payment['id']}", "₹500.00")


def test_settlements(dashboard: Dashboard, stack: TestStack) -> None:
    paid(stack, currency="USD", amount=1_999)
    today = datetime.now(UTC).date().isoformat()
    (settled,) = (
        one for one in stack.call("GET", f"/settlements?date={today}").json()["data"] if one["currency"] == "USD"
    )
    dashboard.show("/settlements", "Settlements")
    with dashboard.page.expect_download() as download:
        dashboard.press("Export CSV")
    assert download.value.suggested_filename == f"settlement-{today[:7]}.csv"
    assert str(settled["net"]) in saved(download.value, today)
    dashboard.press("The month before")
    expect(dashboard.row("Settlements", "$")).to_have_count(0)
    dashboard.press("The month after")
    row = dashboard.row("Settlements", "USD").first
    net = f"{settled['net'] // 100}.{settled['net'] % 100:02} USD"
    expect(row.locator("[title]").last).to_have_attribute("title", net)
    row.get_by_role("link").click()
    expect(dashboard.page).to_have_url(f"{stack.url}/dashboard/settlements/{today}")
    table = f"Booked in USD on {today}"
    total = dashboard.table(table).locator("tfoot [title]")
    expect(total).to_have_attribute("title", net)
    expect(dashboard.row(table, "Captured")).to_contain_text(str(settled["captured_count"]))
    with dashboard.page.expect_download() as download:
        dashboard.press("Export CSV")
    assert download.value.suggested_filename == f"settlement-{today}.csv"
    assert saved(download.value, today) == [str(settled["net"])]
    dashboard.press("The day before")
    dashboard.says("Nothing was booked on this day.")
    dashboard.press("The day after")
    expect(total).to_be_visible()


def saved(file: Download, day: str) -> list[str]:
    """The net amounts in US dollars of that day in a file of the API's."""
    rows = csv.DictReader(io.StringIO(Path(file.path()).read_text(encoding="utf-8-sig")))
    return [row["net"] for row in rows if (row["currency"], row["date"]) == ("USD", day)]


def test_keyboard(dashboard: Dashboard, stack: TestStack) -> None:
    orders = [order(stack) for _ in range(2)]
    page, keyboard = dashboard.page, dashboard.page.keyboard
    dashboard.show("/", "Home")
    keyboard.press("?")
    dashboard.dialog_called("Keyboard shortcuts")
    keyboard.press("Escape")
    expect(dashboard.dialog).to_have_count(0)
    keyboard.press("g")
    keyboard.press("o")
    dashboard.is_at("/orders", "Orders")
    keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    keyboard.type("go")
    keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    expect(dashboard.row("Orders", orders[0]["id"])).to_be_visible()
    for key in "jjjk":
        keyboard.press(key)
    expect(dashboard.row("Orders", orders[0]["id"]).get_by_role("link")).to_be_focused()
    keyboard.press("Enter")
    dashboard.is_at(f"/orders/{orders[0]['id']}", "Order of ₹500.00")


def test_api_that_does_not_answer(dashboard: Dashboard, stack: TestStack) -> None:
    made = order(stack)
    dashboard.page.route("**/api/v1/orders*", lambda route: route.abort())
    dashboard.show("/orders", "Orders")
    expect(dashboard.page.get_by_role("alert")).to_contain_text("The API cannot be reached; check your connection.")
    dashboard.page.unroute("**/api/v1/orders*")
    dashboard.press("Try again")
    expect(dashboard.row("Orders", made["id"])).to_be_visible()
