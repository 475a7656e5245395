"""UPI addresses (virtual payment addresses), such as `name@bank`."""

from __future__ import annotations

import re

from paygate.domain.errors import BadRequestError

# What NPCI lets payment apps accept: letters, digits, dot, hyphen and underscore, then a handle that begins with a
# letter. Upper and lower case are the same address.
_VPA = re.compile(r"[A-Za-z0-9._-]{2,256}@[A-Za-z][A-Za-z0-9]{1,63}")
VPA_LENGTH_MAX = 256 + 1 + 64


def check_vpa(text: str) -> None:
    """Raises BadRequestError (INVALID_VPA) for text that is no UPI address."""
    if not _VPA.fullmatch(text):
        raise BadRequestError("The VPA must look like name@bank.", field="vpa", reason="INVALID_VPA")
