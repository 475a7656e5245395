from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paygate.domain.upi import NOTE_LENGTH_MAX, upi_link

PAYEE = "paygate@paygate"


def fields(link: str) -> dict[str, str]:
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("upi", "pay", "", "")
    given = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in given.values())
    return {name: values[0] for name, values in given.items()}


def test_a_link_names_payee_reference_and_amount() -> None:
    expected = "upi://pay?pa=paygate@paygate&pn=Paygate&tr=pay_1&am=500.00&cu=INR"
    assert upi_link(PAYEE, "Paygate", "pay_1", 50_000) == expected


@pytest.mark.parametrize(
    ("amount_minor", "rupees"),
    [
        *((1, "0.01"), (9, "0.09"), (10, "0.10"), (99, "0.99"), (100, "1.00"), (101, "1.01"), (110, "1.10")),
        *((1_999, "19.99"), (100_000_00, "100000.00"), (999_999_999_999, "9999999999.99")),
    ],
)
def test_the_amount_has_two_decimals_and_no_rounding(amount_minor: int, rupees: str) -> None:
    assert fields(upi_link(PAYEE, "Paygate", "pay_1", amount_minor))["am"] == rupees


@pytest.mark.parametrize(
    "name",
    ["Asha & Sons", "a=b&am=1.00", "100 % Chai?", "#1", "ज़ोई", "Zoë 😀", "a+b", "a;b", "\r\n", "/", '"<script>'],
)
def test_a_payees_name_changes_no_other_field(name: str) -> None:
    link = upi_link(PAYEE, name, "pay_1", 100)
    assert fields(link) == {"pa": PAYEE, "pn": name, "tr": "pay_1", "am": "1.00", "cu": "INR"}
    assert link.isascii()
    assert not set(link) & set(' +<>"\r\n#')


@given(st.text(max_size=NOTE_LENGTH_MAX), st.integers(1, 999_999_999_999))
@settings(deadline=None)
def test_a_payment_app_reads_any_name_and_any_amount_as_they_are(name: str, amount_minor: int) -> None:
    read = fields(upi_link(PAYEE, name, "pay_1", amount_minor))
    assert {**read, "am": None} == {"pa": PAYEE, "pn": name, "tr": "pay_1", "am": None, "cu": "INR"}
    assert Decimal(read["am"]) * 100 == amount_minor


def test_a_long_name_is_cut() -> None:
    assert fields(upi_link(PAYEE, "n" * (NOTE_LENGTH_MAX + 1), "pay_1", 100))["pn"] == "n" * NOTE_LENGTH_MAX
