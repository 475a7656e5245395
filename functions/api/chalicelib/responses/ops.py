"""Reply bodies of the operators' routes."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from chalicelib.responses.common import ResponseBody


class QueueState(ResponseBody):
    """One queue, as SQS counts it."""

    name: Literal["payments", "refunds", "webhooks", "slow_webhooks"]
    waiting: int
    in_flight: int
    delayed: int
    oldest_age_seconds: int | None = Field(None, description="for how long a job has been overdue at least")
    dead_letters: int


class QueueList(ResponseBody):
    """Every queue."""

    data: list[QueueState]


class DeadLetter(ResponseBody):
    """A message that no consumer could use."""

    message_id: str
    sent_at: AwareDatetime
    receive_count: int = Field(description="tries to process it, and looks at it")
    body: str = Field(description="its first 4096 characters")


class DeadLetterList(ResponseBody):
    """Some messages of a dead-letter queue, the oldest first."""

    data: list[DeadLetter]


class Redriven(ResponseBody):
    """How many messages went back to their queue."""

    moved: int


class Discarded(ResponseBody):
    """How many messages were deleted."""

    discarded: int


class Worker(ResponseBody):
    """Something that works in the background."""

    name: Literal[
        "sweep",
        "reconcile",
        "activity_hours",
        "activity_changes",
        "process_payments",
        "process_refunds",
        "deliver_webhooks",
    ]
    status: Literal["running", "stopped"]
    ran_at: AwareDatetime | None = None


class JobCounts(ResponseBody):
    """Background work as the queues report it."""

    pending: int
    processing: int
    completed: int
    failed: int


class SweepRun(ResponseBody):
    """The sweeper's last run."""

    ran_at: AwareDatetime | None = None


class LedgerDifference(ResponseBody):
    """An account of a payment of which row and ledger differ, in minor units; debits are positive."""

    subject_id: str
    account: str
    rows: int
    ledger: int
    found_at: AwareDatetime


class ReconcileResult(ResponseBody):
    """What the sweeper's check of the ledger has found; it goes through all payments, some each minute."""

    ran_at: AwareDatetime | None = None
    checked_until: AwareDatetime | None = Field(None, description="when the last payment was made that it has got to")
    differences: list[LedgerDifference]


class OpsStatus(ResponseBody):
    """The state of all background work."""

    workers: list[Worker]
    jobs: JobCounts
    sweep: SweepRun
    reconcile: ReconcileResult


class Invariant(ResponseBody):
    """Something that must always be true."""

    name: str
    description: str
    checked: int = Field(description="how many rows were looked at")
    violations: int
    examples: list[str]


class InvariantReport(ResponseBody):
    """Every invariant, of the last hours' rows."""

    checked_at: AwareDatetime
    window_hours: int
    invariants: list[Invariant]
