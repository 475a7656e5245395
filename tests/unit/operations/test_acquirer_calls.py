"""Calls for a batch: in which thread each is made, and what becomes of one that breaks off or takes too long."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from paygate.domain.errors import AcquirerUnavailableError
from paygate.operations.acquirer_calls import PARALLEL_MAX, AcquirerCalls
from tests.support.rows import CARD


def rows_of(*ids: str) -> list[dict[str, Any]]:
    return [{"id": each} for each in ids]


def word(row: dict[str, Any]) -> str:
    return f"word on {row['id']}"


def undecided(row: dict[str, Any]) -> str:
    return f"{row['id']} undecided"


def words(*ids: str) -> list[str]:
    return [word(row) for row in rows_of(*ids)]


MANY = tuple(f"id_{number}" for number in range(PARALLEL_MAX + 5))


@pytest.mark.parametrize("in_turn", [True, False])
@pytest.mark.parametrize("ids", [(), ("id_1",), MANY], ids=["none", "one", "more than there are threads"])
def test_each_row_has_its_outcome_in_its_place(ids: tuple[str, ...], in_turn: bool) -> None:
    assert AcquirerCalls().make(rows_of(*ids), word, undecided, in_turn=in_turn) == words(*ids)


@pytest.mark.parametrize("in_turn", [True, False])
def test_only_calls_that_never_wait_are_made_without_threads(in_turn: bool) -> None:
    asked: list[tuple[str, bool]] = []

    def ask(row: dict[str, Any]) -> str:
        asked.append((row["id"], threading.current_thread() is threading.main_thread()))
        return word(row)

    AcquirerCalls().make(rows_of(*MANY), ask, undecided, in_turn=in_turn)
    assert sorted(asked) == sorted((each, in_turn) for each in MANY)
    assert not in_turn or [each for each, _ in asked] == list(MANY)


def test_a_whole_batch_is_asked_at_once_and_the_next_one_in_the_same_threads() -> None:
    all_here = threading.Barrier(PARALLEL_MAX)
    threads: set[str] = set()

    def ask(row: dict[str, Any]) -> str:
        all_here.wait(timeout=30)
        threads.add(threading.current_thread().name)
        return word(row)

    calls = AcquirerCalls()
    ids = MANY[:PARALLEL_MAX]
    for _ in range(2):
        assert calls.make(rows_of(*ids), ask, undecided, in_turn=False) == words(*ids)
    assert len(threads) == PARALLEL_MAX


@pytest.mark.parametrize("in_turn", [True, False])
def test_a_row_without_a_word_is_undecided_and_the_others_are_not(
    in_turn: bool, log_records: list[logging.LogRecord]
) -> None:
    def ask(row: dict[str, Any]) -> str:
        if row["id"] == "id_2":
            raise AcquirerUnavailableError("The bank is closed.")
        return word(row)

    outcomes = AcquirerCalls().make(rows_of("id_1", "id_2", "id_3"), ask, undecided, in_turn=in_turn)
    assert outcomes == [*words("id_1"), "id_2 undecided", *words("id_3")]
    (record,) = log_records
    assert (record.levelname, record.getMessage()) == ("WARNING", "no word yet")
    assert (vars(record)["subject_id"], vars(record)["error"]) == ("id_2", "The bank is closed.")


@pytest.mark.parametrize("in_turn", [True, False])
def test_trouble_with_one_row_does_not_hurt_the_others_and_is_told_without_its_words(
    in_turn: bool, log_records: list[logging.LogRecord]
) -> None:
    def ask_a_bank_that_is_odd(row: dict[str, Any]) -> str:
        if row["id"] == "id_2":
            raise ZeroDivisionError(f"card {CARD.number} is odd")
        return word(row)

    rows = rows_of("id_1", "id_2", "id_3")
    outcomes = AcquirerCalls().make(rows, ask_a_bank_that_is_odd, undecided, in_turn=in_turn)
    assert outcomes == [*words("id_1"), "id_2 undecided", *words("id_3")]
    (record,) = log_records
    assert (record.levelname, record.getMessage()) == ("ERROR", "call broke off")
    assert (vars(record)["subject_id"], vars(record)["kind"]) == ("id_2", "ZeroDivisionError")
    assert "ask_a_bank_that_is_odd" in str(vars(record)["place"])
    # Its words may quote a card.
    assert record.exc_info is None
    assert CARD.number not in str(vars(record))


def test_calls_that_are_too_slow_leave_their_rows_undecided_and_the_next_batch_fresh_threads(
    log_records: list[logging.LogRecord],
) -> None:
    release, ended = threading.Event(), threading.Barrier(PARALLEL_MAX + 1)
    asked: list[str] = []

    def ask(row: dict[str, Any]) -> str:
        asked.append(row["id"])
        if "slow" in row["id"]:
            release.wait(timeout=60)
            ended.wait(timeout=60)
        return word(row)

    calls = AcquirerCalls(answer_seconds_max=0.2)
    slow = [f"slow_{number}" for number in range(PARALLEL_MAX)]
    try:
        # As many as there are threads, and one more that never gets its turn.
        outcomes = calls.make(rows_of(*slow, "behind"), ask, undecided, in_turn=False)
        assert outcomes == [f"{each} undecided" for each in (*slow, "behind")]
        (record,) = log_records
        assert (record.getMessage(), vars(record)["count"]) == ("acquirer is too slow", PARALLEL_MAX + 1)
        assert calls.make(rows_of("id_1"), ask, undecided, in_turn=False) == words("id_1")
    finally:
        release.set()
        ended.wait(timeout=60)
    assert "behind" not in asked


def test_the_quick_ones_beside_a_slow_one_have_their_word() -> None:
    release = threading.Event()

    def ask(row: dict[str, Any]) -> str:
        if row["id"] == "slow":
            release.wait(timeout=60)
        return word(row)

    try:
        rows = rows_of("id_1", "slow", "id_2")
        outcomes = AcquirerCalls(answer_seconds_max=1.0).make(rows, ask, undecided, in_turn=False)
    finally:
        release.set()
    assert outcomes == [*words("id_1"), "slow undecided", *words("id_2")]
