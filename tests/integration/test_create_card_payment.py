"""A payment by card: the vault has the card before the row exists, and keeps it for no payment that does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from paygate.adapters.aws_json import AwsJsonClient
from paygate.adapters.card_vault import KmsCardVault
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.redis import RedisStore
from paygate.domain.errors import (
    ConflictError,
    DatabaseUnavailableError,
    IdempotencyKeyTakenError,
    NotFoundError,
    VaultUnavailableError,
)
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.operations import create_payment as module
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from paygate.operations.ports import CardVault, Database
from paygate.operations.process_payments import process_payments
from tests.integration.support import RealQueue, refusing_port
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import AUTHORIZATION_SECONDS, CARD, TEST_MERCHANT_ID, Rows

KEY = IdempotentRequest("test POST /v1/payments", "key-1", '{"order_id":"00"}', "req_1")
CARD_KEY = b"card key"
Pay = Callable[..., dict[str, Any]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of payments that were begun, whether or not a row came of them."""
    ids: list[str] = []

    def remember(prefix: str) -> str:
        found = new_id(prefix)
        if prefix == "pay":
            ids.append(found)
        return found

    monkeypatch.setattr(module, "new_id", remember)
    return ids


@pytest.fixture
def pay(
    database: PostgresDatabase, card_vault: KmsCardVault, payments_queue: RealQueue, webhooks_queue: RealQueue
) -> Pay:
    def run(
        order_id: str,
        *,
        on: Database = database,
        vault: CardVault = card_vault,
        idempotent: IdempotentRequest | None = None,
    ) -> dict[str, Any]:
        intake = PaymentIntake(on, payments_queue, webhooks_queue, vault, CARD_KEY, 0)
        body = create_payment(intake, TEST_MERCHANT_ID, NewPayment(order_id, card=CARD), idempotent)
        return dict(json.loads(body))

    return run


def test_it_is_answered_with_network_and_last_digits_and_nothing_more_of_the_card(
    pay: Pay, sql: Rows, card_vault: KmsCardVault
) -> None:
    payment = pay(sql.add_order(amount_minor=700))
    assert (payment["method"], payment["card"]) == ("card", {"network": "visa", "last4": "4242"})
    assert (payment["amount"], payment["status"]) == (700, "pending")
    assert "vpa" not in payment
    row = sql.one("SELECT * FROM payments WHERE id = :id", id=payment["id"])
    assert (row["card_expiry_month"], row["card_expiry_year"]) == (12, 2040)
    assert bytes(row["card_fingerprint"]) == CARD.fingerprint(CARD_KEY)
    assert card_vault.open(payment["id"], card_vault.fetch([payment["id"]])[payment["id"]]) == CARD
    for event in sql.all("SELECT body FROM events"):
        assert json.loads(event["body"])["data"]["payment"]["card"] == payment["card"]


def test_from_the_request_to_the_acquirer_and_then_the_card_is_gone(
    pay: Pay,
    database: PostgresDatabase,
    sql: Rows,
    card_vault: KmsCardVault,
    payments_queue: RealQueue,
    webhooks_queue: RealQueue,
) -> None:
    payment_ids = [pay("order_test_123")["id"] for _ in range(3)]
    acquirer = ScriptedAcquirer()
    received = payments_queue.received()
    assert sorted(received) == sorted(payment_ids)
    charger = Charger(acquirer, card_vault, AcquirerCalls())
    left = process_payments(database, charger, payments_queue, webhooks_queue, AUTHORIZATION_SECONDS, received)
    assert left == set()
    assert {(charge.payment_id, charge.card) for charge in acquirer.charges} == {(each, CARD) for each in payment_ids}
    assert card_vault.fetch(payment_ids) == {}
    assert sql.column("SELECT DISTINCT status FROM payments") == ["success"]


@pytest.mark.parametrize("kind", ["missing", "another's", "paid", "authorized", "expired"])
def test_an_order_that_takes_no_payment_leaves_no_card_behind(
    pay: Pay, sql: Rows, card_vault: KmsCardVault, made: list[str], payments_queue: RealQueue, kind: str
) -> None:
    if kind == "missing":
        order_id = "order_unknown"
    elif kind == "another's":
        order_id = sql.add_order(merchant_id=sql.add_merchant())
    elif kind == "expired":
        order_id = sql.add_order(expires_in_seconds=-1)
    else:
        order_id = sql.add_order()
        sql.run(f"UPDATE orders SET status = '{kind}' WHERE id = :id", id=order_id)  # noqa: S608
    with pytest.raises(NotFoundError if kind in ("missing", "another's") else ConflictError):
        pay(order_id, idempotent=KEY)
    assert len(made) == 1
    assert card_vault.fetch(made) == {}
    assert [sql.value(f"SELECT count(*) FROM {table}") for table in ("payments", "idempotency_keys")] == [0, 0]  # noqa: S608
    assert payments_queue.received() == []


def test_a_key_that_is_taken_makes_no_second_payment_and_leaves_no_second_card(
    pay: Pay, sql: Rows, card_vault: KmsCardVault, made: list[str], payments_queue: RealQueue
) -> None:
    order_id = sql.add_order()
    first = pay(order_id, idempotent=KEY)
    with pytest.raises(IdempotencyKeyTakenError):
        pay(order_id, idempotent=KEY)
    assert len(made) == 2
    assert list(card_vault.fetch(made)) == [first["id"]]
    assert sql.column("SELECT id FROM payments") == [first["id"]]
    assert payments_queue.received() == [first["id"]]
    assert json.loads(sql.value("SELECT body FROM idempotency_keys")) == first


def test_a_database_that_breaks_after_the_commit_leaves_a_payment_that_still_has_its_card(
    pay: Pay, database: PostgresDatabase, sql: Rows, card_vault: KmsCardVault, made: list[str]
) -> None:
    class Breaking:
        def run(self, name: str, /, **parameters: object) -> list[dict[str, Any]]:
            database.run(name, **parameters)
            raise DatabaseUnavailableError("The connection to the database broke.")

    with pytest.raises(DatabaseUnavailableError):
        pay(sql.add_order(), on=Breaking())
    assert sql.column("SELECT id FROM payments") == made
    assert card_vault.open(made[0], card_vault.fetch(made)[made[0]]) == CARD


def test_without_the_vault_no_payment_by_card_exists(pay: Pay, sql: Rows, kms: AwsJsonClient, card_key_id: str) -> None:
    with refusing_port() as port, pytest.raises(VaultUnavailableError):
        pay(sql.add_order(), vault=KmsCardVault(RedisStore(f"redis://127.0.0.1:{port}"), lambda: kms, card_key_id))
    assert sql.value("SELECT count(*) FROM payments") == 0
