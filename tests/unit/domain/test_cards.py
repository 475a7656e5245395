"""Cards as shoppers type them: lengths, expiry, security codes, and what is never shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain.cards import RANGES, Card, check_card, passes_luhn
from paygate.domain.errors import BadRequestError

TODAY = date(2026, 6, 15)
VISA = "4242424242424242"
AMEX = "378282246310005"
NETWORKS = {network.name: (start, network) for start, _, network in reversed(RANGES)}
LENGTHS = {
    "visa": {13, 16, 19},
    "mastercard": {16},
    "rupay": {16},
    "amex": {15},
    "diners": {14, 15, 16, 17, 18, 19},
    "discover": {16, 17, 18, 19},
    "unionpay": {16, 17, 18, 19},
}


def check(
    number: str = VISA,
    expiry_month: int = 12,
    expiry_year: int = 2030,
    cvv: str = "123",
    holder_name: str | None = None,
    *,
    today: date = TODAY,
) -> Card:
    return check_card(number, expiry_month, expiry_year, cvv, holder_name, today=today)


def refusal(**changes: object) -> tuple[str | None, str | None]:
    """Field and reason of the refusal of a card that is good but for these changes."""
    with pytest.raises(BadRequestError) as raised:
        check(**changes)  # type: ignore[arg-type]  # each test knows what it changes
    return raised.value.field, raised.value.reason


def number_of(start: str, length: int) -> str:
    """A number that begins so, has this length and passes Luhn."""
    body = start.ljust(length - 1, "0")
    (found,) = [body + last for last in "0123456789" if passes_luhn(body + last)]
    return found


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("length", range(12, 21))
def test_each_network_has_numbers_of_its_own_lengths(name: str, length: int) -> None:
    start, network = NETWORKS[name]
    number, cvv = number_of(start, length), "1" * network.cvv_length
    if length in LENGTHS[name]:
        card = check(number, cvv=cvv)
        assert (card.number, card.network) == (number, name)
    else:
        assert refusal(number=number, cvv=cvv) == ("card.number", "INVALID_CARD")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_security_code_has_four_digits_for_amex_and_three_for_others(name: str) -> None:
    start, network = NETWORKS[name]
    number = number_of(start, network.number_lengths[0])
    right = 4 if name == "amex" else 3
    assert check(number, cvv="0" * right).cvv == "0" * right
    for length in {0, 1, 2, 3, 4, 5} - {right}:
        assert refusal(number=number, cvv="1" * length) == ("card.cvv", "INVALID_CVV")


@pytest.mark.parametrize("cvv", ["12a", "1 2", " 12", "12\n", "-12", "1.2", "١٢٣", "１２３", "1²3", "😀😀😀", "1\x002"])
def test_a_security_code_is_ascii_digits_alone(cvv: str) -> None:
    assert refusal(cvv=cvv) == ("card.cvv", "INVALID_CVV")


@pytest.mark.parametrize(
    "number",
    ["4242 4242 4242 4242", "4242-4242-4242-4242", " 4242424242424242 ", "42 42-42--42424 24242"],
)
def test_spaces_and_hyphens_of_a_number_are_passed_over(number: str) -> None:
    card = check(number)
    assert (card.number, card.last4) == (VISA, "4242")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("", id="empty"),
        pytest.param("- -", id="only hyphens"),
        pytest.param("4242424242424241", id="wrong check digit"),
        pytest.param("4242.4242.4242.4242", id="dots"),
        pytest.param("4242\t4242\t4242\t4242", id="tabs"),
        pytest.param("4242\u00a04242\u00a04242\u00a04242", id="no-break spaces"),
        pytest.param("4242–4242–4242–4242", id="dashes"),
        pytest.param("4242424242424242\n", id="newline"),
        pytest.param("4242424242424242\x00", id="NUL"),
        pytest.param("+4242424242424242", id="plus"),
        pytest.param("424242424242424e2", id="exponent"),
        pytest.param("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", id="Arabic digits"),
        pytest.param("４２４２４２４２４２４２４２４２", id="full-width digits"),
        pytest.param("424242424242424²", id="superscript"),
        pytest.param("3530111333300000", id="a network that is not taken"),
    ],
)
def test_anything_else_is_no_card_number(number: str) -> None:
    assert refusal(number=number) == ("card.number", "INVALID_CARD")


@pytest.mark.parametrize("month", [-1, 0, 13, 99, 2030])
def test_there_are_twelve_months(month: int) -> None:
    assert refusal(expiry_month=month) == ("card.expiry_month", "INVALID_EXPIRY")


@pytest.mark.parametrize("year", [-1, -2030, 100, 999, 1926, 1999, 2057, 9999, 10**30])
def test_a_year_is_of_this_time(year: int) -> None:
    assert refusal(expiry_year=year) == ("card.expiry_year", "INVALID_EXPIRY")


@pytest.mark.parametrize(("given", "meant"), [(26, 2026), (30, 2030), (56, 2056), (2026, 2026), (2056, 2056)])
def test_a_year_may_have_two_digits(given: int, meant: int) -> None:
    assert check(expiry_year=given).expiry_year == meant


@pytest.mark.parametrize(
    ("month", "year", "today", "refused"),
    [
        pytest.param(6, 2026, date(2026, 6, 1), None, id="first day of its month"),
        pytest.param(6, 2026, date(2026, 6, 30), None, id="last day of its month"),
        pytest.param(2, 2028, date(2028, 2, 29), None, id="leap day"),
        pytest.param(6, 26, date(2026, 6, 30), None, id="last day of its month in two digits"),
        pytest.param(12, 2026, date(2026, 12, 31), None, id="last day of its year"),
        pytest.param(1, 2027, date(2026, 12, 31), None, id="next year"),
        pytest.param(6, 2026, date(2026, 7, 1), "card.expiry_month", id="day after"),
        pytest.param(12, 2026, date(2027, 1, 1), "card.expiry_year", id="new year"),
        pytest.param(12, 25, date(2026, 6, 15), "card.expiry_year", id="year before in two digits"),
        pytest.param(1, 2000, date(2026, 6, 15), "card.expiry_year", id="long ago"),
        pytest.param(1, 0, date(2026, 6, 15), "card.expiry_year", id="year 00"),
    ],
)
def test_a_card_is_good_until_the_last_day_of_its_month(
    month: int, year: int, today: date, refused: str | None
) -> None:
    if refused is None:
        assert check(expiry_month=month, expiry_year=year, today=today).expiry_month == month
    else:
        assert refusal(expiry_month=month, expiry_year=year, today=today) == (refused, "EXPIRED_CARD")


def test_a_far_future_moves_with_today() -> None:
    assert check(expiry_year=2080, today=date(2050, 1, 1)).expiry_year == 2080
    assert refusal(expiry_year=2081, today=date(2050, 1, 1)) == ("card.expiry_year", "INVALID_EXPIRY")


@given(st.text(max_size=40), st.integers(), st.integers(), st.text(max_size=10))
@settings(deadline=None)
def test_whatever_is_typed_there_is_a_card_or_a_refusal_that_shows_none_of_it(
    number: str, month: int, year: int, cvv: str
) -> None:
    refused: BadRequestError | None = None
    try:
        assert passes_luhn(check(number, month, year, cvv).number)
    except BadRequestError as error:
        refused = error
    if refused is not None:
        assert refused.field in {"card.number", "card.expiry_month", "card.expiry_year", "card.cvv"}
        assert refused.reason in {"INVALID_CARD", "INVALID_EXPIRY", "EXPIRED_CARD", "INVALID_CVV"}
        assert len(number) < 6 or number not in refused.description


def test_what_is_printed_of_a_card_shows_neither_number_nor_code_nor_name() -> None:
    card = check(AMEX, cvv="9871", holder_name="Asha Rao")
    for text in (repr(card), str(card), f"{card}", repr([card])):
        assert "amex" in text
        assert not [secret for secret in (AMEX, AMEX[-4:], "9871", "Asha") if secret in text]


def test_a_fingerprint_is_of_the_number_alone_and_depends_on_the_key() -> None:
    one = check(VISA, cvv="123").fingerprint(b"key")
    assert one == check("4242 4242 4242 4242", expiry_month=1, expiry_year=2031, cvv="999").fingerprint(b"key")
    assert len({one, check(AMEX, cvv="1234").fingerprint(b"key"), check(VISA).fingerprint(b"other")}) == 3
    assert len(one) == 32
