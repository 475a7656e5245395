"""One effect and one answer for an idempotency key, whatever is repeated, races or breaks (promise P3).

The guard is the key's row in Postgres, which the operation's own statement writes together with its effect. The lock in
Redis only spares a second request the work, and tells it to come again while the first one is under way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from paygate.domain.errors import (
    BadRequestError,
    ConflictError,
    IdempotencyKeyTakenError,
    NotFoundError,
    PaygateError,
    RequestInFlightError,
    VaultUnavailableError,
)
from paygate.domain.idempotency import HEADER, IdempotentRequest, StoredReply, check_same_request
from paygate.operations.ports import Database


@dataclass(frozen=True)
class Answer:
    """What a request is answered; `original_request_id` is set for a replay, `content_type` for what is not JSON, and
    `headers` go with it beside those of every answer.
    """

    status: int
    body: str
    original_request_id: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_once(
    database: Database,
    merchant_id: str,
    request: IdempotentRequest,
    act: Callable[[], Answer],
    refuse: Callable[[PaygateError], Answer],
    *,
    held: bool,
) -> Answer:
    """The first answer to this key: that of `act`, its refusals as `refuse` words them, or a replay.

    `held` says that another request has the key's lock. A NotFoundError or ConflictError of `act` is an answer like any
    other and is stored. Raises RequestInFlightError, IdempotencyKeyReusedError, and whatever else `act` raises: bad
    requests, and failures that may pass, whose key is free for another try.
    """
    if held:
        return _replay(database, merchant_id, request)
    try:
        return act()
    except IdempotencyKeyTakenError:
        return _replay(database, merchant_id, request)
    except (BadRequestError, VaultUnavailableError) as error:
        # What was right when the key was first used may be wrong by now, such as a time that has passed, and what was
        # needed may be missing. Both come before the statement that would have found the key taken.
        return _replay_or_raise(database, merchant_id, request, error)
    except PaygateError as error:
        if error.retryable or not isinstance(error, (NotFoundError, ConflictError)):
            raise
        answer = refuse(error)
    stored = database.run(
        "store_idempotent_reply",
        merchant_id=merchant_id,
        status=answer.status,
        body=answer.body,
        **key_parameters(request),
    )
    # Another request with the key may have been first, and may have had another outcome.
    return answer if stored else _replay(database, merchant_id, request)


def key_parameters(request: IdempotentRequest | None) -> dict[str, str | None]:
    """The parameters of the statements that write a key together with their effect; without a key they write none."""
    return {
        "key_scope": request.scope if request else None,
        "key": request.key if request else None,
        "key_fingerprint": request.fingerprint if request else None,
        "request_id": request.request_id if request else None,
    }


def _replay(database: Database, merchant_id: str, request: IdempotentRequest) -> Answer:
    in_flight = RequestInFlightError(
        f"A request with this {HEADER} is being worked on; send it again in a second.",
        field=HEADER,
        reason="IDEMPOTENCY_KEY_IN_USE",
    )
    return _replay_or_raise(database, merchant_id, request, in_flight)


def _replay_or_raise(database: Database, merchant_id: str, request: IdempotentRequest, error: PaygateError) -> Answer:
    """The stored answer; `error` if there is none. Raises IdempotencyKeyReusedError."""
    rows = database.run("find_idempotent_reply", merchant_id=merchant_id, key_scope=request.scope, key=request.key)
    if not rows:
        raise error
    row = rows[0]
    stored = StoredReply(row["status"], row["body"], row["request_id"], json.loads(row["fingerprint"]))
    check_same_request(stored, request)
    return Answer(stored.status, stored.body, stored.request_id)
