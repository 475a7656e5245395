"""Promise P1 when a payment is captured and cancelled at once: one of them is done, by Paygate and by the bank."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.ids import new_id
from tests.reliability.bank import Bank, Conduct
from tests.reliability.endings import drain
from tests.reliability.environments import WAIT_SECONDS_MAX, Environment, MakeEnvironment, at_once, reason_of
from tests.reliability.promises import check_end, check_promises
from tests.reliability.races import assert_one_answer
from tests.reliability.settled import authorized_payment, consume_everywhere
from tests.reliability.snapshot import let_time_pass, read_snapshot
from tests.support.api import Answer
from tests.support.polling import eventually
from tests.support.rows import Rows, rows_of, start_payment

CAPTURE = "/payments/{payment_id}/capture"
CANCEL = "/payments/{payment_id}/cancel"
MERCHANTS = 20
ORDERS = 10
WEEK_SECONDS = 7 * 86_400
ENDS = {"capture": "captured", "cancel": "cancelled"}


@pytest.fixture
def payment_id(environment: Environment, rows: Rows) -> str:
    return authorized_payment(environment, rows.add_order(capture="manual"))


def ask_at_once(make: MakeEnvironment, payment_id: str) -> list[Answer]:
    """Captures of the whole, of a part each, and cancels."""

    def ask(environment: Environment, number: int) -> Answer:
        path = CANCEL if number % 3 == 0 else CAPTURE
        body = {"amount": 1_000 * number} if number % 3 == 1 else {}
        return environment.post(path, body, new_id("key") if number % 2 else None, payment_id=payment_id)

    return at_once(make, MERCHANTS, ask)


def assert_one_accepted(answers: list[Answer]) -> str:
    """Of requests at once: one is under way, and the others are told which; its name."""
    (accepted,) = [answer for answer in answers if answer.status == 202]
    pending: str = accepted.json["pending_action"]
    others = Counter((answer.status, reason_of(answer)) for answer in answers if answer is not accepted)
    assert others == {(409, f"{pending.upper()}_PENDING"): len(answers) - 1}
    return pending


@pytest.mark.usefixtures("redis")
def test_of_twenty_captures_and_cancels_one_is_accepted_and_done(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, payment_id: str
) -> None:
    bank.script_request(payment_id, Conduct(answers_lost=2))
    pending = assert_one_accepted(ask_at_once(new_environment, payment_id))
    check_promises(read_snapshot(rows), bank)
    consume_everywhere(new_environment, [payment_id], Environment.process)
    check_promises(read_snapshot(rows), bank)
    drain(environment, rows)
    end = read_snapshot(rows)
    assert end.payments[payment_id]["status"] == ENDS[pending]
    assert (payment_id in bank.voided, payment_id in bank.captured) == (pending == "cancel", pending == "capture")
    check_end(end, bank)
    assert environment.reconcile() == []
    for path in (CAPTURE, CANCEL):
        late = environment.post(path, {}, payment_id=payment_id)
        assert (late.status, reason_of(late)) == (409, "PAYMENT_NOT_AUTHORIZED")


@pytest.mark.usefixtures("redis")
def test_one_key_asks_for_one_capture(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, payment_id: str
) -> None:
    key, body = new_id("key"), {"amount": 20_000}

    def work(each: Environment, _: int) -> Answer:
        return each.post(CAPTURE, body, key, payment_id=payment_id)

    first = assert_one_answer(at_once(new_environment, MERCHANTS, work), status=202)
    assert first.json["pending_action"] == "capture"
    drain(environment, rows)
    # The answer stays what it was when the capture was only asked for.
    assert_one_answer([first, *at_once(new_environment, 2, work)], status=202)
    assert bank.captured == {payment_id: 20_000}
    check_end(read_snapshot(rows), bank)


@pytest.mark.usefixtures("redis")
def test_a_refused_capture_leaves_room_for_one_other_request(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, payment_id: str
) -> None:
    bank.script_request(payment_id, Conduct(declines=True))
    assert environment.post(CAPTURE, {}, payment_id=payment_id).status == 202
    consume_everywhere(new_environment, [payment_id], Environment.process)
    assert read_snapshot(rows).payments[payment_id]["capture_failure_reason"] == "capture_declined"
    bank.script_request(payment_id, Conduct())
    pending = assert_one_accepted(ask_at_once(new_environment, payment_id))
    drain(environment, rows)
    end = read_snapshot(rows)
    assert end.payments[payment_id]["status"] == ENDS[pending]
    check_end(end, bank)


def test_captures_that_race_with_the_sweepers_of_expired_authorizations_agree_on_the_end(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank
) -> None:
    ids = [authorized_payment(environment, rows.add_order(capture="manual")) for _ in range(ORDERS)]
    let_time_pass(rows, WEEK_SECONDS)
    # For half of them there is time yet.
    rows.run("UPDATE payments SET capture_before = now() + interval '1 hour' WHERE id = ANY(:ids)", ids=ids[::2])
    # Too late is too late, also before a sweeper has been there.
    assert reason_of(environment.post(CAPTURE, {}, payment_id=ids[1])) == "AUTHORIZATION_EXPIRED"

    def work(each: Environment, number: int) -> list[Answer]:
        if number >= ORDERS:
            each.sweep()
            return []
        return [each.post(CAPTURE, {}, payment_id=payment_id) for payment_id in ids]

    at_once(new_environment, ORDERS + 4, work)
    check_promises(read_snapshot(rows), bank)
    drain(environment, rows)
    end = read_snapshot(rows)
    assert [end.payments[payment_id]["status"] for payment_id in ids] == ["captured", "cancelled"] * (ORDERS // 2)
    check_end(end, bank)
    assert environment.reconcile() == []


@pytest.mark.parametrize("path", [CAPTURE, CANCEL])
def test_settlements_over_the_same_orders_in_opposite_directions_do_not_deadlock(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, path: str
) -> None:
    orders = [rows.add_order(capture="manual") for _ in range(ORDERS)]
    # Of each order, one payment is about to be captured or cancelled, and another one is on its way.
    late = [start_payment(environment.database, order_id) for order_id in orders]
    first = [authorized_payment(environment, order_id) for order_id in reversed(orders)]
    for payment_id in first:
        assert environment.post(path, {}, payment_id=payment_id).status == 202
    at_once(new_environment, 2, lambda each, number: each.process([late, first][number]))
    drain(environment, rows)
    check_end(read_snapshot(rows), bank)
    assert environment.reconcile() == []


@pytest.mark.parametrize("path", [CAPTURE, CANCEL])
def test_a_settlement_locks_orders_in_the_order_of_their_ids(
    environment: Environment, rows: Rows, secrets: DeploymentSecrets, path: str
) -> None:
    """As `settle_payments` does: two batches that lock in one order cannot wait for each other."""
    low, high = sorted(rows.add_order(capture="manual") for _ in range(2))
    outcomes = []
    for order_id in (high, low):
        payment_id = authorized_payment(environment, order_id)
        assert environment.post(path, {}, payment_id=payment_id).status == 202
        outcomes.append({"payment_id": payment_id, "event_id": new_id("evt"), "kind": ENDS[path.rpartition("/")[2]]})
    with rows_of(secrets.database_url) as other, ThreadPoolExecutor(1) as pool:
        other.run("BEGIN")
        other.run("SELECT FROM orders WHERE id = :id FOR NO KEY UPDATE", id=low)
        settlement = pool.submit(
            environment.database.run, "settle_captures", outcomes=json.dumps(outcomes), resend_after_seconds=30
        )
        try:
            eventually(lambda: rows.value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"), seconds=4)
            # It waits for the first one, and so it does not hold the next one yet.
            other.run("SELECT FROM orders WHERE id = :id FOR NO KEY UPDATE NOWAIT", id=high)
        finally:
            other.run("ROLLBACK")
        assert len(settlement.result(WAIT_SECONDS_MAX)[0]["settled"]) == 2
