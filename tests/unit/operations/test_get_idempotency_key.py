from __future__ import annotations

import json
from typing import Any

from paygate.domain.errors import RedisUnavailableError
from paygate.operations.admit_request import lock_name
from paygate.operations.get_idempotency_key import get_idempotency_key
from tests.unit.fakes import FakeDatabase

SCOPES = ["test POST /v1/orders", "test POST /v1/payments"]
STORED = {
    "scope": SCOPES[0],
    "status": 201,
    "request_id": "req_1",
    "created_at": "2026-11-23T00:00:00.000Z",
    "expires_at": "2026-11-24T00:00:00.000Z",
}


class FakeLocks:
    """Some locks with their owners, or no answer."""

    def __init__(self, held: dict[str, bytes] | None = None, *, down: bool = False) -> None:
        self.held = held or {}
        self.down = down
        self.asked: list[str] = []

    def get_all(self, keys: list[str]) -> list[bytes | None]:
        self.asked = keys
        if self.down:
            raise RedisUnavailableError("Redis does not answer.")
        return [self.held.get(key) for key in keys]


def told(locks: FakeLocks, *rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    text = get_idempotency_key(FakeDatabase(find_idempotency_keys=list(rows)), locks, "m_1", SCOPES, "k")
    return [(each["scope"], each["state"], each["request_id"]) for each in json.loads(text)["data"]]


def test_a_key_that_nobody_has_used_is_nowhere() -> None:
    assert told(FakeLocks()) == []


def test_a_lock_tells_of_a_request_that_is_under_way() -> None:
    locks = FakeLocks({lock_name("m_1", SCOPES[1], "k"): b"req_2"})
    assert told(locks, STORED) == [(SCOPES[1], "in_progress", "req_2"), (SCOPES[0], "completed", "req_1")]


def test_the_lock_of_a_key_that_is_answered_says_nothing() -> None:
    locks = FakeLocks({lock_name("m_1", SCOPES[0], "k"): b"req_1"})
    assert told(locks, STORED) == [(SCOPES[0], "completed", "req_1")]
    assert locks.asked == [lock_name("m_1", SCOPES[1], "k")]


def test_without_redis_what_is_stored_is_told() -> None:
    assert told(FakeLocks(down=True), STORED) == [(SCOPES[0], "completed", "req_1")]
