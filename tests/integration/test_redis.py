"""The Redis client on a real Valkey: token bucket and lock, values that expire, and what its URL says."""

from __future__ import annotations

import math
from contextlib import closing
from secrets import token_hex
from typing import Any

import pytest

from paygate.adapters import redis as module
from paygate.adapters.redis import RedisStore
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import RedisUnavailableError
from paygate.domain.rate_limit import RateLimit

SECOND = 1_000_000


@pytest.fixture
def bucket() -> str:
    return f"paygate:rate:{token_hex(8)}"


@pytest.fixture
def lock() -> str:
    return f"paygate:lock:{token_hex(8)}"


def now_us(raw_redis: Any) -> int:
    seconds, microseconds = raw_redis.time()
    return int(seconds) * SECOND + int(microseconds)


def take(redis_store: RedisStore, bucket: str, limit: int) -> RateLimit:
    state, held = redis_store.admit(bucket, limit, None, "req_1", 15_000)
    assert (held, state.limit_per_second) == (False, limit)
    return state


# --- Token bucket -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 7, 60, 1_000, 1_000_000])
def test_a_request_takes_one_token_and_is_told_how_many_are_left(
    redis_store: RedisStore, raw_redis: Any, bucket: str, limit: int
) -> None:
    each = SECOND / limit
    # When the bucket is full again: the server's own time lies between two readings, and so does all that follows.
    earliest = latest = 0.0
    for number in range(min(limit, 5)):
        before = now_us(raw_redis)
        state = take(redis_store, bucket, limit)
        after = now_us(raw_redis)
        least_used, most_used = max(earliest - after, 0) + each, max(latest - before, 0) + each
        earliest, latest = max(earliest, before) + each - 1, max(latest, after) + each + 1
        assert math.floor((SECOND - most_used) / each) <= state.remaining
        assert state.remaining <= math.floor((SECOND - least_used) / each + 0.01)
        assert (state.full_after_seconds, state.wait_seconds) == (1, 0)
        if number == 0:
            assert state.remaining == limit - 1, "the first one finds a full bucket"


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a_bucket_gives_its_limit_at_once_and_then_no_more_than_time_brings(
    redis_store: RedisStore, raw_redis: Any, bucket: str, limit: int
) -> None:
    before, taken = now_us(raw_redis), 0
    while taken < 10 * limit and take(redis_store, bucket, limit).wait_seconds == 0:
        taken += 1
    elapsed = (now_us(raw_redis) - before) / SECOND
    assert limit <= taken <= limit + limit * elapsed


@pytest.mark.parametrize(
    ("limit", "full_in", "refused"), [(1, 30.5, True), (2, 0.9, True), (2, -5, False), (100, 59.7, True)]
)
def test_time_fills_a_bucket_and_an_empty_one_says_how_long_to_wait(
    redis_store: RedisStore, raw_redis: Any, bucket: str, limit: int, full_in: float, refused: bool
) -> None:
    before = now_us(raw_redis)
    raw_redis.set(bucket, before + round(full_in * SECOND))
    state = take(redis_store, bucket, limit)
    elapsed = (now_us(raw_redis) - before) / SECOND
    if refused:
        wait, full_after = full_in + 1 / limit - 1, full_in
        assert state.remaining == 0
        assert math.ceil(wait - elapsed) <= state.wait_seconds <= math.ceil(wait)
        assert math.ceil(full_after - elapsed) <= state.full_after_seconds <= math.ceil(full_after)
    else:
        assert state == RateLimit(limit, remaining=limit - 1, full_after_seconds=1)


def test_a_refused_request_costs_nothing(redis_store: RedisStore, raw_redis: Any, bucket: str) -> None:
    full_at = now_us(raw_redis) + 60 * SECOND
    raw_redis.set(bucket, full_at)
    for _ in range(3):
        assert take(redis_store, bucket, 1).wait_seconds > 0
    assert int(raw_redis.get(bucket)) == full_at


