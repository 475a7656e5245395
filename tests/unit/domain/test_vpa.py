from __future__ import annotations

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.vpa import check_vpa


@pytest.mark.parametrize(
    "text",
    [
        "user@paytm",
        "success@paygate",
        "USER@PayTM",
        "ab@yb",
        "9876543210@ybl",
        "first.last-2_x@okhdfcbank",
        "...@upi",
        "user@b2",
        "a" * 256 + "@paytm",
        "user@" + "b" * 64,
    ],
)
def test_addresses_that_look_like_name_at_bank_are_accepted(text: str) -> None:
    check_vpa(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("user", id="no at"),
        pytest.param("user@", id="no handle"),
        pytest.param("@paytm", id="no name"),
        pytest.param("@", id="only at"),
        pytest.param("user@@paytm", id="two ats"),
        pytest.param("user@pay@tm", id="two ats apart"),
        pytest.param("u@paytm", id="one-character name"),
        pytest.param("user@p", id="one-character handle"),
        pytest.param("a" * 257 + "@paytm", id="long name"),
        pytest.param("user@" + "b" * 65, id="long handle"),
        pytest.param("user@1bank", id="handle begins with a digit"),
        pytest.param("user@pay.tm", id="dot in the handle"),
        pytest.param("user@pay-tm", id="hyphen in the handle"),
        pytest.param("us er@paytm", id="space in the name"),
        pytest.param("user @paytm", id="space before at"),
        pytest.param(" user@paytm", id="leading space"),
        pytest.param("user@paytm ", id="trailing space"),
        pytest.param("user@paytm\n", id="trailing newline"),
        pytest.param("user\t@paytm", id="tab"),
        pytest.param("user\x00@paytm", id="NUL"),
        pytest.param("user@paytm\x00", id="trailing NUL"),
        pytest.param("user+tag@paytm", id="plus"),
        pytest.param("user%40paytm", id="percent"),
        pytest.param("usér@paytm", id="accent"),
        pytest.param("пользователь@paytm", id="Cyrillic"),
        pytest.param("user@раytm", id="Cyrillic look-alike"),
        pytest.param("١٢٣@paytm", id="Arabic digits"),
        pytest.param("😀😀@paytm", id="emoji"),
        pytest.param("user@paytm'; DROP TABLE payments--", id="SQL"),
    ],
)
def test_anything_else_is_refused_as_an_invalid_vpa(text: str) -> None:
    with pytest.raises(BadRequestError) as raised:
        check_vpa(text)
    assert (raised.value.field, raised.value.reason) == ("vpa", "INVALID_VPA")
    assert raised.value.description == "The VPA must look like name@bank."
