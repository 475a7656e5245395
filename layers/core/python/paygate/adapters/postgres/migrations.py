"""Brings the database's schema up to date, with the SQL files of infra/migrations."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import asyncpg
from pogo_core.util import migrate as pogo
from pogo_core.util import sql as pogo_sql

from paygate.adapters.postgres.connection import ssl_context_of

LOG = logging.getLogger("paygate.migrations")
# Two migrations at once would both try every file; the second waits here and then finds nothing to do.
ADVISORY_LOCK = 7_245_901
LOCK_POLL_SECONDS = 0.2
CONNECT_TIMEOUT_SECONDS = 10
SCHEMA = "public"


def apply_migrations(database_url: str, folder: Path) -> list[str]:
    """Apply every migration that the database lacks, each in a transaction unless it says `transaction: false`; the
    names of all that it then has.
    """
    return asyncio.run(_apply(database_url, folder))


async def _apply(database_url: str, folder: Path) -> list[str]:
    connection = await asyncpg.connect(database_url, timeout=CONNECT_TIMEOUT_SECONDS, ssl=ssl_context_of(database_url))
    try:
        # Waiting for it within the server would be a statement under way. The other migration may build an index
        # concurrently, which waits for all such statements: neither would ever end.
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ADVISORY_LOCK):
            await asyncio.sleep(LOCK_POLL_SECONDS)
        await pogo.apply(connection, folder, schema_name=SCHEMA, logger=LOG)
        return sorted(await pogo_sql.get_applied_migrations(connection, schema_name=SCHEMA))
    finally:
        await connection.close()
