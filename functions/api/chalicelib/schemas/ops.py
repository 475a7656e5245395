"""Bodies and query strings of the operators' routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.schemas.common import RequestBody, RequestQuery
from paygate.domain.jobs import DEAD_LETTERS_MAX

QueueName = Literal["payments", "refunds", "webhooks", "slow_webhooks"]
MessageId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z_-]+$")]
MessageIds = Annotated[list[MessageId], Field(min_length=1, max_length=DEAD_LETTERS_MAX)]


class ListDeadLettersQuery(RequestQuery):
    """Whose messages are wanted."""

    queue: QueueName


class RedriveDeadLettersBody(RequestBody):
    """Which messages go back to their queue; without ids, all."""

    queue: QueueName
    message_ids: MessageIds | None = None


class DiscardDeadLettersBody(RequestBody):
    """Which messages are deleted; never all at once."""

    queue: QueueName
    message_ids: MessageIds
