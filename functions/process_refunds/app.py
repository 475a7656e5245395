"""SQS refunds → settled refunds and their webhooks on SQS."""

from __future__ import annotations

from typing import Any

from paygate.consumer import run_batch
from paygate.operations.process_refunds import process_refunds
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> Any:
    wiring = get_wiring()
    return run_batch(
        event,
        context,
        lambda refund_ids: process_refunds(
            wiring.database, wiring.refunder, wiring.refunds_queue, wiring.webhooks_queue, refund_ids
        ),
    )
