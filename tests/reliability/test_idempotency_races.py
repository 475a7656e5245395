"""Promise P3 when requests with one key come at once, with Redis there, flushed all the time, or killed half-way."""

from __future__ import annotations

import secrets as random
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.ids import new_id
from paygate.operations.authenticate import hash_secret
from tests.reliability.bank import Bank
from tests.reliability.environments import CREDENTIALS, Environment, MakeEnvironment, at_once, reason_of, replay_of
from tests.reliability.mailbox import Queues
from tests.reliability.promises import check_promises
from tests.reliability.races import (
    assert_one_answer,
    assert_replays,
    assert_reused_or_in_flight,
    flushed_all_the_time,
    mortal_valkey,
    upi_payment,
)
from tests.reliability.snapshot import read_snapshot
from tests.support.api import Answer
from tests.support.rows import Rows

STORM = 100


def new_key() -> str:
    return random.token_hex(16)


def assert_one_payment(rows: Rows, answer: Answer, bank: Bank) -> None:
    assert rows.column("SELECT id FROM payments") == [answer.json["id"]]
    assert rows.value("SELECT count(*) FROM idempotency_keys") == 1
    check_promises(read_snapshot(rows), bank)


@pytest.mark.parametrize("flushed", [False, True], ids=["with Redis", "with Redis flushed all the time"])
def test_a_hundred_requests_with_one_key_make_one_payment_and_one_body(
    new_environment: MakeEnvironment, rows: Rows, secrets: DeploymentSecrets, bank: Bank, flushed: bool
) -> None:
    key, body = new_key(), upi_payment(rows.add_order())
    with ExitStack() as stack:
        if flushed:
            stack.enter_context(flushed_all_the_time(secrets.redis_url))
        answers = at_once(new_environment, STORM, lambda each, _: each.post("/payments", body, key))
    first = assert_one_answer(answers)
    for again in at_once(new_environment, 20, lambda each, _: each.post("/payments", body, key)):
        assert_replays(again, first)
    assert_one_payment(rows, first, bank)


def test_a_hundred_requests_with_one_key_make_one_payment_when_redis_is_killed_half_way(
    api: None, rows: Rows, secrets: DeploymentSecrets, bank: Bank, tmp_path: Path
) -> None:
    key, body = new_key(), upi_payment(rows.add_order())
    with mortal_valkey(tmp_path) as valkey:
        own = replace(secrets, redis_url=valkey.url)

        def pay(environment: Environment, number: int) -> Answer:
            # The first half meets a Redis that dies among them; the others have known it and find it dead.
            if number >= STORM // 2:
                valkey.await_death()
            answer = environment.post("/payments", body, key)
            valkey.count_answer(last=10)
            return answer

        def make() -> Environment:
            return Environment(own, bank, Queues())

        first = assert_one_answer(at_once(make, STORM, pay))
        late = make()
        for _ in range(5):
            assert_replays(late.post("/payments", body, key), first)
        late.close()
    assert_one_payment(rows, first, bank)


@pytest.mark.parametrize("flushed", [False, True], ids=["with Redis", "with Redis flushed all the time"])
def test_of_two_bodies_under_one_key_the_first_is_the_payment_and_the_other_is_refused(
    new_environment: MakeEnvironment, rows: Rows, secrets: DeploymentSecrets, bank: Bank, flushed: bool
) -> None:
    key, order_id = new_key(), rows.add_order()
    bodies = [upi_payment(order_id, "one@bank"), upi_payment(order_id, "two@bank")]
    with ExitStack() as stack:
        if flushed:
            stack.enter_context(flushed_all_the_time(secrets.redis_url))
        answers = at_once(new_environment, 30, lambda each, number: each.post("/payments", bodies[number % 2], key))
    (first,) = [answer for answer in answers if answer.status == 201 and replay_of(answer) is None]
    same = answers.index(first) % 2
    assert_one_answer(answers[same::2])
    for answer in answers[1 - same :: 2]:
        assert_reused_or_in_flight(answer)
    again = at_once(new_environment, 2, lambda each, number: each.post("/payments", bodies[number], key))
    assert_replays(again[same], first)
    assert reason_of(again[1 - same]) == "IDEMPOTENCY_KEY_REUSED"
    assert "vpa" in again[1 - same].json["error"]["description"]
    assert_one_payment(rows, first, bank)


def test_a_refusal_is_one_answer_as_well(new_environment: MakeEnvironment, rows: Rows) -> None:
    key, body = new_key(), upi_payment(rows.add_order(expires_in_seconds=-1))
    first = assert_one_answer(
        at_once(new_environment, 30, lambda each, _: each.post("/payments", body, key)), status=409
    )
    assert reason_of(first) == "ORDER_EXPIRED"
    # What was answered stays the answer, whatever becomes of the order.
    rows.run("UPDATE orders SET expires_at = NULL")
    for again in at_once(new_environment, 2, lambda each, _: each.post("/payments", body, key)):
        assert_replays(again, first)
    assert rows.value("SELECT count(*) FROM payments") == 0


def test_one_key_makes_one_order(new_environment: MakeEnvironment, rows: Rows, secrets: DeploymentSecrets) -> None:
    key, body = new_key(), {"amount": 50_000, "currency": "INR", "receipt": "raced"}
    with flushed_all_the_time(secrets.redis_url):
        answers = at_once(new_environment, 30, lambda each, _: each.post("/orders", body, key))
    first = assert_one_answer(answers)
    assert rows.column("SELECT id FROM orders WHERE receipt = 'raced'") == [first.json["id"]]


def test_two_merchants_may_use_the_same_key(
    new_environment: MakeEnvironment, rows: Rows, secrets: DeploymentSecrets, bank: Bank
) -> None:
    other = (new_id("key"), random.token_hex(16))
    merchant_id = rows.add_merchant()
    rows.run(
        "INSERT INTO api_keys (id, merchant_id, secret_hash) VALUES (:id, :merchant_id, :hash)",
        id=other[0],
        merchant_id=merchant_id,
        hash=hash_secret(secrets.key_for("api-secret-pepper"), other[1]),
    )
    key = new_key()
    parties = [(CREDENTIALS, rows.add_order()), (other, rows.add_order(merchant_id=merchant_id))]

    def pay(environment: Environment, number: int) -> Answer:
        credentials, order_id = parties[number % 2]
        return environment.post("/payments", upi_payment(order_id), key, credentials)

    answers = at_once(new_environment, 20, pay)
    first = [assert_one_answer(answers[number::2]) for number in range(2)]
    assert [answer.json["order_id"] for answer in first] == [order_id for _, order_id in parties]
    assert sorted(rows.column("SELECT id FROM payments")) == sorted(answer.json["id"] for answer in first)
