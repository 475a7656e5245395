from __future__ import annotations

import pytest

from paygate.domain.errors import AuthenticationError, DatabaseUnavailableError, RedisUnavailableError
from paygate.domain.sessions import SESSION_SECONDS, Session, new_token
from paygate.operations.sessions import Sessions
from tests.unit.fakes import FakeDatabase, FakeSessionStore

USER = {
    "user_id": "usr_1",
    "role": "merchant",
    "merchant_id": "merchant_1",
    "password_changed_at": "1700000000.25",
}


class Clock:
    now = 1_000.5

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> FakeSessionStore:
    return FakeSessionStore()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase(check_session=[{"merchant_name": "Shop"}])


@pytest.fixture
def sessions(store: FakeSessionStore, database: FakeDatabase, clock: Clock) -> Sessions:
    return Sessions(store, database, clock)


def begin(sessions: Sessions) -> tuple[str, Session]:
    return sessions.begin(
        user_id="usr_1",
        email="a@example.com",
        role="merchant",
        merchant_id="merchant_1",
        merchant_name="Shop",
        password_changed_at="1700000000.25",
    )


def test_a_session_is_found_by_its_token_for_eight_hours_however_busy_it_is(sessions: Sessions, clock: Clock) -> None:
    token, session = begin(sessions)
    assert session.expires_at == 1_000 + 8 * 3_600
    for clock.now in (1_000.5, 20_000, 1_000 + SESSION_SECONDS - 0.001):
        assert sessions.find(token) == session
    clock.now = 1_000 + SESSION_SECONDS
    with pytest.raises(AuthenticationError):
        sessions.find(token)


def test_each_session_has_a_token_and_a_csrf_token_of_its_own(sessions: Sessions) -> None:
    (one, first), (other, second) = begin(sessions), begin(sessions)
    assert len({one, other, first.csrf_token, second.csrf_token}) == 4


def test_the_token_is_kept_nowhere(sessions: Sessions, store: FakeSessionStore) -> None:
    token, _ = begin(sessions)
    ((key, value),) = store.values.items()
    assert key.startswith("paygate:session:")
    assert token not in key
    assert token.encode() not in value
    assert store.ttls == {key: SESSION_SECONDS}


def test_an_ended_session_is_unknown_and_the_others_go_on(sessions: Sessions) -> None:
    (one, _), (other, session) = begin(sessions), begin(sessions)
    sessions.end(one)
    sessions.end(one)
    with pytest.raises(AuthenticationError):
        sessions.find(one)
    assert sessions.find(other) == session


@pytest.mark.parametrize("token", ["", "x", "a" * 44, "\ud800" * 43])
def test_what_is_no_token_is_not_even_looked_for(token: str) -> None:
    store = FakeSessionStore(down=True)
    sessions = Sessions(store, FakeDatabase())
    with pytest.raises(AuthenticationError):
        sessions.find(token)
    sessions.end(token)


def test_an_unreadable_session_is_none(sessions: Sessions, store: FakeSessionStore) -> None:
    token, _ = begin(sessions)
    store.values = dict.fromkeys(store.values, b'{"of":"another version"}')
    with pytest.raises(AuthenticationError):
        sessions.find(token)


def test_without_redis_there_is_no_telling() -> None:
    sessions = Sessions(FakeSessionStore(down=True), FakeDatabase())
    for act in (lambda: begin(sessions), lambda: sessions.find(new_token()), lambda: sessions.end(new_token())):
        with pytest.raises(RedisUnavailableError):
            act()


def test_the_database_is_asked_each_time_whether_the_user_is_still_the_same(
    sessions: Sessions, database: FakeDatabase
) -> None:
    token, _ = begin(sessions)
    assert database.calls == []
    for _ in range(2):
        sessions.find(token)
    assert database.calls == [("check_session", USER)] * 2


def test_a_session_has_the_merchants_name_of_now(sessions: Sessions, database: FakeDatabase) -> None:
    token, _ = begin(sessions)
    database.answers["check_session"] = [{"merchant_name": "Renamed"}]
    assert sessions.find(token).merchant_name == "Renamed"


def test_the_session_of_a_user_who_is_not_the_same_has_ended_for_good(
    sessions: Sessions, database: FakeDatabase, store: FakeSessionStore
) -> None:
    token, _ = begin(sessions)
    database.answers["check_session"] = []
    with pytest.raises(AuthenticationError):
        sessions.find(token)
    assert store.values == {}


def test_without_the_database_there_is_no_telling_and_the_session_stays(
    sessions: Sessions, database: FakeDatabase, store: FakeSessionStore
) -> None:
    token, _ = begin(sessions)
    database.answers["check_session"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        sessions.find(token)
    assert len(store.values) == 1
