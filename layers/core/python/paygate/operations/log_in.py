"""A person logs in to the dashboard with an e-mail address and a password."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256

from paygate.domain.errors import AuthenticationError, RateLimitError
from paygate.domain.passwords import NOBODYS_HASH, verify_password
from paygate.domain.sessions import Session
from paygate.operations.ports import AttemptCounter, Database
from paygate.operations.sessions import Sessions

LOG = logging.getLogger("paygate.log_in")
# Failures within the window, after which nobody is let in until it has passed once more.
EMAIL_FAILURES_MAX = 5
ADDRESS_FAILURES_MAX = 20
WINDOW_SECONDS = 15 * 60


@dataclass(frozen=True)
class Login:
    """`token` is for the browser's cookie alone."""

    token: str
    session: Session


def log_in(
    database: Database,
    attempts: AttemptCounter,
    sessions: Sessions,
    *,
    email: str,
    password: str,
    address: str,
    old_token: str = "",
) -> Login:
    """Begin a session. `address` is where the request came from, `old_token` that of the session that it takes the
    place of.

    An attempt is counted before the password is looked at, and taken back if it was right: many at once are counted as
    well. It is counted once the database has answered, whose failures are nobody's.

    Raises RateLimitError, also for the right password, and AuthenticationError in the same words and after the same
    work whether there is such a user or not. Raises RedisUnavailableError and DatabaseUnavailableError.
    """
    email = email.lower()
    by_email, by_address = f"paygate:{{login}}:email:{_digest(email)}", f"paygate:{{login}}:address:{_digest(address)}"
    limits = {by_email: EMAIL_FAILURES_MAX, by_address: ADDRESS_FAILURES_MAX}
    rows = database.run("find_login", email=email)
    wait_seconds = attempts.count_attempt(limits, window_seconds=WINDOW_SECONDS)
    if wait_seconds:
        raise RateLimitError("Too many attempts to log in; try again later.", retry_after_seconds=wait_seconds)
    kept = str(rows[0]["password_hash"]) if rows else NOBODYS_HASH
    if not verify_password(password, kept) or not rows:
        raise AuthenticationError("The e-mail address or the password is wrong.")
    attempts.take_back_attempt(forget=by_email, lower=by_address)
    sessions.end(old_token)
    user = rows[0]
    token, session = sessions.begin(
        user_id=user["id"],
        email=user["email"],
        role=user["role"],
        merchant_id=user["merchant_id"],
        merchant_name=user["merchant_name"],
        password_changed_at=user["password_changed_at"],
    )
    LOG.info("logged in", extra={"merchant_id": session.merchant_id, "user_id": session.user_id})
    return Login(token, session)


def _digest(text: str) -> str:
    """Of any length, and no address in clear."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
