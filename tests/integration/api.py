"""The real Chalice app on its real wiring: Postgres, Valkey, and moto for Secrets Manager, SQS and KMS."""

from __future__ import annotations

import json
import secrets as random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import redis

from chalicelib import view
from paygate.adapters.aws_json import KMS, SECRETS_MANAGER, SQS
from paygate.adapters.encryption import AesGcmCipher
from paygate.config import read_config
from paygate.domain.ids import new_id
from paygate.domain.jobs import QUEUE_NAMES
from paygate.operations.authenticate import hash_secret
from paygate.operations.seed_test_merchant import TEST_EMAIL, seed_test_merchant
from paygate.wiring import Wiring
from tests.integration.support import CREDENTIALS, REGION, aws_client
from tests.support.api import JSON_HEADERS, Answer, answer_to, event_of
from tests.support.rows import Rows, rows_of
from tests.support.servers import Servers
from tests.support.users import TEST_PASSWORD, password_hash

MERCHANT = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}
# Nothing in these tests is about the limit, and they may be quick.
REQUESTS_PER_SECOND = "1000000"
MASTER_KEY = "0123456789abcdef" * 4


@dataclass
class Api:
    """The app, and what its requests leave behind; `wiring` may be exchanged between requests."""

    wiring: Wiring
    sql: Rows
    valkey: redis.Redis
    _tables: list[str] = field(default_factory=list)

    def send(
        self,
        route: str,
        body: str | bytes | None = None,
        *,
        key: str | Sequence[str] | None = None,
        headers: Mapping[str, str | Sequence[str]] | None = None,
        query: Sequence[tuple[str, str]] = (),
        merchant: Mapping[str, str] = MERCHANT,
        path: Mapping[str, str] | None = None,
        app: Any = None,
    ) -> Answer:
        """Call `POST /orders` or the like as the merchant, with an idempotency key if one is given.

        `path` holds the parameters of the route's path.
        """
        sent: dict[str, str | Sequence[str]] = {**merchant, **(JSON_HEADERS if headers is None else headers)}
        if key is not None:
            sent["Idempotency-Key"] = key
        event = event_of(route, body, headers=sent, query=query, path_parameters=path)
        return answer_to(event, app) if app else answer_to(event)

    def written(self) -> dict[str, tuple[int, int]]:
        """Of each table its rows and its latest transaction, so that a change shows as well as a new row."""
        self._tables = self._tables or self.sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        counts = " UNION ALL ".join(
            f"SELECT '{table}' AS name, count(*) AS rows, coalesce(max(xmin::text::bigint), 0) AS latest FROM {table}"  # noqa: S608
            for table in self._tables
        )
        return {row["name"]: (row["rows"], row["latest"]) for row in self.sql.all(counts)}

    def keys_in_valkey(self) -> set[bytes]:
        """Locks and cards; how often a merchant has called is no secret and no effect."""
        return {key for kind in ("lock", "card") for key in self.valkey.scan_iter(f"paygate:{kind}:*")}

    def jobs_sent(self) -> int:
        """Messages on all queues."""
        queues = (self.wiring.payments_queue, self.wiring.refunds_queue, self.wiring.webhooks_queue)
        return sum(queue.depth().waiting for queue in queues)

    def use_redis(self, url: str) -> None:
        """Go on as an environment whose Redis is at `url`."""
        before = self.wiring
        self.wiring = Wiring(before.config)
        self.wiring.secrets = replace(before.secrets, redis_url=url)
        self.wiring.database = before.database

    def log_in(self, email: str = TEST_EMAIL) -> dict[str, str]:
        """The headers of a browser whose user has logged in, for `merchant`; those of a page of ours."""
        body = json.dumps({"email": email, "password": TEST_PASSWORD})
        answer = self.send("POST /auth/login", body, merchant={})
        assert answer.status == 200, answer.text
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return {"Cookie": cookie, "X-CSRF-Token": answer.json["csrf_token"]}

    def add_user(self, email: str, role: str = "merchant", merchant_id: str | None = None) -> str:
        """A user with the password of all, of another merchant unless one is given; the merchant's id."""
        merchant_id = merchant_id or self.sql.add_merchant()
        self.sql.run(
            "INSERT INTO users (id, merchant_id, email, role, password_hash)"
            " VALUES (:id, :merchant, :email, :role, :hash)",
            id=new_id("usr"),
            merchant=merchant_id,
            email=email,
            role=role,
            hash=password_hash(),
        )
        return merchant_id

    def add_merchant(self) -> dict[str, str]:
        """Another merchant's credentials."""
        key_id, secret = f"key_{random.token_hex(8)}", random.token_hex(16)
        self.sql.run(
            "INSERT INTO api_keys (id, merchant_id, secret_hash) VALUES (:id, :merchant_id, :hash)",
            id=key_id,
            merchant_id=self.sql.add_merchant(),
            hash=hash_secret(self.wiring.secrets.key_for("api-secret-pepper"), secret),
        )
        return {"X-Api-Key": key_id, "X-Api-Secret": secret}


