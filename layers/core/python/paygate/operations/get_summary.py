"""What a merchant's dashboard begins with: sums, their course, failures and the health of webhooks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from paygate.domain.periods import Period, window_of
from paygate.operations.ports import Database

# The most frequent reasons; acquirers could know any number of them.
REASONS_MAX = 20
# Further than that deliveries are not counted by their status, which takes time in proportion to what there is.
DELIVERIES_MAX = 100_000


def get_summary(database: Database, merchant_id: str, period: Period, now: datetime) -> str:
    """The wire form (JSON text) for the period that ends `now` (in UTC).

    A payment or refund counts where it was created, with what has become of it by now. Succeeded is what was captured;
    what is authorized, cancelled or still open is neither succeeded nor failed. A refund that failed is not counted.
    A count of deliveries that has got to DELIVERIES_MAX says that there are at least so many.
    """
    (row,) = database.run(
        "get_dashboard_summary",
        merchant_id=merchant_id,
        period=period,
        reasons_max=REASONS_MAX,
        deliveries_max=DELIVERIES_MAX,
        **asdict(window_of(period, now)),
    )
    return str(row["body"])
