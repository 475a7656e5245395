"""Rows that a test needs, and raw SQL to look at them and to move time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from paygate.adapters.postgres.connection import connect
from paygate.domain.cards import Card
from paygate.domain.ids import new_id
from paygate.operations.answer_once import key_parameters
from paygate.operations.ports import Cipher, Database

TEST_MERCHANT_ID = "merchant_test_123"
# As Paygate will make them: base64 after the prefix.
ENDPOINT_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AUTHORIZATION_SECONDS = 604_800
RESEND_AFTER_SECONDS = 30
CARD = Card("4242424242424242", 12, 2040, "123", "visa", "Zoë Ω")


class Rows:
    """One raw connection to a test's database."""

    def __init__(self, url: str) -> None:
        self._connection = connect(url)

    def all(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        rows = self._connection.run(sql, **parameters)
        names = [column["name"] for column in self._connection.columns or ()]
        return [dict(zip(names, row, strict=True)) for row in rows or ()]

    def one(self, sql: str, **parameters: object) -> dict[str, Any]:
        (row,) = self.all(sql, **parameters)
        return row

    def column(self, sql: str, **parameters: object) -> list[Any]:
        return [value for row in self.all(sql, **parameters) for value in row.values()]

    def value(self, sql: str, **parameters: object) -> Any:
        (value,) = self.one(sql, **parameters).values()
        return value

    def run(self, sql: str, **parameters: object) -> None:
        self._connection.run(sql, **parameters)

    def close(self) -> None:
        self._connection.close()

    def add_merchant(self) -> str:
        merchant_id = new_id("merchant")
        self.run(
            "INSERT INTO merchants (id, name, email) VALUES (:id, 'Another', :email)",
            id=merchant_id,
            email=f"{secrets.token_hex(8)}@example.com",
        )
        return merchant_id

    def add_order(
        self,
        *,
        merchant_id: str = TEST_MERCHANT_ID,
        reusable: bool = False,
        amount_minor: int = 50_000,
        currency: str = "INR",
        capture: str = "automatic",
        expires_in_seconds: int | None = None,
    ) -> str:
        """A negative `expires_in_seconds` makes an order that has expired."""
        order_id = new_id("order")
        self.run(
            "INSERT INTO orders (id, merchant_id, amount_minor, currency, reusable, capture, expires_at)"
            " VALUES (:id, :merchant_id, :amount_minor, :currency, :reusable, :capture,"
            " now() + CAST(:expires_in_seconds AS int) * interval '1 second')",
            id=order_id,
            merchant_id=merchant_id,
            amount_minor=amount_minor,
            currency=currency,
            reusable=reusable,
            capture=capture,
            expires_in_seconds=expires_in_seconds,
        )
        return order_id

    def add_endpoint(
        self,
        cipher: Cipher,
        *,
        merchant_id: str = TEST_MERCHANT_ID,
        url: str = "https://merchant.example/webhooks",
        events: Sequence[str] = ("*",),
        status: str = "enabled",
    ) -> str:
        endpoint_id = new_id("whe")
        self.run(
            "INSERT INTO webhook_endpoints (id, merchant_id, url, events, status, disabled_reason, secret_encrypted)"
            " VALUES (:id, :merchant_id, :url, :events, :status, :disabled_reason, :secret)",
            id=endpoint_id,
            merchant_id=merchant_id,
            url=url,
            events=list(events),
            status=status,
            disabled_reason="requested" if status == "disabled" else None,
            secret=cipher.encrypt(ENDPOINT_SECRET, owner=endpoint_id),
        )
        return endpoint_id


@contextmanager
def rows_of(url: str) -> Iterator[Rows]:
    """Rows of the database at `url`, for as long as the block runs."""
    rows = Rows(url)
    try:
        yield rows
    finally:
        rows.close()


def start_payment(
    database: Database,
    order_id: str,
    *,
    vpa: str | None = "user@paytm",
    card: Card | None = None,
    merchant_id: str = TEST_MERCHANT_ID,
) -> str:
    """Run the statement that creates a payment by card, if one is given, by any VPA, or by link; the payment's id."""
    payment_id = new_id("pay")
    (row,) = database.run(
        "create_payment",
        payment_id=payment_id,
        order_id=order_id,
        merchant_id=merchant_id,
        method="card" if card else "upi",
        vpa=None if card else vpa,
        card_network=card.network if card else None,
        card_last4=card.last4 if card else None,
        card_expiry_month=card.expiry_month if card else None,
        card_expiry_year=card.expiry_year if card else None,
        card_fingerprint=card.fingerprint(b"key").hex() if card else None,
        created_event_id=new_id("evt"),
        pending_event_id=new_id("evt"),
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(None),
    )
    assert row["body"] is not None, f"{order_id} is {row['order_status']}"
    return payment_id


def finish_payment(database: Database, payment_id: str, *, failure_reason: str | None = None) -> None:
    """Claim and settle the payment: it fails if there is a reason, or is captured or authorized, as its order says."""
    (claimed,) = database.run(
        "claim_payments", payment_ids=[payment_id], lease_seconds=RESEND_AFTER_SECONDS, charge_within_seconds=3_600
    )
    outcome = {
        "payment_id": claimed["id"],
        "event_id": new_id("evt"),
        "kind": "decided",
        "succeeded": failure_reason is None,
        "failure_reason": failure_reason,
        "acquirer_reference": f"ref_{payment_id}",
    }
    database.run(
        "settle_payments",
        outcomes=json.dumps([outcome]),
        authorization_seconds=AUTHORIZATION_SECONDS,
        resend_after_seconds=RESEND_AFTER_SECONDS,
    )


def request_capture(
    database: Database, payment_id: str, amount_minor: int | None = None, *, merchant_id: str = TEST_MERCHANT_ID
) -> None:
    """Ask for a payment that is authorized."""
    (row,) = database.run(
        "capture_payment",
        payment_id=payment_id,
        merchant_id=merchant_id,
        amount_minor=amount_minor,
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(None),
    )
    assert row["body"] is not None, row


def finish_request(database: Database, payment_id: str, kind: str, failure_reason: str | None = None) -> None:
    """Settle what was asked for: `captured`, `capture_refused` (for a reason) or `cancelled`."""
    outcome = {"payment_id": payment_id, "event_id": new_id("evt"), "kind": kind, "failure_reason": failure_reason}
    database.run("settle_captures", outcomes=json.dumps([outcome]), resend_after_seconds=RESEND_AFTER_SECONDS)


def start_refund(
    database: Database,
    payment_id: str,
    amount_minor: int | None = None,
    *,
    reason: str | None = None,
    merchant_id: str = TEST_MERCHANT_ID,
) -> str:
    """Run the statement that creates a refund, of all that is left if no amount is given; the refund's id."""
    refund_id = new_id("rfnd")
    (row,) = database.run(
        "create_refund",
        refund_id=refund_id,
        payment_id=payment_id,
        merchant_id=merchant_id,
        amount_minor=amount_minor,
        reason=reason,
        event_id=new_id("evt"),
        resend_after_seconds=RESEND_AFTER_SECONDS,
        **key_parameters(None),
    )
    assert row["body"] is not None, f"{row['left_minor']} is left of {payment_id}"
    return refund_id


def finish_refunds(
    database: Database, *refund_ids: str, kind: str = "processed", failure_reason: str | None = None
) -> dict[str, Any]:
    """Settle refunds in one batch, all with the same word of the acquirer: processed, failed or undecided."""
    outcomes = [
        {
            "refund_id": refund_id,
            "event_id": new_id("evt"),
            "kind": kind,
            "failure_reason": failure_reason,
            "acquirer_reference": f"ref_{refund_id}",
        }
        for refund_id in refund_ids
    ]
    (row,) = database.run("settle_refunds", outcomes=json.dumps(outcomes), resend_after_seconds=RESEND_AFTER_SECONDS)
    return row