@contextmanager
def running_api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    """The app on a database of its own that holds the test merchant, and on an empty Valkey."""
    valkey = redis.Redis.from_url(servers.redis_url)
    valkey.flushall()
    with (
        servers.new_database() as database_url,
        rows_of(database_url) as sql,
        pytest.MonkeyPatch.context() as patch,
    ):
        wiring = Wiring(read_config(_deploy(aws_endpoint_url, database_url, servers.redis_url)))
        seed_test_merchant(
            wiring.database,
            pepper=wiring.secrets.key_for("api-secret-pepper"),
            cipher=AesGcmCipher(wiring.secrets.key_for("webhook-secret-encryption")),
            password_hash=password_hash(),
        )
        api = Api(wiring, sql, valkey)
        patch.setattr(view, "get_wiring", lambda: api.wiring)
        patch.setattr(view, "SHOPPER_LIMIT_PER_SECOND", int(REQUESTS_PER_SECOND))
        yield api
        for each in (api.wiring, wiring):
            each.redis.close()
            each.database.close()
    valkey.flushall()
    valkey.close()


def _deploy(endpoint_url: str, database_url: str, redis_url: str) -> dict[str, str]:
    """What `template.yaml` makes, at moto; the api function's environment."""
    secrets_manager, sqs, kms = (aws_client(service, endpoint_url) for service in (SECRETS_MANAGER, SQS, KMS))

    def secret(text: str) -> str:
        made = secrets_manager.call("CreateSecret", {"Name": new_id("secret"), "SecretString": text})
        return str(made["ARN"])

    def queue() -> str:
        return str(sqs.call("CreateQueue", {"QueueName": new_id("queue")})["QueueUrl"])

    environment = {
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": CREDENTIALS.access_key_id,
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS.secret_access_key,
        "MASTER_KEY_SECRET_ID": secret(MASTER_KEY),
        "CONNECTIONS_SECRET_ID": secret(json.dumps({"database_url": database_url, "redis_url": redis_url})),
        "PAYMENTS_QUEUE_URL": queue(),
        "REFUNDS_QUEUE_URL": queue(),
        "WEBHOOKS_QUEUE_URL": queue(),
        "SLOW_WEBHOOKS_QUEUE_URL": queue(),
        "DEAD_LETTER_QUEUE_URLS": ",".join(queue() for _ in QUEUE_NAMES),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{new_id('function')}",
        "CARD_KEY_ID": str(kms.call("CreateKey", {})["KeyMetadata"]["Arn"]),
        "RATE_LIMIT_PER_SECOND": REQUESTS_PER_SECOND,
        "TEST_MODE": "true",
    }
    for client in (secrets_manager, sqs, kms):
        client.close()
    return environment
