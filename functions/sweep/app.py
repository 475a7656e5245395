"""Every minute: send again whatever the outbox says is due, and end what has outlived its time."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from paygate.log import configure
from paygate.operations.sweep import sweep
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    configure()
    wiring = get_wiring()
    queues = {
        "payments": wiring.payments_queue,
        "refunds": wiring.refunds_queue,
        "webhooks": wiring.webhooks_queue,
    }
    return asdict(sweep(wiring.database, queues))
