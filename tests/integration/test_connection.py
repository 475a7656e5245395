"""What the adapters do when the other side goes away, comes back, or refuses."""

from __future__ import annotations

import json
import secrets as random_values
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from paygate.adapters.aws_json import SECRETS_MANAGER, SQS, AwsCallError, AwsJsonClient
from paygate.adapters.postgres import connection as connection_module
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.postgres.statements import ServerForm
from paygate.adapters.queues import SqsQueue
from paygate.adapters.secrets import DeploymentSecrets, fetch_secrets
from paygate.domain.errors import (
    DatabaseUnavailableError,
    QueueUnavailableError,
    SecretUnavailableError,
    StatementFailedError,
)
from paygate.domain.jobs import QueueDepth
from paygate.operations.seed_test_merchant import TEST_KEY_ID
from tests.integration.support import RealQueue, aws_client, queue_that_is_down, refusing_port
from tests.support.polling import eventually
from tests.support.rows import TEST_MERCHANT_ID, Rows

OTHERS = "datname = current_database() AND application_name = 'paygate' AND pid <> pg_backend_pid()"


@pytest.fixture
def own(secrets: DeploymentSecrets, database: PostgresDatabase) -> Iterator[PostgresDatabase]:
    """A second client of the test's database, which a test may treat roughly."""
    with closing(PostgresDatabase(secrets.database_url)) as own:
        yield own


# --- Postgres ---------------------------------------------------------------------------------------------------------


