from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain.errors import BadRequestError
from paygate.domain.idempotency import parse_key

VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F))


@pytest.mark.parametrize(
    ("value", "key"),
    [
        pytest.param("order-1", "order-1", id="bare"),
        pytest.param('"order-1"', "order-1", id="quoted"),
        pytest.param("  order-1\t", "order-1", id="blanks around it"),
        pytest.param(' "order-1" ', "order-1", id="blanks around the quotes"),
        pytest.param("k", "k", id="one character"),
        pytest.param('"k"', "k", id="one character in quotes"),
        pytest.param("k" * 255, "k" * 255, id="255 characters"),
        pytest.param(f'"{"k" * 255}"', "k" * 255, id="255 characters in quotes"),
        pytest.param(VISIBLE, VISIBLE, id="every visible character"),
        pytest.param('"', '"', id="one quote"),
        pytest.param('"open', '"open', id="quote at the start alone"),
        pytest.param('close"', 'close"', id="quote at the end alone"),
        pytest.param('""twice""', '"twice"', id="only the outer quotes go"),
        pytest.param("'single'", "'single'", id="single quotes are part of it"),
    ],
)
def test_a_key_is_bare_or_in_double_quotes(value: str, key: str) -> None:
    assert parse_key([value]) == key


def test_no_header_is_no_key() -> None:
    assert parse_key([]) is None


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([""], id="empty"),
        pytest.param(["  \t "], id="only blanks"),
        pytest.param(['""'], id="empty quotes"),
        pytest.param(["k" * 256], id="256 characters"),
        pytest.param([f'"{"k" * 256}"'], id="256 characters in quotes"),
        pytest.param(["two words"], id="space within"),
        pytest.param(['" k "'], id="space within quotes"),
        pytest.param(["tab\there"], id="tab"),
        pytest.param(["line\nbreak"], id="line break"),
        pytest.param(["k\r\n"], id="line end"),
        pytest.param(["nul\x00"], id="NUL"),
        pytest.param(["delete\x7f"], id="delete"),
        pytest.param(["\x85"], id="C1 control"),
        pytest.param(["\u00a0k"], id="no-break space"),
        pytest.param(["clé"], id="accent"),
        pytest.param(["ключ"], id="Cyrillic"),
        pytest.param(["🔑"], id="emoji"),
        pytest.param(["\ud800"], id="half a character"),
        pytest.param(["one", "two"], id="twice"),
        pytest.param(["one", "one"], id="twice the same"),
    ],
)
def test_anything_else_is_refused_by_the_name_of_the_header(values: list[str]) -> None:
    with pytest.raises(BadRequestError) as raised:
        parse_key(values)
    assert (raised.value.field, raised.value.reason) == ("Idempotency-Key", "IDEMPOTENCY_KEY_INVALID")
    assert raised.value.description.startswith("The Idempotency-Key header ")


@given(st.text(alphabet=VISIBLE, min_size=1, max_size=255).filter(lambda key: key[0] != '"'))
@settings(deadline=None)
def test_a_quoted_and_a_bare_key_are_the_same(key: str) -> None:
    assert parse_key([key]) == parse_key([f'"{key}"']) == key


@given(st.text(max_size=300))
@settings(deadline=None)
def test_whatever_is_sent_a_key_fits_its_column(value: str) -> None:
    try:
        key = parse_key([value])
    except BadRequestError:
        return
    assert key is not None
    assert 1 <= len(key) <= 255
    assert set(key) <= set(VISIBLE)
