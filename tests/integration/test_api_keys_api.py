"""API keys through the real app: made, listed, rotated with an overlap, revoked, and never another merchant's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import responses
from paygate.domain.api_keys import KEYS_MAX, LISTED_MAX
from paygate.operations.authenticate import CACHE_SECONDS, Authenticator
from paygate.operations.seed_test_merchant import TEST_KEY_ID
from tests.integration.api import MERCHANT, Api, running_api
from tests.support.api import Answer
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.servers import Servers

LIST = "GET /api-keys"
CREATE = "POST /api-keys"
ROTATE = "POST /api-keys/{key_id}/rotate"
REVOKE = "DELETE /api-keys/{key_id}"


class User:
    """Somebody who is logged in."""

    def __init__(self, api: Api, headers: dict[str, str]) -> None:
        self._api = api
        self._headers = headers

    def ask(self, route: str, key_id: str | None = None, **body: Any) -> Answer:
        path = {} if key_id is None else {"key_id": key_id}
        text = json.dumps(body) if route.startswith("POST") else None
        return self._api.send(route, text, merchant=self._headers, path=path)

    def make(self, name: str | None = None) -> dict[str, Any]:
        return self._done(CREATE, **({} if name is None else {"name": name}))

    def rotate(self, key_id: str, **body: Any) -> dict[str, Any]:
        return self._done(ROTATE, key_id, **body)

    def listed(self) -> list[dict[str, Any]]:
        answer = self.ask(LIST)
        assert answer.status == 200, answer.text
        responses.ApiKeyList.model_validate_json(answer.text)
        listed: list[dict[str, Any]] = answer.json["data"]
        return listed

    def _done(self, route: str, key_id: str | None = None, **body: Any) -> dict[str, Any]:
        answer = self.ask(route, key_id, **body)
        assert answer.status == 201, answer.text
        responses.ApiKeyWithSecret.model_validate_json(answer.text)
        made: dict[str, Any] = answer.json
        return made


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


@pytest.fixture
def user(api: Api) -> User:
    return User(api, api.log_in())


@pytest.fixture
def stranger(api: Api) -> User:
    api.add_user("asha@other.example", role="operator")
    return User(api, api.log_in("asha@other.example"))


def works(api: Api, key: dict[str, Any]) -> bool:
    status = api.send("GET /merchant", merchant={"X-Api-Key": key["id"], "X-Api-Secret": key["secret"]}).status
    assert status in (200, 401)
    return status == 200


def working(api: Api) -> int:
    count: int = api.sql.value(
        "SELECT count(*) FROM api_keys WHERE merchant_id = :merchant AND (revoked_at IS NULL OR revoked_at > now())",
        merchant=TEST_MERCHANT_ID,
    )
    return count


def shown(key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name != "secret"}


def error(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.error.get("reason")


@pytest.mark.parametrize("name", [None, "Server", "n" * 100, 'Zoë\'s "Läden" \\ 😀 \u2028 </script>'])
def test_a_new_key_works_at_once_and_its_secret_is_shown_this_once(api: Api, user: User, name: str | None) -> None:
    made = user.make(name)
    assert made.get("name") == name
    assert list(made) == ["id", *([] if name is None else ["name"]), "created_at", "secret"]
    assert re.fullmatch(r"key_[0-9A-Za-z]{22}", made["id"])
    assert re.fullmatch(r"secret_[0-9a-f]{64}", made["secret"])
    assert works(api, made)
    assert not works(api, {**made, "secret": "secret_test_xyz789"})
    assert user.listed()[0] == shown(made)


def test_keys_are_listed_newest_first_and_only_their_own_merchants(user: User, stranger: User) -> None:
    made = [user.make(f"Key {number}") for number in range(3)]
    assert [key["id"] for key in user.listed()] == [*(key["id"] for key in reversed(made)), TEST_KEY_ID]
    assert stranger.listed() == []
    theirs = stranger.make()
    assert stranger.listed() == [shown(theirs)]


def test_a_rotated_key_overlaps_with_the_new_one_and_then_ends(api: Api, user: User) -> None:
    old = user.make("Server")
    new = user.rotate(old["id"], overlap_seconds=3_600)
    assert (new["name"], new["id"] != old["id"], "revoked_at" in new) == ("Server", True, False)
    assert (works(api, old), works(api, new)) == (True, True)
    listed = {key["id"]: key for key in user.listed()}
    assert listed[new["id"]] == shown(new)
    ends = datetime.fromisoformat(listed[old["id"]].pop("revoked_at"))
    assert listed[old["id"]] == shown(old)
    assert ends - datetime.fromisoformat(new["created_at"]) == timedelta(hours=1)
    api.sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=old["id"])
    api.wiring.authenticator.forget(old["id"])
    assert (works(api, old), works(api, new)) == (False, True)


@pytest.mark.parametrize(("given", "seconds"), [({}, 86_400), ({"overlap_seconds": 604_800}, 604_800)])
def test_the_overlap_is_a_day_unless_another_is_given(user: User, given: dict[str, int], seconds: int) -> None:
    old = user.make()
    new = user.rotate(old["id"], **given)
    (ends,) = [key["revoked_at"] for key in user.listed() if key["id"] == old["id"]]
    lasts = datetime.fromisoformat(ends) - datetime.fromisoformat(new["created_at"])
    assert lasts == timedelta(seconds=seconds)


def test_without_an_overlap_the_old_key_ends_at_once(api: Api, user: User) -> None:
    old = user.make()
    assert works(api, old)
    new = user.rotate(old["id"], overlap_seconds=0)
    assert (works(api, old), works(api, new)) == (False, True)


def test_a_key_that_is_to_end_soon_does_not_live_longer_for_being_rotated_again(user: User) -> None:
    old = user.make()
    user.rotate(old["id"], overlap_seconds=60)
    before = user.listed()
    user.rotate(old["id"], overlap_seconds=604_800)
    assert user.listed()[1:] == before


def test_a_cached_key_ends_when_its_overlap_does(api: Api, user: User) -> None:
    """Also within the minute for which an environment remembers a good key."""
    old = user.make()
    new = user.rotate(old["id"], overlap_seconds=20)
    now = 1_000.0
    authenticator = Authenticator(api.wiring.database, api.wiring.secret_pepper, clock=lambda: now)
    for key in (old, new):
        assert authenticator.authenticate(key["id"], key["secret"]) == TEST_MERCHANT_ID
    # The clock of the cache is the test's; the database's stands as good as still.
    api.sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=old["id"])
    now += 5
    assert authenticator.identify(old["id"]) == TEST_MERCHANT_ID
    now += 15
    with pytest.raises(Exception, match="not valid"):
        authenticator.identify(old["id"])
    assert CACHE_SECONDS > 20
    assert authenticator.identify(new["id"]) == TEST_MERCHANT_ID


def test_a_revoked_key_ends_at_once_and_keeps_its_time(api: Api, user: User) -> None:
    key = user.make("Server")
    assert works(api, key)
    answer = user.ask(REVOKE, key["id"])
    responses.ApiKey.model_validate_json(answer.text)
    assert answer.status == 200
    assert shown(answer.json) == {**shown(key), "revoked_at": answer.json["revoked_at"]}
    assert not works(api, key)
    assert user.ask(REVOKE, key["id"]).text == answer.text
    assert error(user.ask(ROTATE, key["id"])) == (409, "KEY_REVOKED")
    assert user.listed()[0] == answer.json


def test_revoking_ends_an_overlap(api: Api, user: User) -> None:
    old = user.make()
    new = user.rotate(old["id"])
    assert works(api, old)
    assert user.ask(REVOKE, old["id"]).status == 200
    assert (works(api, old), works(api, new)) == (False, True)


@pytest.mark.parametrize("route", [ROTATE, REVOKE])
def test_another_merchants_key_is_as_unknown_as_one_that_nobody_has(
    api: Api, user: User, stranger: User, route: str
) -> None:
    key = user.make()
    before = api.written()
    theirs, nothing = stranger.ask(route, key["id"]), stranger.ask(route, "key_0")
    assert theirs.status == nothing.status == 404
    assert (
        theirs.error
        == nothing.error
        == {
            "code": "NOT_FOUND_ERROR",
            "description": "There is no API key with this id.",
        }
    )
    assert api.written() == before
    assert works(api, key)


def test_a_key_can_neither_see_nor_make_keys(api: Api) -> None:
    before = api.written()
    for route, path in ((LIST, {}), (CREATE, {}), (ROTATE, {"key_id": TEST_KEY_ID}), (REVOKE, {"key_id": TEST_KEY_ID})):
        assert api.send(route, "{}", merchant=MERCHANT, path=path).status == 401
    assert api.written() == before


def test_there_are_only_so_many_keys_that_work(api: Api, user: User) -> None:
    made = [user.make() for _ in range(KEYS_MAX - 1)]
    before = api.written()
    assert error(user.ask(CREATE)) == (409, "KEY_LIMIT")
    assert api.written() == before
    # The one that is replaced makes room for its own successor.
    user.rotate(made[0]["id"], overlap_seconds=60)
    assert error(user.ask(ROTATE, made[1]["id"])) == (409, "KEY_LIMIT")
    for key in made[:2]:
        assert user.ask(REVOKE, key["id"]).status == 200
    user.make()
    assert error(user.ask(CREATE)) == (409, "KEY_LIMIT")


def test_without_an_overlap_there_is_always_room_for_the_successor(api: Api, user: User) -> None:
    made = [user.make() for _ in range(KEYS_MAX - 1)]
    user.rotate(made[0]["id"], overlap_seconds=60)
    assert error(user.ask(ROTATE, made[1]["id"])) == (409, "KEY_LIMIT")
    before = working(api)
    new = user.rotate(made[1]["id"], overlap_seconds=0)
    assert working(api) == before == KEYS_MAX + 1
    assert (works(api, made[1]), works(api, new)) == (False, True)
    user.rotate(made[0]["id"], overlap_seconds=0)
    assert working(api) == before
    assert error(user.ask(CREATE)) == (409, "KEY_LIMIT")


def test_the_list_has_every_key_that_works_however_many_have_ended_since(api: Api, user: User) -> None:
    first = user.make("First")
    api.sql.run(
        "INSERT INTO api_keys (id, merchant_id, secret_hash, created_at, revoked_at)"
        " SELECT 'key_old_' || n, :merchant_id, decode(repeat('00', 32), 'hex'), now() + n * interval '1 second', now()"
        " FROM generate_series(1, 150) AS n",
        merchant_id=TEST_MERCHANT_ID,
    )
    listed = user.listed()
    assert len(listed) == LISTED_MAX
    assert listed[0]["id"] == "key_old_150"
    assert [key["id"] for key in listed if "revoked_at" not in key] == [first["id"], TEST_KEY_ID]
