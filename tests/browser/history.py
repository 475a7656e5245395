"""A merchant with a life, Malabar Coffee: two months of payments that look like a shop's."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paygate.domain.ids import RANDOM_COUNT, RANDOM_LENGTH, TIME_LENGTH, base62
from paygate.domain.periods import LOOKS_BACK_DAYS
from tests.support.fill import connect

MERCHANT_ID = "merchant_malabar"
PAYMENTS_A_DAY, MORE_EACH_DAY = 42, 0.35
# From Monday to Sunday, and from midnight in UTC: India's mornings are the busiest.
WEEKDAYS = (0.9, 0.86, 0.93, 0.98, 1.1, 1.36, 1.28)
HOURS = (3, 6, 9, 10, 9, 8, 7, 6, 5, 5, 6, 6, 5, 5, 4, 3, 2, 2, 1, 1, 1, 1, 1, 2)
NAMES = ("asha", "devika", "farhan", "imran", "joseph", "kavya", "meera", "nikhil", "priya", "rahul", "sneha", "vivek")
SURNAMES = ("das", "iyer", "kurian", "menon", "nair", "pillai", "rao", "shetty", "thomas", "varma")
HANDLES = ("okhdfc", "okhdfc", "ybl", "ybl", "paytm", "okaxis")
NETWORKS = ("visa", "visa", "mastercard", "rupay")
CARD_SHARE, FAILED_SHARE, REFUNDED_SHARE = 0.18, 0.066, 0.045
REASONS = {
    "insufficient_funds": 36,
    "payment_declined": 23,
    "payment_timed_out": 16,
    "bank_unavailable": 12,
    "payment_cancelled": 8,
    "limit_exceeded": 5,
}
REFUND_REASONS = ("Damaged on the way", "Wrong roast", "Ordered twice")
AMOUNT_MEDIAN, AMOUNT_SPREAD, AMOUNT_STEP, AMOUNT_MIN, AMOUNT_MAX = 58_000, 0.45, 1_000, 18_000, 240_000

TAKE = """
CREATE TEMPORARY TABLE past AS SELECT * FROM json_to_recordset(:payments) AS p (
    id text, created_at timestamptz, settled_at timestamptz, amount_minor bigint, method text, vpa text,
    card_network text, card_last4 text, failure_reason text, refunded_at timestamptz, refunded_minor bigint,
    refund_reason text
)
"""
# What the sweeper has added up by now does not hold the past; it begins anew once that is there to be seen.
ADD_UP_ANEW = """
UPDATE ledger_balances_until SET moment = '-infinity';
DELETE FROM ledger_balances;
UPDATE worker_runs SET position = NULL, ran_at = now() WHERE worker = 'activity_hours';
"""


@dataclass(frozen=True)
class Payment:
    """It has failed if there is a reason, and has succeeded otherwise; what was refunded is refunded."""

    id: str
    created_at: datetime
    settled_at: datetime
    amount_minor: int
    method: str
    vpa: str | None
    card_network: str | None
    card_last4: str | None
    failure_reason: str | None
    refunded_at: datetime | None
    refunded_minor: int
    refund_reason: str | None


def write_history(database_url: str) -> list[Payment]:
    """Make the merchant with all its payments up to now; these, the oldest first."""
    payments = list(_payments(datetime.now(UTC)))
    with closing(connect(database_url)) as connection:
        connection.run(TAKE, payments=json.dumps([asdict(payment) for payment in payments], default=str))
        connection.run(Path(__file__).with_name("history.sql").read_text())
        connection.run(ADD_UP_ANEW)
    return payments


def _payments(now: datetime) -> Iterator[Payment]:
    """The same for every run on one day, but for what is still to come."""
    chance = random.Random(37)  # noqa: S311  no secret
    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=LOOKS_BACK_DAYS - 1)
    # What is newer could be unsettled.
    end = now - timedelta(minutes=1)
    for number in range(LOOKS_BACK_DAYS):
        day = first + timedelta(days=number)
        expected = (PAYMENTS_A_DAY + MORE_EACH_DAY * number) * WEEKDAYS[day.weekday()]
        hours = chance.choices(range(24), HOURS, k=round(expected * chance.uniform(0.96, 1.04)))
        for time in sorted(day + timedelta(hours=hour, milliseconds=chance.randrange(3_600_000)) for hour in hours):
            payment = _payment(chance, time, end)
            if time < end:
                yield payment


def _payment(chance: random.Random, time: datetime, end: datetime) -> Payment:
    amount_minor = round(chance.lognormvariate(math.log(AMOUNT_MEDIAN), AMOUNT_SPREAD) / AMOUNT_STEP) * AMOUNT_STEP
    amount_minor = min(max(amount_minor, AMOUNT_MIN), AMOUNT_MAX)
    by_card = chance.random() < CARD_SHARE
    (reason,) = chance.choices(list(REASONS), list(REASONS.values()))
    failed = chance.random() < FAILED_SHARE
    refunded_at = time + timedelta(milliseconds=chance.randint(7_200_000, 200_000_000))
    refunded = chance.random() < REFUNDED_SHARE and not failed and refunded_at < end
    refunded_minor = chance.choice((amount_minor, amount_minor, amount_minor // 2))
    refund_reason = chance.choice(REFUND_REASONS)
    vpa = f"{chance.choice(NAMES)}.{chance.choice(SURNAMES)}@{chance.choice(HANDLES)}"
    milliseconds = round(time.timestamp() * 1000)
    return Payment(
        id=f"pay_{base62(milliseconds, TIME_LENGTH)}{base62(chance.randrange(RANDOM_COUNT), RANDOM_LENGTH)}",
        created_at=time,
        settled_at=time + timedelta(milliseconds=chance.randint(900, 9_000)),
        amount_minor=amount_minor,
        method="card" if by_card else "upi",
        vpa=None if by_card else vpa,
        card_network=chance.choice(NETWORKS) if by_card else None,
        card_last4=f"{chance.randrange(10_000):04}" if by_card else None,
        failure_reason=reason if failed else None,
        refunded_at=refunded_at if refunded else None,
        refunded_minor=refunded_minor if refunded else 0,
        refund_reason=refund_reason if refunded else None,
    )
