"""`./paygate users`: who may log in, with a password that is on no command line."""

from __future__ import annotations

import getpass
from typing import Any

import pytest
from typer.testing import CliRunner

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.passwords import verify_password
from paygate_cli import users
from paygate_cli.__main__ import app
from paygate_local.problems import Problem
from tests.support.rows import TEST_MERCHANT_ID, Rows

PASSWORD = "correct horse battery"
ASHA = ("--email", "Asha@Shop.example", "--merchant", TEST_MERCHANT_ID)


@pytest.fixture(autouse=True)
def _database(database: PostgresDatabase, secrets: DeploymentSecrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYGATE_DATABASE_URL", secrets.database_url)


def run(*arguments: str, given: str = f"{PASSWORD}\n") -> Any:
    return CliRunner().invoke(app, ["users", *arguments], input=given)


def trouble(*arguments: str, given: str = f"{PASSWORD}\n") -> str:
    result = run(*arguments, given=given)
    assert isinstance(result.exception, Problem)
    return str(result.exception)


@pytest.mark.parametrize(("option", "role"), [((), "merchant"), (("--role", "operator"), "operator")])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_user_is_created_with_the_password_of_standard_input(
    sql: Rows, option: tuple[str, ...], role: str, end: str
) -> None:
    result = run("create", *ASHA, *option, given=f"{PASSWORD}{end}")
    assert result.exit_code == 0, result.output
    user = sql.one("SELECT id, email, role, merchant_id, password_hash, disabled_at FROM users")
    assert result.output == f"{user['id']} may log in as asha@shop.example\n"
    assert (user["email"], user["role"], user["merchant_id"]) == ("asha@shop.example", role, TEST_MERCHANT_ID)
    assert user["id"].startswith("usr_")
    assert user["disabled_at"] is None
    assert verify_password(PASSWORD, user["password_hash"])


@pytest.mark.parametrize("again", [PASSWORD, "something else entirely"])
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    sql: Rows, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    typed = [again, PASSWORD]
    monkeypatch.setattr(users, "_at_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: typed.pop())
    if again == PASSWORD:
        assert run("create", *ASHA).exit_code == 0
    else:
        assert "differ" in trouble("create", *ASHA)
    assert sql.value("SELECT count(*) FROM users") == (again == PASSWORD)
    assert typed == []


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (("--email", "asha", "--merchant", TEST_MERCHANT_ID), PASSWORD, "email must be an address"),
        (
            ("--email", "a@b.example", "--merchant", "merchant_0"),
            PASSWORD,
            "There is no merchant merchant_0. Check the merchant.",
        ),
        (ASHA, "short", "12 to 200 characters"),
        (ASHA, "", "12 to 200 characters"),
        (ASHA, "x" * 201, "12 to 200 characters"),
    ],
)
def test_what_cannot_be_is_refused_by_name(sql: Rows, arguments: tuple[str, ...], given: str, words: str) -> None:
    assert words in trouble("create", *arguments, given=given)
    assert sql.value("SELECT count(*) FROM users") == 0


def test_an_address_is_one_users_in_whatever_case(sql: Rows) -> None:
    assert run("create", *ASHA).exit_code == 0
    again = trouble("create", "--email", "ASHA@shop.EXAMPLE", "--merchant", TEST_MERCHANT_ID)
    assert "There is a user asha@shop.example already" in again
    assert sql.value("SELECT count(*) FROM users") == 1


@pytest.mark.parametrize(
    "arguments", [("create",), ("create", *ASHA, "--role", "admin"), ("create", *ASHA, "--password", "x")]
)
def test_a_password_is_no_option_and_a_role_one_of_two(sql: Rows, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
    assert sql.value("SELECT count(*) FROM users") == 0


def test_a_disabled_user_is_named_and_stays_disabled_since_then(sql: Rows) -> None:
    run("create", *ASHA)
    assert run("disable", "--email", "asha@SHOP.example").output == "asha@shop.example may not log in any more\n"
    since = sql.value("SELECT disabled_at FROM users")
    assert since is not None
    assert run("disable", "--email", "asha@shop.example").exit_code == 0
    assert sql.value("SELECT disabled_at FROM users") == since
    unknown = "There is no user nobody@shop.example. Check the email."
    assert trouble("disable", "--email", "nobody@shop.example") == unknown


def test_a_new_password_takes_the_old_ones_place_and_lets_a_disabled_user_in_again(sql: Rows) -> None:
    run("create", *ASHA)
    run("create", "--email", "other@shop.example", "--merchant", TEST_MERCHANT_ID)
    run("disable", "--email", "asha@shop.example")
    before = sql.one("SELECT * FROM users WHERE email = 'asha@shop.example'")
    other = sql.one("SELECT * FROM users WHERE email = 'other@shop.example'")
    new = "another horse battery"
    result = run("set-password", "--email", "asha@SHOP.example", given=f"{new}\n")
    assert (result.exit_code, result.output) == (0, "asha@shop.example may log in with the new password\n")
    after = sql.one("SELECT * FROM users WHERE email = 'asha@shop.example'")
    assert (verify_password(new, after["password_hash"]), after["disabled_at"]) == (True, None)
    assert after["password_changed_at"] > before["password_changed_at"]
    changed = {"password_hash", "password_changed_at", "disabled_at"}
    assert {name for name in after if after[name] != before[name]} == changed
    assert sql.one("SELECT * FROM users WHERE email = 'other@shop.example'") == other


@pytest.mark.parametrize(
    ("email", "given", "words"),
    [
        ("asha", PASSWORD, "email must be an address"),
        ("nobody@shop.example", PASSWORD, "There is no user nobody@shop.example. Check the email."),
        ("asha@shop.example", "short", "12 to 200 characters"),
        ("asha@shop.example", "x" * 201, "12 to 200 characters"),
    ],
)
def test_a_new_password_has_the_same_rules(sql: Rows, email: str, given: str, words: str) -> None:
    run("create", *ASHA)
    before = sql.one("SELECT * FROM users")
    assert words in trouble("set-password", "--email", email, given=given)
    assert sql.one("SELECT * FROM users") == before


def test_a_new_password_is_asked_for_twice_as_well(sql: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    run("create", *ASHA)
    typed = ["something else entirely", "another horse battery"]
    monkeypatch.setattr(users, "_at_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: typed.pop())
    assert "differ" in trouble("set-password", "--email", "asha@shop.example")
    assert verify_password(PASSWORD, sql.value("SELECT password_hash FROM users"))
