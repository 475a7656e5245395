"""Somebody may log in to the dashboard from now on."""

from __future__ import annotations

from paygate.domain.emails import parse_email
from paygate.domain.errors import ConflictError, NotFoundError
from paygate.domain.ids import new_id
from paygate.domain.passwords import check_password, hash_password
from paygate.domain.sessions import Role
from paygate.operations.ports import Database


def create_user(database: Database, *, email: str, merchant_id: str, role: Role, password: str) -> str:
    """The new user's id.

    Raises BadRequestError for an address or a password that cannot be one, NotFoundError for an unknown merchant, and
    ConflictError (EMAIL_TAKEN).
    """
    email = parse_email(email)
    check_password(password)
    rows = database.run(
        "create_user",
        user_id=new_id("usr"),
        merchant_id=merchant_id,
        email=email,
        role=role,
        password_hash=hash_password(password),
    )
    if not rows:
        raise NotFoundError(f"There is no merchant {merchant_id}.", field="merchant")
    if rows[0]["id"] is None:
        raise ConflictError(f"There is a user {email} already.", field="email", reason="EMAIL_TAKEN")
    return str(rows[0]["id"])
