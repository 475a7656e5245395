"""Bad questions and requests of operators and developers at the dashboard."""

from __future__ import annotations

import json
from typing import Any

from paygate.domain.idempotency import KEY_LENGTH_MAX
from tests.integration.bad_input import Bad, any_of
from tests.integration.bad_requests import bad_bodies, bad_headers, bad_sizes

UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"
INVALID = "INVALID_VALUE"
REDRIVE = "POST /ops/dead-letters/redrive"
DISCARD = "POST /ops/dead-letters/discard"
OF_OPS: list[tuple[str, dict[str, Any]]] = [
    (REDRIVE, {"queue": "payments", "message_ids": ["3f1c3cc2-0d3a-4a1c-9f0e-000000000000"]}),
    (DISCARD, {"queue": "payments", "message_ids": ["3f1c3cc2-0d3a-4a1c-9f0e-000000000000"]}),
]


def changed(name: str, at: str, reason: str = INVALID, /, **changes: Any) -> list[Bad]:
    """Good requests with these changes; None takes a field away."""
    bodies = {
        route: {field: value for field, value in {**good, **changes}.items() if value is not None}
        for route, good in OF_OPS
    }
    return [Bad(f"{route}: {name}", route, json.dumps(body), at, reason) for route, body in bodies.items()]


def asked(route: str, at: str, reason: str, *wrong: str) -> list[Bad]:
    return [Bad(f"{route}: {at} {value[:40]!r}", route, None, at, reason, query=[(at, value)]) for value in wrong]


BODIES = [
    *changed("no queue", "queue", MISSING, queue=None),
    *(
        bad
        for queue in any_of("", "Payments", "dead", 1, [], {})
        for bad in changed(f"queue {queue!r}", "queue", queue=queue)
    ),
    *changed("an unknown field", "all", UNKNOWN, all=True),
    *(
        bad
        for ids in any_of("m1", {}, 5, [], ["m"] * 11)
        for bad in changed(f"message_ids {ids!r:.40}", "message_ids", message_ids=ids)
    ),
    *(
        bad
        for one in any_of("", 1, None, [], "m" * 101, "a b", "m\x00", "../m", "é")
        for bad in changed(f"an id {one!r:.40}", "message_ids.0", message_ids=[one])
    ),
    Bad(f"{DISCARD}: no message_ids", DISCARD, json.dumps({"queue": "payments"}), "message_ids", MISSING),
    Bad(f"{DISCARD}: null for all", DISCARD, json.dumps({"queue": "payments", "message_ids": None}), "message_ids"),
    *(
        bad
        for route, good in OF_OPS
        for make in (bad_bodies, bad_sizes, bad_headers)
        for bad in make(route, json.dumps(good))
        # No key is taken here, and so none is bad.
        if bad.field != "Idempotency-Key"
    ),
]
LETTERS, REQUESTS, KEYS = "GET /ops/dead-letters", "GET /requests", "GET /idempotency-keys"
QUESTIONS = [
    Bad(f"{LETTERS}: no queue", LETTERS, None, "queue", MISSING),
    *asked(LETTERS, "queue", INVALID, "", "Payments", "all", "payments,refunds"),
    Bad(f"{LETTERS}: a limit", LETTERS, None, "limit", UNKNOWN, query=[("queue", "refunds"), ("limit", "10")]),
    *asked(REQUESTS, "limit", INVALID, "", "0", "-1", "101", "1.0", "+5", " 5", "1_0", "x", "9" * 30, "५"),
    *asked(REQUESTS, "failed", INVALID, "", "1", "0", "True", "yes", "null", "truefalse"),
    *asked(REQUESTS, "request_id", INVALID, "", "req 1", 'req" || $.a', "req_é", "r" * 65, "req\x00"),
    *asked(REQUESTS, "merchant_id", UNKNOWN, "merchant_1"),
    Bad(f"{KEYS}: no key", KEYS, None, "key", MISSING),
    *asked(KEYS, "key", INVALID, "", " ", "a b", "é", "k\x00", "k\n", "k" * (KEY_LENGTH_MAX + 1), "\x7f"),
    Bad(f"{KEYS}: a scope", KEYS, None, "scope", UNKNOWN, query=[("key", "k"), ("scope", "x")]),
]
BAD_OPS = [*BODIES, *QUESTIONS]
