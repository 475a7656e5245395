"""The pages load through the front door in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from paygate_local.settings import ROOT
from tests.support.stack import TestStack

# `make pictures` copies those that the documentation shows.
SCREENSHOTS = ROOT / ".local" / "screenshots"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    def note_failure(request: Request) -> None:
        # A request that is under way when the page is left is aborted, which is no failure.
        if request.failure != "net::ERR_ABORTED":
            problems.append(f"{request.url}: {request.failure}")

    page.on("requestfailed", note_failure)
    yield page
    page.close()
    assert problems == []


def test_the_front_page_shows_the_health_of_the_stack(stack: TestStack, page: Page) -> None:
    page.goto(stack.url)
    expect(page).to_have_title(re.compile("^Paygate"))
    expect(page.get_by_text("connected", exact=False).first).to_be_visible()
    assert f"{stack.url}/api/v1/payments" in page.inner_text("main")


def test_the_dashboard_shows_its_login_also_at_a_deep_link(stack: TestStack, page: Page) -> None:
    page.goto(f"{stack.url}/dashboard/payments/pay_1")
    expect(page.get_by_role("heading", name="Log in to Paygate")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page).to_have_url(f"{stack.url}/dashboard/payments/pay_1")


def test_an_unknown_page_leads_home(stack: TestStack, page: Page) -> None:
    answer = page.goto(f"{stack.url}/no/such/page")
    assert answer is not None
    assert answer.status == 404
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page).to_have_url(f"{stack.url}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "width", "height"), [("desktop", 1280, 720), ("phone", 390, 844)])
def test_the_front_page_fits_and_is_photographed(
    stack: TestStack, browser: Browser, scheme: Literal["light", "dark"], size: str, width: int, height: int
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
    page.goto(stack.url)
    expect(page.get_by_text("connected", exact=False).first).to_be_visible()
    scroll_width = page.evaluate("document.documentElement.scrollWidth")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"front-{size}-{scheme}.png")
    page.close()
    assert scroll_width <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/dashboard/", "/no/such/page"])
def test_pages_are_accessible(stack: TestStack, browser: Browser, path: str, scheme: Literal["light", "dark"]) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.goto(stack.url + path)
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [violation["id"] for violation in violations] == []
