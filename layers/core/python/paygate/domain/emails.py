"""E-mail addresses as users are known by them: in small letters, so that case makes no second one."""

from __future__ import annotations

import re

from paygate.domain.errors import BadRequestError

EMAIL_LENGTH_MAX = 254
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def parse_email(text: str) -> str:
    """The address in small letters. Raises BadRequestError for what is none."""
    if len(text) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(text):
        raise BadRequestError(
            "email must be an address such as ops@shop.example.", field="email", reason="INVALID_VALUE"
        )
    return text.lower()
