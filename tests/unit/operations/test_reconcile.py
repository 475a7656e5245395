from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from paygate.domain.errors import DatabaseUnavailableError
from paygate.operations import reconcile as module
from paygate.operations.reconcile import Difference, reconcile, reconcile_next
from tests.unit.fakes import FakeDatabase, Rows

BATCH_SIZE = 3


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_SIZE", BATCH_SIZE)


class Books:
    """So many payments, pay_1, pay_2, …, some of which differ, and the place that the sweeper has got to."""

    def __init__(self, count: int, differing: tuple[int, ...] = ()) -> None:
        self.ids = [f"pay_{number}" for number in range(1, count + 1)]
        self.differing = {f"pay_{number}" for number in differing}
        # No row before the first run.
        self.position: list[str | None] = []
        self.looked_at: list[list[str]] = []
        # Of each run from where to where it went, and which payments differed.
        self.recorded: list[tuple[str, str | None, list[str]]] = []
        self.database = FakeDatabase(
            find_ledger_differences=self._find,
            find_merchant_differences=[],
            get_reconcile_position=lambda: [{"position": each} for each in self.position],
            record_reconcile_position=self._record,
        )

    def _find(self, after_id: str, limit: int) -> Rows:
        assert limit == BATCH_SIZE
        found = [each for each in self.ids if each > after_id][:limit]
        self.looked_at.append(found)
        differences = [
            {"payment_id": each, "account": "merchant_payable", "rows_minor": -500, "ledger_minor": -400}
            for each in found
            if each in self.differing
        ]
        return [{"last_id": max(found, default=None), "checked": len(found), "differences": differences or None}]

    def _record(self, after_id: str, position: str | None, differences: str) -> Rows:
        self.position = [position]
        self.recorded.append((after_id, position, [each["payment_id"] for each in json.loads(differences)]))
        return []


def difference(subject_id: str) -> Difference:
    return Difference(subject_id, "merchant_payable", rows_minor=-500, ledger_minor=-400)


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, [0]), (1, [1]), (2, [2]), (3, [3, 0]), (4, [3, 1]), (6, [3, 3, 0]), (8, [3, 3, 2])]
)
def test_every_payment_is_compared_once_a_batch_at_a_time(count: int, sizes: list[int]) -> None:
    books = Books(count)
    assert reconcile(books.database) == []
    assert [len(batch) for batch in books.looked_at] == sizes
    assert [each for batch in books.looked_at for each in batch] == books.ids
    assert books.database.names == ["find_ledger_differences"] * len(sizes) + ["find_merchant_differences"]


def test_what_differs_is_told_from_whichever_batch_it_is_and_of_merchants_as_a_whole(
    log_records: list[logging.LogRecord],
) -> None:
    books = Books(8, differing=(2, 3, 8))
    books.database.answers["find_merchant_differences"] = [
        {"merchant_id": "merchant_1", "currency": "INR", "account": "fees", "rows_minor": 0, "ledger_minor": -7}
    ]
    assert reconcile(books.database) == [
        difference("pay_2"),
        difference("pay_3"),
        difference("pay_8"),
        Difference("merchant_1 INR", "fees", rows_minor=0, ledger_minor=-7),
    ]
    assert log_records == [], "whoever asks is told, and no one else"


def test_a_whole_run_leaves_the_sweepers_place_alone() -> None:
    books = Books(4)
    books.position = ["pay_2"]
    assert reconcile(books.database) == []
    assert books.position == ["pay_2"]


def test_one_account_of_a_payment_is_one_difference() -> None:
    accounts: list[dict[str, Any]] = [
        {"payment_id": "pay_1", "account": "refunds_payable", "rows_minor": -1, "ledger_minor": 0},
        {"payment_id": "pay_1", "account": "acquirer_receivable", "rows_minor": 2, "ledger_minor": 3},
    ]
    books = Books(1)
    books.database.answers["find_ledger_differences"] = [{"last_id": "pay_1", "checked": 1, "differences": accounts}]
    assert reconcile(books.database) == [
        Difference("pay_1", "refunds_payable", -1, 0),
        Difference("pay_1", "acquirer_receivable", 2, 3),
    ]


# --- The sweeper's part -----------------------------------------------------------------------------------------------


def test_each_run_goes_on_where_the_last_one_ended_and_after_the_last_payment_begins_anew() -> None:
    books = Books(5)
    places: list[str | None] = []
    for _ in range(4):
        assert reconcile_next(books.database) == []
        places += books.position
    assert books.looked_at == [["pay_1", "pay_2", "pay_3"], ["pay_4", "pay_5"]] * 2
    assert places == ["pay_3", None, "pay_3", None]


@pytest.mark.parametrize(("position", "looked_at"), [([], "pay_1"), ([None], "pay_1"), (["pay_1"], "pay_2")])
def test_without_a_place_it_begins_with_the_first_payment(position: list[str | None], looked_at: str) -> None:
    books = Books(2)
    books.position = position
    reconcile_next(books.database)
    assert books.looked_at[0][0] == looked_at


@pytest.mark.parametrize("count", [0, BATCH_SIZE])
def test_a_batch_that_is_empty_ends_the_round(count: int) -> None:
    books = Books(count)
    books.position = [books.ids[-1]] if books.ids else []
    assert reconcile_next(books.database) == []
    assert (books.looked_at, books.position) == ([[]], [None])


def test_one_run_is_one_batch_and_its_place_is_kept() -> None:
    books = Books(9)
    reconcile_next(books.database)
    assert books.database.names == ["get_reconcile_position", "find_ledger_differences", "record_reconcile_position"]
    assert books.position == ["pay_3"]


def test_each_difference_is_an_error_in_the_log_and_the_run_goes_on(log_records: list[logging.LogRecord]) -> None:
    books = Books(4, differing=(1, 3, 4))
    assert reconcile_next(books.database) == [difference("pay_1"), difference("pay_3")]
    assert [(record.levelname, record.getMessage()) for record in log_records] == [
        ("ERROR", "the ledger differs from the rows")
    ] * 2
    told = [{name: vars(record)[name] for name in vars(difference("pay_1"))} for record in log_records]
    assert told == [
        {"subject_id": each, "account": "merchant_payable", "rows_minor": -500, "ledger_minor": -400}
        for each in ("pay_1", "pay_3")
    ]
    assert reconcile_next(books.database) == [difference("pay_4")]
    assert books.recorded == [("", "pay_3", ["pay_1", "pay_3"]), ("pay_3", None, ["pay_4"])]


def test_a_comparison_that_breaks_off_is_made_again() -> None:
    books = Books(4)
    books.position = ["pay_3"]
    books.database.answers["find_ledger_differences"] = DatabaseUnavailableError("no")
    with pytest.raises(DatabaseUnavailableError):
        reconcile_next(books.database)
    assert books.position == ["pay_3"]
