from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from paygate.operations.get_settlements import COLUMNS, as_csv, as_json, get_settlements
from tests.unit.fakes import FakeDatabase

INR = {
    "date": "2026-11-23",
    "currency": "INR",
    "captured": 100_000,
    "refunded": 30_000,
    "refunds_failed": 5_000,
    "fees": 2_000,
    "net": 73_000,
    "captured_count": 2,
    "refunded_count": 3,
    "refunds_failed_count": 1,
}
USD = {**INR, "currency": "USD", "captured": 0, "net": -27_000, "captured_count": 0}
HEADER = "date,currency,captured,refunded,refunds_failed,fees,net,captured_count,refunded_count,refunds_failed_count"


@pytest.mark.parametrize(
    ("day", "given"), [(date(2026, 11, 23), "2026-11-23"), (date(987, 1, 2), "0987-01-02"), (date.max, "9999-12-31")]
)
def test_the_statement_is_given_the_day_in_iso_8601(day: date, given: str) -> None:
    database = FakeDatabase(get_settlements=[INR])
    assert get_settlements(database, "merchant_1", day) == [INR]
    assert database.parameters("get_settlements") == {"merchant_id": "merchant_1", "date": given}


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([], []),
        ([INR], ["2026-11-23,INR,100000,30000,5000,2000,73000,2,3,1"]),
        (
            [INR, USD],
            ["2026-11-23,INR,100000,30000,5000,2000,73000,2,3,1", "2026-11-23,USD,0,30000,5000,2000,-27000,0,3,1"],
        ),
    ],
    ids=["none", "one", "two"],
)
def test_csv_is_a_header_and_a_line_for_each_currency(rows: list[dict[str, Any]], lines: list[str]) -> None:
    assert as_csv(rows) == "".join(f"{line}\r\n" for line in [HEADER, *lines])


def test_csv_has_its_columns_in_order_whatever_order_the_row_has() -> None:
    shuffled = dict(reversed(INR.items()))
    assert as_csv([shuffled]) == as_csv([INR])
    (read,) = csv.DictReader(io.StringIO(as_csv([shuffled])))
    assert read == {name: str(value) for name, value in INR.items()}
    assert tuple(read) == COLUMNS


def test_a_row_with_another_column_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="surprise"):
        as_csv([{**INR, "surprise": 1}])


@pytest.mark.parametrize("rows", [[], [INR], [INR, USD]], ids=["none", "one", "two"])
def test_json_is_a_list_that_is_whole(rows: list[dict[str, Any]]) -> None:
    text = as_json(rows)
    assert json.loads(text) == {"data": rows, "has_more": False}
    assert " " not in text
