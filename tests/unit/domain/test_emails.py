from __future__ import annotations

import pytest

from paygate.domain.emails import parse_email
from paygate.domain.errors import BadRequestError


@pytest.mark.parametrize(
    ("given", "email"),
    [
        ("ops@example.com", "ops@example.com"),
        ("Ops.Team+night@Shop.Example.CO.IN", "ops.team+night@shop.example.co.in"),
        ("o'brien@xn--fsq.example", "o'brien@xn--fsq.example"),
    ],
)
def test_an_address_is_known_by_its_small_letters(given: str, email: str) -> None:
    assert parse_email(given) == email


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ops",
        "@example.com",
        "ops@",
        "ops@localhost",
        "ops@example..com",
        "a@b@example.com",
        "ops @example.com",
        "ops@example.com ",
        "ops@example.com\n",
        "öps@example.com",
        "\x00@example.com",
        "İ@example.com",
        "o" * 65 + "@example.com",
        "o@" + "e" * 260 + ".com",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(BadRequestError) as raised:
        parse_email(given)
    assert (raised.value.field, raised.value.reason) == ("email", "INVALID_VALUE")
