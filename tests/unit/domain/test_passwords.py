from __future__ import annotations

import base64
import re

import pytest

from paygate.domain.errors import BadRequestError
from paygate.domain.passwords import (
    LENGTH_MAX,
    LENGTH_MIN,
    NOBODYS_HASH,
    check_password,
    hash_password,
    verify_password,
)

PASSWORD = "correct horse 🐎 é"


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_password(PASSWORD)


def test_what_is_kept_tells_its_parameters_and_not_the_password(kept: str) -> None:
    found = re.fullmatch(r"scrypt\$14\$8\$5\$([^$]+)\$([^$]+)", kept)
    assert found is not None
    assert [len(base64.b64decode(part, validate=True)) for part in found.groups()] == [16, 32]
    assert "horse" not in kept


def test_each_has_a_salt_of_its_own(kept: str) -> None:
    assert hash_password(PASSWORD) != kept


@pytest.mark.parametrize(
    ("password", "right"),
    [
        (PASSWORD, True),
        (PASSWORD.upper(), False),
        (f"{PASSWORD} ", False),
        (PASSWORD[:-1], False),
        ("correct horse 🐎 e\u0301", False),
        ("", False),
        ("\x00", False),
        ("\ud800", False),
    ],
)
def test_only_the_same_password_is_right(kept: str, password: str, right: bool) -> None:
    assert verify_password(password, kept) is right


def test_a_hash_with_other_parameters_is_verified_by_its_own() -> None:
    # RFC 7914, section 12
    salt = base64.b64encode(b"NaCl").decode()
    rfc = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
    kept = f"scrypt$10$8$16${salt}${base64.b64encode(bytes.fromhex(rfc)).decode()}"
    assert verify_password("password", kept)
    assert not verify_password("Password", kept)


@pytest.mark.parametrize("password", ["", "password", "A" * 12, "\x00" * 32])
def test_nobodys_hash_has_the_usual_parameters_and_no_password(kept: str, password: str) -> None:
    assert NOBODYS_HASH.split("$")[:4] == kept.split("$")[:4]
    assert [len(part) for part in NOBODYS_HASH.split("$")] == [len(part) for part in kept.split("$")]
    assert not verify_password(password, NOBODYS_HASH)


@pytest.mark.parametrize("length", [LENGTH_MIN, LENGTH_MAX])
def test_a_password_of_a_usual_length_may_be_set(length: int) -> None:
    check_password("😀" * length)


@pytest.mark.parametrize("length", [0, LENGTH_MIN - 1, LENGTH_MAX + 1])
def test_others_may_not(length: int) -> None:
    with pytest.raises(BadRequestError, match="password must have 12 to 200 characters") as raised:
        check_password("😀" * length)
    assert raised.value.field == "password"
