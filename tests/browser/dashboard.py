"""The dashboard, as a merchant's or an operator's user sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, StorageState, expect

from paygate.operations.seed_test_merchant import TEST_EMAIL
from tests.support.stack import TestStack

LOGIN = "Log in to Paygate"
CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "en-US",
    # Neither UTC nor a whole number of hours away from it.
    "timezone_id": "Asia/Kolkata",
    "permissions": ["clipboard-read", "clipboard-write"],
}


@dataclass
class Dashboard:
    """One page of it."""

    page: Page
    stack: TestStack

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self, path: str = "/") -> None:
        """Load it at `path`, as a link or a bookmark does."""
        self.page.goto(f"{self.stack.url}/dashboard{path}")

    def show(self, path: str, heading: str) -> None:
        """Open `path` and wait until its page is there."""
        self.open(path)
        self.is_at(path, heading)

    def is_at(self, path: str, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(self.page).to_have_url(f"{self.stack.url}/dashboard{path}")

    def go(self, place: str) -> None:
        """By the sidebar."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()

    def log_in(self, email: str = TEST_EMAIL, password: str | None = None) -> None:
        """Fill the form in and send it; `password` is the right one unless it is given."""
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password or self.stack.dashboard_password)
        self.page.get_by_role("button", name="Log in").click()

    def log_out(self, email: str = TEST_EMAIL) -> None:
        self.page.get_by_role("button", name=email).click()
        self.page.get_by_role("menuitem", name="Log out").click()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def says(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        exact = isinstance(words, str)
        expect((within or self.page).get_by_text(words, exact=exact).first).to_be_visible()

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def dialog_called(self, title: str) -> Locator:
        """The open dialog, which has this title."""
        expect(self.dialog.get_by_role("heading", level=2)).to_have_text(title)
        return self.dialog

    def close_dialog(self) -> None:
        """By its button."""
        self.dialog.get_by_role("button", name="Close", exact=True).last.click()
        expect(self.dialog).to_have_count(0)

    def take_secret(self, what: str) -> str:
        """The secret that is shown, after which it is gone from the page."""
        secret = self.dialog.get_by_role("group", name=what).locator("code").inner_text()
        self.press("I have kept it", within=self.dialog)
        expect(self.dialog).to_have_count(0)
        expect(self.page.get_by_text(secret)).to_have_count(0)
        return secret

    def card(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=title, exact=True)

    def fact(self, name: str, *, within: Locator | None = None) -> Locator:
        """The value beside `name` in a list of facts."""
        rows = (within or self.page).locator("dl > div")
        term = self.page.locator("dt", has_text=re.compile(f"^{re.escape(name)}$"))
        return rows.filter(has=term).locator("dd").first

    def table(self, label: str) -> Locator:
        return self.page.get_by_role("table", name=label, exact=True)

    def rows(self, label: str) -> Locator:
        """The rows below the table's head."""
        return self.table(label).locator("tbody tr")

    def row(self, label: str, *texts: str) -> Locator:
        """The rows that hold all of these texts."""
        rows = self.rows(label)
        for text in texts:
            rows = rows.filter(has_text=text)
        return rows

    def column(self, label: str, header: str) -> list[str]:
        """The texts of one column, from top to bottom."""
        headers = self.table(label).locator("thead th").all_inner_texts()
        number = [text.strip() for text in headers].index(header) + 1
        return self.rows(label).locator(f"td:nth-child({number})").all_inner_texts()

    def search(self, label: str, text: str) -> None:
        box = self.page.get_by_role("searchbox", name=label)
        box.fill(text)
        box.press("Enter")

    def choose_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()


class Dashboards:
    """Pages of one test, with what went wrong on them; whoever has logged in by the form once stays so in `states`."""

    def __init__(self, browser: Browser, stack: TestStack, states: dict[str, StorageState]) -> None:
        self._browser = browser
        self._stack = stack
        self._states = states
        self._contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def open(self, email: str | None = TEST_EMAIL, **context: Any) -> Dashboard:
        """A window whose user has logged in; nobody has without an `email`."""
        if email is not None and email not in self._states:
            first = self._window({})
            first.open()
            first.log_in(email)
            expect(first.page.get_by_role("button", name=email)).to_be_visible()
            self._states[email] = first.context.storage_state()
        return self._window({"storage_state": self._states[email], **context} if email else context)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _window(self, changes: dict[str, Any]) -> Dashboard:
        context = self._browser.new_context(**{**CONTEXT, **changes})
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", self._note)
        return Dashboard(page, self._stack)

    def _note(self, message: ConsoleMessage) -> None:
        # A refusal of the API is an answer; the browser calls it a failed resource.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(message.text)
