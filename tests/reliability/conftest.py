"""What the races and the random sequences share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from tests.reliability.bank import Bank
from tests.reliability.environments import Environment, MakeEnvironment, threaded_api
from tests.reliability.mailbox import Mailbox, Queues
from tests.reliability.races import flushed_all_the_time
from tests.support.rows import Rows, rows_of


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def queues() -> Queues:
    return Queues()


@pytest.fixture
def mailbox(queues: Queues) -> Mailbox:
    """The queue of payments."""
    return queues.payments


@pytest.fixture
def api() -> Iterator[None]:
    """The real API in every thread, without its log, which would be thousands of lines."""
    logging.disable(logging.CRITICAL)
    try:
        with threaded_api():
            yield
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture
def new_environment(
    api: None, secrets: DeploymentSecrets, database: PostgresDatabase, bank: Bank, queues: Queues
) -> MakeEnvironment:
    """Makes environments of one deployment."""
    return lambda: Environment(secrets, bank, queues)


@pytest.fixture
def environment(new_environment: MakeEnvironment) -> Iterator[Environment]:
    """One more of them, for what is to be done without a race."""
    environment = new_environment()
    yield environment
    environment.close()


@pytest.fixture
def rows(secrets: DeploymentSecrets, database: PostgresDatabase) -> Iterator[Rows]:
    with rows_of(secrets.database_url) as rows:
        yield rows


@pytest.fixture(params=["Redis there", "Redis flushed all the time"])
def redis(request: pytest.FixtureRequest, secrets: DeploymentSecrets) -> Iterator[None]:
    """Every race is run with a Redis that remembers and with one that forgets."""
    with flushed_all_the_time(secrets.redis_url) if "flushed" in request.param else nullcontext():
        yield
