from __future__ import annotations

import json
import logging
from collections.abc import Callable
from itertools import count

import pytest

from paygate.domain.errors import QueueUnavailableError
from paygate.operations.discard_dead_letters import discard_dead_letters
from paygate.operations.list_dead_letters import BODY_LENGTH_MAX, SECONDS_MAX, list_dead_letters
from paygate.operations.list_queues import QueuePair, list_queues
from paygate.operations.redrive_dead_letters import redrive_dead_letters
from paygate.operations.taking_dead_letters import OTHERS_MAX, take_dead_letters
from tests.unit.fakes import FakeDatabase, FakeDeadLetterQueue, FakeQueue


def pair(count: int, *, down: bool = False) -> tuple[FakeQueue, FakeDeadLetterQueue, QueuePair]:
    queue, letters = FakeQueue(down=down), FakeDeadLetterQueue(count)
    return queue, letters, QueuePair(queue, letters)


def ids(queue: FakeDeadLetterQueue) -> list[str]:
    return sorted(letter.message_id for letter in queue.visible)


def passing(seconds: float) -> Callable[[], float]:
    """A clock that each look at it moves on."""
    return count(0.0, seconds).__next__


# --- Looking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("there", "shown"), [(0, 0), (1, 1), (3, 3), (7, 7), (10, 10), (25, 10)])
def test_ten_messages_at_most_are_shown_and_all_stay(there: int, shown: int) -> None:
    queue = FakeDeadLetterQueue(there)
    told = json.loads(list_dead_letters(queue))["data"]
    assert len(told) == shown
    assert (len(queue.visible), queue.held) == (there, [])


def test_a_message_is_told_with_its_body_and_history_the_oldest_first() -> None:
    queue = FakeDeadLetterQueue(2)
    queue.visible.reverse()
    assert json.loads(list_dead_letters(queue))["data"] == [
        {"message_id": "m0", "sent_at": "1970-01-01T00:00:00.000Z", "receive_count": 1, "body": "b0"},
        {"message_id": "m1", "sent_at": "1970-01-01T00:00:01.000Z", "receive_count": 2, "body": "b1"},
    ]


@pytest.mark.parametrize(("there", "waits"), [(0, [0]), (2, [1]), (6, [1, 1])])
def test_a_look_waits_only_for_what_the_queue_says_is_there(there: int, waits: list[int]) -> None:
    queue = FakeDeadLetterQueue(there)
    list_dead_letters(queue)
    assert queue.waits == waits


def test_a_long_body_is_cut() -> None:
    queue = FakeDeadLetterQueue(1)
    (letter,) = queue.visible
    queue.visible = [type(letter)("m0", "h", "x" * (BODY_LENGTH_MAX + 1), 0, 1)]
    assert json.loads(list_dead_letters(queue))["data"][0]["body"] == "x" * BODY_LENGTH_MAX


def test_a_look_ends_in_time() -> None:
    queue = FakeDeadLetterQueue(9)
    assert len(json.loads(list_dead_letters(queue, passing(SECONDS_MAX * 0.6)))["data"]) == 3


def test_a_look_that_cannot_give_back_tells_what_it_saw() -> None:
    queue = FakeDeadLetterQueue(1)
    queue.refuses = {"release"}
    assert len(json.loads(list_dead_letters(queue))["data"]) == 1


# --- Taking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "moved", "left"),
    [
        (None, ["b0", "b1", "b2", "b3", "b4"], []),
        (["m0"], ["b0"], ["m1", "m2", "m3", "m4"]),
        (["m4", "m1"], ["b1", "b4"], ["m0", "m2", "m3"]),
        (["m1", "unknown"], ["b1"], ["m0", "m2", "m3", "m4"]),
    ],
    ids=["all", "the first", "some", "an unknown one"],
)
def test_what_is_wanted_goes_back_to_its_queue_and_all_else_stays(
    wanted: list[str] | None, moved: list[str], left: list[str]
) -> None:
    queue, letters, both = pair(5)
    assert json.loads(redrive_dead_letters("payments", both, wanted, "user_1")) == {"moved": len(moved)}
    assert (queue.forwarded, ids(letters), letters.held) == (moved, left, [])


