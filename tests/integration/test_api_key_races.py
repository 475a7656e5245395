"""API keys that are made and rotated at the same time: never more of them than there may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.api_keys import KEYS_MAX
from paygate.domain.errors import ConflictError, NotFoundError
from paygate.operations.create_api_key import create_api_key
from paygate.operations.rotate_api_key import rotate_api_key
from paygate.operations.seed_test_merchant import TEST_KEY_ID
from tests.integration.api import Api, running_api
from tests.integration.test_api_keys_api import working
from tests.support.rows import TEST_MERCHANT_ID
from tests.support.servers import Servers

# How often a race is run.
ROUNDS = 5


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


def keep(api: Api, count: int) -> list[str]:
    """Have so many keys that work, and no others; their ids without the test merchant's own."""
    api.sql.run("DELETE FROM api_keys WHERE id <> :seeded", seeded=TEST_KEY_ID)
    key_ids = [f"key_{number}" for number in range(count - 1)]
    api.sql.run(
        "INSERT INTO api_keys (id, merchant_id, secret_hash)"
        " SELECT id, :merchant_id, decode(repeat('00', 32), 'hex') FROM unnest(:ids::text[]) AS id",
        merchant_id=TEST_MERCHANT_ID,
        ids=key_ids,
    )
    return key_ids


def at_once(api: Api, acts: list[Callable[[PostgresDatabase], str]]) -> list[bool]:
    """Which of these were done, each with a connection of its own and none before all are ready."""
    ready = Barrier(len(acts))

    def try_to(act: Callable[[PostgresDatabase], str]) -> bool:
        database = PostgresDatabase(api.wiring.secrets.database_url)
        try:
            # For a merchant that there is not, so that the statements are prepared.
            with pytest.raises(NotFoundError):
                rotate_api_key(database, b"pepper", "merchant_0", "usr_1", "key_0", 0)
            with pytest.raises(ValueError, match="unpack"):
                create_api_key(database, b"pepper", "merchant_0", "usr_1", None)
            ready.wait(30)
            act(database)
        except ConflictError:
            return False
        finally:
            database.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(try_to, acts))


def create(database: PostgresDatabase) -> str:
    return create_api_key(database, b"pepper", TEST_MERCHANT_ID, "usr_1", "Server")


def rotation(key_id: str, overlap_seconds: int = 3_600) -> Callable[[PostgresDatabase], str]:
    return lambda database: rotate_api_key(database, b"pepper", TEST_MERCHANT_ID, "usr_1", key_id, overlap_seconds)


def test_keys_that_are_made_at_the_same_time_share_the_room_that_there_is(api: Api) -> None:
    for _ in range(ROUNDS):
        keep(api, KEYS_MAX - 2)
        assert sorted(at_once(api, [create] * 6)) == [False] * 4 + [True] * 2
        assert working(api) == KEYS_MAX


def test_rotations_of_different_keys_at_the_same_time_find_room_for_one(api: Api) -> None:
    for _ in range(ROUNDS):
        key_ids = keep(api, KEYS_MAX)
        assert sorted(at_once(api, [rotation(key_id) for key_id in key_ids[:6]])) == [False] * 5 + [True]
        assert working(api) == KEYS_MAX + 1
    # Without an overlap, there is room for each.
    assert at_once(api, [rotation(key_id, 0) for key_id in key_ids[6:12]]) == [True] * 6
    assert working(api) == KEYS_MAX + 1


def test_rotations_of_one_key_at_the_same_time_make_one_successor(api: Api) -> None:
    for _ in range(ROUNDS):
        key_ids = keep(api, KEYS_MAX)
        assert sorted(at_once(api, [rotation(key_ids[0], 0)] * 6)) == [False] * 5 + [True]
        assert working(api) == KEYS_MAX


def test_rotations_and_creations_at_the_same_time_share_the_room_that_there_is(api: Api) -> None:
    for _ in range(ROUNDS):
        key_ids = keep(api, KEYS_MAX - 1)
        done = at_once(api, [act for key_id in key_ids[:3] for act in (rotation(key_id), create)])
        # One is done while there is room, and a rotation once there is none may make one more than there may be.
        assert working(api) == KEYS_MAX - 1 + sum(done)
        assert working(api) in (KEYS_MAX, KEYS_MAX + 1)
