"""Somebody may not log in to the dashboard any more."""

from __future__ import annotations

from paygate.domain.emails import parse_email
from paygate.domain.errors import NotFoundError
from paygate.operations.ports import Database


def disable_user(database: Database, email: str) -> None:
    """Sessions that there are end with their next request.

    Raises BadRequestError for what is no address and NotFoundError for an unknown user.
    """
    email = parse_email(email)
    if not database.run("disable_user", email=email):
        raise user_unknown(email)


def user_unknown(email: str) -> NotFoundError:
    return NotFoundError(f"There is no user {email}.", field="email")
