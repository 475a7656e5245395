"""Payments and refunds of several merchants with a past, and a straightforward count of what became of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.ids import new_id
from paygate.domain.periods import Period, Window, window_of
from tests.support.rows import (
    TEST_MERCHANT_ID,
    Rows,
    finish_payment,
    finish_refunds,
    finish_request,
    request_capture,
    start_payment,
    start_refund,
)

CURRENCIES = ("INR", "USD", "JPY")
REASONS = ("payment_declined", "insufficient_funds")
FATES = ("pending", "processing", "success", *REASONS, "authorized", "captured", "cancelled")
SUCCEEDED = ("success", "captured")


@dataclass(frozen=True)
class Past:
    """A payment that was created some time ago, and what became of it; a refund of it, later by so much."""

    ago: timedelta
    fate: str
    currency: str
    amount_minor: int
    own: bool
    refund: str | None
    refund_after: timedelta
    deliveries: tuple[str, ...]


def _moments(now: datetime) -> st.SearchStrategy[timedelta]:
    """How long before `now`, above all at the ends of hours, days and periods."""
    edges = [
        now - edge
        for period in ("24h", "7d", "30d")
        for edge in vars(window_of(period, now)).values()
        if isinstance(edge, datetime)
    ]
    near = st.sampled_from([-1, 0, 1, 60_000]).map(lambda ms: timedelta(milliseconds=ms))
    hours = st.integers(0, 50).map(lambda n: now - now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=n))
    anywhere = st.integers(1, 62 * 86_400_000).map(lambda ms: timedelta(milliseconds=ms))
    today = st.integers(1, 7_200_000).map(lambda ms: timedelta(milliseconds=ms))
    at_edges = st.builds(lambda edge, by: edge + by, st.sampled_from(edges) | hours, near)
    return (at_edges | anywhere | today).filter(lambda ago: ago > timedelta(0))


def pasts(now: datetime) -> st.SearchStrategy[list[Past]]:
    """Histories as seen from `now`."""
    one = st.builds(
        Past,
        ago=_moments(now),
        fate=st.sampled_from(FATES),
        currency=st.sampled_from(CURRENCIES),
        amount_minor=st.integers(100, 10**12 - 1),
        own=st.booleans() | st.just(True),
        refund=st.sampled_from([None, "pending", "processed", "failed"]),
        refund_after=st.integers(0, 40 * 86_400_000).map(lambda ms: timedelta(milliseconds=ms)),
        deliveries=st.lists(
            st.sampled_from(["delivered", "pending", "exhausted", "held", "cancelled", "expired"]), max_size=3
        ).map(tuple),
    )
    return st.lists(one, max_size=12)


@dataclass
class Histories:
    """Writes pasts with the product's own statements, and then moves them to their time."""

    database: PostgresDatabase
    sql: Rows
    now: datetime
    other: str

    def write(self, past: Past) -> str:
        merchant_id = TEST_MERCHANT_ID if past.own else self.other
        manual = past.fate in ("authorized", "captured", "cancelled")
        order_id = self.sql.add_order(
            merchant_id=merchant_id,
            currency=past.currency,
            amount_minor=past.amount_minor,
            capture="manual" if manual else "automatic",
        )
        payment_id = start_payment(self.database, order_id, merchant_id=merchant_id)
        created_at = self.now - past.ago
        self._move("payments", payment_id, created_at)
        if past.fate != "pending":
            self.settle(payment_id, past.fate)
        if past.refund is not None and past.fate in SUCCEEDED:
            refund_id = start_refund(self.database, payment_id, 50, merchant_id=merchant_id)
            self._move("refunds", refund_id, min(created_at + past.refund_after, self.now))
            if past.refund != "pending":
                finish_refunds(
                    self.database,
                    refund_id,
                    kind=past.refund,
                    failure_reason="refused" if past.refund == "failed" else None,
                )
        for status in past.deliveries:
            self._deliver(payment_id, merchant_id, status, created_at)
        # What has happened long ago was told long ago.
        self.sql.run(
            "UPDATE events SET created_at = least(:at::timestamptz, :now::timestamptz) WHERE payment_id = :id",
            id=payment_id,
            at=created_at,
            now=self.now,
        )
        return payment_id

    def settle(self, payment_id: str, fate: str) -> None:
        """From pending to what became of it; the event of that is of now."""
        if fate == "processing":
            self.database.run("claim_payments", payment_ids=[payment_id], lease_seconds=30, charge_within_seconds=3_600)
            return
        finish_payment(self.database, payment_id, failure_reason=fate if fate in REASONS else None)
        self.end(payment_id, fate)

    def end(self, payment_id: str, fate: str) -> None:
        """From authorized to captured, half of it, or cancelled."""
        (merchant_id,) = self.sql.column("SELECT merchant_id FROM payments WHERE id = :id", id=payment_id)
        if fate == "captured":
            amount = self.sql.value("SELECT amount_minor / 2 FROM payments WHERE id = :id", id=payment_id)
            request_capture(self.database, payment_id, amount, merchant_id=merchant_id)
            finish_request(self.database, payment_id, "captured")
        elif fate == "cancelled":
            self.sql.run("UPDATE payments SET requested = 'cancel' WHERE id = :id", id=payment_id)
            finish_request(self.database, payment_id, "cancelled")

    def _move(self, table: str, row_id: str, moment: datetime) -> None:
        self.sql.run(
            f"UPDATE {table} SET created_at = date_trunc('milliseconds', :at::timestamptz) WHERE id = :id",  # noqa: S608
            at=moment,
            id=row_id,
        )

    def _deliver(self, payment_id: str, merchant_id: str, status: str, moment: datetime) -> None:
        self.sql.run(
            "INSERT INTO webhook_endpoints (id, merchant_id, url, secret_encrypted, status)"
            " VALUES (:id, :merchant_id, 'https://merchant.example/', '', 'deleted') ON CONFLICT DO NOTHING",
            id=f"whe_{merchant_id}",
            merchant_id=merchant_id,
        )
        event_id = new_id("evt")
        self.sql.run(
            "INSERT INTO events (id, merchant_id, type, body) VALUES (:id, :merchant_id, 'endpoint.test', '{}')",
            id=event_id,
            merchant_id=merchant_id,
        )
        self.sql.run(
            "INSERT INTO webhook_deliveries"
            " (id, event_id, event_type, payment_id, endpoint_id, merchant_id, status, next_attempt_at, created_at)"
            " VALUES (:id, :event_id, 'endpoint.test', :payment_id, :endpoint_id, :merchant_id, :status,"
            " CASE WHEN :status = 'pending' THEN now() END, date_trunc('milliseconds', :at::timestamptz))",
            id=new_id("whd"),
            event_id=event_id,
            payment_id=payment_id,
            endpoint_id=f"whe_{merchant_id}",
            merchant_id=merchant_id,
            status=status,
            at=moment,
        )


