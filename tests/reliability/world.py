"""What all random sequences share: connections, and a database that is emptied between them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import Any

from redis import Redis

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.redis import RedisStore
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations.authenticate import Authenticator
from tests.integration.support import refusing_port
from tests.reliability.bank import Bank
from tests.reliability.environments import Environment
from tests.reliability.faults import Fault
from tests.reliability.mailbox import Queues
from tests.reliability.snapshot import Snapshot, read_snapshot
from tests.support.rows import Rows, rows_of

# Speed: what these tests kill is processes of ours, never Postgres, so nothing has to reach the disk; and statements
# are planned once, as there are never enough rows for another plan.
RELAX = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database());
END $$
"""
TABLES = (
    *("outbox", "webhook_deliveries", "events", "ledger_balances", "ledger_entries", "journals", "refunds"),
    *("idempotency_keys", "payments", "orders"),
)
# A function, so that it is planned once.
EMPTY = f"""
CREATE FUNCTION empty_world() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {" ".join(f"DELETE FROM {table};" for table in TABLES)}
    UPDATE ledger_balances_until SET moment = '-infinity';
END
$$
"""  # noqa: S608
TWO_ENDPOINTS = """
UPDATE webhook_endpoints SET url = 'https://merchant.example/all', status = 'enabled', disabled_reason = NULL;
INSERT INTO webhook_endpoints (id, merchant_id, url, events, status, secret_encrypted)
SELECT 'whe_ends', merchant_id, url, '{payment.success,payment.captured,refund.*}', 'enabled', secret_encrypted
FROM webhook_endpoints;
UPDATE merchants SET fee_basis_points = 250
"""


class FaultyDatabase(PostgresDatabase):
    """Postgres, but for the fault that a test plants."""

    fault: Fault | None = None

    def run(self, name: str, /, **parameters: object) -> list[dict[str, Any]]:
        fault = self.fault
        if fault is None or name not in fault.statements:
            return super().run(name, **parameters)
        self.fault = None
        if fault.committed:
            super().run(name, **parameters)
        raise fault.error("planted by the test")


class Inline(ThreadPoolExecutor):
    """Runs everything at once in the caller, so that a sequence runs alike each time."""

    def submit(self, act: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(act(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class Site:
    """One environment's lasting parts: its connections."""

    def __init__(self, secrets: DeploymentSecrets) -> None:
        self.secrets = secrets
        self.database = FaultyDatabase(secrets.database_url)
        self.redis = RedisStore(secrets.redis_url)
        self.authenticator = Authenticator(self.database, secrets.key_for("api-secret-pepper"))

    def environment(self, bank: Bank, queues: Queues) -> Environment:
        """As after a cold start, but for the connections."""
        self.database.fault = None
        environment = Environment(self.secrets, bank, queues)
        environment.database = self.database
        environment.redis = self.redis
        environment.authenticator = self.authenticator
        environment.charger._calls._pool = Inline()
        environment.refunder._calls._pool = Inline()
        return environment

    def close(self) -> None:
        self.database.close()
        self.redis.close()


class World:
    """Three sites (the last one cannot reach Redis), raw access to Postgres and Redis, and a count of sequences."""

    def __init__(
        self, sites: tuple[Site, Site, Site], rows: Rows, eraser: Rows, redis: Redis, pool: ThreadPoolExecutor
    ) -> None:
        self.near, self.other, self.cut_off = sites
        self.rows = rows
        # Without triggers: the ledger refuses deletes. On a connection of its own, so that all others keep theirs.
        self._eraser = eraser
        self._eraser.run("SET session_replication_role = replica")
        self.redis = redis
        self.pool = pool
        self.sequences = 0
        self.steps = 0
        self.reached: set[str] = set()

    def empty(self) -> Snapshot:
        """Nothing has happened yet."""
        self._eraser.run("SELECT empty_world()")
        self.redis.flushall()
        return read_snapshot(self.rows)


@contextmanager
def world_of(secrets: DeploymentSecrets) -> Iterator[World]:
    with ExitStack() as stack:
        with rows_of(secrets.database_url) as rows:
            rows.run(RELAX)
            rows.run(TWO_ENDPOINTS)
            rows.run(EMPTY)
        port = stack.enter_context(refusing_port())
        unreachable = replace(secrets, redis_url=f"redis://127.0.0.1:{port}/0")
        first, second, third = (stack.enter_context(closing(Site(each))) for each in (secrets, secrets, unreachable))
        yield World(
            (first, second, third),
            stack.enter_context(rows_of(secrets.database_url)),
            stack.enter_context(rows_of(secrets.database_url)),
            stack.enter_context(closing(Redis.from_url(secrets.redis_url))),
            stack.enter_context(ThreadPoolExecutor(2)),
        )
