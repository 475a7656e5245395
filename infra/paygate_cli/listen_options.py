"""What the options of `./paygate listen` may hold; what they may not is told as a usage error."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import requests
import typer

from paygate.domain.signing import SECRET_PREFIX

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PATTERN = re.compile(r"\*|[a-z_]+\.(\*|[a-z_]+)")


def http_url(text: str) -> str:
    """Raises BadParameter for anything but an http or https URL that can be called."""
    try:
        prepared = requests.Request("POST", text).prepare()
    except (requests.RequestException, ValueError) as error:
        raise typer.BadParameter(f"{text!r} is no URL.") from error
    if not text.lower().startswith(("http://", "https://")) or not prepared.url:
        raise typer.BadParameter(f"{text!r} is no http or https URL.")
    return text


def header_text(text: str) -> str:
    """Raises BadParameter for what no header can carry."""
    if not text.isascii() or not text.isprintable() or not text.strip():
        raise typer.BadParameter("Only printable ASCII characters make a key or a secret.")
    return text


def signing_secret(text: str) -> str:
    """Raises BadParameter."""
    if not header_text(text).startswith(SECRET_PREFIX) or text == SECRET_PREFIX:
        raise typer.BadParameter(f"A signing secret begins with {SECRET_PREFIX}.")
    return text


def start_time(text: str) -> datetime:
    """`all`, `now` or an ISO 8601 time, which is local if it has no offset. Raises BadParameter."""
    if text in ("all", "now"):
        return EPOCH if text == "all" else datetime.now(UTC)
    try:
        return max(datetime.fromisoformat(text).astimezone(UTC), EPOCH)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is neither 'all', 'now' nor a time such as 2026-11-23T08:00Z.") from error


def type_patterns(given: list[str]) -> list[str]:
    """Each pattern of options that hold one or several, with commas between. Raises BadParameter."""
    patterns = [pattern.strip() for text in given for pattern in text.split(",")]
    for pattern in patterns:
        if not PATTERN.fullmatch(pattern):
            raise typer.BadParameter(
                f"{pattern!r} is neither '*', 'payment.*' nor a type such as payment.success.", param_hint="'--events'"
            )
    return patterns
