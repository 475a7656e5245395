"""Ids and times, which Python and SQL make and print alike."""

from __future__ import annotations

import re

from paygate.domain.ids import ALPHABET, TIME_LENGTH, new_id
from tests.support.rows import Rows

ID = re.compile(rf"[a-z]+_[{ALPHABET}]{{22}}")


def test_a_time_is_printed_in_utc_whatever_the_sessions_zone(sql: Rows) -> None:
    moment = "2026-03-29T01:30:00.9999+05:30"
    for zone in ("UTC", "Asia/Kolkata", "America/New_York"):
        sql.run(f"SET TIME ZONE '{zone}'")
        assert sql.value("SELECT iso8601(:moment::timestamptz)", moment=moment) == "2026-03-28T20:00:00.999Z"


def test_ids_of_both_makers_have_one_form_and_sort_by_time(sql: Rows) -> None:
    made = []
    for _ in range(50):
        made.append(new_id("whd"))
        made.append(str(sql.value("SELECT new_id('whd')")))
    assert not [text for text in made if not ID.fullmatch(text)]
    moments = [text[: len("whd_") + TIME_LENGTH] for text in made]
    assert moments == sorted(moments)
    assert len(set(made)) == len(made)


def test_many_ids_of_one_statement_all_differ(sql: Rows) -> None:
    made = sql.column("SELECT new_id('evt') FROM generate_series(1, 2000)")
    assert len(set(made)) == 2000
    places = list(zip(*(text.partition("_")[2][TIME_LENGTH:] for text in made), strict=True))
    # Each random place takes on every character, so no place is stuck or cut short.
    assert {len(set(place)) for place in places} == {len(ALPHABET)}