def discarded(records: list[logging.LogRecord]) -> list[tuple[str, str, str]]:
    """What the log tells: queue, message and user."""
    told = [vars(record) for record in records]
    return [(each["queue"], message_id, each["user_id"]) for each in told for message_id in each["message_ids"]]


def test_what_is_discarded_is_gone_and_told_in_the_log(log_records: list[logging.LogRecord]) -> None:
    queue, letters, both = pair(5)
    assert json.loads(discard_dead_letters("refunds", both, ["m3", "m1"], "user_1")) == {"discarded": 2}
    assert (queue.forwarded, ids(letters), letters.held) == ([], ["m0", "m2", "m4"], [])
    assert discarded(log_records) == [("refunds", "m1", "user_1"), ("refunds", "m3", "user_1")]
    assert "b1" not in str([vars(record) for record in log_records])


def test_what_may_have_been_discarded_is_told_in_the_log_though_deleting_failed(
    log_records: list[logging.LogRecord],
) -> None:
    _, letters, both = pair(5)
    letters.refuses = {"delete"}
    with pytest.raises(QueueUnavailableError):
        discard_dead_letters("refunds", both, ["m1"], "user_1")
    assert discarded(log_records) == [("refunds", "m1", "user_1")]


def test_once_all_are_found_nobody_looks_further() -> None:
    _, letters, both = pair(9)
    discard_dead_letters("refunds", both, ["m0"], "user_1")
    assert len(letters.waits) == 1


def test_nothing_is_deleted_before_it_is_sent() -> None:
    _, letters, both = pair(4, down=True)
    with pytest.raises(QueueUnavailableError):
        redrive_dead_letters("payments", both, None, "user_1")
    assert (ids(letters), letters.held) == (["m0", "m1", "m2", "m3"], [])


def test_what_was_sent_and_could_not_be_deleted_is_on_both_queues_rather_than_on_none() -> None:
    queue, letters, both = pair(2)
    letters.refuses = {"delete"}
    with pytest.raises(QueueUnavailableError):
        redrive_dead_letters("payments", both, None, "user_1")
    assert queue.forwarded == ["b0", "b1"]
    assert len(letters.held) == 2, "they reappear when their hold is over"


def test_others_are_released_also_when_deleting_fails() -> None:
    _, letters, both = pair(3)
    letters.refuses = {"delete"}
    with pytest.raises(QueueUnavailableError):
        discard_dead_letters("payments", both, ["m1"], "user_1")
    assert ids(letters) == ["m0", "m2"]


def test_going_through_a_long_queue_ends_in_time() -> None:
    queue = FakeDeadLetterQueue(1_000)
    taken = list(take_dead_letters(queue, None, passing(1.0)))
    assert 0 < len(taken) < 6


def test_not_too_many_are_held_that_have_to_be_released() -> None:
    queue = FakeDeadLetterQueue(3 * OTHERS_MAX)
    assert list(take_dead_letters(queue, [f"m{3 * OTHERS_MAX - 1}"])) == []
    assert len(queue.waits) * 10 <= 10 * OTHERS_MAX
    assert (len(queue.visible), queue.held) == (3 * OTHERS_MAX, [])


# --- Counting ---------------------------------------------------------------------------------------------------------


def test_each_queue_is_told_with_its_dead_letters_and_the_age_that_the_outbox_knows() -> None:
    database = FakeDatabase(
        get_overdue_jobs=[
            {"queue": "payments", "resends": 0, "overdue_seconds": 7},
            {"queue": "webhooks", "resends": 0, "overdue_seconds": None},
        ]
    )
    pairs = {
        "payments": QueuePair(FakeQueue(waiting=3, in_flight=2), FakeDeadLetterQueue(4)),
        "webhooks": QueuePair(FakeQueue(), FakeDeadLetterQueue(0)),
    }
    empty = {"waiting": 0, "in_flight": 0, "delayed": 0, "dead_letters": 0}
    assert json.loads(list_queues(database, pairs))["data"] == [
        {"name": "payments", "waiting": 3, "in_flight": 2, "delayed": 0, "oldest_age_seconds": 7, "dead_letters": 4},
        {"name": "webhooks", **empty},
    ]
