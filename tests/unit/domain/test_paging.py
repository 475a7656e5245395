from __future__ import annotations

import json

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page, list_body


def test_both_cursors_at_once_are_refused() -> None:
    with pytest.raises(BadRequestError) as refused:
        Page(starting_after="pay_1", ending_before="pay_2")
    assert refused.value.field == "ending_before"


@pytest.mark.parametrize(
    ("page", "found", "shown", "has_more"),
    [
        (Page(limit=2), [], [], False),
        (Page(limit=2), ["3", "2"], [3, 2], False),
        (Page(limit=2), ["3", "2", "1"], [3, 2], True),
        (Page(limit=2, ending_before="x"), ["1", "2", "3"], [2, 1], True),
        (Page(limit=2, ending_before="x"), ["1"], [1], False),
    ],
)
def test_a_page_shows_its_limit_and_says_whether_there_is_more(
    page: Page, found: list[str], shown: list[int], has_more: bool
) -> None:
    assert json.loads(list_body(page, found)) == {"data": shown, "has_more": has_more}
