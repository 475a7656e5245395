from __future__ import annotations

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page


def test_both_cursors_at_once_are_refused() -> None:
    with pytest.raises(BadRequestError) as refused:
        Page(starting_after="pay_1", ending_before="pay_2")
    assert refused.value.field == "ending_before"


@pytest.mark.parametrize(
    ("page", "cursor", "backwards"),
    [
        (Page(), None, False),
        (Page(starting_after="pay_1"), "pay_1", False),
        (Page(ending_before="pay_2"), "pay_2", True),
    ],
)
def test_the_cursor_that_is_given_tells_where_the_page_lies(page: Page, cursor: str | None, backwards: bool) -> None:
    assert (page.limit, page.cursor, page.backwards) == (10, cursor, backwards)


def test_a_cursor_is_called_as_the_request_called_it() -> None:
    assert Page(starting_after="pay_1").cursor_field == "starting_after"
    assert Page(ending_before="pay_2").cursor_field == "ending_before"
