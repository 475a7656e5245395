"""The browser, and a merchant's page in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState, expect, sync_playwright

from paygate_local.test_run import find_chromium
from tests.browser.checkout import Merchant, ShopPages, serve_shop
from tests.browser.dashboard import Dashboard, Dashboards
from tests.support.stack import TestStack

# A stack that has just been deployed starts its functions with the first calls.
PATIENCE_MS = 20_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(stack: TestStack) -> Iterator[Browser]:
    """Started after the stack, and gone after each module: while it runs, nothing in this process can run a loop."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shop_port(stack: TestStack) -> Iterator[int]:
    """Where a merchant's page is served that loads the stack's checkout.js: another origin than the stack's."""
    with serve_shop(stack.url) as port:
        yield port


@pytest.fixture
def pages(browser: Browser, stack: TestStack, shop_port: int) -> Iterator[ShopPages]:
    """Makes shop pages; every one must end without an error in its console."""
    pages = ShopPages(browser, stack, shop_port)
    yield pages
    pages.close()
    assert pages.problems == []


@pytest.fixture
def shop(pages: ShopPages) -> Merchant:
    """A shop's page in a window of its own."""
    return pages.open()


@pytest.fixture(scope="module")
def logged_in(stack: TestStack) -> dict[str, StorageState]:
    """The cookies of each user who has logged in, so that a module's tests do it once."""
    return {}


@pytest.fixture
def dashboards(browser: Browser, stack: TestStack, logged_in: dict[str, StorageState]) -> Iterator[Dashboards]:
    """Opens dashboards; every one must end without an error in its console."""
    dashboards = Dashboards(browser, stack, logged_in)
    yield dashboards
    dashboards.close()
    assert dashboards.problems == []


@pytest.fixture
def dashboard(dashboards: Dashboards) -> Dashboard:
    """The test merchant's, whose user has logged in."""
    return dashboards.open()
