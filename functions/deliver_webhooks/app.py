"""SQS webhooks → signed requests to merchants' endpoints."""

from __future__ import annotations

from typing import Any

from paygate.consumer import run_batch
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> Any:
    wiring = get_wiring()
    return run_batch(
        event,
        context,
        lambda delivery_ids: deliver_webhooks(
            wiring.database,
            wiring.webhook_sender,
            wiring.webhook_cipher,
            wiring.config.webhook_schedule_seconds,
            delivery_ids,
        ),
    )
