"""What went wrong with a webhook, as a kind for machines and a line for people."""

from __future__ import annotations

import http.client
import re
import ssl

import requests
import urllib3.exceptions

ERROR_LENGTH_MAX = 300
# Everything that ends a line or that a terminal or Postgres takes for more than text; so too half a pair of surrogates.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")

# Not all of urllib3's: a refused connection is one of them.
_TIMEOUTS = (TimeoutError, requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError)
_CONNECT_TIMEOUTS = (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError)
_TLS_ERRORS = (requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError)
_URL_ERRORS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationValueError,
)


def describe(error: Exception) -> tuple[str, str]:
    """The `error_kind` and the line for an error that requests, urllib3 or the system has raised.

    The line is made from the innermost error alone: the outer ones quote the URL, which may hold a merchant's secrets.
    """
    chain = _chain(error)
    if any(isinstance(link, _TIMEOUTS) for link in chain):
        reached = not any(isinstance(link, _CONNECT_TIMEOUTS) for link in chain)
        lacking = "did not answer completely" if reached else "could not be reached"
        return "timeout", f"The receiver {lacking} in time."
    cause = _text_of(chain[-1])
    if any(isinstance(link, _TLS_ERRORS) for link in chain):
        return "tls_error", f"No secure connection came about: {cause}."
    if any(isinstance(link, _URL_ERRORS) for link in chain):
        return "invalid_url", "The webhook URL is not one that can be called."
    return "connection_error", f"The connection failed: {cause}."


def one_line(text: str) -> str:
    """At most ERROR_LENGTH_MAX characters without line ends, control characters and NULs."""
    return _UNPRINTABLE.sub(" ", text[:ERROR_LENGTH_MAX]).strip()


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it comes from, the innermost last."""
    chain = [error]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) and inner not in chain:
        chain.append(inner)
    return chain


def _text_of(error: BaseException) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "the answer broke off"
    if isinstance(error, http.client.BadStatusLine) and not isinstance(error, ConnectionError):
        return "the receiver does not speak HTTP"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    if type(error) is ValueError:
        return "the answer is not proper HTTP"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rstrip(".") or type(error).__name__
