"""Promise P1 when many pay one order at once: one of them pays it, and nobody else's money is kept."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.ids import new_id
from tests.reliability.bank import Bank
from tests.reliability.endings import ROUND_SECONDS, drain
from tests.reliability.environments import WAIT_SECONDS_MAX, Environment, MakeEnvironment, at_once, reason_of
from tests.reliability.mailbox import Mailbox, Queues
from tests.reliability.promises import check_end, check_promises
from tests.reliability.races import Line, flushed_all_the_time, mortal_valkey, upi_payment
from tests.reliability.settled import CONSUMERS, consume_everywhere
from tests.reliability.snapshot import Snapshot, let_time_pass, read_snapshot
from tests.support.api import Answer
from tests.support.rows import Rows, start_payment

SHOPPERS = 50
PERSISTENT_SHOPPERS = 16


def assert_paid_once(now: Snapshot, order_id: str, *, status: str = "success") -> None:
    payments = [payment for payment in now.payments.values() if payment["order_id"] == order_id]
    losers = [payment for payment in payments if payment["status"] != status]
    assert len(losers) == len(payments) - 1
    assert {(payment["status"], payment["failure_reason"]) for payment in losers} <= {("failed", "order_already_paid")}


@pytest.mark.parametrize("redis", ["there", "flushed all the time", "killed half-way"])
def test_of_fifty_payments_of_one_order_one_succeeds_and_the_others_are_given_back(
    api: None, rows: Rows, secrets: DeploymentSecrets, bank: Bank, queues: Queues, tmp_path: Path, redis: str
) -> None:
    order_id = rows.add_order()
    with ExitStack() as stack:
        valkey = stack.enter_context(mortal_valkey(tmp_path)) if redis == "killed half-way" else None
        own = replace(secrets, redis_url=valkey.url) if valkey else secrets
        if redis == "flushed all the time":
            stack.enter_context(flushed_all_the_time(own.redis_url))

        def make() -> Environment:
            return Environment(own, bank, queues)

        def pay(environment: Environment, number: int) -> Answer:
            if valkey and number >= SHOPPERS // 2:
                valkey.await_death()
            answer = environment.post("/payments", upi_payment(order_id, f"shopper{number}@bank"), new_id("key"))
            if valkey:
                valkey.count_answer(last=10)
            return answer

        answers = at_once(make, SHOPPERS, pay)
        assert {answer.status for answer in answers} == {201}
        ids = [answer.json["id"] for answer in answers]
        assert sorted(queues.payments.ids) == sorted(ids)
        consume_everywhere(make, ids, Environment.process)
        assert_paid_once(read_snapshot(rows), order_id)
        check_promises(read_snapshot(rows), bank)
        last = make()
        stack.callback(last.close)
        drain(last, rows)
    check_end(read_snapshot(rows), bank)
    assert set(bank.charges) - bank.voided == {rows.value("SELECT id FROM payments WHERE status = 'success'")}
    assert bank.voided <= set(bank.charges)


def test_shoppers_who_come_while_the_order_is_being_paid_are_told_so(
    api: None, rows: Rows, secrets: DeploymentSecrets, bank: Bank
) -> None:
    order_id, line = rows.add_order(), Line()
    refused: list[Answer] = []

    def make() -> Environment:
        return Environment(secrets, bank, Queues(payments=line))

    def pay(environment: Environment, number: int) -> None:
        """Again and again, until there is no more to pay."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < deadline:
            answer = environment.post("/payments", upi_payment(order_id, f"shopper{number}@bank"), new_id("key"))
            if answer.status != 201:
                refused.append(answer)
                return
        raise AssertionError("the order was never paid")

    def consume(environment: Environment) -> None:
        """Until every shopper has been refused, and then what is left."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while (batch := line.receive()) or (len(refused) < PERSISTENT_SHOPPERS and time.monotonic() < deadline):
            if batch:
                environment.process(batch)

    def work(environment: Environment, number: int) -> None:
        if number < PERSISTENT_SHOPPERS:
            pay(environment, number)
        else:
            consume(environment)

    at_once(make, PERSISTENT_SHOPPERS + CONSUMERS, work)
    assert {(answer.status, reason_of(answer)) for answer in refused} == {(409, "ORDER_ALREADY_PAID")}
    last = Environment(secrets, bank, Queues())
    drain(last, rows)
    last.close()
    assert_paid_once(read_snapshot(rows), order_id)
    check_end(read_snapshot(rows), bank)


def test_of_two_shoppers_of_an_order_with_manual_capture_one_is_authorized(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank
) -> None:
    orders = [rows.add_order(capture="manual") for _ in range(10)]
    ids = [start_payment(environment.database, order_id) for order_id in orders * 2]
    at_once(
        new_environment, 2, lambda each, number: each.process(ids[number * 10 : number * 10 + 10][:: 1 - 2 * number])
    )
    for order_id in orders:
        assert_paid_once(read_snapshot(rows), order_id, status="authorized")
        refused = environment.post("/payments", upi_payment(order_id))
        assert (refused.status, reason_of(refused)) == (409, "ORDER_ALREADY_AUTHORIZED")
    drain(environment, rows)
    check_end(read_snapshot(rows), bank)


def test_sweepers_at_once_send_each_job_once(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, mailbox: Mailbox
) -> None:
    order_id = rows.add_order(reusable=True)
    ids = [start_payment(environment.database, order_id) for _ in range(200)]
    let_time_pass(rows, ROUND_SECONDS)
    swept = at_once(new_environment, 4, lambda each, _: each.sweep())
    assert sum(each.sent for each in swept) == len(ids)
    assert sorted(mailbox.ids) == sorted(ids)
