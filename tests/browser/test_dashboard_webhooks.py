"""Webhooks: endpoints, what was sent to them and what came of it, and sending again."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect
from standardwebhooks import Webhook

from tests.browser.dashboard import Dashboard
from tests.browser.made import OK, deliveries_to, endpoint, paid, running_receiver
from tests.integration.support import reply
from tests.support.stack import TestStack

SECONDS = re.compile(r"^(in \d+ s|due now)$")


def test_endpoint_from_its_making_to_its_end(dashboard: Dashboard) -> None:
    page = dashboard.page
    with running_receiver() as receiver:
        dashboard.show("/webhooks", "Webhooks")
        dashboard.press("Add endpoint")
        dialog = dashboard.dialog_called("Add an endpoint")
        dialog.get_by_label("URL").fill("ftp://127.0.0.1/")
        dashboard.press("Add endpoint", within=dialog)
        expect(dialog.get_by_role("alert")).to_be_visible()
        dialog.get_by_label("URL").fill(receiver.url)
        dialog.get_by_label("Description").fill("The shop")
        dialog.get_by_label("All events, those to come as well").uncheck()
        dialog.get_by_label("refund.*", exact=True).check()
        dashboard.press("Add endpoint", within=dialog)
        dashboard.dialog_called("Your endpoint is ready")
        first = dashboard.take_secret("signing secret")
        row = dashboard.row("Endpoints", receiver.url, "refund.*", "The shop")
        row.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(receiver.url.removeprefix("http://"))

        dashboard.press("Send test")
        dashboard.press("Send test", within=dashboard.dialog_called("Send a test"))
        expect(dashboard.fact("Result", within=dashboard.dialog)).to_have_text("Delivered")
        expect(dashboard.fact("Answer", within=dashboard.dialog)).to_have_text("200")
        ((headers, body),) = receiver.arrived(1)
        assert Webhook(first).verify(body, headers)["event"] == "endpoint.test"
        dashboard.dialog.get_by_role("link", name="The whole exchange").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Delivery of endpoint.test")
        page.go_back()

        dashboard.press("Edit")
        dialog = dashboard.dialog_called("Edit this endpoint")
        expect(dialog.get_by_label("refund.processed")).to_be_disabled()
        dialog.get_by_label("Description").fill("The other shop")
        dialog.get_by_label("payment.success").check()
        dashboard.press("Save", within=dialog)
        dashboard.says("The endpoint’s settings are saved.")
        expect(dashboard.fact("Description")).to_have_text("The other shop")
        expect(dashboard.fact("Events")).to_contain_text("payment.success")

        dashboard.press("Rotate secret")
        dialog = dashboard.dialog_called("Rotate the signing secret")
        dialog.get_by_label("The old secret signs as well for").select_option("1 hour")
        dashboard.press("Rotate secret", within=dialog)
        dashboard.dialog_called("The new secret")
        second = dashboard.take_secret("signing secret")
        expect(dashboard.fact("Old secret ends")).to_be_visible()
        dashboard.press("Send test")
        dashboard.press("Send test", within=dashboard.dialog)
        headers, body = receiver.arrived(2)[1]
        assert second != first
        for secret in (first, second):
            Webhook(secret).verify(body, headers)
        dashboard.close_dialog()

        dashboard.press("Delete")
        dashboard.press("Delete endpoint", within=dashboard.dialog_called("Delete this endpoint?"))
        dashboard.is_at("/webhooks", "Webhooks")
        expect(dashboard.row("Endpoints", receiver.url)).to_have_count(0)


def test_failing_delivery_counts_down_and_is_retried(dashboard: Dashboard, stack: TestStack) -> None:
    page = dashboard.page
    with (
        running_receiver(reply("500 Oops", b'{"why":"no disk"}')) as receiver,
        endpoint(stack, receiver.url, "payment.success") as made,
    ):
        payment = paid(stack)
        receiver.arrived(1)
        dashboard.show(f"/webhooks?tab=deliveries&endpoint_id={made['id']}", "Webhooks")
        row = dashboard.row("Deliveries", "payment.success", "500")
        expect(row).to_contain_text("Pending")
        expect(row.get_by_text(SECONDS)).to_be_visible()
        row.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Delivery of payment.success")
        expect(dashboard.fact("Next attempt")).to_have_text(SECONDS)
        expect(dashboard.fact("Last answer")).to_have_text("500")
        expect(dashboard.fact("Payment")).to_contain_text(payment["id"])
        headers = page.get_by_role("region", name="request headers", exact=True)
        expect(headers).to_contain_text("webhook-signature: v1,")
        answer = page.get_by_role("region", name="response body", exact=True)
        assert json.loads(answer.inner_text()) == {"why": "no disk"}
        body = json.loads(page.get_by_role("region", name="request body", exact=True).inner_text())
        assert body["data"]["payment"]["id"] == payment["id"]
        expect(dashboard.fact("Total")).to_have_text(re.compile(r"^\d+ ms$"))
        # The schedule goes on by itself.
        expect(page.get_by_role("heading", name="Attempt 2")).to_be_visible()
        receiver.answer = OK
        dashboard.press("Retry now")
        dashboard.says("The webhook is being sent again.")
        expect(dashboard.fact("Last answer")).to_have_text("200")
        expect(dashboard.fact("Next attempt")).to_have_count(0)
        expect(answer.first).to_have_text("thanks")
        page.get_by_role("heading", name="Attempt 1").click()
        expect(answer.filter(has_text="no disk")).to_be_visible()


def test_disabled_endpoint_gets_what_it_has_missed(dashboard: Dashboard, stack: TestStack) -> None:
    with running_receiver() as receiver, endpoint(stack, receiver.url, "payment.success") as made:
        heading = receiver.url.removeprefix("http://")
        dashboard.show(f"/webhooks/endpoints/{made['id']}", heading)
        dashboard.press("Disable")
        dashboard.press("Disable", within=dashboard.dialog_called("Disable this endpoint?"))
        dashboard.says("The endpoint is disabled; its events are held.")
        missed = {paid(stack)["id"] for _ in range(2)}
        deliveries_to(stack, made["id"], "held", count=2)
        assert receiver.server.requests == []
        dashboard.page.reload()
        expect(dashboard.row("Recent deliveries", "Held")).to_have_count(2)
        dashboard.press("Enable")
        dialog = dashboard.dialog_called("Enable this endpoint?")
        expect(dialog.get_by_role("checkbox")).to_be_checked()
        dashboard.press("Enable and send 2 webhooks", within=dialog)
        dashboard.dialog_called("Sending what was missed")
        dashboard.says("2 webhooks were delivered.", within=dialog)
        bodies = [json.loads(body) for _, body in receiver.arrived(2)]
        assert {body["data"]["payment"]["id"] for body in bodies} == missed
        dashboard.close_dialog()
        expect(dashboard.row("Recent deliveries", "Delivered")).to_have_count(2)


def test_many_are_sent_again(dashboard: Dashboard, stack: TestStack) -> None:
    with running_receiver() as receiver, endpoint(stack, receiver.url, "payment.success") as made:
        for _ in range(2):
            paid(stack)
        deliveries_to(stack, made["id"], "delivered", count=2)
        dashboard.show(f"/webhooks?tab=deliveries&endpoint_id={made['id']}", "Webhooks")
        dashboard.page.get_by_label("Status").select_option("delivered")
        expect(dashboard.rows("Deliveries")).to_have_count(2)
        dashboard.press("Send many again")
        dialog = dashboard.dialog_called("Send many webhooks again")
        expect(dialog.get_by_label("Endpoint")).to_have_value(made["id"])
        dialog.get_by_label("Event").select_option("refund.processed")
        dashboard.press("Count them", within=dialog)
        dashboard.says("Nothing matches: there is nothing to send.", within=dialog)
        dashboard.press("Change the choice", within=dialog)
        dialog.get_by_label("Event").select_option("")
        dashboard.press("Count them", within=dialog)
        dashboard.says("2 webhooks will be sent.", within=dialog)
        assert len(receiver.server.requests) == 2
        dashboard.press("Send 2 webhooks again", within=dialog)
        dashboard.says("2 webhooks were delivered.", within=dialog)
        assert len({headers["webhook-id"] for headers, _ in receiver.arrived(4)}) == 2
