from __future__ import annotations

import dataclasses
import json
import re

import pytest

from paygate.domain.errors import ForbiddenError
from paygate.domain.sessions import Role, Session, new_token, read_session, token_digest

SESSION = Session(
    "usr_1", "ops@example.com", "merchant", "merchant_1", "Shop", "1700000000.25", "the-csrf-token", 1_800_000_000
)


def test_a_session_is_read_as_it_was_kept() -> None:
    assert read_session(SESSION.to_json()) == SESSION


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{}", b"\xff", b'{"user_id":"usr_1"}', b'"x"'])
def test_what_another_version_has_kept_is_no_session(text: bytes) -> None:
    assert read_session(text) is None
    more = json.dumps({**dataclasses.asdict(SESSION), "unknown": 1}).encode()
    assert read_session(more) is None


def test_tokens_are_256_random_bits_for_a_cookie() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


@pytest.mark.parametrize(
    "token", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "\n", "é" * 43, "１" * 43, "*" * 43]
)
def test_what_is_no_token_has_no_digest(token: str) -> None:
    assert token_digest(token) is None


def test_a_digest_does_not_tell_the_token() -> None:
    token = new_token()
    digest = token_digest(token)
    assert digest is not None
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert digest != token_digest(new_token())


@pytest.mark.parametrize(
    "given", ["", "the-csrf-toke", "the-csrf-token ", "THE-CSRF-TOKEN", "é", "\ud800", "x" * 10_000]
)
def test_a_wrong_csrf_token_is_refused(given: str) -> None:
    with pytest.raises(ForbiddenError) as raised:
        SESSION.check_csrf(given)
    assert (raised.value.reason, raised.value.field) == ("CSRF_TOKEN_INVALID", "X-CSRF-Token")
    SESSION.check_csrf("the-csrf-token")


@pytest.mark.parametrize(("role", "wanted"), [("merchant", "operator"), ("operator", "merchant")])
def test_another_role_is_refused(role: Role, wanted: Role) -> None:
    session = dataclasses.replace(SESSION, role=role)
    session.check_role(role)
    with pytest.raises(ForbiddenError) as raised:
        session.check_role(wanted)
    assert raised.value.reason == "ROLE_NOT_ALLOWED"
