from __future__ import annotations

from typing import Any

import pytest

from paygate.domain.errors import AuthenticationError, DatabaseUnavailableError
from paygate.operations import authenticate
from paygate.operations.authenticate import CACHE_SECONDS, CREDENTIAL_LENGTH_MAX, Authenticator, hash_secret
from tests.unit.fakes import FakeDatabase, Rows

PEPPER = b"pepper"


class Keys:
    """The api_keys table: key ids with their secrets; every merchant is called after its key."""

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self.now = 1_000.0
        self.database = FakeDatabase(find_api_key=self._find)
        self.authenticator = Authenticator(self.database, PEPPER, clock=lambda: self.now)

    def _find(self, key_id: str) -> Rows:
        if key_id not in self.secrets:
            return []
        secret_hash = memoryview(hash_secret(PEPPER, self.secrets[key_id]))
        return [{"merchant_id": f"merchant_of_{key_id}", "secret_hash": secret_hash, "seconds_left": None}]

    @property
    def look_ups(self) -> list[Any]:
        return [parameters["key_id"] for _, parameters in self.database.calls]


def refusal(keys: Keys, key_id: str, secret: str) -> tuple[str, str, str | None, str | None]:
    with pytest.raises(AuthenticationError) as raised:
        keys.authenticator.authenticate(key_id, secret)
    return raised.value.code, raised.value.description, raised.value.field, raised.value.reason


def test_good_credentials_give_the_merchant() -> None:
    assert Keys(key_a="secret").authenticator.authenticate("key_a", "secret") == "merchant_of_key_a"


@pytest.mark.parametrize(
    ("key_id", "secret"),
    [
        pytest.param("key_x", "secret", id="unknown key"),
        pytest.param("key_a", "wrong", id="wrong secret"),
        pytest.param("key_a", "SECRET", id="secret in another case"),
        pytest.param("key_a", "secret ", id="trailing space"),
        pytest.param("key_a", "sécret😀", id="secret that is not ASCII"),
        pytest.param("key_b", "secret", id="another merchant's key"),
        pytest.param("", "secret", id="no key"),
        pytest.param("key_a", "", id="no secret"),
        pytest.param("", "", id="nothing"),
        pytest.param("k" * (CREDENTIAL_LENGTH_MAX + 1), "secret", id="long key"),
        pytest.param("key_a", "s" * (CREDENTIAL_LENGTH_MAX + 1), id="long secret"),
    ],
)
@pytest.mark.parametrize("seen_before", [False, True])
def test_everything_else_is_refused_in_the_same_words(key_id: str, secret: str, seen_before: bool) -> None:
    keys = Keys(key_a="secret", key_b="another secret")
    if seen_before:
        keys.authenticator.authenticate("key_a", "secret")
    assert refusal(keys, key_id, secret) == (
        "AUTHENTICATION_ERROR",
        "The API key or secret is missing or not valid.",
        None,
        None,
    )


@pytest.mark.parametrize(("key_id", "secret"), [("", "s"), ("k", ""), ("k" * 201, "s"), ("k", "s" * 201)])
def test_credentials_of_impossible_length_never_reach_the_database(key_id: str, secret: str) -> None:
    keys = Keys()
    refusal(keys, key_id, secret)
    assert keys.look_ups == []


def test_the_longest_credentials_are_looked_up() -> None:
    key_id, secret = "k" * CREDENTIAL_LENGTH_MAX, "s" * CREDENTIAL_LENGTH_MAX
    assert Keys(**{key_id: secret}).authenticator.authenticate(key_id, secret) == f"merchant_of_{key_id}"


def test_a_known_key_is_looked_up_once_a_minute() -> None:
    keys = Keys(key_a="secret")
    for seconds in (0, 1, CACHE_SECONDS - 0.001):
        keys.now = 1_000 + seconds
        keys.authenticator.authenticate("key_a", "secret")
    assert keys.look_ups == ["key_a"]
    keys.now = 1_000 + CACHE_SECONDS
    keys.authenticator.authenticate("key_a", "secret")
    assert keys.look_ups == ["key_a", "key_a"]


def test_use_does_not_prolong_the_minute_so_a_revoked_key_ends_within_it() -> None:
    keys = Keys(key_a="secret")
    keys.authenticator.authenticate("key_a", "secret")
    del keys.secrets["key_a"]
    keys.now += CACHE_SECONDS - 1
    assert keys.authenticator.authenticate("key_a", "secret") == "merchant_of_key_a"
    keys.now += 1
    refusal(keys, "key_a", "secret")
    refusal(keys, "key_a", "secret")
    assert CACHE_SECONDS == 60


