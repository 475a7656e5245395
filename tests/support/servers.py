"""Real Postgres and Valkey for one test run, and databases that are made from a template in milliseconds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pg8000.native

from paygate.adapters.postgres.migrations import apply_migrations
from paygate_local.database import MIGRATIONS
from paygate_local.services import Services
from paygate_local.settings import DEFAULTS, TEST_PARAMETERS, StackSettings
from tests.support.ports import free_ports

TEMPLATE = "paygate_template"


def settings_for(home: Path) -> StackSettings:
    """Settings of a stack of the tests' own: free ports, everything under `home`."""
    front_door, localstack, postgres, valkey = free_ports(4)
    return StackSettings(
        home=home,
        front_door_port=front_door,
        localstack_port=localstack,
        postgres_port=postgres,
        valkey_port=valkey,
        parameters={
            **{parameter: DEFAULTS[name] for name, parameter in TEST_PARAMETERS.items()},
            # Retries within a minute rather than within three days.
            "WebhookRetryIntervalsTest": "true",
        },
    )


class Servers:
    """Postgres and Valkey of this test run."""

    def __init__(self, settings: StackSettings) -> None:
        self.services = Services(settings)
        self._settings = settings
        self._numbers = itertools.count(1)

    @property
    def redis_url(self) -> str:
        return self.services.redis_url

    def start(self) -> None:
        self.services.start_postgres()
        self.services.start_valkey()
        # What a crash of the machine would lose is nothing to a test, and waiting for the disk is most of its time.
        self._administer("ALTER SYSTEM SET fsync = off")
        self._administer("SELECT pg_reload_conf()")
        self._administer(f"CREATE DATABASE {TEMPLATE}")
        apply_migrations(self.url_of(TEMPLATE), MIGRATIONS)

    def url_of(self, database: str) -> str:
        return self.services.database_url.replace("/paygate?", f"/{database}?")

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """The URL of a migrated, empty database that exists for as long as the block runs."""
        name = f"paygate_test_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        try:
            yield self.url_of(name)
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self.services.stop()

    def _administer(self, sql: str) -> None:
        connection = pg8000.native.Connection(
            "paygate",
            host="127.0.0.1",
            port=self._settings.postgres_port,
            password=self.services.secrets.postgres_password,
            database="postgres",
            ssl_context=False,
        )
        try:
            connection.run(sql)
        finally:
            connection.close()
