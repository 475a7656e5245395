"""From an API Gateway event to checked values: path, query string, body and idempotency key."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from paygate.domain.errors import BadRequestError, NotFoundError, PayloadTooLargeError
from paygate.domain.idempotency import HEADER, IdempotentRequest, fingerprint, parse_key
from paygate.domain.ids import ID_LENGTH_MAX

if TYPE_CHECKING:
    from pydantic import BaseModel

BODY_BYTES_MAX = 64 * 1024
JSON_TYPE = "application/json"
# What CloudFront alone knows to send; template.yaml has it do so.
EDGE_HEADER = "x-paygate-edge"


def check_path(path_parameters: Mapping[str, str]) -> None:
    """Raises NotFoundError for what cannot be an object's id; the database need not see it."""
    for value in path_parameters.values():
        if len(value) > ID_LENGTH_MAX or not value.isascii() or not value.replace("_", "").isalnum():
            raise NotFoundError("There is no object with this id.")


def parse_body(model: type[BaseModel] | None, request: Any, *, type_needed: bool = False) -> BaseModel | None:
    """The body as the route's model. Without a Content-Type it counts as JSON, unless `type_needed`.

    Raises BadRequestError and PayloadTooLargeError.
    """
    if model is None:
        return None
    try:
        raw: bytes = request.raw_body or b""
    except UnicodeEncodeError:
        raise BadRequestError("The body is not valid Unicode text.", reason="INVALID_JSON") from None
    if len(raw) > BODY_BYTES_MAX:
        raise PayloadTooLargeError(f"The body must be at most {BODY_BYTES_MAX // 1024} KiB.")
    content_type = (
        request.headers.get("content-type", "" if type_needed else JSON_TYPE).partition(";")[0].strip().lower()
    )
    if content_type != JSON_TYPE:
        raise BadRequestError(
            f"The Content-Type must be {JSON_TYPE}.", field="Content-Type", reason="UNSUPPORTED_MEDIA_TYPE"
        )
    from pydantic import RootModel

    if not raw and not any(field.is_required() for field in model.model_fields.values()):
        raw = b"{}"  # nothing has to be said
    return _checked(model.model_validate_json, raw, variants=issubclass(model, RootModel))


def parse_query(model: type[BaseModel] | None, request: Any) -> BaseModel | None:
    """The query string as the route's model. Raises BadRequestError."""
    if model is None:
        return None
    given: dict[str, str] = {}
    for name in request.query_params or ():
        values = request.query_params.getlist(name)
        if len(values) > 1:
            raise BadRequestError(f"{name} is given more than once.", field=name, reason="INVALID_VALUE")
        given[name] = values[0]
    return _checked(model.model_validate, given)


def _checked(validate: Callable[[Any], BaseModel], given: Any, *, variants: bool = False) -> BaseModel:
    from pydantic import ValidationError

    try:
        return validate(given)
    except ValidationError as error:
        from chalicelib.validation import as_bad_request

        raise as_bad_request(error, variants=variants) from None


def parse_idempotency(
    scope: str, hmac_key: bytes, request: Any, path_parameters: Mapping[str, str], request_id: str
) -> IdempotentRequest | None:
    """The request's idempotency key, if it carries one; its body must have been checked before.

    Raises BadRequestError for a key that cannot be one.
    """
    key = parse_key(_header_values(request, HEADER))
    if key is None:
        return None
    fields: dict[str, Any] = json.loads(request.raw_body) if request.raw_body else {}
    return IdempotentRequest(scope, key, fingerprint(hmac_key, {**path_parameters, **fields}), request_id)


def _header_values(request: Any, name: str) -> list[str]:
    """Every value of a header, which only the gateway's event still tells when it was sent twice."""
    wanted = name.lower()
    headers: dict[str, list[str]] = request.to_original_event().get("multiValueHeaders") or {}
    same = (values for given, values in headers.items() if len(given) == len(wanted) and given.lower() == wanted)
    return [value for values in same for value in values]


def client_of(request: Any, edge_secret: str) -> str:
    """Where a request came from, for counting.

    A proxy adds the address that it sees to the end of X-Forwarded-For: API Gateway one, and CloudFront the viewer's
    before it. That it was CloudFront, only the secret in its header tells; the API may be called directly as well, and
    then all but the last hop is what the client has made up.
    """
    hops = request.headers.get("x-forwarded-for", "").split(",")
    given = request.headers.get(EDGE_HEADER, "")
    through_edge = edge_secret and hmac.compare_digest(given.encode(errors="replace"), edge_secret.encode())
    return _counted(hops[-2:][0 if through_edge else -1].strip())


def _counted(hop: str) -> str:
    """An IPv6 address counts as its /64, all of which one subscriber has."""
    try:
        address = IPv6Address(hop)
    except ValueError:
        return hop[:100]
    return str(address.ipv4_mapped or f"{IPv6Address(int(address) >> 64 << 64)}/64")
