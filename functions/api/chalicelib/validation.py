"""Words for what is wrong with a request body: always which field, always why, never the value."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from paygate.domain.errors import BadRequestError


def as_bad_request(error: ValidationError, *, variants: bool = False) -> BadRequestError:
    """The first of pydantic's findings as an error of ours.

    With `variants` the model is one of several, told apart by a field; pydantic then begins the place with its value.
    """
    first = error.errors(include_url=False, include_context=True, include_input=False)[0]
    kind = first["type"]
    if kind == "json_invalid":
        return BadRequestError("The body is not valid JSON.", reason="INVALID_JSON")
    field = ".".join(str(part) for part in first["loc"][variants:] if part != "[key]")
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        field = first["ctx"]["discriminator"].strip("'")
        kind = "missing" if kind == "union_tag_not_found" else kind
    if not field:
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
        "string_too_short": f"must have at least {context.get('min_length')} characters",
        "string_too_long": f"must have at most {context.get('max_length')} characters",
        "too_long": f"must have at most {context.get('max_length')} entries",
        "literal_error": f"must be {context.get('expected')}",
        "union_tag_invalid": f"must be one of {context.get('expected_tags')}",
        "model_type": "must be an object",
        "string_pattern_mismatch": "has characters or a form that is not allowed",
    }
    return f"{field} {rules.get(kind, 'is not valid')}."


def _reason(kind: str) -> str:
    return {"missing": "MISSING_FIELD", "extra_forbidden": "UNKNOWN_FIELD"}.get(kind, "INVALID_VALUE")
