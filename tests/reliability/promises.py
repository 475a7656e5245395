"""What must be true of payments and the bank at every moment; `books` has the same of refunds and the ledger."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from paygate.domain.payment_status import TRANSITIONS, PaymentStatus, may_become
from tests.reliability.bank import Bank
from tests.reliability.books import check_books
from tests.reliability.snapshot import OPEN, TAKEN, Event, Snapshot

# The payment's own events, by its status.
CHAINS = {
    "pending": "created pending",
    "processing": "created pending",
    "success": "created pending success",
    "failed": "created pending failed",
    "authorized": "created pending authorized( capture_failed)*",
    "captured": "created pending authorized( capture_failed)* captured",
    "cancelled": "created pending authorized( capture_failed)* cancelled",
}
ORDER_STATUS = {"success": "paid", "captured": "paid", "authorized": "authorized"}
# What has ended stays like this; refunds of it are counted, and are events of it, all the same.
OUTCOME = (
    "status",
    "failure_reason",
    "acquirer_reference",
    "amount_captured_minor",
    "fee_minor",
    "capture_failure_reason",
)


def check_promises(now: Snapshot, bank: Bank) -> None:
    """P1 and P2 as one moment shows them."""
    assert bank.complaints == []
    taken = Counter(p["order_id"] for p in now.payments.values() if p["exclusive"] and p["status"] in TAKEN)
    assert all(count == 1 for count in taken.values()), f"paid twice: {taken}"
    statuses = {p["order_id"]: ORDER_STATUS[p["status"]] for p in now.payments.values() if p["order_id"] in taken
                and p["status"] in TAKEN}  # fmt: skip
    for order_id, order in now.orders.items():
        assert order["status"] == statuses.get(order_id) or (
            order_id not in taken and order["status"] in ("created", "expired")
        ), f"{order_id}: {order}"
    for payment in now.payments.values():
        _check_money(payment, bank)
        _check_events(payment, now.events[payment["id"]])
    assert sorted(now.payment_jobs) == sorted(now.open_ids), "the outbox holds just what is still to be done"
    assert sorted(now.refund_jobs) == sorted(now.open_refund_ids), "and of refunds, too"
    assert now.undelivered == 0, "each event has its delivery for each endpoint that wants it"
    assert now.forgotten == 0, "each pending delivery is in the outbox, and nothing else"
    check_books(now, bank)


def _check_money(payment: dict[str, Any], bank: Bank) -> None:
    payment_id, status, requested = payment["id"], payment["status"], payment["requested"]
    captured = bank.captured.get(payment_id)
    if status in TAKEN:
        assert bank.holds(payment_id) or requested == "cancel", f"{status} without the money: {payment}"
        assert (status == "success") == (payment["capture"] == "automatic")
        assert bank.charges[payment_id].capture == (status == "success")
        assert payment["acquirer_reference"] == f"bank_{payment_id}"
    elif status in OPEN:
        assert payment_id not in bank.voided, f"voided while it is open: {payment}"
    elif status == "cancelled":
        assert payment_id in bank.voided, f"cancelled, and the money is kept: {payment}"
    elif bank.holds(payment_id):
        assert payment["void_status"] == "pending", f"failed, and the money is kept: {payment}"
    if status == "success":
        assert payment["amount_captured_minor"] == captured == payment["amount_minor"]
    elif status == "captured":
        assert payment["amount_captured_minor"] == captured
    elif payment["capture"] == "manual":
        asked = payment["requested_amount_minor"] if requested == "capture" else None
        assert captured in (None, asked), f"captured without being asked: {payment}"
    if payment["void_status"] == "done":
        assert payment_id in bank.voided


def _check_events(payment: dict[str, Any], chain: list[Event]) -> None:
    assert [event.sequence for event in chain] == list(range(1, payment["event_sequence"] + 1))
    own = [event.type.removeprefix("payment.") for event in chain if event.refund_id is None]
    assert re.fullmatch(CHAINS[payment["status"]], " ".join(own)), f"{payment['status']}: {own}"
    assert all(event.refund_id is not None for event in chain[len(own) :]), "refunds come after the payment's end"
    assert (payment["capture_failure_reason"] is not None) == (own[-1] == "capture_failed")


def check_history(before: Snapshot, after: Snapshot) -> None:
    """P1 between two moments: nothing vanishes, statuses go their legal ways, and what has ended stays as it is."""
    for payment_id, old in before.payments.items():
        new = after.payments[payment_id]
        assert _reachable(old["status"], new["status"]), f"{old} became {new}"
        assert after.events[payment_id][: len(before.events[payment_id])] == before.events[payment_id]
        if not TRANSITIONS[old["status"]]:
            assert [old[name] for name in OUTCOME] == [new[name] for name in OUTCOME], "an end is an end"
            assert (old["void_status"], new["void_status"]) in {
                (None, None), ("pending", "pending"), ("pending", "done"), ("done", "done")
            }  # fmt: skip
    for refund_id, refund in before.refunds.items():
        later = after.refunds[refund_id]
        assert later == refund or refund["status"] == "pending", f"{refund} became {later}"
        assert (later["payment_id"], later["amount_minor"]) == (refund["payment_id"], refund["amount_minor"])
    assert set(before.journals) <= set(after.journals), "what has been booked stays booked"
    for key, stored in before.keys.items():
        kept = after.keys.get(key)
        assert kept is None or kept["request_id"] != stored["request_id"] or kept["body"] == stored["body"]


def _reachable(old: PaymentStatus, new: PaymentStatus) -> bool:
    return old == new or may_become(old, new) or any(_reachable(middle, new) for middle in TRANSITIONS[old])


def check_end(now: Snapshot, bank: Bank) -> None:
    """When all is drained: everything has ended, and money that is held belongs to a payment that took it."""
    check_promises(now, bank)
    assert now.payment_jobs == now.refund_jobs == []
    assert all(payment["status"] not in OPEN for payment in now.payments.values())
    assert {p["id"] for p in now.payments.values() if p["status"] in TAKEN} == set(filter(bank.holds, bank.charges))
    processed = {refund["id"] for refund in now.refunds.values() if refund["status"] == "processed"}
    assert processed == set(bank.refunds), "the shopper has got what Paygate says"
