"""What both sides of `./paygate listen` have in common: plain sessions, and words for a connection that fails."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import requests


def plain_session() -> requests.Session:
    """A session that goes where its URL says, with its own headers alone: no proxy, no .netrc, no cookies."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def reason_of(error: requests.RequestException) -> str:
    """In a word or two, why there was no answer."""
    if isinstance(error, requests.Timeout):
        return "timeout"
    # requests tells these apart only in its text.
    text = str(error)
    if "Connection refused" in text:
        return "connection refused"
    return "name not found" if "NameResolutionError" in text else type(error).__name__
