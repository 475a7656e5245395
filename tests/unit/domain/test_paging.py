from __future__ import annotations

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.paging import Page


def test_both_cursors_at_once_are_refused() -> None:
    with pytest.raises(BadRequestError) as refused:
        Page(starting_after="pay_1", ending_before="pay_2")
    assert refused.value.field == "ending_before"


def test_a_cursor_is_called_as_the_request_called_it() -> None:
    assert Page(starting_after="pay_1").cursor_field == "starting_after"
    assert Page(ending_before="pay_2").cursor_field == "ending_before"
    assert Page().cursor_field is None
