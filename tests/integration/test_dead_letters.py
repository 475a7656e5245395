"""Dead letters on real queues: looks leave them alone, redriving loses none, whoever else is at it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from types import ModuleType

import pytest

from chalicelib.schemas.ops import DiscardDeadLettersBody
from paygate.adapters.aws_json import SQS, AwsJsonClient
from paygate.adapters.dead_letters import SqsDeadLetterQueue
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.queues import SqsQueue
from paygate.domain.errors import QueueUnavailableError
from paygate.domain.ids import new_id
from paygate.domain.jobs import DeadLetter, QueueDepth
from paygate.operations import list_dead_letters as looking
from paygate.operations import taking_dead_letters as taking
from paygate.operations.discard_dead_letters import discard_dead_letters
from paygate.operations.list_dead_letters import list_dead_letters
from paygate.operations.list_queues import QueuePair, list_queues
from paygate.operations.redrive_dead_letters import redrive_dead_letters
from tests.integration.support import RealQueue, aws_client, queue_that_is_down
from tests.support.polling import eventually
from tests.support.rows import Rows, start_payment

POISON = ["", "{", '{"id":"pay_1"}', '{"id":"\\ud800"}', "[" * 10_000, "é\n\t", '{"id":"pay_' + "x" * 100_000 + '"}']


class Queues:
    """A queue and its dead-letter queue at SQS, as one function's environment sees them."""

    def __init__(self, client: AwsJsonClient, url: str, dead_url: str) -> None:
        self.client = client
        self.url, self.dead_url = url, dead_url
        self.queue, self.dead = SqsQueue(client, url), SqsDeadLetterQueue(client, dead_url)
        self.pair = QueuePair(self.queue, self.dead)

    def bury(self, *bodies: str) -> None:
        # SQS takes no empty message, so what stands for one is a space.
        self.dead.forward([body or " " for body in bodies])

    def bodies(self, url: str) -> Counter[str]:
        """Of all messages that are visible; they are gone afterwards."""
        seen: Counter[str] = Counter()
        queue = SqsDeadLetterQueue(self.client, url)
        while letters := queue.take(hold_seconds=60, wait_seconds=0):
            seen.update(letter.body for letter in letters)
            queue.delete(letters)
        return seen

    def ids(self) -> list[str]:
        return [each["message_id"] for each in json.loads(list_dead_letters(self.dead))["data"]]


@pytest.fixture
def queues(sqs: AwsJsonClient, monkeypatch: pytest.MonkeyPatch) -> Queues:
    # Nothing is far away here, so that an empty answer is the truth.
    monkeypatch.setattr(taking, "WAIT_SECONDS", 0)
    return Queues(sqs, RealQueue(sqs).url, RealQueue(sqs).url)


@pytest.fixture
def others(queues: Queues, aws_endpoint_url: str) -> Iterator[Queues]:
    """The same queues in another environment."""
    with closing(aws_client(SQS, aws_endpoint_url)) as client:
        yield Queues(client, queues.url, queues.dead_url)


def test_a_look_shows_messages_and_leaves_them(queues: Queues) -> None:
    queues.bury(*POISON)
    told = json.loads(list_dead_letters(queues.dead))["data"]
    assert Counter(each["body"] for each in told) == Counter((body or " ")[:4096] for body in POISON)
    assert {each["receive_count"] for each in told} == {1}
    assert all(each["sent_at"].endswith("Z") for each in told)
    assert queues.dead.depth() == QueueDepth(len(POISON), 0)
    assert sorted(queues.ids()) == sorted(each["message_id"] for each in told)


def test_of_many_messages_ten_are_shown(queues: Queues) -> None:
    queues.bury(*(f"b{number}" for number in range(25)))
    assert len(set(queues.ids())) == 10
    assert queues.dead.depth() == QueueDepth(25, 0)


@pytest.mark.parametrize("work", [looking, taking], ids=["looking", "taking"])
def test_a_message_that_a_function_took_and_died_with_is_there_again(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, work: ModuleType
) -> None:
    monkeypatch.setattr(work, "HOLD_SECONDS", 1)
    queues.bury("b")

    def died(letters: Sequence[DeadLetter]) -> None:
        raise QueueUnavailableError("The function is gone.")

    with monkeypatch.context() as dying:
        dying.setattr(queues.dead, "release", died)
        dying.setattr(queues.dead, "delete", died)
        if work is looking:
            list_dead_letters(queues.dead)
        else:
            with pytest.raises(QueueUnavailableError):
                redrive_dead_letters("payments", queues.pair, None, "usr_1")
    assert queues.dead.depth() == QueueDepth(0, 1)
    eventually(lambda: queues.dead.depth() == QueueDepth(1, 0), what="the message", seconds=10)
    assert len(queues.ids()) == 1


def test_all_messages_go_back_just_as_they_were(queues: Queues) -> None:
    bodies = [*POISON, *(f"b{number}" for number in range(20))]
    queues.bury(*bodies)
    assert json.loads(redrive_dead_letters("payments", queues.pair, None, "usr_1")) == {"moved": len(bodies)}
    assert queues.dead.depth() == QueueDepth(0, 0)
    assert queues.bodies(queues.url) == Counter(body or " " for body in bodies)


