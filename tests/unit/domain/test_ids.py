from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain import ids
from paygate.domain.ids import ALPHABET, base62, new_id

PREFIXES = ("order", "pay", "rfnd", "evt", "whd", "whe", "req")
LENGTH_MAX = 22
numbers = st.integers(min_value=0, max_value=62**LENGTH_MAX - 1)
quick = settings(deadline=None)


def set_clock(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: milliseconds * 1_000_000))


def test_the_alphabet_is_base62_in_ascii_order() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 62
    assert list(ALPHABET) == sorted(ALPHABET)
    assert ALPHABET.isascii()
    assert ALPHABET.isalnum()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_id_is_its_prefix_and_22_base62_characters(prefix: str) -> None:
    made = new_id(prefix)
    assert re.fullmatch(rf"{prefix}_[0-9A-Za-z]{{22}}", made)
    assert len(made) <= ids.ID_LENGTH_MAX


@pytest.mark.parametrize(
    ("milliseconds", "characters"),
    [
        (0, "00000000"),
        (1, "00000001"),
        (61, "0000000z"),
        (62, "00000010"),
        (1_700_000_000_000, "0Tvcokgi"),
        (62**8 - 1, "zzzzzzzz"),
    ],
)
def test_the_first_eight_characters_are_the_time_in_milliseconds(
    monkeypatch: pytest.MonkeyPatch, milliseconds: int, characters: str
) -> None:
    set_clock(monkeypatch, milliseconds)
    assert new_id("pay").removeprefix("pay_")[:8] == characters


@pytest.mark.parametrize(("random_number", "characters"), [(0, "0" * 14), (61, "0" * 13 + "z"), (62**14 - 1, "z" * 14)])
def test_the_other_fourteen_characters_are_random(
    monkeypatch: pytest.MonkeyPatch, random_number: int, characters: str
) -> None:
    monkeypatch.setattr(ids, "os", SimpleNamespace(urandom=random_number.to_bytes))
    assert new_id("pay")[-14:] == characters


def test_ids_sort_by_the_time_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for milliseconds in (0, 1, 61, 62, 3_843, 3_844, 1_700_000_000_000, 1_700_000_000_001, 4_102_444_800_000):
        set_clock(monkeypatch, milliseconds)
        made.append(new_id("pay"))
    assert made == sorted(made)


def test_ids_of_the_same_millisecond_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, 1_700_000_000_000)
    assert len({new_id("pay") for _ in range(1_000)}) == 1_000


@quick
@given(numbers)
def test_base62_can_be_read_back(number: int) -> None:
    value = 0
    for character in base62(number, LENGTH_MAX):
        value = value * 62 + ALPHABET.index(character)
    assert value == number


@quick
@given(numbers, numbers)
def test_base62_of_one_length_sorts_as_the_numbers_do(one: int, other: int) -> None:
    assert (base62(one, LENGTH_MAX) < base62(other, LENGTH_MAX)) == (one < other)


@quick
@given(numbers, st.integers(min_value=0, max_value=LENGTH_MAX).map(lambda length: length // 2 * 2))
def test_base62_has_the_even_length_asked_for(number: int, length: int) -> None:
    text = base62(number, length)
    assert len(text) == length
    assert text == base62(number, LENGTH_MAX)[LENGTH_MAX - length :]
