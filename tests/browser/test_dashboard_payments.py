"""Payments: finding them, taking them out as CSV, and what can be done with one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.dashboard import Dashboard
from tests.browser.made import endpoint, new_vpa, order, paid, paid_by_card, refunded, running_receiver
from tests.support.stack import TestStack

ROWS = 25
MANY = ROWS + 3


@pytest.fixture(scope="module")
def many(stack: TestStack) -> tuple[str, list[str]]:
    """An order that was paid more often than a page has rows, and its payments, the latest first."""
    order_id = order(stack, reusable=True)["id"]
    ids = [stack.pay(order_id, new_vpa()) for _ in range(MANY)]
    for payment_id in ids:
        stack.settled(payment_id)
    return order_id, ids[::-1]


@pytest.fixture(scope="module")
def receiver_endpoint(stack: TestStack) -> Iterator[str]:
    """An endpoint that gets every event of payments."""
    with running_receiver() as receiver, endpoint(stack, receiver.url, "payment.*") as made:
        yield made["id"]


def searched(dashboard: Dashboard, text: str) -> Locator:
    dashboard.search("Search payments", text)
    return dashboard.rows("Payments")


def test_search_and_filters_are_in_the_url(dashboard: Dashboard, stack: TestStack) -> None:
    vpa = new_vpa()
    upi, card = paid(stack, vpa=vpa), paid_by_card(stack, "5555555555554444")
    dashboard.show("/payments", "Payments")
    expect(searched(dashboard, vpa.upper())).to_have_count(1)
    dashboard.row("Payments", vpa, upi["id"], "₹500.00", "Success").click(position={"x": 400, "y": 8})
    dashboard.is_at(f"/payments/{upi['id']}", "₹500.00")
    dashboard.page.go_back()
    expect(dashboard.page.get_by_role("searchbox")).to_have_value(vpa.upper())
    expect(dashboard.rows("Payments")).to_have_count(1)
    expect(searched(dashboard, card["order_id"])).to_have_count(1)
    expect(dashboard.rows("Payments")).to_contain_text("Mastercard")
    dashboard.is_at(f"/payments?order_id={card['order_id']}", "Payments")
    expect(searched(dashboard, "4444").first).to_contain_text("4444")
    dashboard.page.get_by_label("Method").select_option("card")
    dashboard.page.get_by_label("Status").select_option("failed")
    dashboard.is_at("/payments?card_last4=4444&method=card&status=failed", "Payments")
    dashboard.says("No payments match these filters.")
    dashboard.page.get_by_label("Status").select_option("success")
    dashboard.page.reload()
    expect(dashboard.row("Payments", card["id"])).to_have_count(1)
    expect(dashboard.page.get_by_label("Status")).to_have_value("success")
    dashboard.press("Clear filters")
    dashboard.is_at("/payments", "Payments")
    dashboard.search("Search payments", "what?")
    dashboard.says("Enter a payment id, an order id, a UPI address or a card’s last four digits.")
    dashboard.search("Search payments", card["id"])
    dashboard.is_at(f"/payments/{card['id']}", "₹500.00")
    dashboard.show("/payments?from=2020-01-01&to=2020-01-31", "Payments")
    dashboard.says("No payments match these filters.")


def test_pages_and_columns(dashboard: Dashboard, many: tuple[str, list[str]]) -> None:
    order_id, ids = many
    dashboard.show(f"/payments?order_id={order_id}", "Payments")
    expect(dashboard.rows("Payments")).to_have_count(ROWS)
    assert dashboard.column("Payments", "Payment") == ids[:ROWS]
    expect(dashboard.page.get_by_role("button", name="Newer")).to_be_disabled()
    dashboard.press("Older")
    expect(dashboard.rows("Payments")).to_have_count(MANY - ROWS)
    assert dashboard.column("Payments", "Payment") == ids[ROWS:]
    expect(dashboard.page.get_by_role("button", name="Older")).to_be_disabled()
    dashboard.page.reload()
    expect(dashboard.rows("Payments")).to_have_count(MANY - ROWS)
    dashboard.press("Newer")
    expect(dashboard.rows("Payments")).to_have_count(ROWS)
    assert dashboard.column("Payments", "Payment") == ids[:ROWS]
    expect(dashboard.page.get_by_role("columnheader", name="Order")).to_have_count(0)
    dashboard.press("Columns")
    dashboard.page.get_by_role("menuitemcheckbox", name="Order").click()
    dashboard.page.get_by_role("menuitemcheckbox", name="Status").click()
    dashboard.page.keyboard.press("Escape")
    expect(dashboard.page.get_by_role("columnheader", name="Order")).to_be_visible()
    dashboard.page.reload()
    expect(dashboard.rows("Payments")).to_have_count(ROWS)
    assert dashboard.column("Payments", "Order") == [order_id] * ROWS
    expect(dashboard.page.get_by_role("columnheader", name="Status")).to_have_count(0)


def test_csv_holds_the_whole_filtered_list(dashboard: Dashboard, many: tuple[str, list[str]]) -> None:
    order_id, ids = many
    dashboard.show(f"/payments?order_id={order_id}", "Payments")
    with dashboard.page.expect_download() as download:
        dashboard.press("Export CSV")
    dashboard.says(f"Saved {MANY} rows.")
    assert re.fullmatch(r"payments-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == ids
    assert {(row["amount"], row["currency"], row["status"], row["order_id"]) for row in rows} == {
        ("500.00", "INR", "success", order_id)
    }
    assert all(row["paid_with"].startswith("asha.") for row in rows)


def test_detail(dashboard: Dashboard, stack: TestStack, receiver_endpoint: str) -> None:
    payment = paid(stack)
    dashboard.show(f"/payments/{payment['id']}", "₹500.00")
    dashboard.press("Copy payment id")
    assert dashboard.page.evaluate("navigator.clipboard.readText()") == payment["id"]
    expect(dashboard.fact("Paid with")).to_have_text(payment["vpa"])
    time = dashboard.fact("Created").locator("time")
    utc = payment["created_at"][:19].replace("T", " ")
    expect(time).to_have_attribute("title", f"{utc} UTC")
    assert utc.split()[1][3:5] != re.findall(r":(\d\d):", time.inner_text())[0], "shown in the reader's zone"
    story = dashboard.page.get_by_role("list", name="Events, the latest first")
    expect(story.get_by_role("link")).to_have_text(["Payment success", "Payment pending", "Payment created"])
    ledger = dashboard.rows("Ledger entries")
    expect(ledger.first).to_contain_text("₹500.00")
    dashboard.row("Webhook deliveries", "payment.success", "Delivered").get_by_role("link").click()
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text("Delivery of payment.success")
    expect(dashboard.fact("Payment")).to_contain_text(payment["id"])
    dashboard.page.go_back()
    story.get_by_role("link", name="Payment success").click()
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text("payment.success")
    dashboard.page.go_back()
    dashboard.fact("Order").get_by_role("link").click()
    dashboard.is_at(f"/orders/{payment['order_id']}", "Order of ₹500.00")


def test_part_and_rest_are_refunded(dashboard: Dashboard, stack: TestStack) -> None:
    payment = paid(stack)
    dashboard.show(f"/payments/{payment['id']}", "₹500.00")
    dashboard.says("Nothing has been refunded.")
    dashboard.press("Refund")
    dialog = dashboard.dialog_called("Refund this payment")
    amount = dialog.get_by_label("Amount in INR")
    expect(dashboard.fact("Left to refund", within=dialog)).to_have_text("₹500.00")
    expect(amount).to_have_value("500.00")
    amount.fill("500.01")
    amount.press("Enter")
    dashboard.says("At most ₹500.00 is left.", within=dialog)
    amount.fill("120")
    dialog.get_by_label("Reason").fill("too large")
    dashboard.press("Refund ₹120.00", within=dialog)
    dashboard.says("The refund of ₹120.00 is under way.")
    expect(dashboard.row("Refunds", "₹120.00", "too large")).to_contain_text("Processed")
    expect(dashboard.fact("Left to refund")).to_have_text("₹380.00")
    dashboard.press("Refund")
    expect(dashboard.fact("Already refunded", within=dialog)).to_have_text("₹120.00")
    # Meanwhile somebody else gives a part of it back.
    refunded(stack, payment["id"], amount=30_000)
    amount.press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    amount.fill("80.00")
    dashboard.press("Refund ₹80.00", within=dialog)
    expect(dashboard.row("Refunds", "Processed")).to_have_count(3)
    expect(dashboard.page.get_by_role("button", name="Refund", exact=True)).to_have_count(0)
    expect(dashboard.fact("Refunded")).to_have_text("₹500.00")
    expect(dashboard.page.get_by_role("link", name="Refund processed")).to_have_count(3)
    expect(dashboard.row("Ledger entries", "₹80.00").first).to_be_visible()


def authorized(stack: TestStack, **changes: Any) -> str:
    payment = paid(stack, capture="manual", **changes)
    assert payment["status"] == "authorized"
    return str(payment["id"])


def test_capture_and_cancel(dashboard: Dashboard, stack: TestStack) -> None:
    taken, released = authorized(stack), authorized(stack)
    dashboard.show(f"/payments/{taken}", "₹500.00")
    dashboard.press("Capture")
    dialog = dashboard.dialog_called("Capture this payment")
    dialog.get_by_label("Amount in INR").fill("320.50")
    dashboard.press("Capture ₹320.50", within=dialog)
    dashboard.says("The payment is being captured.")
    expect(dashboard.fact("Captured")).to_have_text("₹320.50")
    expect(dashboard.page.get_by_role("link", name="Payment captured")).to_be_visible()
    expect(dashboard.fact("Left to refund")).to_have_text("₹320.50")
    dashboard.show(f"/payments/{released}", "₹500.00")
    dashboard.press("Cancel payment")
    dashboard.dialog_called("Cancel this payment?")
    dashboard.press("Keep as it is", within=dashboard.dialog)
    dashboard.press("Cancel payment")
    dashboard.press("Cancel payment", within=dashboard.dialog)
    dashboard.says("The payment is being cancelled.")
    expect(dashboard.page.get_by_role("link", name="Payment cancelled")).to_be_visible()
    expect(dashboard.page.get_by_role("button", name="Capture")).to_have_count(0)
    dashboard.says("Nothing has been booked yet.")
