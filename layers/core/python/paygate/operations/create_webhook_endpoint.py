"""A merchant names a place where its events go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paygate.domain.errors import ConflictError, IdempotencyKeyTakenError
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.domain.webhook_url import parse_webhook_url, port_of
from paygate.operations.answer_once import key_parameters
from paygate.operations.ports import AddressGuard, Cipher, Database
from paygate.operations.webhook_secrets import seal_new_secret

ENDPOINTS_MAX = 50


@dataclass(frozen=True)
class UrlCheck:
    """Where webhooks may go; `allow_http` is for the local profile."""

    guard: AddressGuard
    allow_http: bool

    def require(self, url: str) -> None:
        """Raises BadRequestError (INVALID_URL) and AddressRefusedError (where deliveries must not go)."""
        parts = parse_webhook_url(url, allow_http=self.allow_http)
        self.guard(parts.hostname or "", port_of(parts))


@dataclass(frozen=True)
class NewEndpoint:
    """`events` are of `domain.webhooks.EVENT_FILTERS`."""

    url: str
    events: Sequence[str] = ("*",)
    description: str = ""
    status: str = "enabled"


def create_webhook_endpoint(
    database: Database,
    check: UrlCheck,
    cipher: Cipher,
    merchant_id: str,
    endpoint: NewEndpoint,
    idempotent: IdempotentRequest | None = None,
) -> str:
    """Store the endpoint with a new secret; its wire form (JSON text) with the sealed secret, for `reveal_secret`.

    Raises BadRequestError, AddressRefusedError, ConflictError (ENDPOINT_LIMIT) and IdempotencyKeyTakenError.
    """
    check.require(endpoint.url)
    endpoint_id = new_id("whe")
    (row,) = database.run(
        "create_webhook_endpoint",
        endpoint_id=endpoint_id,
        merchant_id=merchant_id,
        url=endpoint.url,
        events=list(endpoint.events),
        description=endpoint.description,
        status=endpoint.status,
        secret_sealed=seal_new_secret(cipher, endpoint_id),
        endpoints_max=ENDPOINTS_MAX,
        **key_parameters(idempotent),
    )
    if row["body"] is None:
        if row["others"] >= ENDPOINTS_MAX:
            raise ConflictError(
                f"There are {ENDPOINTS_MAX} webhook endpoints, which is as many as there may be; delete one first.",
                reason="ENDPOINT_LIMIT",
            )
        raise IdempotencyKeyTakenError("The key is taken.")
    return str(row["body"])
