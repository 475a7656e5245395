"""The SQL statements that write idempotency keys must all treat a key alike."""

from __future__ import annotations

import re

import pytest

from paygate.adapters.postgres.statements import all_statements, statement
from paygate.operations.answer_once import key_parameters

WRITERS = ("create_order", "create_payment", "store_idempotent_reply")
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def insert_of(name: str) -> tuple[str, str]:
    """The columns of the statement's INSERT into idempotency_keys, and its ON CONFLICT clause."""
    text = " ".join(statement(name).split())
    (columns,) = re.findall(r"INSERT INTO idempotency_keys AS k (\(.*?\))", text)
    (clause,) = re.findall(r"(ON CONFLICT .*? RETURNING key)\b", text)
    return columns, clause


@pytest.mark.parametrize("name", WRITERS)
def test_every_statement_takes_a_key_in_the_same_way(name: str) -> None:
    assert insert_of(name) == insert_of("store_idempotent_reply")


def test_a_key_is_taken_over_only_when_its_day_is_over_and_then_as_a_whole() -> None:
    columns, clause = insert_of("store_idempotent_reply")
    scope = {"merchant_id", "scope", "key"}
    written = set(columns.strip("()").split(", ")) - scope
    replaced = set(re.findall(r"(\w+) = excluded\.\1", clause))
    assert replaced == written | {"created_at", "expires_at"}
    assert "ON CONFLICT (merchant_id, scope, key) DO UPDATE SET" in clause
    assert clause.endswith("WHERE k.expires_at <= now() RETURNING key")


@pytest.mark.parametrize("name", WRITERS)
def test_every_statement_takes_the_parameters_of_a_key(name: str) -> None:
    assert key_parameters(None).keys() <= set(_PARAMETER.findall(statement(name)))


def test_no_other_statement_writes_keys() -> None:
    writes = re.compile(r"(INSERT INTO|UPDATE|MERGE INTO) idempotency_keys")
    assert {name for name, text in all_statements().items() if writes.search(text)} == set(WRITERS)
