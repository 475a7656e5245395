"""Many payments at once, through everything that is deployed."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.support.polling import eventually
from tests.support.rows import Rows, rows_of
from tests.support.stack import TestStack

PAYMENTS = 200
CLIENTS = 25
CHAIN = ["payment.created", "payment.pending", "payment.success"]


def test_two_hundred_payments_at_once_settle_once_each_with_one_event_chain(stack: TestStack) -> None:
    order = stack.call("POST", "/orders", {"amount": 4_200, "currency": "INR", "reusable": True}).json()
    body = {"order_id": order["id"], "method": "upi", "vpa": "user@paytm"}
    keys = [secrets.token_hex(8) for _ in range(PAYMENTS)]
    # Every request is sent twice, as by a client that has lost patience, from all clients at once.
    requests_ = [key for key in keys for _ in range(2)]
    start = threading.Barrier(CLIENTS)

    def client(number: int) -> list[tuple[str, requests.Response]]:
        start.wait(30)
        return [(key, accepted(stack, body, key)) for key in requests_[number::CLIENTS]]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for part in pool.map(client, range(CLIENTS)) for answer in part]
    bodies: dict[str, set[bytes]] = {key: set() for key in keys}
    for key, answer in answers:
        bodies[key].add(answer.content)
    assert all(len(seen) == 1 for seen in bodies.values())
    with rows_of(stack.services.database_url) as rows:
        eventually(lambda: settled(rows, order["id"]) == PAYMENTS, seconds=120, what="the settlement of them all")
        payments = rows.all("SELECT id, status FROM payments WHERE order_id = :id", id=order["id"])
        assert [payment["status"] for payment in payments] == ["success"] * PAYMENTS
        for payment in payments:
            events = rows.all(
                "SELECT type, sequence FROM events WHERE payment_id = :id ORDER BY sequence", id=payment["id"]
            )
            assert [event["type"] for event in events] == CHAIN
            assert [event["sequence"] for event in events] == [1, 2, 3]
        left = rows.value(
            "SELECT count(*) FROM outbox JOIN payments ON subject_id = id WHERE order_id = :id", id=order["id"]
        )
        assert left == 0


def accepted(stack: TestStack, body: Any, key: str) -> requests.Response:
    """The 201 for this key: a request that comes too early, or while its twin is under way, is sent again."""

    def answer() -> requests.Response | None:
        response = stack.post(body, **{"Idempotency-Key": key})
        assert response.status_code in (201, 409, 429), response.text
        assert response.status_code == 201 or response.headers["Retry-After"] == "1"
        return response if response.status_code == 201 else None

    return eventually(answer, what=f"the answer to {key}")


def settled(rows: Rows, order_id: str) -> int:
    count: int = rows.value("SELECT count(*) FROM payments WHERE order_id = :id AND status = 'success'", id=order_id)
    return count
