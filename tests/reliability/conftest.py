"""What the races and the random sequences share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from tests.reliability.bank import Bank, Mailbox
from tests.reliability.environments import Environment, MakeEnvironment, threaded_api
from tests.support.rows import Rows, rows_of


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def mailbox() -> Mailbox:
    """The queue of payments."""
    return Mailbox()


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
    api: None, secrets: DeploymentSecrets, database: PostgresDatabase, bank: Bank, mailbox: Mailbox
) -> MakeEnvironment:
    """Makes environments of one deployment, whose messages about webhooks are lost."""
    return lambda: Environment(secrets, bank, mailbox, Mailbox(loses=True))


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
