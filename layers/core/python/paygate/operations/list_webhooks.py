"""The log of a merchant's webhook deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paygate.operations.ports import Database


@dataclass(frozen=True)
class DeliveryFilter:
    """Only deliveries that fulfil all that is given; `event` is a type, or a family such as `payment.*`. Times are
    aware, and bound `created_at`.
    """

    event: str | None = None
    endpoint_id: str | None = None
    payment_id: str | None = None
    created_gt: datetime | None = None
    created_gte: datetime | None = None
    created_lt: datetime | None = None
    created_lte: datetime | None = None

    def parameters(self) -> dict[str, Any]:
        """What a statement with the filter is given."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        if given.get("event") == "*":
            del given["event"]
        elif self.event is not None and self.event.endswith("*"):
            given["event_family"] = given.pop("event").removesuffix("*")
        return given


def list_webhooks(
    database: Database, merchant_id: str, wanted: DeliveryFilter, status: str | None, limit: int, offset: int
) -> str:
    """`{data, total, limit, offset}` (JSON text), newest first."""
    by_status = {} if status is None else {"status": status}
    (row,) = database.run(
        "list_webhooks", merchant_id=merchant_id, limit=limit, offset=offset, **by_status, **wanted.parameters()
    )
    return str(row["body"])
