"""Step Functions webhook_retry → one attempt at a delivery, and when the next one is due."""

from __future__ import annotations

from typing import Any

from paygate.log import configure
from paygate.operations.retry_webhook import retry_webhook
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    configure()
    return retry_webhook(get_wiring().deliverer, event["delivery_id"], event["run"])
