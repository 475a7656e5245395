"""The routes by which a merchant asks for something of a payment: a refund, a capture or a cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.api import Answer
from tests.unit.api.conftest import Call, FakeWiring

BODY = '{"id":"some_1"}'
REFUND_ROW = {"body": BODY, "currency": "INR", "amount_captured_minor": 500, "left_minor": 500, "delivery_ids": None}
REQUEST_ROW = {
    "body": BODY,
    "status": "authorized",
    "requested_before": None,
    "amount_minor": 500,
    "too_late": False,
}


@dataclass(frozen=True)
class Route:
    """A route with the statement that it runs and the queue that it sends to; `row` is a request that is accepted."""

    statement: str
    path: str
    status: int
    queue: str
    row: dict[str, Any]

    def send(self, call: Call, body: str | bytes | None = None, *, payment_id: str = "pay_1", **given: Any) -> Answer:
        return call(self.path, body, payment_id=payment_id, **given)

    def store(self, wiring: FakeWiring, **changes: Any) -> None:
        """Agree with the database what it says to this route's statement."""
        wiring.database.answers[self.statement] = [{**self.row, **changes}]

    def stored(self, wiring: FakeWiring) -> dict[str, Any]:
        return wiring.database.parameters(self.statement)


REFUND = Route("create_refund", "POST /payments/{payment_id}/refunds", 201, "refunds_queue", REFUND_ROW)
CAPTURE = Route("capture_payment", "POST /payments/{payment_id}/capture", 202, "payments_queue", REQUEST_ROW)
CANCEL = Route("cancel_payment", "POST /payments/{payment_id}/cancel", 202, "payments_queue", REQUEST_ROW)
EACH = pytest.mark.parametrize("route", [REFUND, CAPTURE, CANCEL], ids=["refund", "capture", "cancel"])
WITH_AMOUNT = pytest.mark.parametrize("route", [REFUND, CAPTURE], ids=["refund", "capture"])


def accept_all(wiring: FakeWiring) -> None:
    """Agree with the database that it accepts every request."""
    for route in (REFUND, CAPTURE, CANCEL):
        route.store(wiring)
