"""Card payments through everything that is deployed, KMS and the vault included."""

from __future__ import annotations

from typing import Any

import pytest

from paygate.adapters.acquirers.simulator import FAILING_CARDS
from tests.support.stack import TestStack

NETWORKS = {
    "visa": "4242 4242 4242 4242",
    "mastercard": "5555-5555-5555-4444",
    "rupay": "6074840000000007",
    "amex": "378282246310005",
    "diners": "36227206271667",
    "discover": "6011111111111117",
    "unionpay": "6200000000000005",
}


def pay_by_card(stack: TestStack, number: str, order_id: str = "order_test_123") -> dict[str, Any]:
    cvv = "1234" if number.startswith("37") else "123"
    card = {"number": number, "expiry_month": "12", "expiry_year": "2040", "cvv": cvv, "holder_name": "A. Shopper"}
    answer = stack.call("POST", "/payments", {"order_id": order_id, "method": "card", "card": card})
    assert answer.status_code == 201, answer.text
    payment: dict[str, Any] = answer.json()
    return payment


def test_a_card_of_each_network_pays(stack: TestStack) -> None:
    payments = {network: pay_by_card(stack, number) for network, number in NETWORKS.items()}
    for network, payment in payments.items():
        last4 = NETWORKS[network][-4:]
        assert payment["card"] == {"network": network, "last4": last4}
        assert "vpa" not in payment
        assert stack.settled(payment["id"])["status"] == "success"


def test_each_failing_card_fails_with_its_own_reason(stack: TestStack) -> None:
    payments = {last4: pay_by_card(stack, f"400000000000{last4}") for last4 in FAILING_CARDS}
    settled = {last4: stack.settled(payment["id"]) for last4, payment in payments.items()}
    assert {last4: (payment["status"], payment["failure_reason"]) for last4, payment in settled.items()} == {
        last4: ("failed", reason) for last4, reason in FAILING_CARDS.items()
    }


@pytest.mark.parametrize(
    ("instrument", "status"),
    [("4000000000000044", "success"), ("timeout@paygate", "success"), ("timeout-failure@paygate", "failed")],
)
def test_a_lost_answer_is_found_again_by_asking(stack: TestStack, instrument: str, status: str) -> None:
    payment_id = stack.pay(vpa=instrument) if "@" in instrument else pay_by_card(stack, instrument)["id"]
    assert stack.settled(payment_id)["status"] == status


def test_with_manual_capture_a_payment_is_authorized_and_blocks_the_order(stack: TestStack) -> None:
    order = stack.call("POST", "/orders", {"amount": 900, "currency": "USD", "capture": "manual"}).json()
    payment = pay_by_card(stack, NETWORKS["visa"], order["id"])
    assert stack.settled(payment["id"])["status"] == "authorized"
    assert stack.call("GET", f"/orders/{order['id']}").json()["status"] == "authorized"
    again = stack.call("POST", "/payments", {"order_id": order["id"], "method": "upi", "vpa": "user@paytm"})
    assert (again.status_code, again.json()["error"]["reason"]) == (409, "ORDER_ALREADY_AUTHORIZED")
