from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest

from paygate.domain.errors import RateLimitError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.rate_limit import RateLimit
from paygate.operations.admit_request import LOCK_MS, PAUSE_SECONDS, Admission, Gatekeeper
from tests.unit.fakes import FakeGate

REQUEST = IdempotentRequest("test POST /v1/payments", "key-1", "{}", "req_1")


class Setting:
    def __init__(self) -> None:
        self.gate = FakeGate()
        self.now = 1_000.0
        self.gatekeeper = Gatekeeper(self.gate, 100, clock=lambda: self.now)

    def admit(
        self,
        request: IdempotentRequest | None = REQUEST,
        merchant_id: str = "merchant_1",
        bucket: str = "key_a",
    ) -> Admission:
        return self.gatekeeper.admit(merchant_id, bucket, request)

    def names(self, **changes: str) -> tuple[str, str | None]:
        """Bucket and lock that a request with these changes asks for."""
        request = replace(REQUEST, scope=changes.get("scope", REQUEST.scope), key=changes.get("key", REQUEST.key))
        self.admit(request, changes.get("merchant_id", "merchant_1"), changes.get("bucket", "key_a"))
        return self.gate.admitted[-1]


def test_a_request_is_told_the_limit_and_whether_its_key_is_held() -> None:
    setting = Setting()
    assert setting.admit() == Admission(setting.gate.limit, held=False)
    setting.gate.held = True
    assert setting.admit() == Admission(setting.gate.limit, held=True)


def test_a_request_without_an_idempotency_key_takes_no_lock() -> None:
    setting = Setting()
    setting.gate.held = True
    assert setting.admit(None).held is False
    assert setting.gate.admitted == [("paygate:rate:{merchant_1}:key_a", None)]


def test_each_api_key_has_a_bucket_and_each_idempotency_key_of_a_merchant_a_lock_of_its_own() -> None:
    setting = Setting()
    bucket, lock = setting.names()
    assert setting.names() == (bucket, lock)
    assert setting.names(bucket="key_b") == ("paygate:rate:{merchant_1}:key_b", lock)
    others = [setting.names(**{name: "another"})[1] for name in ("merchant_id", "scope", "key")]
    assert len({lock, *others}) == 4


def test_a_scope_and_key_that_read_the_same_in_a_row_have_different_locks() -> None:
    setting = Setting()
    assert setting.names(scope="ab", key="c")[1] != setting.names(scope="a", key="bc")[1]


def test_what_redis_keeps_is_on_one_node_and_shows_no_idempotency_key() -> None:
    bucket, lock = Setting().names(key="order-of-zoe")
    assert re.findall(r"\{.*?\}", f"{bucket} {lock}") == ["{merchant_1}"] * 2
    assert "zoe" not in str(lock)


def test_a_request_that_came_too_early_is_refused_and_any_other_is_not() -> None:
    limit = RateLimit(limit_per_second=100, remaining=0, full_after_seconds=1)
    Admission(None, held=False).require()
    Admission(limit, held=False).require()
    with pytest.raises(RateLimitError, match="At most 100 requests a second"):
        Admission(replace(limit, wait_seconds=1), held=False).require()


def test_without_redis_every_request_goes_on(log_records: list[logging.LogRecord]) -> None:
    setting = Setting()
    setting.gate.down = setting.gate.held = True
    assert setting.admit() == Admission(None, held=False)
    assert [record.getMessage() for record in log_records] == ["going on without Redis"]


def test_after_a_failure_redis_is_left_alone_for_a_while_and_then_asked_again() -> None:
    setting = Setting()
    setting.gate.down = True
    setting.admit()
    setting.gate.down = False
    setting.now += PAUSE_SECONDS - 0.001
    assert setting.admit() == Admission(None, held=False)
    assert len(setting.gate.admitted) == 1
    setting.now += 0.001
    assert setting.admit() == Admission(setting.gate.limit, held=False)


def test_each_failure_begins_a_pause_of_its_own() -> None:
    setting = Setting()
    setting.gate.down = True
    for count in (1, 2, 3):
        setting.admit()
        setting.admit()
        assert len(setting.gate.admitted) == count
        setting.now += PAUSE_SECONDS


def test_a_lock_is_given_back_under_the_name_and_owner_that_took_it() -> None:
    setting = Setting()
    setting.admit()
    setting.gatekeeper.release("merchant_1", REQUEST)
    assert setting.gate.released == [setting.gate.admitted[0][1]]


def test_a_lock_that_cannot_be_given_back_expires(log_records: list[logging.LogRecord]) -> None:
    setting = Setting()
    setting.gate.down = True
    setting.gatekeeper.release("merchant_1", REQUEST)
    assert [record.getMessage() for record in log_records] == ["lock left to expire"]
    assert 10_000 <= LOCK_MS <= 30_000


def test_a_request_may_have_a_limit_of_its_own() -> None:
    setting = Setting()
    for limit in (20, None):
        setting.gatekeeper.admit("merchant_1", "checkout:192.0.2.1", None, limit)
    assert setting.gate.limits == [20, 100]
