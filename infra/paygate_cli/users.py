"""`./paygate users`: who may log in to the dashboard."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from paygate.domain.sessions import Role
from paygate.operations.create_user import create_user
from paygate.operations.disable_user import disable_user
from paygate.operations.set_user_password import set_user_password
from paygate_cli.database import DatabaseUrl, open_database
from paygate_local.problems import Problem

app = typer.Typer(no_args_is_help=True, help="Who may log in to the dashboard.")
Email = Annotated[str, typer.Option(help="what they log in with")]


@app.command("create")
def create(
    email: Email,
    merchant: Annotated[str, typer.Option(help="the id of the merchant whose data they see")],
    role: Annotated[Role, typer.Option(help="operators see queues and workers as well")] = "merchant",
    database_url: DatabaseUrl = "",
) -> None:
    """Let somebody log in; the password is asked for, or read from standard input."""
    password = _read_password()
    with open_database(database_url) as database:
        user_id = create_user(database, email=email, merchant_id=merchant, role=role, password=password)
    print(f"{user_id} may log in as {email.lower()}")


@app.command("set-password")
def set_password(email: Email, database_url: DatabaseUrl = "") -> None:
    """Give somebody a new password, who may log in again if disabled; it is asked for, or read from standard input."""
    password = _read_password()
    with open_database(database_url) as database:
        set_user_password(database, email, password)
    print(f"{email.lower()} may log in with the new password")


@app.command("disable")
def disable(email: Email, database_url: DatabaseUrl = "") -> None:
    """Let somebody log in no more, and end the sessions that there are."""
    with open_database(database_url) as database:
        disable_user(database, email)
    print(f"{email.lower()} may not log in any more")


def _read_password() -> str:
    """Never from the command line, which other processes and the shell's history can read."""
    if not _at_terminal():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise Problem("The two passwords differ", "Try again.")
    return password


def _at_terminal() -> bool:
    return sys.stdin.isatty()
