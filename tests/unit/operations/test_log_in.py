from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from paygate.domain.errors import AuthenticationError, DatabaseUnavailableError, RateLimitError, RedisUnavailableError
from paygate.domain.passwords import NOBODYS_HASH
from paygate.operations import log_in as operation
from paygate.operations.log_in import ADDRESS_FAILURES_MAX, EMAIL_FAILURES_MAX, WINDOW_SECONDS, Login, log_in
from paygate.operations.sessions import Sessions
from tests.unit.fakes import FakeDatabase, FakeSessionStore, Rows

USER = {
    "id": "usr_1",
    "email": "ops@example.com",
    "role": "operator",
    "merchant_id": "merchant_1",
    "merchant_name": "Shop",
    "password_hash": "kept",
    "password_changed_at": "1700000000.25",
}

RIGHT = "right"


class Attempts:
    def __init__(self) -> None:
        self.wait_seconds = 0
        self.down = False
        self.counted: list[tuple[dict[str, int], int]] = []
        self.taken_back: list[tuple[str, str]] = []

    def count_attempt(self, limits: Mapping[str, int], *, window_seconds: int) -> int:
        if self.down:
            raise RedisUnavailableError("Redis does not answer.")
        self.counted.append((dict(limits), window_seconds))
        return self.wait_seconds

    def take_back_attempt(self, *, forget: str, lower: str) -> None:
        self.taken_back.append((forget, lower))


class Door:
    """Everything that a login asks, and every password that was compared."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.attempts = Attempts()
        self.database = FakeDatabase(find_login=self._find, check_session=[{"merchant_name": "Shop"}])
        self.store = FakeSessionStore()
        self.sessions = Sessions(self.store, self.database)
        self.compared: list[tuple[str, str]] = []
        monkeypatch.setattr(operation, "verify_password", self._verify)

    def knock(
        self,
        password: str = RIGHT,
        *,
        email: str = "ops@example.com",
        address: str = "192.0.2.1",
        old_token: str = "",
    ) -> Login:
        return log_in(
            self.database,
            self.attempts,
            self.sessions,
            email=email,
            password=password,
            address=address,
            old_token=old_token,
        )

    def _find(self, email: str) -> Rows:
        return [USER] if email == USER["email"] else []

    def _verify(self, password: str, kept: str) -> bool:
        self.compared.append((password, kept))
        return password == RIGHT


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    return Door(monkeypatch)


@pytest.mark.parametrize("email", ["ops@example.com", "OPS@Example.com"])
def test_the_right_password_begins_a_session_whatever_the_case_of_the_address(door: Door, email: str) -> None:
    login = door.knock(email=email)
    session = door.sessions.find(login.token)
    assert session == login.session
    assert (session.user_id, session.email, session.role, session.merchant_id, session.merchant_name) == (
        *("usr_1", "ops@example.com", "operator", "merchant_1", "Shop"),
    )
    assert door.database.parameters("check_session")["password_changed_at"] == "1700000000.25"


def test_an_unknown_address_is_refused_in_the_same_words_after_the_same_work(door: Door) -> None:
    refusals = set()
    for email, password in (
        ("ops@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("nobody@example.com", "right"),
    ):
        with pytest.raises(AuthenticationError) as raised:
            door.knock(password, email=email)
        refusals.add((raised.value.description, raised.value.field, raised.value.reason))
    assert len(refusals) == 1
    assert door.compared == [("wrong", "kept"), ("wrong", NOBODYS_HASH), ("right", NOBODYS_HASH)]
    assert door.store.values == {}


def test_an_attempt_is_counted_by_address_and_email_and_taken_back_if_it_was_right(door: Door) -> None:
    with pytest.raises(AuthenticationError):
        door.knock("wrong")
    assert door.attempts.taken_back == []
    door.knock()
    (first, window_seconds), (second, _) = door.attempts.counted
    assert (first, window_seconds) == (second, WINDOW_SECONDS)
    assert list(first.values()) == [EMAIL_FAILURES_MAX, ADDRESS_FAILURES_MAX] == [5, 20]
    assert door.attempts.taken_back == [tuple(first)]


def test_counters_tell_addresses_and_emails_apart_and_name_none(door: Door) -> None:
    for email, address in (("ops@example.com", "a"), ("OPS@example.com", "b"), ("other@example.com", "a")):
        with pytest.raises(AuthenticationError):
            door.knock("wrong", email=email, address=address)
    by_email, by_address = zip(*(tuple(limits) for limits, _ in door.attempts.counted), strict=True)
    assert (by_email[0] == by_email[1] != by_email[2], by_address[0] == by_address[2] != by_address[1]) == (True, True)
    assert "example.com" not in "".join(by_email + by_address)


def test_a_locked_door_opens_for_nobody_and_tells_when_to_come_again(door: Door) -> None:
    door.attempts.wait_seconds = 900
    with pytest.raises(RateLimitError) as raised:
        door.knock()
    assert raised.value.retry_after_seconds == 900
    assert (door.compared, door.store.values) == ([], {})


def test_without_redis_or_database_nobody_is_let_in(door: Door) -> None:
    door.database.answers["find_login"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        door.knock()
    assert door.attempts.counted == [], "its failures are nobody's"
    door.database.answers["find_login"] = [USER]
    door.attempts.down = True
    with pytest.raises(RedisUnavailableError):
        door.knock()
    assert door.compared == []


def test_only_the_right_password_ends_the_session_that_there_was(door: Door) -> None:
    old = door.knock().token
    with pytest.raises(AuthenticationError):
        door.knock("wrong", old_token=old)
    door.sessions.find(old)
    new = door.knock(old_token=old).token
    door.sessions.find(new)
    with pytest.raises(AuthenticationError):
        door.sessions.find(old)


def test_a_login_leaves_a_line_with_ids_alone(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "paygate")
    with pytest.raises(AuthenticationError):
        door.knock("wrong")
    assert caplog.records == []
    login = door.knock()
    (line,) = [vars(record) for record in caplog.records]
    assert (line["message"], line["merchant_id"], line["user_id"]) == ("logged in", "merchant_1", "usr_1")
    for secret in (RIGHT, "ops@example.com", login.token, login.session.csrf_token):
        assert secret not in repr(line)