def recount(sql: Rows, period: Period, now: datetime, merchant_id: str = TEST_MERCHANT_ID) -> dict[str, Any]:
    """The summary, a row at a time."""
    window = window_of(period, now)
    step = timedelta(hours=1) if window.bucket == "hour" else timedelta(days=1)
    buckets = [window.from_at + number * step for number in range(24 if period == "24h" else int(period[:-1]))]
    payments, sums = _loaded(sql, merchant_id)

    def totals(since: datetime, until: datetime) -> list[dict[str, Any]]:
        found = sums(since, until)
        names = ("payments", "succeeded", "failed", "volume", "refunds", "refunded")
        return [
            {
                "currency": currency,
                **{name: found[currency][name] for name in names},
                "success_rate": _rate(found[currency]),
            }
            for currency in sorted(found, key=lambda each: (-found[each]["payments"], each))
        ]

    current = totals(window.from_at, window.to_at)
    series = []
    for total in current:
        for at in buckets:
            in_bucket = sums(at, min(at + step, window.to_at))[total["currency"]]
            point = {name: in_bucket[name] for name in ("succeeded", "failed", "volume", "refunded")}
            series.append({"at": _iso(at), "currency": total["currency"], **point})
    return {
        "period": period,
        "from": _iso(window.from_at),
        "to": _iso(window.to_at),
        "totals": current,
        "previous": totals(window.previous_from_at, window.previous_to_at),
        "series": series,
        "failures": _failures([row for row in payments if window.from_at <= row["created_at"] < window.to_at]),
        "webhooks": _webhooks(sql, merchant_id, window),
    }


Sums = Callable[[datetime, datetime], dict[str, Counter[str]]]


def _loaded(sql: Rows, merchant_id: str) -> tuple[list[dict[str, Any]], Sums]:
    """All payments, and what they and their refunds come to between two moments, by currency."""
    payments = sql.all("SELECT * FROM payments WHERE merchant_id = :id", id=merchant_id)
    refunds = sql.all("SELECT * FROM refunds WHERE merchant_id = :id", id=merchant_id)

    def sums(since: datetime, until: datetime) -> dict[str, Counter[str]]:
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for payment in payments:
            if since <= payment["created_at"] < until:
                outcome = "succeeded" if payment["status"] in SUCCEEDED else payment["status"]
                found[payment["currency"]].update(
                    {"payments": 1, outcome: 1, "volume": payment["amount_captured_minor"] or 0}
                )
        for refund in refunds:
            if since <= refund["created_at"] < until:
                # One that failed is none, but its currency is there all the same.
                held = refund["status"] != "failed"
                found[refund["currency"]].update({"refunds": int(held), "refunded": held * refund["amount_minor"]})
        return found

    return payments, sums


def _failures(payments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    reasons = Counter(payment["failure_reason"] for payment in payments if payment["status"] == "failed")
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return [{"reason": reason, "count": count} for reason, count in ordered]


def _webhooks(sql: Rows, merchant_id: str, window: Window) -> dict[str, int]:
    rows = sql.all("SELECT * FROM webhook_deliveries WHERE merchant_id = :id", id=merchant_id)
    statuses = Counter(row["status"] for row in rows if window.from_at <= row["created_at"] < window.to_at)
    return {
        "delivered": statuses["delivered"],
        "failed": statuses["exhausted"] + statuses["expired"],
        "pending": statuses["pending"],
        "held": statuses["held"],
    }


def _rate(found: Counter[str]) -> float | None:
    ended = found["succeeded"] + found["failed"]
    return round(found["succeeded"] / ended, 4) if ended else None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
