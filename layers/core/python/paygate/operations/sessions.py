"""Sessions of the dashboard. They live in Redis: one that is flushed logs everybody out, and that is all.

Whether a user is still what the session says, Postgres is asked each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from paygate.domain.errors import AuthenticationError
from paygate.domain.sessions import SESSION_SECONDS, Role, Session, new_token, read_session, token_digest
from paygate.operations.ports import Database, SessionStore


class Sessions:
    """Begins, finds and ends sessions. Every method raises RedisUnavailableError when Redis does not answer."""

    def __init__(self, store: SessionStore, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._database = database
        self._clock = clock

    def begin(
        self, *, user_id: str, email: str, role: Role, merchant_id: str, merchant_name: str, password_changed_at: str
    ) -> tuple[str, Session]:
        """The token for the browser, which is kept nowhere, and its session of eight hours, however busy it is."""
        token = new_token()
        expires_at = int(self._clock()) + SESSION_SECONDS
        session = Session(
            user_id, email, role, merchant_id, merchant_name, password_changed_at, new_token(), expires_at
        )
        self._store.put(_key(token), session.to_json(), ttl_seconds=SESSION_SECONDS)
        return token, session

    def find(self, token: str) -> Session:
        """Raises AuthenticationError for a token without a session: ended, expired, or never given out. A session ends
        when its user is disabled, gets another role, merchant or password. Raises DatabaseUnavailableError.
        """
        session = None
        if token_digest(token) is not None:
            (kept,) = self._store.get_all([_key(token)])
            session = None if kept is None else read_session(kept)
        if session is None or session.expires_at <= self._clock():
            raise _no_session()
        rows = self._database.run(
            "check_session",
            user_id=session.user_id,
            role=session.role,
            merchant_id=session.merchant_id,
            password_changed_at=session.password_changed_at,
        )
        if not rows:
            self.end(token)
            raise _no_session()
        return replace(session, merchant_name=str(rows[0]["merchant_name"]))

    def end(self, token: str) -> None:
        """The token is worth nothing from now on."""
        if token_digest(token) is not None:
            self._store.delete([_key(token)])


def _key(token: str) -> str:
    return f"paygate:session:{token_digest(token)}"


def _no_session() -> AuthenticationError:
    return AuthenticationError("There is no session, or it has ended; log in.")
