"""What a merchant can ask of the API, what it does, and how it must be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reliability.environments import reason_of
from tests.reliability.snapshot import Snapshot
from tests.support.api import Answer

PAY = "/payments"
CAPTURE = "/payments/{payment_id}/capture"
CANCEL = "/payments/{payment_id}/cancel"
REFUND = "/payments/{payment_id}/refunds"
# The statement that does what a route is for, and the status of its answer.
STATEMENTS = {PAY: "create_payment", CAPTURE: "capture_payment", CANCEL: "cancel_payment", REFUND: "create_refund"}
STATUSES = {PAY: 201, CAPTURE: 202, CANCEL: 202, REFUND: 201}
ORDER_REFUSALS = {
    "paid": "ORDER_ALREADY_PAID",
    "authorized": "ORDER_ALREADY_AUTHORIZED",
    "expired": "ORDER_EXPIRED",
}


@dataclass(frozen=True)
class Request:
    """A POST; `payment_id` is the one in its path."""

    path: str
    body: dict[str, Any]
    payment_id: str | None = None

    @property
    def path_parameters(self) -> Mapping[str, str]:
        return {} if self.payment_id is None else {"payment_id": self.payment_id}

    @property
    def by_card(self) -> bool:
        return self.body.get("method") == "card"


@dataclass(frozen=True)
class Sent:
    """A request with all that can be known about it: what was there before, what it made and what was answered."""

    request: Request
    key: str | None
    fault: str
    redis: bool
    before: Snapshot
    after: Snapshot
    answer: Answer | None
    made: set[str] = field(default_factory=set)

    @property
    def stored(self) -> dict[str, Any] | None:
        """The answer that the key had before."""
        return self.before.keys.get(self.key or "")

    @property
    def kept(self) -> dict[str, Any] | None:
        """The answer that it has now."""
        return self.after.keys.get(self.key or "")


def made_by(request: Request, before: Snapshot, after: Snapshot) -> set[str]:
    """Which payments or refunds it has begun, or which payment it has a capture or cancel under way of."""
    if request.path == PAY:
        return after.payments.keys() - before.payments.keys()
    if request.path == REFUND:
        return after.refunds.keys() - before.refunds.keys()
    return {
        payment_id
        for payment_id, payment in before.payments.items()
        if payment["requested"] is None and after.payments[payment_id]["requested"] is not None
    }


def judge_first(sent: Sent) -> None:
    """An answer that is no replay says what the rows say."""
    answer, request = sent.answer, sent.request
    assert answer is not None
    refusal = _refusal_of(request, sent.before)
    if refusal is not None:
        assert (answer.status, reason_of(answer)) == (409, refusal)
        assert not sent.made
        return
    assert answer.status == STATUSES[request.path], answer.text
    assert sent.made == {answer.json["id"]}
    if request.path == REFUND:
        left = _left_minor(sent.before, request)
        assert answer.json["amount"] == request.body.get("amount", left)
        assert answer.json["status"] == "pending"
    elif request.path != PAY:
        payment = sent.after.payments[answer.json["id"]]
        wanted = request.body.get("amount", payment["amount_minor"]) if request.path == CAPTURE else None
        assert payment["id"] == request.payment_id
        assert payment["requested"] == answer.json["pending_action"] == request.path.rpartition("/")[2]
        assert payment["requested_amount_minor"] == wanted


def _refusal_of(request: Request, now: Snapshot) -> str | None:
    """Why this request cannot be granted; None if it can."""
    if request.path == PAY:
        return ORDER_REFUSALS.get(now.orders[request.body["order_id"]]["status"])
    payment = now.payments[request.payment_id or ""]
    amount: int | None = request.body.get("amount")
    if request.path == REFUND:
        left = _left_minor(now, request)
        if left is None:
            return "PAYMENT_NOT_CAPTURED"
        if left == 0:
            return "PAYMENT_FULLY_REFUNDED"
        return "REFUND_EXCEEDS_LEFT" if amount is not None and amount > left else None
    if payment["status"] != "authorized":
        return "PAYMENT_NOT_AUTHORIZED"
    if payment["requested"] is not None:
        return f"{payment['requested'].upper()}_PENDING"
    if request.path == CANCEL:
        return None
    if payment["id"] in now.late:
        return "AUTHORIZATION_EXPIRED"
    return "CAPTURE_EXCEEDS_AUTHORIZED" if amount is not None and amount > payment["amount_minor"] else None


def _left_minor(now: Snapshot, request: Request) -> int | None:
    """What can still be refunded; None if nothing was captured."""
    payment = now.payments[request.payment_id or ""]
    if payment["amount_captured_minor"] is None:
        return None
    left: int = payment["amount_captured_minor"] - payment["amount_refunded_minor"]
    return left
