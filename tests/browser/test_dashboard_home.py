"""Home: a period's figures, and payments as they come."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.dashboard import Dashboard
from tests.browser.made import endpoint, new_vpa, order, paid, refunded
from tests.support.stack import TestStack


def inr_total(stack: TestStack) -> dict[str, Any]:
    totals = stack.call("GET", "/dashboard/summary?period=24h").json()["totals"]
    (total,) = (total for total in totals if total["currency"] == "INR")
    return dict(total)


def test_figures_of_a_period(dashboard: Dashboard, stack: TestStack) -> None:
    refunded(stack, paid(stack)["id"], amount=12_000)
    paid(stack, vpa="insufficient@paygate")
    paid(stack, currency="USD")
    with endpoint(stack, "http://127.0.0.1:65000/hook", "refund.failed"):
        dashboard.show("/", "Home")
        health = dashboard.card("Webhook health")
        expect(health.get_by_role("link", name="http://127.0.0.1:65000/hook")).to_be_visible()
    total = inr_total(stack)
    expect(dashboard.fact("Payments")).to_have_text(f"{total['payments']:,}")
    expect(dashboard.fact("Success rate")).to_have_text(re.compile(r"^\d{1,3}(\.\d)?%$"))
    for name, minor in (("Volume", total["volume"]), ("Refunds", total["refunded"])):
        shown = dashboard.fact(name).locator("[title]")
        expect(shown).to_have_attribute("title", f"{minor // 100}.{minor % 100:02} INR")
        expect(shown).to_contain_text("₹")
    expect(dashboard.card("Failure reasons")).to_contain_text("Insufficient funds")
    expect(dashboard.card("Volume over time").locator("svg path").first).to_be_attached()
    expect(dashboard.rows("Volume over time in INR")).to_have_count(24)
    for period, name, days in (("7d", "7 days", 7), ("30d", "30 days", 30)):
        dashboard.page.get_by_role("radio", name=name).click()
        expect(dashboard.rows("Volume over time in INR")).to_have_count(days)
        dashboard.is_at(f"/?period={period}", "Home")
    dashboard.page.get_by_label("Currency").select_option("USD")
    expect(dashboard.rows("Volume over time in USD")).to_have_count(30)
    dashboard.page.reload()
    expect(dashboard.page.get_by_label("Currency")).to_have_value("USD")
    expect(dashboard.fact("Volume")).to_contain_text("$")


def test_payments_appear_by_themselves(dashboard: Dashboard, stack: TestStack) -> None:
    order_id, vpa = order(stack)["id"], new_vpa()
    dashboard.show("/", "Home")
    expect(dashboard.rows("Recent payments").first).to_be_visible()
    payment_id = stack.pay(order_id, vpa)
    row = dashboard.row("Recent payments", vpa)
    expect(row).to_contain_text("Success")
    expect(row).to_contain_text("₹500.00")
    row.get_by_role("link").click()
    dashboard.is_at(f"/payments/{payment_id}", "₹500.00")
