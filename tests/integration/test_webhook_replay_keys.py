"""Replays that are asked for twice, at the same time, and by another merchant."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.ids import new_id
from paygate.operations.list_webhooks import DeliveryFilter
from paygate.operations.replay_webhooks import MISSED, replay_webhooks
from tests.integration.hooks import Hooks, fill, refusal, set_status, statuses
from tests.integration.replays import REDIS_STATES, Break, assert_fresh, assert_replayed
from tests.support.rows import TEST_MERCHANT_ID
from tests.unit.fakes import FakeQueue

NOT_FOUND = (404, "NOT_FOUND_ERROR", None, None)
THREADS = 4


@REDIS_STATES
def test_a_keyed_replay_is_one(hooks: Hooks, happens: Break) -> None:
    hooks.create()
    hooks.pay()
    set_status(hooks, "held")
    keys = new_id("key"), new_id("key"), new_id("key")
    dry = hooks.replay(keys[0], dry_run=True)
    assert_fresh(dry, 200)
    first = hooks.replay(keys[1])
    assert_fresh(first, 202)
    assert len(hooks.deliver()) == 2
    set_status(hooks, "held")
    for _ in range(2):
        happens(hooks.api)
        # Also a count is answered as it was, though nothing would keep it.
        assert_replayed(hooks.replay(keys[0], dry_run=True), dry)
        assert_replayed(hooks.replay(keys[1]), first)
    other = hooks.replay(keys[1], status="held")
    assert (other.status, other.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (statuses(hooks), hooks.deliver()) == (["held", "held"], [])
    # Refusals are kept like any other answer.
    refused = hooks.replay(keys[2], endpoint_id="whe_unknown")
    assert_replayed(hooks.replay(keys[2], endpoint_id="whe_unknown"), refused)
    assert hooks.sql.value("SELECT count(*) FROM webhook_replays") == 1


def test_replays_at_the_same_moment_send_each_once(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    fill(hooks, endpoint_id, 40)
    start = threading.Barrier(THREADS)
    url = hooks.api.wiring.secrets.database_url

    def replay(_: int) -> list[str]:
        queue = FakeQueue()
        with closing(PostgresDatabase(url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            replay_webhooks(own, queue, TEST_MERCHANT_ID, DeliveryFilter(), MISSED, dry_run=False)
        return [each for batch in queue.batches for each in batch]

    with ThreadPoolExecutor(THREADS) as pool:
        sent = [each for ids in pool.map(replay, range(THREADS), timeout=60) for each in ids]
    assert len(sent) == len(set(sent)) == 40
    assert set(hooks.sql.column("SELECT run FROM webhook_deliveries")) == {2}
    assert hooks.sql.value("SELECT sum(total) FROM webhook_replays") == 40


def test_nothing_of_another_merchant_is_counted_or_sent(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    payment_id = hooks.pay()
    set_status(hooks, "held")
    mine = hooks.replay(status="delivered").json["id"]
    other = hooks.api.add_merchant()
    written = hooks.api.written()
    for dry in ("true", "false"):
        body = f'{{"endpoint_id":"{endpoint_id}","dry_run":{dry}}}'
        assert refusal(hooks.api.send("POST /webhooks/replay", body, merchant=other)) == NOT_FOUND
    for unknown in (mine, new_id("whr")):
        answer = hooks.api.send("GET /webhooks/replays/{replay_id}", merchant=other, path={"replay_id": unknown})
        assert refusal(answer) == NOT_FOUND
    assert hooks.api.written() == written
    for body in ("{}", f'{{"payment_id":"{payment_id}"}}'):
        assert hooks.api.send("POST /webhooks/replay", body, merchant=other).json["total"] == 0
    assert (statuses(hooks), hooks.queue.received()) == (["held", "held"], [])
