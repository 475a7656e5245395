"""What operators see of the gateway itself, and what they do about messages that no consumer could use."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from paygate.operations.seed_test_merchant import TEST_OPERATOR_EMAIL
from tests.browser.dashboard import Dashboard, Dashboards
from tests.browser.made import POISON, DeadLetters, dead_letters_of_refunds, paid
from tests.support.polling import eventually
from tests.support.stack import TestStack


@pytest.fixture
def dead_letters(stack: TestStack) -> DeadLetters:
    return dead_letters_of_refunds(stack)


@pytest.fixture
def operator(dashboards: Dashboards) -> Dashboard:
    return dashboards.open(TEST_OPERATOR_EMAIL)


def test_dead_letters_are_sent_again_and_discarded(operator: Dashboard, dead_letters: DeadLetters) -> None:
    # A refund that is not there is nothing to do: once more on its queue, the message is used up.
    good = dead_letters.put(json.dumps({"id": "rfnd_unknown"}))
    poisoned = dead_letters.put(POISON)
    operator.show("/", "Home")
    operator.go("Operations")
    operator.is_at("/ops", "Operations")
    operator.row("Queues", "Refunds").get_by_role("link", name="2 dead letters of refunds").click()
    operator.is_at("/ops/dead-letters/refunds", "Dead letters of refunds")
    body = operator.page.get_by_role("region", name=f"body of message {poisoned}")
    expect(body).to_have_text(POISON)
    operator.page.get_by_role("checkbox", name=good).check()
    operator.press("Redrive 1")
    operator.press("Redrive 1 message", within=operator.dialog_called("Redrive 1 message?"))
    operator.says("1 message is on the queue again.")
    expect(operator.page.get_by_role("checkbox", name=good)).to_have_count(0)
    operator.page.get_by_role("checkbox", name=poisoned).check()
    operator.press("Discard 1")
    operator.press("Discard 1 message", within=operator.dialog_called("Discard 1 message?"))
    operator.says("1 message was discarded.")
    operator.says("There are no dead letters.")
    eventually(lambda: dead_letters.left() == 0, what="an empty dead-letter queue")


def test_workers_run_and_what_must_be_true_is(operator: Dashboard, stack: TestStack) -> None:
    paid(stack)
    operator.show("/ops", "Operations")
    expect(operator.row("Workers", "Running")).to_have_count(7)
    expect(operator.rows("Workers")).to_have_count(7)
    expect(operator.fact("Sweeper’s last run").locator("time")).to_be_visible()
    expect(operator.card("Reconciliation")).to_contain_text("No differences.")
    operator.says("Not checked yet.")
    operator.press("Check now")
    report = operator.card("Invariants")
    expect(report.get_by_role("status")).to_contain_text("All hold")
    expect(report.get_by_role("heading", name="Books balance")).to_be_visible()
    expect(report.get_by_text("Passed")).to_have_count(7)
