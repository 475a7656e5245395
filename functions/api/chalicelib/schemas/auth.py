"""Bodies of the routes about sessions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.schemas.common import RequestBody, Text
from paygate.domain.emails import EMAIL_LENGTH_MAX
from paygate.domain.passwords import LENGTH_MAX


class LogInBody(RequestBody):
    """Whoever this is; an address that cannot be one is as wrong as one that nobody has."""

    email: Annotated[Text, Field(min_length=1, max_length=EMAIL_LENGTH_MAX)]
    password: Annotated[Text, Field(min_length=1, max_length=LENGTH_MAX)]


class LogOutBody(RequestBody):
    """Nothing is to be said."""
