"""Fixtures of the integration tests: SQS, KMS and Secrets Manager over HTTP, and what works on the test's database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import redis
from moto.server import ThreadedMotoServer

from paygate.adapters.aws_json import KMS, SECRETS_MANAGER, SQS, AwsJsonClient
from paygate.adapters.card_vault import KmsCardVault
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.redis import RedisStore
from paygate.adapters.secrets import DeploymentSecrets
from tests.integration.deliveries import answers, clock, deliver, deliverer, impatient, scripted, sender
from tests.integration.hooks import hooks
from tests.integration.listening import gateway, hook
from tests.integration.shoppers import shop
from tests.integration.support import RealQueue, aws_client
from tests.support.rows import Rows, rows_of

# Fixtures of a neighbouring module, which pytest finds by their names here.
__all__ = [
    "answers",
    "clock",
    "deliver",
    "deliverer",
    "gateway",
    "hook",
    "hooks",
    "impatient",
    "scripted",
    "sender",
    "shop",
]


@pytest.fixture(scope="session")
def aws_endpoint_url() -> Iterator[str]:
    """moto as a server: SQS, KMS and Secrets Manager as our own client sees them."""
    log = logging.getLogger("werkzeug")
    level = log.level
    log.setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    log.setLevel(level)


@pytest.fixture
def sqs(aws_endpoint_url: str) -> Iterator[AwsJsonClient]:
    client = aws_client(SQS, aws_endpoint_url)
    yield client
    client.close()


@pytest.fixture
def secrets_manager(aws_endpoint_url: str) -> Iterator[AwsJsonClient]:
    client = aws_client(SECRETS_MANAGER, aws_endpoint_url)
    yield client
    client.close()


@pytest.fixture
def kms(aws_endpoint_url: str) -> Iterator[AwsJsonClient]:
    client = aws_client(KMS, aws_endpoint_url)
    yield client
    client.close()


@pytest.fixture
def redis_store(secrets: DeploymentSecrets) -> Iterator[RedisStore]:
    with closing(RedisStore(secrets.redis_url)) as store:
        yield store


@pytest.fixture
def raw_redis(secrets: DeploymentSecrets) -> Iterator[Any]:
    """Another client's view of the same server, redis-py's."""
    with closing(redis.Redis.from_url(secrets.redis_url)) as raw:
        yield raw


@pytest.fixture
def card_key_id(kms: AwsJsonClient) -> str:
    return str(kms.call("CreateKey", {})["KeyMetadata"]["Arn"])


@pytest.fixture
def card_vault(redis_store: RedisStore, card_key_id: str, aws_endpoint_url: str) -> Iterator[KmsCardVault]:
    with ExitStack() as clients:
        yield KmsCardVault(
            redis_store, lambda: clients.enter_context(closing(aws_client(KMS, aws_endpoint_url))), card_key_id
        )


@pytest.fixture
def payments_queue(sqs: AwsJsonClient) -> RealQueue:
    return RealQueue(sqs)


@pytest.fixture
def refunds_queue(sqs: AwsJsonClient) -> RealQueue:
    return RealQueue(sqs)


@pytest.fixture
def webhooks_queue(sqs: AwsJsonClient) -> RealQueue:
    return RealQueue(sqs)


@pytest.fixture
def cipher(secrets: DeploymentSecrets) -> AesGcmCipher:
    return AesGcmCipher(secrets.key_for("webhook-secret-encryption"))


@pytest.fixture
def sql(secrets: DeploymentSecrets, database: PostgresDatabase) -> Iterator[Rows]:
    """Raw SQL in the test's database, which holds the test merchant."""
    with rows_of(secrets.database_url) as rows:
        yield rows
