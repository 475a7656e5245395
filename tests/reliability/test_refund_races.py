"""Promise P1 when many refund one payment at once: never more than was captured, and all of it is in the ledger."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import pytest

from paygate.domain.ids import new_id
from tests.reliability.bank import Bank, Conduct
from tests.reliability.endings import drain
from tests.reliability.environments import Environment, MakeEnvironment, at_once, is_in_flight, reason_of, replay_of
from tests.reliability.mailbox import Queues
from tests.reliability.promises import check_end, check_history, check_promises
from tests.reliability.races import assert_one_answer
from tests.reliability.settled import CONSUMERS, captured_payment, consume_everywhere, held_minor
from tests.reliability.snapshot import read_snapshot
from tests.support.api import Answer
from tests.support.rows import Rows

REFUNDS = "/payments/{payment_id}/refunds"
CAPTURED_MINOR = 50_000
REFUNDERS = 50
# Of so many in a row, some threads share a key.
KEYS_EACH = 10
RACERS = 20
REFUSALS = frozenset({"REFUND_EXCEEDS_LEFT", "PAYMENT_FULLY_REFUNDED"})


@pytest.fixture
def payment_id(environment: Environment, rows: Rows) -> str:
    return captured_payment(environment, rows, amount_minor=CAPTURED_MINOR)


def refund(
    environment: Environment, payment_id: str, amount_minor: int | None = None, key: str | None = None
) -> Answer:
    body = {} if amount_minor is None else {"amount": amount_minor}
    return environment.post(REFUNDS, body, key, payment_id=payment_id)


def assert_known(answer: Answer) -> None:
    """Accepted, or refused because of what is left or of a key that is being worked on."""
    assert answer.status == 201 or is_in_flight(answer) or (answer.status == 409 and reason_of(answer) in REFUSALS)


def assert_nothing_differs(environment: Environment, rows: Rows, bank: Bank) -> None:
    check_promises(read_snapshot(rows), bank)
    assert environment.reconcile() == []


@pytest.mark.usefixtures("redis")
def test_fifty_parts_at_once_never_come_to_more_than_was_captured(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, payment_id: str
) -> None:
    keys = [new_id("key") for _ in range(REFUNDERS // KEYS_EACH)]

    def work(each: Environment, number: int) -> Answer:
        if number % KEYS_EACH < 3:
            group = number // KEYS_EACH
            return refund(each, payment_id, 1_000 + group, keys[group])
        amount_minor = random.Random(number).randint(1, CAPTURED_MINOR // 10)  # noqa: S311
        return refund(each, payment_id, amount_minor, new_id("key") if number % 2 else None)

    answers = at_once(new_environment, REFUNDERS, work)
    shared: defaultdict[int, list[Answer]] = defaultdict(list)
    for number, answer in enumerate(answers):
        assert_known(answer)
        if number % KEYS_EACH < 3:
            shared[number // KEYS_EACH].append(answer)
    for same in shared.values():
        (first,) = [answer for answer in same if not is_in_flight(answer) and replay_of(answer) is None]
        assert_one_answer(same, status=first.status)
    now = read_snapshot(rows)
    accepted = {answer.json["id"] for answer in answers if answer.status == 201}
    assert accepted == set(now.refunds)
    assert {reason_of(answer) for answer in answers} & REFUSALS, "it was asked for more than there was"
    assert CAPTURED_MINOR * 9 // 10 < held_minor(now, payment_id, "pending") <= CAPTURED_MINOR
    assert_nothing_differs(environment, rows, bank)
    consume_everywhere(new_environment, sorted(accepted), Environment.process_refunds)
    assert {each["status"] for each in read_snapshot(rows).refunds.values()} == {"processed"}
    check_history(now, read_snapshot(rows))
    assert_nothing_differs(environment, rows, bank)
    assert sum(each.amount_minor for each in bank.refunds.values()) == held_minor(now, payment_id, "pending")
    drain(environment, rows)
    check_end(read_snapshot(rows), bank)


@pytest.mark.usefixtures("redis")
def test_of_twenty_full_refunds_one_is_accepted(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, payment_id: str
) -> None:
    amounts = [None, CAPTURED_MINOR]
    answers = at_once(
        new_environment, RACERS, lambda each, number: refund(each, payment_id, amounts[number % 2], new_id("key"))
    )
    assert Counter((answer.status, reason_of(answer)) for answer in answers) == {
        (201, None): 1,
        (409, "PAYMENT_FULLY_REFUNDED"): RACERS - 1,
    }
    assert held_minor(read_snapshot(rows), payment_id, "pending") == CAPTURED_MINOR
    assert_nothing_differs(environment, rows, bank)
    drain(environment, rows)
    check_end(read_snapshot(rows), bank)
    assert [each.amount_minor for each in bank.refunds.values()] == [CAPTURED_MINOR]


@pytest.mark.usefixtures("redis")
def test_one_key_makes_one_refund(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank, payment_id: str
) -> None:
    key = new_id("key")
    # What is left after the first would be enough for all the others.
    first = assert_one_answer(at_once(new_environment, RACERS, lambda each, _: refund(each, payment_id, 1_000, key)))
    assert list(read_snapshot(rows).refunds) == [first.json["id"]]
    assert_nothing_differs(environment, rows, bank)


@pytest.mark.usefixtures("redis")
def test_refunds_that_race_with_settlements_get_only_what_these_free(
    new_environment: MakeEnvironment,
    environment: Environment,
    rows: Rows,
    bank: Bank,
    queues: Queues,
    payment_id: str,
) -> None:
    part_minor = CAPTURED_MINOR // RACERS
    ids = [refund(environment, payment_id, part_minor).json["id"] for _ in range(RACERS)]
    for number, refund_id in enumerate(ids):
        bank.script(refund_id, Conduct(declines=number % 2 == 0, answers_lost=int(number % 5 == 0)))
    queues.refunds.ids.clear()

    def work(each: Environment, number: int) -> list[Answer]:
        if number >= CONSUMERS:
            return [refund(each, payment_id, part_minor * 3 // 2) for _ in range(10)]
        shuffled = random.Random(number).sample(ids, len(ids))  # noqa: S311
        for start in range(0, len(shuffled), 3):
            each.process_refunds(shuffled[start : start + 3])
        return []

    before = read_snapshot(rows)
    answers = [answer for some in at_once(new_environment, CONSUMERS + RACERS, work) for answer in some]
    for answer in answers:
        assert_known(answer)
    now = read_snapshot(rows)
    check_history(before, now)
    assert_nothing_differs(environment, rows, bank)
    assert {answer.json["id"] for answer in answers if answer.status == 201} == set(now.refunds) - set(ids)
    drain(environment, rows)
    # What the declined ones have freed can be refunded after all, to the last paisa.
    assert refund(environment, payment_id).status == 201
    drain(environment, rows)
    end = read_snapshot(rows)
    assert {end.refunds[refund_id]["status"] for refund_id in ids[::2]} == {"failed"}
    assert held_minor(end, payment_id, "processed") == CAPTURED_MINOR
    check_end(end, bank)
    assert environment.reconcile() == []


def test_settlements_of_the_same_payments_in_opposite_directions_do_not_deadlock(
    new_environment: MakeEnvironment, environment: Environment, rows: Rows, bank: Bank
) -> None:
    payment_ids = [captured_payment(environment, rows) for _ in range(10)]
    there, back = (
        [refund(environment, payment_id, 1_000).json["id"] for payment_id in order]
        for order in (payment_ids, payment_ids[::-1])
    )
    at_once(new_environment, 2, lambda each, number: each.process_refunds([there, back][number]))
    assert Counter(each["status"] for each in read_snapshot(rows).refunds.values()) == {"processed": 20}
    assert_nothing_differs(environment, rows, bank)
