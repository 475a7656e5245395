"""Fixtures of all tiers: the servers start once for a run, and only if a test needs them."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.log import configure
from paygate.operations.seed_test_merchant import seed_test_merchant
from paygate_local.settings import DEFAULTS, ROOT
from tests.support.servers import Servers, settings_for
from tests.support.stack import TestStack, running_stack

# From the quickest to the slowest, so that a mistake shows as early as it can.
TIERS = ("unit", "contract", "integration", "performance", "reliability", "e2e", "browser")
# Each of pytest's parallel workers has servers of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUN_HOME = ROOT / os.environ.get("PAYGATE_TEST_HOME", ".local/test") / WORKER
# Tests of the deployed stack share it, so one worker runs them all; they and the longest test begin first.
STACK_TESTS = (
    *("tests/e2e/", "tests/browser/", "tests/reliability/test_localstack_killed.py"),
    "tests/reliability/test_webhooks_survive.py",
)
LONGEST_TEST = "tests/reliability/test_random_sequences.py"

# Tests choose their own settings; a developer's are not theirs.
for _name in DEFAULTS:
    os.environ.pop(_name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def tier(item: pytest.Item) -> int:
        name = item.path.relative_to(here).parts[0]
        return TIERS.index(name) if name in TIERS else len(TIERS)

    def begins(item: pytest.Item) -> int:
        if item.nodeid.startswith(STACK_TESTS):
            item.add_marker(pytest.mark.xdist_group("stack"))
            return 0
        return 1 if item.nodeid.startswith(LONGEST_TEST) else 2

    items.sort(key=tier)
    if WORKER:
        items.sort(key=begins)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Real Postgres and Valkey."""
    home = RUN_HOME / "servers"
    shutil.rmtree(home, ignore_errors=True)
    servers = Servers(settings_for(home))
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def secrets(servers: Servers) -> Iterator[DeploymentSecrets]:
    """The secrets of a deployment with a database of its own, migrated and empty."""
    with servers.new_database() as database_url:
        yield DeploymentSecrets(database_url, servers.redis_url, master_key="0123456789abcdef" * 4)


@pytest.fixture
def database(secrets: DeploymentSecrets) -> Iterator[PostgresDatabase]:
    """A database of the test's own that holds the test merchant."""
    database = PostgresDatabase(secrets.database_url)
    seed_test_merchant(
        database,
        pepper=secrets.key_for("api-secret-pepper"),
        cipher=AesGcmCipher(secrets.key_for("webhook-secret-encryption")),
    )
    yield database
    database.close()


@pytest.fixture(scope="session")
def stack() -> Iterator[TestStack]:
    """The whole of Paygate, deployed on a LocalStack of the tests' own."""
    home = RUN_HOME / "stack"
    with running_stack(settings_for(home)) as stack:
        yield stack


class ListHandler(logging.Handler):
    """Adds what is logged to a list."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@pytest.fixture
def log_records() -> Iterator[list[logging.LogRecord]]:
    """What Paygate logs during the test; Powertools' logger passes nothing on to the root, where caplog listens."""
    records: list[logging.LogRecord] = []
    handler = ListHandler(records)
    configure()
    logger = logging.getLogger("paygate")
    logger.addHandler(handler)
    yield records
    logger.removeHandler(handler)
