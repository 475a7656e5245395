"""Stand-ins for what delivering webhooks needs: receivers, clocks, and a database that claims and records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from paygate.domain.errors import WorkflowUnavailableError
from paygate.domain.retry_policy import RetrySchedule
from paygate.domain.webhooks import WebhookResponse
from paygate.operations.delivering import LEASE_SECONDS, Deliverer
from tests.unit.fakes import FakeCipher, FakeDatabase, FakeQueue, Rows

SCHEDULE = RetrySchedule((0, 10, 100), overloaded_min_seconds=20)
DISABLE_AFTER_SECONDS = 1_000
PREFIX = "arn:aws:states:us-east-1:1:execution:retry:"
LATER = "2026-01-01T00:00:10.000Z"


class FakeSender:
    """Answers by URL, and keeps what it was asked to post."""

    def __init__(self, **responses: WebhookResponse) -> None:
        self.responses = responses
        self.posted: dict[str, tuple[bytes, Mapping[str, str]]] = {}

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        self.posted[url] = (body, headers)
        return self.responses[url]


class FakeClock:
    """Keeps the alarms that were set, or does not answer at all."""

    execution_arn_prefix = PREFIX

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.started: list[tuple[str, int, str]] = []

    def start(self, delivery_id: str, run: int, next_attempt_at: str) -> None:
        if self.down:
            raise WorkflowUnavailableError("Step Functions did not start an execution (no).")
        self.started.append((delivery_id, run, next_attempt_at))


def sealed(secret: str, owner: str) -> memoryview:
    """As the driver returns a secret."""
    return memoryview(FakeCipher().encrypt(secret, owner=owner))


def claimed(url: str, **changes: object) -> dict[str, Any]:
    """A row of `claim_webhook_deliveries`: a delivery that has never been tried, unless `changes` say otherwise."""
    return {
        "id": f"whd_{url}",
        "diverted": False,
        "event_id": f"evt_{url}",
        "endpoint_id": f"whe_{url}",
        "attempts": 0,
        "run": 1,
        "run_attempts": 0,
        "url": url,
        "secret_encrypted": sealed(f"secret of {url}", f"whe_{url}"),
        "previous_secret_encrypted": None,
        "type": "payment.success",
        "sequence": 3,
        "body": '{"note":"zoë"}',
        **changes,
    }


def diverted(url: str) -> dict[str, Any]:
    """The same for a delivery that is the slow lane's, which was not claimed."""
    return {**dict.fromkeys(claimed(url)), "id": f"whd_{url}", "diverted": True}


class World:
    """Rows to claim, and what was recorded of them. Each is recorded as its outcome says, unless `verdicts` has
    something else of it.
    """

    def __init__(self, sender: FakeSender, *rows: dict[str, Any]) -> None:
        self.recorded: list[dict[str, Any]] = []
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.told: str | None = None
        self.queue = FakeQueue()
        self.database = FakeDatabase(claim_webhook_deliveries=list(rows), record_webhook_attempts=self._record)
        self.deliverer = Deliverer(self.database, sender, FakeCipher(), self.queue, SCHEDULE, DISABLE_AFTER_SECONDS)

    @property
    def claim(self) -> dict[str, Any]:
        """What the only claim asked for; a claim lasts as long in either function."""
        parameters = self.database.parameters("claim_webhook_deliveries")
        assert parameters.pop("lease_seconds") == LEASE_SECONDS
        return parameters

    def _record(self, attempts: str, **_: object) -> Rows:
        outcomes = json.loads(attempts)
        self.recorded += outcomes
        return [{"recorded": [self._as_recorded(each) for each in outcomes] or None, "delivery_ids": self.told}]

    def _as_recorded(self, outcome: dict[str, Any]) -> dict[str, Any]:
        pending = not outcome["delivered"] and not outcome["gone"] and outcome["delay_seconds"] is not None
        return {
            "id": outcome["delivery_id"],
            "status": "pending" if pending else "delivered" if outcome["delivered"] else "exhausted",
            "run": outcome["run"],
            "runs_again": False,
            "next_attempt_at": LATER if pending else None,
            **self.verdicts.get(outcome["delivery_id"], {}),
        }
