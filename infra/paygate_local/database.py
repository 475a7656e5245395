"""Schema and test data of the local database, by the same code that runs on AWS."""

from __future__ import annotations

import logging

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.postgres.migrations import apply_migrations
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.passwords import hash_password
from paygate.operations.seed_test_merchant import seed_test_merchant
from paygate_local.settings import ROOT

# The step's own line tells what was done; a library's warning-level news beside it would only look like trouble.
logging.getLogger("paygate").addHandler(logging.NullHandler())
MIGRATIONS = ROOT / "infra" / "migrations"


def prepare_database(secrets: DeploymentSecrets, dashboard_password: str) -> int:
    """Migrate and seed; how many migrations the database has then."""
    applied = apply_migrations(secrets.database_url, MIGRATIONS)
    database = PostgresDatabase(secrets.database_url)
    try:
        seed_test_merchant(
            database,
            pepper=secrets.key_for("api-secret-pepper"),
            cipher=AesGcmCipher(secrets.key_for("webhook-secret-encryption")),
            password_hash=hash_password(dashboard_password),
        )
    finally:
        database.close()
    return len(applied)
