"""One effect and one answer for an idempotency key (promise P3), with Postgres as its only guard."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.errors import (
    BadRequestError,
    ConflictError,
    DatabaseUnavailableError,
    IdempotencyKeyReusedError,
    PaygateError,
    RequestInFlightError,
)
from paygate.domain.idempotency import IdempotentRequest, fingerprint
from paygate.operations.answer_once import Answer, answer_once
from paygate.operations.create_order import NewOrder, create_order
from paygate.operations.create_payment import NewPayment, PaymentIntake, create_payment
from tests.support.rows import TEST_MERCHANT_ID, Rows
from tests.unit.fakes import FakeQueue, FakeVault

THREADS = 12
FIELDS = {"amount": 100, "currency": "INR", "notes": {"who": "Zoë 😀"}}


def request(request_id: str, fields: dict[str, Any] | None = None) -> IdempotentRequest:
    return IdempotentRequest("test POST /v1/orders", "key-1", fingerprint(b"k", fields or FIELDS), request_id)


def refuse(error: PaygateError) -> Answer:
    return Answer(409, json.dumps({"error": error.description}))


def order(
    database: PostgresDatabase, request_id: str, *, held: bool = False, fields: dict[str, Any] | None = None
) -> Answer:
    """Create an order by an idempotent request."""
    idempotent = request(request_id, fields)
    wanted = NewOrder(100, "INR", notes={"who": "Zoë 😀"})
    return answer_once(
        database,
        TEST_MERCHANT_ID,
        idempotent,
        lambda: Answer(201, create_order(database, TEST_MERCHANT_ID, wanted, idempotent)),
        refuse,
        held=held,
    )


def pay(database: PostgresDatabase, order_id: str, request_id: str) -> Answer:
    """Pay an order by an idempotent request."""
    idempotent = request(request_id)
    intake = PaymentIntake(database, FakeQueue(), FakeQueue(), FakeVault(), b"card key", 0)
    payment = NewPayment(order_id, vpa="user@paytm")
    return answer_once(
        database,
        TEST_MERCHANT_ID,
        idempotent,
        lambda: Answer(201, create_payment(intake, TEST_MERCHANT_ID, payment, idempotent)),
        refuse,
        held=False,
    )


def raising(database: PostgresDatabase, error: Exception, request_id: str = "req_1") -> Answer:
    def act() -> Answer:
        raise error

    return answer_once(database, TEST_MERCHANT_ID, request(request_id), act, refuse, held=False)


def at_once(url: str, call: Callable[[PostgresDatabase, str], Answer]) -> list[Answer]:
    """The answers to as many requests as there are threads, all sent at the same moment."""
    start = threading.Barrier(THREADS)

    def send(number: int) -> Answer:
        with closing(PostgresDatabase(url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            return call(own, f"req_{number}")

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(send, range(THREADS), timeout=60))


def test_a_repetition_is_answered_byte_for_byte_with_the_first_ones_id(database: PostgresDatabase, sql: Rows) -> None:
    count = sql.value("SELECT count(*) FROM orders")
    first = order(database, "req_1")
    assert first.original_request_id is None
    for request_id, held in (("req_2", False), ("req_3", True)):
        assert order(database, request_id, held=held) == Answer(201, first.body, "req_1")
    assert sql.value("SELECT count(*) FROM orders") == count + 1


def test_an_order_that_has_changed_since_is_still_answered_as_it_was_made(
    database: PostgresDatabase, sql: Rows
) -> None:
    first = order(database, "req_1")
    sql.run("UPDATE orders SET status = 'paid' WHERE id = :id", id=json.loads(first.body)["id"])
    assert order(database, "req_2").body == first.body


@pytest.mark.parametrize("held", [False, True])
def test_another_request_with_the_key_is_refused_and_changes_nothing(
    database: PostgresDatabase, sql: Rows, held: bool
) -> None:
    first, count = order(database, "req_1"), sql.value("SELECT count(*) FROM orders")
    with pytest.raises(IdempotencyKeyReusedError, match=r"differ: amount, receipt\.$"):
        order(database, "req_2", held=held, fields={**FIELDS, "amount": 101, "receipt": "r"})
    assert sql.value("SELECT count(*) FROM orders") == count
    assert order(database, "req_3").body == first.body


def test_a_request_whose_key_is_held_waits_until_there_is_an_answer(database: PostgresDatabase) -> None:
    with pytest.raises(RequestInFlightError):
        order(database, "req_2", held=True)
    first = order(database, "req_1")
    assert order(database, "req_2", held=True) == Answer(201, first.body, "req_1")


def test_a_refusal_is_stored_once_and_repeated_also_when_it_would_work_by_now(
    database: PostgresDatabase, sql: Rows
) -> None:
    order_id = sql.add_order(expires_in_seconds=-1)
    first = pay(database, order_id, "req_1")
    assert (first.status, first.original_request_id) == (409, None)
    sql.run("UPDATE orders SET expires_at = NULL WHERE id = :id", id=order_id)
    assert pay(database, order_id, "req_2") == Answer(409, first.body, "req_1")
    assert sql.value("SELECT count(*) FROM payments") == 0
    assert sql.value("SELECT count(*) FROM idempotency_keys") == 1


@pytest.mark.parametrize("error", [DatabaseUnavailableError("no"), BadRequestError("wrong"), ZeroDivisionError()])
def test_after_an_error_that_is_not_stored_the_key_is_as_new(
    database: PostgresDatabase, sql: Rows, error: Exception
) -> None:
    with pytest.raises(type(error)):
        raising(database, error)
    assert sql.all("SELECT * FROM idempotency_keys") == []
    assert order(database, "req_2", fields={**FIELDS, "amount": 101}).original_request_id is None


def test_a_repetition_that_is_a_bad_request_by_now_is_answered_as_before(database: PostgresDatabase) -> None:
    first = order(database, "req_1")
    assert raising(database, BadRequestError("expires_at is past"), "req_2") == Answer(201, first.body, "req_1")


def test_a_request_that_failed_while_another_with_its_key_succeeded_gets_the_others_answer(
    database: PostgresDatabase,
) -> None:
    first = order(database, "req_1")
    assert raising(database, ConflictError("The order is already paid."), "req_2") == Answer(201, first.body, "req_1")


def test_a_stored_answer_ends_with_its_day(database: PostgresDatabase, sql: Rows) -> None:
    raising(database, ConflictError("no"))
    sql.run("UPDATE idempotency_keys SET expires_at = now()")
    again = raising(database, ConflictError("still no"), "req_2")
    assert again == Answer(409, '{"error": "still no"}')
    assert sql.value("SELECT request_id FROM idempotency_keys") == "req_2"


def test_of_many_at_once_one_has_an_effect_and_all_get_its_answer(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    count = sql.value("SELECT count(*) FROM orders")
    answers = at_once(secrets.database_url, order)
    assert sql.value("SELECT count(*) FROM orders") == count + 1
    assert len({(answer.status, answer.body) for answer in answers}) == 1
    (first,) = [answer for answer in answers if answer.original_request_id is None]
    original_id = sql.value("SELECT request_id FROM idempotency_keys")
    assert {answer.original_request_id for answer in answers if answer is not first} == {original_id}


def test_of_many_that_fail_at_once_all_get_the_answer_that_was_stored(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    answers = at_once(
        secrets.database_url, lambda own, request_id: raising(own, ConflictError(f"by {request_id}"), request_id)
    )
    assert {answer.body for answer in answers} == {sql.value("SELECT body FROM idempotency_keys")}
    assert len([answer for answer in answers if answer.original_request_id is None]) == 1
