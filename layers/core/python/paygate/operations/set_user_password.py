"""Somebody gets a new password, and may log in with it also after having been disabled."""

from __future__ import annotations

from paygate.domain.emails import parse_email
from paygate.domain.passwords import check_password, hash_password
from paygate.operations.disable_user import user_unknown
from paygate.operations.ports import Database


def set_user_password(database: Database, email: str, password: str) -> None:
    """Sessions that there are end with their next request.

    Raises BadRequestError for an address or a password that cannot be one, and NotFoundError for an unknown user.
    """
    email = parse_email(email)
    check_password(password)
    if not database.run("set_user_password", email=email, password_hash=hash_password(password)):
        raise user_unknown(email)