def test_a_connection_that_died_between_calls_is_replaced_unnoticed(own: PostgresDatabase, sql: Rows) -> None:
    for _ in range(2):
        assert own.run("find_api_key", key_id=TEST_KEY_ID)[0]["merchant_id"] == TEST_MERCHANT_ID
        assert all(sql.column(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {OTHERS}"))  # noqa: S608
    assert own.run("ping") == [{"one": 1}]


def test_a_connection_that_dies_within_a_call_is_an_error_and_the_next_call_works(
    own: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.run("ping")
    with monkeypatch.context() as patch:
        dying = ServerForm("SELECT pg_terminate_backend(pg_backend_pid())", ())
        patch.setattr(connection_module, "server_form", lambda name, given: dying)
        with pytest.raises(DatabaseUnavailableError):
            own.run("find_api_key")
    assert own.run("ping") == [{"one": 1}]


@pytest.mark.parametrize("change", ["://paygate:wrong@", "/paygate_no_such_database?", "://nobody:x@"])
def test_a_server_that_refuses_the_connection_is_unavailable(secrets: DeploymentSecrets, change: str) -> None:
    head, _, rest = secrets.database_url.partition("@")
    if change.startswith("://"):
        url = f"postgresql{change}{rest}"
    else:
        url = f"{head}@{rest.partition('/')[0]}{change}{rest.partition('?')[2]}"
    with pytest.raises(DatabaseUnavailableError):
        PostgresDatabase(url).run("ping")


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_a_server_that_is_away_is_unavailable(host: str) -> None:
    with refusing_port() as port, pytest.raises(DatabaseUnavailableError):
        PostgresDatabase(f"postgresql://paygate:x@{host}:{port}/paygate?sslmode=disable").run("ping")


def test_a_server_without_tls_is_refused_unless_the_url_allows_it(secrets: DeploymentSecrets) -> None:
    url = secrets.database_url.replace("?sslmode=disable", "")
    assert url != secrets.database_url
    with pytest.raises(DatabaseUnavailableError):
        PostgresDatabase(url).run("ping")


def test_a_statement_that_takes_too_long_is_ended_and_the_next_one_works(
    secrets: DeploymentSecrets, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql.run("INSERT INTO worker_runs VALUES ('sweep', now())")
    monkeypatch.setattr(connection_module, "STATEMENT_TIMEOUT_MS", 100)
    with closing(PostgresDatabase(secrets.database_url)) as hurried:
        sql.run("BEGIN")
        sql.run("SELECT 1 FROM worker_runs FOR UPDATE")
        with pytest.raises(DatabaseUnavailableError):
            hurried.run("record_worker_run", worker="sweep")
        sql.run("ROLLBACK")
        assert hurried.run("record_worker_run", worker="sweep") == []


@pytest.mark.parametrize(
    "make_stale",
    [
        pytest.param(
            lambda own, sql: sql.run("ALTER TABLE worker_runs ALTER COLUMN worker TYPE varchar(64)"),
            id="a migration changed the result",
        ),
        pytest.param(lambda own, sql: own._connection.run("DEALLOCATE ALL"), id="a proxy forgot it"),
    ],
)
def test_a_stale_prepared_statement_is_prepared_again(
    own: PostgresDatabase, sql: Rows, make_stale: Callable[[PostgresDatabase, Rows], None]
) -> None:
    expected = {row["worker"] for row in own.run("get_worker_runs")}
    make_stale(own, sql)
    assert {row["worker"] for row in own.run("get_worker_runs")} == expected != set()
    assert sql.value(f"SELECT count(*) FROM pg_stat_activity WHERE {OTHERS}") == 2, "on the same connection"  # noqa: S608


def test_a_statement_in_error_is_no_outage_and_leaves_the_connection_usable(own: PostgresDatabase) -> None:
    with pytest.raises(StatementFailedError, match=r"settle_payments failed: .*\(22P02\)"):
        own.run("settle_payments", outcomes="not json", authorization_seconds=60, resend_after_seconds=1)
    assert own.run("ping") == [{"one": 1}]


def test_sessions_are_in_utc_and_bounded_in_time(own: PostgresDatabase) -> None:
    own.run("ping")
    assert own._connection.run("SHOW TimeZone") == [["UTC"]]
    assert own._connection.run("SHOW statement_timeout") == [["5s"]]


def test_a_closed_database_connects_again_and_leaves_nothing_behind(own: PostgresDatabase, sql: Rows) -> None:
    count = f"SELECT count(*) FROM pg_stat_activity WHERE {OTHERS}"  # noqa: S608
    before = sql.value(count)
    own.run("ping")
    assert sql.value(count) == before + 1
    own.close()
    own.close()
    eventually(lambda: sql.value(count) == before, seconds=10, what="the end of the session")
    assert own.run("ping") == [{"one": 1}]


# --- SQS --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25])
def test_any_number_of_jobs_is_sent(payments_queue: RealQueue, count: int) -> None:
    expected = [f"pay_{number:02}" for number in range(count)]
    payments_queue.send_all(expected)
    assert sorted(payments_queue.received()) == expected


def test_depth_tells_waiting_from_in_flight(payments_queue: RealQueue) -> None:
    assert payments_queue.depth() == QueueDepth(waiting=0, in_flight=0)
    payments_queue.send("pay_1")
    payments_queue.send("pay_2", delay_seconds=900)
    assert payments_queue.depth() == QueueDepth(waiting=2, in_flight=0, delayed=1)
    assert payments_queue.received() == ["pay_1"]
    assert payments_queue.depth() == QueueDepth(waiting=1, in_flight=1, delayed=1)


def test_a_queue_that_does_not_exist_or_answer_is_unavailable(sqs: AwsJsonClient, aws_endpoint_url: str) -> None:
    with queue_that_is_down() as down:
        for queue in (down, SqsQueue(sqs, f"{aws_endpoint_url}/123456789012/no-such-queue")):
            with pytest.raises(QueueUnavailableError):
                queue.send("pay_1")
            with pytest.raises(QueueUnavailableError):
                queue.send_all(["pay_1"])
            with pytest.raises(QueueUnavailableError):
                queue.depth()


def test_an_error_of_aws_tells_its_code(sqs: AwsJsonClient) -> None:
    with pytest.raises(AwsCallError) as caught:
        sqs.call("GetQueueUrl", {"QueueName": "no-such-queue"})
    assert caught.value.code.endswith(("QueueDoesNotExist", "NonExistentQueue"))
    assert caught.value.status == 400


def test_a_client_connects_again_after_it_was_closed(aws_endpoint_url: str) -> None:
    with closing(aws_client(SQS, aws_endpoint_url)) as client:
        queue = RealQueue(client)
        queue.send("pay_1")
        client.close()
        assert queue.received() == ["pay_1"]


# --- Secrets Manager --------------------------------------------------------------------------------------------------


def make_secret(client: AwsJsonClient, text: str) -> str:
    name = f"test-{random_values.token_hex(8)}"
    return str(client.call("CreateSecret", {"Name": name, "SecretString": text})["ARN"])


def test_secrets_are_read_in_whatever_order_they_come(secrets_manager: AwsJsonClient) -> None:
    connections = {"database_url": "postgresql://a:b@c/d", "redis_url": "redis://e"}
    for _ in range(3):
        connections_id = make_secret(secrets_manager, json.dumps(connections))
        master_key_id = make_secret(secrets_manager, "the master key")
        found = fetch_secrets(secrets_manager, master_key_id=master_key_id, connections_id=connections_id)
        assert found == DeploymentSecrets("postgresql://a:b@c/d", "redis://e", "the master key")
        assert "the master key" not in repr(found)


@pytest.mark.parametrize("connections", ["not json", "{}", '{"database_url": "postgresql://a"}'])
def test_secrets_in_a_wrong_form_are_unavailable(secrets_manager: AwsJsonClient, connections: str) -> None:
    ids = {
        "master_key_id": make_secret(secrets_manager, "key"),
        "connections_id": make_secret(secrets_manager, connections),
    }
    with pytest.raises(SecretUnavailableError) as caught:
        fetch_secrets(secrets_manager, **ids)
    assert connections not in str(caught.value)


def test_secrets_that_are_missing_or_unreachable_are_unavailable(secrets_manager: AwsJsonClient) -> None:
    known = make_secret(secrets_manager, "{}")
    with pytest.raises(SecretUnavailableError):
        fetch_secrets(secrets_manager, master_key_id=known, connections_id=f"{known}-other")
    with (
        refusing_port() as port,
        closing(aws_client(SECRETS_MANAGER, f"http://127.0.0.1:{port}")) as away,
        pytest.raises(SecretUnavailableError),
    ):
        fetch_secrets(away, master_key_id=known, connections_id=known)
