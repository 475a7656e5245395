"""Words for what is wrong with a request body: always which field, always why, never the value."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from paygate.domain.errors import BadRequestError

# Of an unknown field's name, which is repeated to the caller.
NAME_LENGTH_MAX = 300


def as_bad_request(error: ValidationError, *, variants: bool = False) -> BadRequestError:
    """The first of pydantic's findings as an error of ours.

    With `variants` the model is one of several, told apart by a field; pydantic then begins the place with its value.
    """
    first = error.errors(include_url=False, include_context=True, include_input=False)[0]
    kind = first["type"]
    if kind == "json_invalid":
        return BadRequestError("The body is not valid JSON.", reason="INVALID_JSON")
    place = first["loc"][variants:]
    # pydantic marks what is wrong with a key of an object, rather than with its value, by one more part.
    if len(place) > 2 and place[-1] == "[key]":
        place = place[:-1]
    field = ".".join(str(part)[:NAME_LENGTH_MAX] for part in place)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        place = (first["ctx"]["discriminator"].strip("'"),)
        field = str(place[0])
        kind = "missing" if kind == "union_tag_not_found" else kind
    if not place:
        return BadRequestError("The body must be a JSON object.", reason="INVALID_JSON")
    return BadRequestError(_words(kind, field, first.get("ctx", {})), field=field, reason=_reason(kind))


def _words(kind: str, field: str, context: dict[str, Any]) -> str:
    rules = {
        "missing": "is required",
        "extra_forbidden": "is not a known field",
        "int_type": "must be a whole number",
        "int_from_float": "must be a whole number",
        "int_parsing": "must be a whole number",
        "timezone_aware": "must be an ISO 8601 time with an offset or Z",
        "datetime_from_date_parsing": "must be an ISO 8601 time with an offset or Z",
        "datetime_parsing": "must be an ISO 8601 time with an offset or Z",
        "value_error": str(context.get("error")),  # a validator of our own, in its own words
        "bool_type": "must be true or false",
        "string_type": "must be a string",
        "dict_type": "must be an object",
        "string_unicode": "must be valid Unicode text",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
        "string_too_short": "must not be empty",
        "too_short": "must not be empty",
        "list_type": "must be a list",
        "string_too_long": f"must have at most {context.get('max_length')} characters",
        "too_long": f"must have at most {context.get('max_length')} entries",
        "literal_error": f"must be {context.get('expected')}",
        "int_parsing_size": "must be a whole number of a usual size",
        "date_from_datetime_parsing": "must be a day such as 2026-11-23",
        "date_parsing": "must be a day such as 2026-11-23",
        "datetime_type": "must be an ISO 8601 time with an offset or Z",
        "union_tag_invalid": f"must be one of {context.get('expected_tags')}",
        "model_type": "must be an object",
        "string_pattern_mismatch": "has characters or a form that is not allowed",
    }
    return f"{field} {rules.get(kind, 'is not valid')}."


def _reason(kind: str) -> str:
    return {"missing": "MISSING_FIELD", "extra_forbidden": "UNKNOWN_FIELD"}.get(kind, "INVALID_VALUE")
