"""Calls to the acquirer for a whole batch, each on its own: none waits for another, and none breaks another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from traceback import format_tb
from typing import Any, TypeVar

from paygate.domain.errors import UnavailableError

LOG = logging.getLogger("paygate.acquirer_calls")
PARALLEL_MAX = 10
# For the whole batch. The function has 30 seconds, and must still store the outcomes.
ANSWER_SECONDS_MAX = 20.0

Row = dict[str, Any]
OutcomeT = TypeVar("OutcomeT")


class AcquirerCalls:
    """One call for each row of a batch, in threads that are kept for the next batch."""

    def __init__(self, *, answer_seconds_max: float = ANSWER_SECONDS_MAX) -> None:
        self._answer_seconds_max = answer_seconds_max
        self._pool: ThreadPoolExecutor | None = None

    def make(
        self, rows: list[Row], ask: Callable[[Row], OutcomeT], undecided: Callable[[Row], OutcomeT], *, in_turn: bool
    ) -> list[OutcomeT]:
        """What `ask` made of each row, in order, or `undecided` of one whose call failed or took too long.

        `in_turn` says that the calls never wait for anything, so that threads would only cost.
        """

        def ask_safely(row: Row) -> OutcomeT:
            try:
                return ask(row)
            except UnavailableError as error:
                LOG.warning("no word yet", extra={"subject_id": row["id"], "error": error.description})
            except Exception as error:
                # One row's trouble must not keep the others of its batch from being settled. An acquirer's own error
                # may quote the card that it was sent, so only its kind and place are told.
                told = {"subject_id": row["id"], "kind": type(error).__name__, "place": format_tb(error.__traceback__)}
                LOG.error("call broke off", extra=told)
            return undecided(row)

        if in_turn:
            return [ask_safely(row) for row in rows]
        pool = self._pool or ThreadPoolExecutor(PARALLEL_MAX, thread_name_prefix="acquirer")
        calls = [pool.submit(ask_safely, row) for row in rows]
        late = wait(calls, timeout=self._answer_seconds_max).not_done
        # Threads that hang are left to their own limits; the next batch gets fresh ones.
        self._pool = None if late else pool
        if late:
            pool.shutdown(wait=False, cancel_futures=True)
            LOG.warning("acquirer is too slow", extra={"count": len(late)})
        return [undecided(row) if call in late else call.result() for row, call in zip(rows, calls, strict=True)]
