"""The migrations themselves: repeatable, and reversible."""

from __future__ import annotations

import asyncio

import asyncpg
import pg8000.native
from pogo_core.util import migrate as pogo

from paygate.adapters.postgres.connection import connect
from paygate.adapters.postgres.migrations import apply_migrations
from paygate.adapters.secrets import DeploymentSecrets
from paygate_local.database import MIGRATIONS


def test_applying_again_changes_nothing(secrets: DeploymentSecrets) -> None:
    first = apply_migrations(secrets.database_url, MIGRATIONS)
    assert first == sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
    assert apply_migrations(secrets.database_url, MIGRATIONS) == first


def test_rolling_back_leaves_nothing_and_applying_again_restores_the_schema(secrets: DeploymentSecrets) -> None:
    before = _schema(secrets.database_url)
    assert any("payments" in line for line in before)
    asyncio.run(_roll_back(secrets.database_url))
    assert [line for line in _schema(secrets.database_url) if "_pogo" not in line] == []
    apply_migrations(secrets.database_url, MIGRATIONS)
    assert _schema(secrets.database_url) == before


async def _roll_back(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await pogo.rollback(connection, MIGRATIONS, schema_name="public")
    finally:
        await connection.close()


def _schema(database_url: str) -> list[str]:
    connection: pg8000.native.Connection = connect(database_url)
    try:
        rows = connection.run(
            "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' UNION ALL "
            "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        )
    finally:
        connection.close()
    return [row[0] for row in rows]
