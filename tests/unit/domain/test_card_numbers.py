"""Luhn's check digit, and which network a number belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain.cards import RANGES, Network, network_of, passes_luhn

quick = settings(deadline=None)
digits = st.text("0123456789", min_size=1, max_size=18)


def with_check_digit(start: str) -> str:
    """The number that begins so and passes Luhn, by trying each digit."""
    (found,) = [start + last for last in "0123456789" if passes_luhn(start + last)]
    return found


@given(digits)
@quick
def test_exactly_one_last_digit_makes_a_number_valid(start: str) -> None:
    assert len([last for last in "0123456789" if passes_luhn(start + last)]) == 1


@given(digits, st.data())
@quick
def test_a_valid_number_with_any_one_digit_changed_is_invalid(start: str, data: st.DataObject) -> None:
    number = with_check_digit(start)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not passes_luhn(number[:place] + other + number[place + 1 :])


@given(digits, st.data())
@quick
def test_neighbours_that_changed_places_are_noticed_except_for_0_and_9(start: str, data: st.DataObject) -> None:
    number = with_check_digit(start)
    place = data.draw(st.integers(0, len(number) - 2))
    pair = number[place : place + 2]
    swapped = number[:place] + pair[::-1] + number[place + 2 :]
    assert passes_luhn(swapped) == (pair[0] == pair[1] or set(pair) == {"0", "9"})


@pytest.mark.parametrize("number", ["79927398713", "4242424242424242", "0", "18"])
def test_known_numbers_pass(number: str) -> None:
    assert passes_luhn(number)


@pytest.mark.parametrize("number", ["79927398710", "4242424242424241", "1", "81"])
def test_known_wrong_numbers_fail(number: str) -> None:
    assert not passes_luhn(number)


# The networks' own test numbers, as payment gateways publish them.
TEST_NUMBERS = {
    "4242424242424242": "visa",
    "4111111111111111": "visa",
    "4000000000000002": "visa",
    "4012888888881881": "visa",
    "4222222222222": "visa",
    "4000056655665556": "visa",
    "5555555555554444": "mastercard",
    "5105105105105100": "mastercard",
    "5200828282828210": "mastercard",
    "2223003122003222": "mastercard",
    "2720994326581252": "mastercard",
    "6074820000000007": "rupay",
    "6521525212365219": "rupay",
    "5085000000000004": "rupay",
    "8172000000000006": "rupay",
    "378282246310005": "amex",
    "371449635398431": "amex",
    "341111111111111": "amex",
    "30569309025904": "diners",
    "38520000023237": "diners",
    "36227206271667": "diners",
    "3056930009020004": "diners",
    "3622720627166702": "diners",
    "6011111111111117": "discover",
    "6011000990139424": "discover",
    "6445644564456445": "discover",
    "6500000000000002": "discover",
    "6200000000000005": "unionpay",
    "6221260000000000": "unionpay",
    "6205500000000000004": "unionpay",
    "8100000000000009": "unionpay",
}
UNSUPPORTED = {
    "JCB": "3530111333300000",
    "JCB's first range": "3528000000000007",
    "Maestro 50": "5018000000000009",
    "Maestro 56": "5600000000000005",
    "Maestro 67": "6759649826438453",
    "Mir": "2200000000000004",
    "UATP": "100000000000008",
    "Verve": "5061000000000000",
    "InstaPayment": "6370000000000000",
    "Dankort": "5019000000000008",
    "zeros": "0000000000000000",
    "nines": "9999999999999995",
}


@pytest.mark.parametrize(("number", "network"), TEST_NUMBERS.items())
def test_each_networks_test_numbers_are_recognised(number: str, network: str) -> None:
    found = network_of(number)
    assert found is not None
    assert found.name == network
    assert len(number) in found.number_lengths


@pytest.mark.parametrize("number", UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_a_network_that_paygate_does_not_take_is_none(number: str) -> None:
    assert network_of(number) is None


@pytest.mark.parametrize(
    ("start", "network"),
    [
        ("222099", None),
        ("222100", "mastercard"),
        ("272099", "mastercard"),
        ("272100", None),
        ("299999", None),
        ("300000", "diners"),
        ("305999", "diners"),
        ("306000", None),
        ("309499", None),
        ("309500", "diners"),
        ("309600", None),
        ("340000", "amex"),
        ("349999", "amex"),
        ("350000", None),
        ("359999", None),
        ("360000", "diners"),
        ("369999", "diners"),
        ("370000", "amex"),
        ("379999", "amex"),
        ("380000", "diners"),
        ("399999", "diners"),
        ("400000", "visa"),
        ("499999", "visa"),
        ("500000", None),
        ("508499", None),
        ("508500", "rupay"),
        ("508999", "rupay"),
        ("509000", None),
        ("509999", None),
        ("510000", "mastercard"),
        ("559999", "mastercard"),
        ("560000", None),
        ("601099", None),
        ("601100", "discover"),
        ("601199", "discover"),
        ("601200", None),
        ("606984", None),
        ("606985", "rupay"),
        ("607984", "rupay"),
        ("607985", None),
        ("608000", None),
        ("608001", "rupay"),
        ("608500", "rupay"),
        ("608501", None),
        ("619999", None),
        ("620000", "unionpay"),
        ("629999", "unionpay"),
        ("630000", None),
        ("643999", None),
        ("644000", "discover"),
        ("649999", "discover"),
        ("650000", "discover"),
        ("652149", "discover"),
        ("652150", "rupay"),
        ("653149", "rupay"),
        ("653150", "discover"),
        ("659999", "discover"),
        ("660000", None),
        ("809999", None),
        ("810000", "unionpay"),
        ("817199", "unionpay"),
        ("817200", "rupay"),
        ("819899", "rupay"),
        ("819900", None),
        ("820000", "rupay"),
        ("829999", "rupay"),
        ("830000", None),
    ],
)
def test_a_range_ends_where_its_network_says(start: str, network: str | None) -> None:
    found = network_of(start + "0" * 10)
    assert (found.name if found else None) == network


@pytest.mark.parametrize(("start", "network"), [(start, network) for start, _, network in RANGES])
def test_no_range_hides_behind_one_that_comes_before_it(start: str, network: Network) -> None:
    assert network_of(start.ljust(16, "0")) == network


@pytest.mark.parametrize(
    "text", ["", " ", "4242x", "+4242424242424242", "4242 4242", "٤٢٤٢", "4²", "４２４２", "4\x00"]
)
def test_what_is_no_number_has_no_network(text: str) -> None:
    assert network_of(text) is None
