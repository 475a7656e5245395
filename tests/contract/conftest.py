"""Fixtures of the contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from tests.support.rows import Rows, rows_of


@pytest.fixture
def sql(secrets: DeploymentSecrets, database: PostgresDatabase) -> Iterator[Rows]:
    """Raw SQL in the test's database, which holds the test merchant."""
    with rows_of(secrets.database_url) as rows:
        yield rows