@pytest.mark.parametrize("limit", [1, 3, 6, 7, 60, 300])
def test_to_the_microsecond_a_request_either_takes_a_token_or_has_to_wait(
    redis_store: RedisStore, raw_redis: Any, bucket: str, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    frozen = module.ADMIT.replace("redis.call('TIME')", "{'1000', '0'}")
    assert frozen != module.ADMIT
    monkeypatch.setattr(module, "ADMIT", frozen)
    last_token = 1_000 * SECOND + round(SECOND - SECOND / limit)
    for full_at in range(last_token - 3, last_token + 4):
        raw_redis.set(bucket, full_at)
        state = take(redis_store, bucket, limit)
        untouched = raw_redis.get(bucket) == str(full_at).encode()
        assert untouched is (state.wait_seconds > 0), f"{full_at - last_token} after the last token"


def test_a_bucket_is_forgotten_once_it_is_full(redis_store: RedisStore, raw_redis: Any, bucket: str) -> None:
    take(redis_store, bucket, 1)
    assert 0 < raw_redis.pttl(bucket) <= 1_002


def test_one_bucket_does_not_empty_another(redis_store: RedisStore, bucket: str) -> None:
    assert take(redis_store, bucket, 1).wait_seconds == 0
    assert take(redis_store, bucket, 1).wait_seconds == 1
    assert take(redis_store, f"{bucket}-other", 1) == RateLimit(1, remaining=0, full_after_seconds=1)


# --- Attempts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def counters() -> dict[str, int]:
    """One that is full after two attempts, and one after three."""
    name = token_hex(8)
    return {f"paygate:{{test}}:{name}:two": 2, f"paygate:{{test}}:{name}:three": 3}


def counts(raw_redis: Any, counters: dict[str, int]) -> list[bytes | None]:
    return [raw_redis.get(name) for name in counters]


def test_attempts_are_counted_until_one_counter_is_full_and_then_not_at_all(
    redis_store: RedisStore, raw_redis: Any, counters: dict[str, int]
) -> None:
    for count in (b"1", b"2"):
        assert redis_store.count_attempt(counters, window_seconds=900) == 0
        assert counts(raw_redis, counters) == [count, count]
    for _ in range(3):
        assert 890 < redis_store.count_attempt(counters, window_seconds=900) <= 900
        assert counts(raw_redis, counters) == [b"2", b"2"]


def test_the_window_begins_with_the_first_attempt_and_anew_with_the_one_that_fills_the_counter(
    redis_store: RedisStore, raw_redis: Any, counters: dict[str, int]
) -> None:
    two, three = counters
    redis_store.count_attempt(counters, window_seconds=900)
    for name in counters:
        assert 890_000 < raw_redis.pttl(name) <= 900_000
        raw_redis.expire(name, 100)
    redis_store.count_attempt(counters, window_seconds=900)
    assert (raw_redis.ttl(two) > 890, raw_redis.ttl(three) <= 100) == (True, True)


def test_the_longest_wait_is_told_and_never_none(
    redis_store: RedisStore, raw_redis: Any, counters: dict[str, int]
) -> None:
    two, three = counters
    raw_redis.set(two, 2, px=100_000)
    raw_redis.set(three, 3, px=200_500)
    assert redis_store.count_attempt(counters, window_seconds=900) in (200, 201)
    raw_redis.persist(two)
    raw_redis.delete(three)
    assert redis_store.count_attempt(counters, window_seconds=900) == 1


def test_an_attempt_that_is_taken_back_forgets_one_counter_and_lowers_the_other(
    redis_store: RedisStore, raw_redis: Any, counters: dict[str, int]
) -> None:
    two, three = counters
    redis_store.take_back_attempt(forget=two, lower=three)
    assert counts(raw_redis, counters) == [None, None], "nothing was counted"
    for _ in range(2):
        redis_store.count_attempt(counters, window_seconds=900)
    redis_store.take_back_attempt(forget=two, lower=three)
    assert counts(raw_redis, counters) == [None, b"1"]
    assert raw_redis.ttl(three) > 0


# --- Lock -------------------------------------------------------------------------------------------------------------


def held(redis_store: RedisStore, bucket: str, lock: str, owner: str) -> bool:
    return redis_store.admit(bucket, 1_000, lock, owner, 15_000)[1]


def test_the_first_owner_has_the_lock_until_it_gives_it_back(
    redis_store: RedisStore, raw_redis: Any, bucket: str, lock: str
) -> None:
    assert not held(redis_store, bucket, lock, "req_1")
    assert raw_redis.get(lock) == b"req_1"
    assert held(redis_store, bucket, lock, "req_2")
    assert held(redis_store, bucket, lock, "req_1"), "also from itself"
    redis_store.release(lock, "req_2")
    assert held(redis_store, bucket, lock, "req_2"), "another one's release changes nothing"
    redis_store.release(lock, "req_1")
    assert not held(redis_store, bucket, lock, "req_2")
    redis_store.release(lock, "req_1")
    assert raw_redis.get(lock) == b"req_2"


def test_a_lock_expires(redis_store: RedisStore, raw_redis: Any, bucket: str, lock: str) -> None:
    assert not held(redis_store, bucket, lock, "req_1")
    assert 0 < raw_redis.pttl(lock) <= 15_000
    raw_redis.pexpire(lock, 1)
    while raw_redis.exists(lock):
        continue
    assert not held(redis_store, bucket, lock, "req_2")


def test_a_refused_request_takes_no_lock(redis_store: RedisStore, raw_redis: Any, bucket: str, lock: str) -> None:
    raw_redis.set(bucket, now_us(raw_redis) + 60 * SECOND)
    state, is_held = redis_store.admit(bucket, 1, lock, "req_1", 15_000)
    assert (state.wait_seconds > 0, is_held, raw_redis.exists(lock)) == (True, False, 0)


@pytest.mark.parametrize("forget", ["script_flush", "flushall"])
def test_a_server_that_has_forgotten_everything_is_no_outage(
    redis_store: RedisStore, raw_redis: Any, bucket: str, lock: str, forget: str
) -> None:
    for _ in range(2):
        assert not held(redis_store, bucket, lock, "req_1")
        getattr(raw_redis, forget)()
        redis_store.release(lock, "req_1")
        assert raw_redis.exists(lock) == 0
        getattr(raw_redis, forget)()


# --- Values -----------------------------------------------------------------------------------------------------------


def test_values_are_kept_byte_for_byte_for_their_time_and_read_together(
    redis_store: RedisStore, raw_redis: Any
) -> None:
    keys = [f"test:{token_hex(8)}" for _ in range(3)]
    values = [bytes(range(256)), b"", b"\r\n$3\r\nfoo\r\n" * 20_000]
    for key, value in zip(keys, values, strict=True):
        redis_store.put(key, value, ttl_seconds=900)
    assert redis_store.get_all([*keys, "test:missing"]) == [*values, None]
    assert all(0 < raw_redis.ttl(key) <= 900 for key in keys)
    redis_store.delete(keys[:2])
    assert redis_store.get_all(keys) == [None, None, values[2]]
    redis_store.put(keys[2], b"new", ttl_seconds=5)
    assert redis_store.get_all(keys[2:]) == [b"new"]


# --- URL --------------------------------------------------------------------------------------------------------------


def at_database(url: str, number: int) -> str:
    return f"{url.rpartition('/')[0]}/{number}"


def test_the_urls_database_number_is_used(secrets: DeploymentSecrets) -> None:
    key = f"test:{token_hex(8)}"
    with closing(RedisStore(at_database(secrets.redis_url, 3))) as redis_store:
        redis_store.put(key, b"here", ttl_seconds=60)
    for number, expected in ((0, None), (3, b"here")):
        with closing(RedisStore(at_database(secrets.redis_url, number))) as redis_store:
            assert redis_store.get_all([key]) == [expected]


def test_user_and_password_may_hold_any_character(secrets: DeploymentSecrets, raw_redis: Any) -> None:
    user, password = f"us/er@{token_hex(4)}", "p:a/s@s#%ü word"
    raw_redis.acl_setuser(user, enabled=True, passwords=[f"+{password}"], commands=["+ping"])
    address = secrets.redis_url.rpartition("@")[2]
    quoted = f"{user.replace('/', '%2F').replace('@', '%40')}:p%3Aa%2Fs%40s%23%25%C3%BC%20word"
    try:
        with closing(RedisStore(f"redis://{quoted}@{address.rpartition('/')[0]}")) as redis_store:
            redis_store.ping()
            with pytest.raises(RedisUnavailableError, match="refused"):
                redis_store.delete(["x"])
    finally:
        raw_redis.acl_deluser(user)


@pytest.mark.parametrize("change", ["wrong password", "no password", "no such database"])
def test_a_server_that_does_not_let_us_in_is_unavailable(secrets: DeploymentSecrets, change: str) -> None:
    address = secrets.redis_url.rpartition("@")[2]
    url = {
        "wrong password": f"redis://:wrong@{address}",
        "no password": f"redis://{address}",
        "no such database": at_database(secrets.redis_url, 9_999),
    }[change]
    with closing(RedisStore(url)) as redis_store:
        for _ in range(2):
            with pytest.raises(RedisUnavailableError):
                redis_store.ping()
