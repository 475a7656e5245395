"""A merchant changes where its events go, which ones, and whether they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paygate.domain.errors import BadRequestError, ConflictError, NotFoundError
from paygate.operations.create_webhook_endpoint import UrlCheck
from paygate.operations.ports import Database


@dataclass(frozen=True)
class EndpointChange:
    """What is None stays as it is; a new URL also enables the endpoint, unless `status` says otherwise."""

    url: str | None = None
    status: str | None = None
    events: Sequence[str] | None = None
    description: str | None = None


def update_webhook_endpoint(
    database: Database, check: UrlCheck, merchant_id: str, endpoint_id: str, change: EndpointChange
) -> str:
    """Change what is given and return the endpoint's wire form (JSON text).

    Raises BadRequestError (INVALID_URL, or nothing given), AddressRefusedError (where deliveries must not go),
    NotFoundError, and ConflictError (enabled without a URL).
    """
    if all(value is None for value in vars(change).values()):
        raise BadRequestError("Give url, status, events or description.", field="url", reason="MISSING_FIELD")
    if change.url is not None:
        check.require(change.url)
    rows = database.run(
        "update_webhook_endpoint",
        endpoint_id=endpoint_id,
        merchant_id=merchant_id,
        url=change.url,
        status=change.status or ("enabled" if change.url is not None else None),
        events=None if change.events is None else list(change.events),
        description=change.description,
    )
    if not rows:
        raise endpoint_unknown()
    body: str | None = rows[0]["body"]
    if body is None:
        raise ConflictError("An endpoint without a URL cannot be enabled.", field="status", reason="MISSING_URL")
    return body


def endpoint_unknown() -> NotFoundError:
    """For an endpoint that the merchant does not have, or has deleted."""
    return NotFoundError("There is no webhook endpoint with this id.")