@pytest.mark.parametrize("wanted", [1, 2, 10])
def test_some_messages_go_back_or_go_for_good_and_the_others_stay(queues: Queues, wanted: int) -> None:
    queues.bury(*(f"b{number}" for number in range(25)))
    chosen = queues.ids()[:wanted]
    assert json.loads(redrive_dead_letters("payments", queues.pair, chosen, "usr_1")) == {"moved": wanted}
    assert queues.queue.depth() == QueueDepth(wanted, 0)
    assert queues.dead.depth() == QueueDepth(25 - wanted, 0)
    assert json.loads(redrive_dead_letters("payments", queues.pair, chosen, "usr_1")) == {"moved": 0}
    chosen = queues.ids()[:wanted]
    assert json.loads(discard_dead_letters("payments", queues.pair, chosen, "usr_1")) == {"discarded": wanted}
    assert queues.queue.depth() == QueueDepth(wanted, 0)
    assert queues.dead.depth() == QueueDepth(25 - 2 * wanted, 0)


def test_two_redrives_at_once_lose_nothing(queues: Queues, others: Queues) -> None:
    bodies = [f"b{number}" for number in range(120)]
    queues.bury(*bodies)
    barrier = Barrier(2)

    def redrive(side: Queues) -> int:
        barrier.wait(10)
        return int(json.loads(redrive_dead_letters("payments", side.pair, None, "usr_1"))["moved"])

    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(redrive, (queues, others)))
    arrived = queues.bodies(queues.url)
    assert set(arrived) == set(bodies)
    assert sum(moved) == arrived.total()
    assert queues.dead.depth() == QueueDepth(0, 0)


def test_a_job_that_is_redriven_twice_has_one_effect(
    queues: Queues, database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_id = start_payment(database, sql.add_order())
    queues.bury(*[f'{{"id":"{payment_id}"}}'] * 2)
    redrive_dead_letters("payments", queues.pair, None, "usr_1")
    ids = [json.loads(body)["id"] for body in queues.bodies(queues.url).elements()]
    assert ids == [payment_id] * 2
    claims = [
        len(database.run("claim_payments", payment_ids=[each], lease_seconds=30, charge_within_seconds=3_600))
        for each in ids
    ]
    assert claims == [1, 0]


def test_what_could_not_be_sent_is_where_it_was(queues: Queues) -> None:
    queues.bury("b1", "b2")
    with queue_that_is_down() as down, pytest.raises(QueueUnavailableError):
        redrive_dead_letters("payments", QueuePair(down, queues.dead), None, "usr_1")
    assert queues.dead.depth() == QueueDepth(2, 0)


def test_queues_are_told_with_their_dead_letters_and_the_age_of_their_oldest_job(
    queues: Queues, database: PostgresDatabase, sql: Rows
) -> None:
    queues.bury("b1", "b2")
    queues.queue.send("pay_1")
    queues.queue.send("pay_2", delay_seconds=60)
    pairs = {"payments": queues.pair}
    (told,) = json.loads(list_queues(database, pairs))["data"]
    assert told == {"name": "payments", "waiting": 1, "in_flight": 0, "delayed": 1, "dead_letters": 2}
    start_payment(database, sql.add_order())
    assert json.loads(list_queues(database, pairs))["data"] == [told], "a job that is not due is not old"
    sql.run("UPDATE outbox SET due_at = now() - interval '90 seconds'")
    assert json.loads(list_queues(database, pairs))["data"][0]["oldest_age_seconds"] == 90


@pytest.mark.parametrize(("resends", "waited"), [(0, 0), (1, 60), (3, 420), (7, 7_620), (9, 15_300)])
def test_the_age_of_a_job_counts_from_the_first_time_that_it_was_due(
    database: PostgresDatabase, sql: Rows, resends: int, waited: int
) -> None:
    start_payment(database, sql.add_order())
    sql.run("UPDATE outbox SET due_at = now() - interval '10 minutes'")
    for _ in range(resends):
        database.run("resend_due_jobs", limit=10, resend_after_seconds=60)
        sql.run("UPDATE outbox SET due_at = due_at - (due_at - now())")
    (row,) = database.run("get_overdue_jobs")
    assert (row["resends"], row["overdue_seconds"]) == (resends, waited if resends else 600)


def test_a_queue_without_an_answer_is_an_error(database: PostgresDatabase, queues: Queues) -> None:
    with queue_that_is_down() as down, pytest.raises(QueueUnavailableError):
        list_queues(database, {"payments": QueuePair(down, queues.dead)})


def test_ids_of_messages_are_of_a_form_that_the_api_takes(queues: Queues) -> None:
    queues.bury(new_id("b"))
    body = json.dumps({"queue": "payments", "message_ids": queues.ids()})
    assert DiscardDeadLettersBody.model_validate_json(body).message_ids
