"""The SQL statements that write idempotency keys all do so by one fragment."""

from __future__ import annotations

import json
import re

import pytest

from paygate.adapters.postgres import statements
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.postgres.statements import all_statements, statement
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.operations.answer_once import key_parameters
from paygate.operations.list_webhooks import DeliveryFilter
from paygate.operations.replay_webhooks import replay_webhooks
from paygate_local.settings import ROOT
from tests.support.rows import TEST_MERCHANT_ID, Rows, start_payment
from tests.unit.fakes import FakeQueue

SQL_FOLDER = ROOT / "layers" / "core" / "python" / "paygate" / "adapters" / "postgres" / "sql"
WRITERS = (
    *("cancel_payment", "capture_payment", "create_order", "create_payment", "create_refund"),
    *("create_webhook_endpoint", "replay_webhooks", "request_webhook_retry"),
    *("rotate_checkout_secret", "rotate_webhook_secret", "send_test_webhook", "store_idempotent_reply"),
)
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
_WRITE = re.compile(r"(?:INSERT INTO|UPDATE|MERGE INTO) idempotency_keys")
_FRAGMENT = re.compile(r"^-- fragment: take_key$(.*?)^-- (?:name|fragment): ", re.MULTILINE | re.DOTALL)


def test_keys_are_written_in_one_place_only() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in SQL_FOLDER.glob("*.sql")}
    assert {name for name, text in sources.items() if _WRITE.search(text)} == {"idempotency.sql"}
    (fragment,) = _FRAGMENT.findall(sources["idempotency.sql"])
    assert len(_WRITE.findall(fragment)) == len(_WRITE.findall(sources["idempotency.sql"])) == 1


def test_a_key_is_taken_over_only_when_its_day_is_over_and_then_as_a_whole() -> None:
    text = " ".join(statement("store_idempotent_reply").split())
    (columns,) = re.findall(r"INSERT INTO idempotency_keys AS k (\(.*?\))", text)
    (clause,) = re.findall(r"(ON CONFLICT .*? RETURNING key)\b", text)
    written = set(columns.strip("()").split(", ")) - {"merchant_id", "scope", "key"}
    assert set(re.findall(r"(\w+) = excluded\.\1", clause)) == written | {"created_at", "expires_at"}
    assert "ON CONFLICT (merchant_id, scope, key) DO UPDATE SET" in clause
    assert clause.endswith("WHERE k.expires_at <= now() RETURNING key")


@pytest.mark.parametrize("name", WRITERS)
def test_every_statement_that_writes_keys_takes_the_parameters_of_one(name: str) -> None:
    assert key_parameters(None).keys() <= set(_PARAMETER.findall(statement(name)))


def test_no_other_statement_writes_keys() -> None:
    assert {name for name, text in all_statements().items() if _WRITE.search(text)} == set(WRITERS)


def test_every_effect_of_a_statement_with_a_key_depends_on_the_key() -> None:
    for name in set(WRITERS) - {"store_idempotent_reply"}:
        assert "EXISTS (SELECT FROM answered)" in statement(name), name


def test_a_dry_run_of_a_replay_takes_its_key_without_any_other_effect(database: PostgresDatabase, sql: Rows) -> None:
    endpoint = (
        "UPDATE webhook_endpoints SET url = 'https://merchant.example/', status = 'enabled', disabled_reason = NULL"
    )
    sql.run(endpoint)
    start_payment(database, "order_test_123")
    sql.run("UPDATE webhook_deliveries SET status = 'exhausted', next_attempt_at = NULL")
    queue, request = FakeQueue(), IdempotentRequest("test POST /v1/webhooks/replay", new_id("key"), "{}", "req_1")
    before = sql.all("SELECT * FROM webhook_deliveries, outbox ORDER BY id, queue, subject_id")
    answer = replay_webhooks(
        *(database, queue, TEST_MERCHANT_ID, DeliveryFilter(), ["exhausted"]), dry_run=True, idempotent=request
    )
    assert sql.one("SELECT status, body FROM idempotency_keys WHERE key = :key", key=request.key) == {
        "status": 200,
        "body": answer.body,
    }
    assert json.loads(answer.body)["count"] == len({row["id"] for row in before}) > 0
    assert sql.all("SELECT * FROM webhook_deliveries, outbox ORDER BY id, queue, subject_id") == before
    assert (sql.all("SELECT * FROM webhook_replays"), queue.batches) == ([], [])


def test_every_fragment_is_part_of_a_statement() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in SQL_FOLDER.glob("*.sql"))
    fragments = {name for kind, name in statements._HEAD_LINE.findall(sources) if kind == "fragment"}
    assert fragments == set(statements._INCLUDE_LINE.findall(sources))
