"""Rows that a test needs, and raw SQL to look at them and to move time."""

from __future__ import annotations

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
        capture: str = "automatic",
        expires_in_seconds: int | None = None,
    ) -> str:
        """A negative `expires_in_seconds` makes an order that has expired."""
        order_id = new_id("order")
        self.run(
            "INSERT INTO orders (id, merchant_id, amount_minor, currency, reusable, capture, expires_at)"
            " VALUES (:id, :merchant_id, :amount_minor, 'INR', :reusable, :capture,"
            " now() + CAST(:expires_in_seconds AS int) * interval '1 second')",
            id=order_id,
            merchant_id=merchant_id,
            amount_minor=amount_minor,
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
            "INSERT INTO webhook_endpoints (id, merchant_id, url, events, status, secret_encrypted)"
            " VALUES (:id, :merchant_id, :url, :events, :status, :secret)",
            id=endpoint_id,
            merchant_id=merchant_id,
            url=url,
            events=list(events),
            status=status,
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
    vpa: str = "user@paytm",
    card: Card | None = None,
    merchant_id: str = TEST_MERCHANT_ID,
) -> str:
    """Run the statement that creates a payment by card, if one is given, or by any VPA; the payment's id."""
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
        resend_after_seconds=30,
        **key_parameters(None),
    )
    assert row["body"] is not None, f"{order_id} is {row['order_status']}"
    return payment_id
