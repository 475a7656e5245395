"""A merchant says where its webhooks go."""

from __future__ import annotations

from paygate.domain.errors import NotFoundError
from paygate.domain.webhook_url import parse_webhook_url
from paygate.operations.ports import AddressGuard, Database


def update_webhook_endpoint(
    database: Database, guard: AddressGuard, merchant_id: str, endpoint_id: str, url: str, *, allow_http: bool
) -> str:
    """Set the endpoint's URL, enable it, and return its wire form (JSON text).

    Raises BadRequestError (INVALID_URL), AddressRefusedError (where deliveries must not go) and NotFoundError.
    """
    parts = parse_webhook_url(url, allow_http=allow_http)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    guard(parts.hostname or "", port)
    rows = database.run("update_webhook_endpoint", endpoint_id=endpoint_id, merchant_id=merchant_id, url=url)
    if not rows:
        raise NotFoundError("There is no webhook endpoint with this id.")
    return str(rows[0]["body"])
