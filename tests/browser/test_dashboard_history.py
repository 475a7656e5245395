"""A merchant with two months of payments: the figures that Home makes of them, and the documentation's pictures."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import expect

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.periods import window_of
from paygate.operations.create_user import create_user
from tests.browser.dashboard import Dashboard, Dashboards
from tests.browser.history import MERCHANT_ID, Payment, write_history
from tests.browser.looks import SIZES, STILL, look_at, ready
from tests.support.stack import TestStack

EMAIL = "meera@malabar.example"
CHART = "Volume over time in INR"
# Down to the end of the cards below the chart.
TALL = {**SIZES, "desktop": (1280, 936)}


@pytest.fixture(scope="module")
def history(stack: TestStack) -> list[Payment]:
    payments = write_history(stack.services.database_url)
    with closing(PostgresDatabase(stack.services.database_url)) as database:
        create_user(database, email=EMAIL, merchant_id=MERCHANT_ID, role="merchant", password=stack.dashboard_password)
    return payments


def decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def rounded(number: Decimal, places: str) -> Decimal:
    return number.quantize(Decimal(places), ROUND_HALF_UP)


def test_home_of_a_month_is_photographed(dashboards: Dashboards, history: list[Payment]) -> None:
    dashboard = dashboards.open(EMAIL, **STILL)
    dashboard.show("/", "Home")
    dashboard.page.get_by_role("radio", name="30 days").click()
    expect(dashboard.rows(CHART)).to_have_count(30)
    check_figures(dashboard, history)
    ready(dashboard.page)
    look_at(dashboard.page, "home", TALL)


def check_figures(dashboard: Dashboard, history: list[Payment]) -> None:
    begun = window_of("30d", datetime.now(UTC)).from_at
    payments = [payment for payment in history if payment.created_at >= begun]
    paid = [payment for payment in payments if payment.failure_reason is None]
    refunded = sum(one.refunded_minor for one in history if one.refunded_at and one.refunded_at >= begun)
    days = Counter[int]()
    for payment in paid:
        days[(payment.created_at - begun).days] += payment.amount_minor
    expect(dashboard.fact("Payments")).to_have_text(f"{len(payments):,}")
    rate = rounded(rounded(Decimal(len(paid)) / len(payments), "0.0001") * 100, "0.1")
    expect(dashboard.fact("Success rate")).to_have_text(f"{float(rate):g}%")
    for name, minor in (("Volume", days.total()), ("Refunds", refunded)):
        expect(dashboard.fact(name).locator("[title]")).to_have_attribute("title", f"{decimal(minor)} INR")
    assert dashboard.column(CHART, "Volume") == [decimal(days[number]) for number in range(30)]


def test_payments_are_photographed(dashboards: Dashboards, history: list[Payment]) -> None:
    dashboard = dashboards.open(EMAIL, **STILL)
    dashboard.show("/payments", "Payments")
    expect(dashboard.rows("Payments").first).to_be_visible()
    ready(dashboard.page)
    look_at(dashboard.page, "payments")


def test_payment_is_photographed(dashboards: Dashboards, history: list[Payment]) -> None:
    payment = [one for one in history if one.refunded_at][-1]
    dashboard = dashboards.open(EMAIL, **STILL)
    dashboard.open(f"/payments/{payment.id}")
    expect(dashboard.row("Webhook deliveries", "refund.processed")).to_contain_text("Delivered")
    expect(dashboard.fact("Refunded").locator("[title]")).to_have_attribute(
        "title", f"{decimal(payment.refunded_minor)} INR"
    )
    ready(dashboard.page)
    look_at(dashboard.page, "payment")
