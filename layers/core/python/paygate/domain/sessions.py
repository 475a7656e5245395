"""A session of the dashboard: what the token in a browser's cookie stands for, and what may be done with it.

The token is 32 random bytes that nobody keeps but the browser; Redis knows its SHA-256 alone.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Literal

from paygate.domain.errors import ForbiddenError

SESSION_SECONDS = 8 * 3600
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

Role = Literal["merchant", "operator"]


@dataclass(frozen=True)
class Session:
    """Who has logged in, and until when (unix seconds). The CSRF token is told to pages of our own origin alone."""

    user_id: str
    email: str
    role: Role
    merchant_id: str
    merchant_name: str
    # As the database tells it: with another password, or another time of the same one, the session has ended.
    password_changed_at: str
    csrf_token: str
    expires_at: int

    def to_json(self) -> bytes:
        """What is kept of it."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    def check_csrf(self, given: str) -> None:
        """Raises ForbiddenError for a token that is not this session's: another site's page may send the cookie, but
        cannot know the token.
        """
        if not hmac.compare_digest(given.encode(errors="replace"), self.csrf_token.encode()):
            raise ForbiddenError(
                "The X-CSRF-Token header must be the session's csrf_token.",
                field="X-CSRF-Token",
                reason="CSRF_TOKEN_INVALID",
            )

    def check_role(self, role: Role) -> None:
        """Raises ForbiddenError for a user who has another role."""
        if self.role != role:
            raise ForbiddenError(f"Only users with the role {role} may do this.", reason="ROLE_NOT_ALLOWED")


def read_session(text: bytes) -> Session | None:
    """What `to_json` has made; None for what another version of this code has kept."""
    try:
        return Session(**json.loads(text))
    except (TypeError, ValueError):
        return None


def new_token() -> str:
    """For a cookie, or against CSRF."""
    return base64.urlsafe_b64encode(os.urandom(TOKEN_BYTES)).rstrip(b"=").decode()


def token_digest(token: str) -> str | None:
    """By what the token's session is found; None for what is no token."""
    return sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else None