def test_wrong_secrets_of_a_known_key_cost_no_look_up() -> None:
    keys = Keys(key_a="secret")
    keys.authenticator.authenticate("key_a", "secret")
    for _ in range(3):
        refusal(keys, "key_a", "wrong")
    assert keys.look_ups == ["key_a"]
    assert keys.authenticator.authenticate("key_a", "secret") == "merchant_of_key_a"


def test_a_wrong_secret_at_first_does_not_shut_out_the_right_one() -> None:
    keys = Keys(key_a="secret")
    refusal(keys, "key_a", "wrong")
    assert keys.authenticator.authenticate("key_a", "secret") == "merchant_of_key_a"


def test_unknown_keys_are_not_remembered_so_a_new_key_works_at_once() -> None:
    keys = Keys()
    refusal(keys, "key_a", "secret")
    refusal(keys, "key_a", "secret")
    assert keys.look_ups == ["key_a", "key_a"]
    keys.secrets["key_a"] = "secret"
    assert keys.authenticator.authenticate("key_a", "secret") == "merchant_of_key_a"


def test_unknown_keys_do_not_push_known_ones_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticate, "CACHE_ENTRIES_MAX", 2)
    keys = Keys(key_a="secret")
    keys.authenticator.authenticate("key_a", "secret")
    for number in range(5):
        refusal(keys, f"key_{number}", "secret")
    keys.authenticator.authenticate("key_a", "secret")
    assert keys.look_ups.count("key_a") == 1


def test_no_more_keys_are_remembered_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticate, "CACHE_ENTRIES_MAX", 2)
    keys = Keys(key_a="a", key_b="b", key_c="c")
    for name in ("a", "b", "c", "a"):
        assert keys.authenticator.authenticate(f"key_{name}", name) == f"merchant_of_key_{name}"
    assert keys.look_ups == ["key_a", "key_b", "key_c", "key_a"]
    assert len(keys.authenticator._known) <= 2


def test_a_database_that_does_not_answer_is_not_taken_for_wrong_credentials() -> None:
    authenticator = Authenticator(FakeDatabase(find_api_key=DatabaseUnavailableError("no")), PEPPER)
    with pytest.raises(DatabaseUnavailableError):
        authenticator.authenticate("key_a", "secret")


def test_a_hash_depends_on_secret_and_pepper() -> None:
    hashes = {hash_secret(pepper, secret) for pepper in (b"a", b"b") for secret in ("x", "y")}
    assert len(hashes) == 4
    assert {len(each) for each in hashes} == {32}


def test_a_key_that_ends_at_a_later_time_works_until_then_and_a_minute_more_at_most() -> None:
    # The database says whether a key has ended (see find_api_key); here it does so at 1 090.
    keys = Keys(key_old="old", key_new="new")

    def find(key_id: str) -> Rows:
        return [] if key_id == "key_old" and keys.now >= 1_090 else keys._find(key_id)

    keys.database.answers["find_api_key"] = find
    for now in (1_000, 1_059, 1_060, 1_119):
        keys.now = now
        assert keys.authenticator.authenticate("key_old", "old") == "merchant_of_key_old"
    keys.now = 1_120
    refusal(keys, "key_old", "old")
    assert keys.authenticator.authenticate("key_new", "new") == "merchant_of_key_new"


def test_a_shopper_is_let_in_by_the_key_alone_and_finds_the_same_merchant() -> None:
    keys = Keys(key_a="secret")
    assert keys.authenticator.identify("key_a") == "merchant_of_key_a"
    assert keys.authenticator.authenticate("key_a", "secret") == "merchant_of_key_a"
    assert keys.look_ups == ["key_a"]


def test_a_shoppers_look_up_lets_no_wrong_secret_in() -> None:
    keys = Keys(key_a="secret")
    keys.authenticator.identify("key_a")
    refusal(keys, "key_a", "wrong")
    refusal(keys, "key_a", "")


def test_a_publishable_key_that_is_unknown_or_has_ended_is_refused_within_a_minute() -> None:
    keys = Keys(key_a="secret")
    with pytest.raises(AuthenticationError, match="publishable key"):
        keys.authenticator.identify("key_x")
    keys.authenticator.identify("key_a")
    del keys.secrets["key_a"]
    keys.now += CACHE_SECONDS - 1
    assert keys.authenticator.identify("key_a") == "merchant_of_key_a"
    keys.now += 1
    with pytest.raises(AuthenticationError, match="publishable key"):
        keys.authenticator.identify("key_a")
