"""A merchant says where its webhooks go, and whether they do."""

from __future__ import annotations

from paygate.domain.errors import BadRequestError, ConflictError, NotFoundError
from paygate.domain.webhook_url import parse_webhook_url, port_of
from paygate.operations.ports import AddressGuard, Database


def update_webhook_endpoint(
    database: Database,
    guard: AddressGuard,
    merchant_id: str,
    endpoint_id: str,
    *,
    url: str | None,
    status: str | None,
    allow_http: bool,
) -> str:
    """Change what is given and return the endpoint's wire form (JSON text); a new URL also enables the endpoint.

    Raises BadRequestError (INVALID_URL, or nothing given), AddressRefusedError (where deliveries must not go),
    NotFoundError, and ConflictError (enabled without a URL).
    """
    if url is None and status is None:
        raise BadRequestError("Give url, status or both.", field="url", reason="MISSING_FIELD")
    if url is not None:
        parts = parse_webhook_url(url, allow_http=allow_http)
        guard(parts.hostname or "", port_of(parts))
    rows = database.run(
        "update_webhook_endpoint",
        endpoint_id=endpoint_id,
        merchant_id=merchant_id,
        url=url,
        status=status or ("enabled" if url is not None else None),
    )
    if not rows:
        raise NotFoundError("There is no webhook endpoint with this id.")
    body: str | None = rows[0]["body"]
    if body is None:
        raise ConflictError("An endpoint without a URL cannot be enabled.", field="status", reason="MISSING_URL")
    return body
