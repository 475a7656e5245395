"""What must be true of refunds and of the ledger at every moment."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.reliability.bank import Bank
from tests.reliability.snapshot import Snapshot

HELD = frozenset({"pending", "processed"})


def check_books(now: Snapshot, bank: Bank) -> None:
    """Refunds never exceed what was captured, the bank has paid what has ended, and each of it is booked once."""
    for payment in now.payments.values():
        _check_amounts(payment, now)
    for refund in now.refunds.values():
        _check_refund(refund, now, bank)
    assert bank.refunds.keys() <= now.refunds.keys(), "the bank was never asked for a refund that is not ours"
    assert now.unbalanced == 0, "each journal has two entries of its amount"
    assert now.differences == now.merchant_differences == [], "the ledger says what the rows say"
    booked = Counter((each.type, each.payment_id, each.refund_id, each.amount_minor) for each in now.journals)
    assert booked == _expected_journals(now)


def _check_amounts(payment: dict[str, Any], now: Snapshot) -> None:
    captured, refunds = payment["amount_captured_minor"], now.refunds_of[payment["id"]]
    if captured is None:
        assert (payment["amount_refunded_minor"], payment["fee_minor"], refunds) == (None, None, [])
        return
    assert 0 < captured <= payment["amount_minor"]
    held = sum(refund["amount_minor"] for refund in refunds if refund["status"] in HELD)
    assert payment["amount_refunded_minor"] == held <= captured, f"{payment}: {refunds}"
    assert payment["fee_minor"] == (captured * now.fee_basis_points[payment["merchant_id"]] + 5_000) // 10_000


def _check_refund(refund: dict[str, Any], now: Snapshot, bank: Bank) -> None:
    refund_id, status = refund["id"], refund["status"]
    paid = bank.refunds.get(refund_id)
    assert paid is None or (paid.payment_id, paid.amount_minor, paid.currency, paid.reason) == (
        refund["payment_id"],
        refund["amount_minor"],
        refund["currency"],
        refund["reason"],
    )
    if status != "pending":
        assert (paid is not None) == (status == "processed"), f"the bank says otherwise: {refund}"
        assert refund["acquirer_reference"] == f"bank_{refund_id}"
        assert refund["claimed_until"] is None
    assert refund["failure_reason"] == ("refund_declined" if status == "failed" else None)
    told = [event.type for event in now.events[refund["payment_id"]] if event.refund_id == refund_id]
    assert told == ["refund.created", *([f"refund.{status}"] if status != "pending" else [])]


def _expected_journals(now: Snapshot) -> Counter[tuple[str, str, str | None, int]]:
    expected: Counter[tuple[str, str, str | None, int]] = Counter()
    for payment in now.payments.values():
        if payment["amount_captured_minor"] is not None:
            expected["capture", payment["id"], None, payment["amount_captured_minor"]] += 1
        if payment["fee_minor"]:
            expected["fee", payment["id"], None, payment["fee_minor"]] += 1
    for refund in now.refunds.values():
        about = (refund["payment_id"], refund["id"], refund["amount_minor"])
        expected["refund", *about] += 1
        if refund["status"] != "pending":
            expected[f"refund_{refund['status']}", *about] += 1
    return expected
