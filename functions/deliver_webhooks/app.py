"""SQS webhooks → signed requests to merchants' endpoints. The fast lane and the slow one are functions of this code."""

from __future__ import annotations

from typing import Any

from paygate.consumer import run_batch
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> Any:
    wiring = get_wiring()
    slow_queue = None if wiring.config.webhook_any_lane else wiring.slow_webhooks_queue
    return run_batch(
        event,
        context,
        lambda delivery_ids: deliver_webhooks(wiring.deliverer, wiring.retry_clock, slow_queue, delivery_ids),
    )
