"""What operators watch and mend: queues, messages that no consumer could use, workers, the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.operations.check_invariants import check_invariants
from paygate.operations.discard_dead_letters import discard_dead_letters
from paygate.operations.get_ops_status import get_ops_status
from paygate.operations.list_dead_letters import list_dead_letters
from paygate.operations.list_queues import list_queues
from paygate.operations.redrive_dead_letters import redrive_dead_letters

if TYPE_CHECKING:
    from chalicelib.schemas.ops import DiscardDeadLettersBody, ListDeadLettersQuery, RedriveDeadLettersBody
    from paygate.domain.sessions import Session

routes = Blueprint(__name__)


@endpoint(routes, "GET /ops/queues", summary="How full each queue is", response="QueueList", access="operator")
def list_all_queues(call: Call) -> str:
    return list_queues(call.wiring.database, call.wiring.queue_pairs)


@endpoint(
    routes,
    "GET /ops/dead-letters",
    summary="Look at messages that no consumer could use, ten at most; they stay where they are",
    response="DeadLetterList",
    query="ops.ListDeadLettersQuery",
    access="operator",
)
def list_letters(call: Call) -> str:
    query: ListDeadLettersQuery = call.query
    return list_dead_letters(call.wiring.queue_pairs[query.queue].dead_letters)


@endpoint(
    routes,
    "POST /ops/dead-letters/redrive",
    summary="Send such messages to their queue again, some or all",
    response="Redriven",
    body="ops.RedriveDeadLettersBody",
    access="operator",
)
def redrive(call: Call) -> str:
    body: RedriveDeadLettersBody = call.body
    return redrive_dead_letters(body.queue, call.wiring.queue_pairs[body.queue], body.message_ids, _operator(call))


@endpoint(
    routes,
    "POST /ops/dead-letters/discard",
    summary="Delete such messages",
    response="Discarded",
    body="ops.DiscardDeadLettersBody",
    access="operator",
)
def discard(call: Call) -> str:
    body: DiscardDeadLettersBody = call.body
    return discard_dead_letters(body.queue, call.wiring.queue_pairs[body.queue], body.message_ids, _operator(call))


@endpoint(
    routes,
    "GET /ops/status",
    summary="Whether everything in the background runs, and whether the ledger agrees with the rows",
    response="OpsStatus",
    access="operator",
)
def get_status(call: Call) -> str:
    return get_ops_status(call.wiring.database, call.wiring.queue_pairs)


@endpoint(
    routes,
    "GET /ops/invariants",
    summary="Check what must always be true, on the last day's rows",
    response="InvariantReport",
    access="operator",
)
def get_invariants(call: Call) -> str:
    return check_invariants(call.wiring.database)


def _operator(call: Call) -> str:
    """Who it is, for the log; nobody gets here without a session."""
    session: Session = call.session
    return session.user_id
