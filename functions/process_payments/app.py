"""SQS payments → settled payments and their webhooks on SQS."""

from __future__ import annotations

from typing import Any

from paygate.consumer import run_batch
from paygate.operations.process_payments import process_payments
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> Any:
    wiring = get_wiring()
    return run_batch(
        event,
        context,
        lambda payment_ids: process_payments(
            wiring.database,
            wiring.charger,
            wiring.payments_queue,
            wiring.webhooks_queue,
            wiring.config.authorization_seconds,
            payment_ids,
        ),
    )
