"""API keys, for people who are logged in: a key that has leaked must not be able to make others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.operations.create_api_key import create_api_key
from paygate.operations.list_api_keys import list_api_keys
from paygate.operations.revoke_api_key import revoke_api_key
from paygate.operations.rotate_api_key import rotate_api_key

if TYPE_CHECKING:
    from chalicelib.schemas.api_keys import CreateApiKeyBody, RotateApiKeyBody

routes = Blueprint(__name__)


@endpoint(routes, "GET /api-keys", summary="List API keys", response="ApiKeyList", access="session")
def list_all(call: Call) -> str:
    return list_api_keys(call.wiring.database, call.merchant_id)


@endpoint(
    routes,
    "POST /api-keys",
    summary="Create an API key; its secret is shown this once",
    response="ApiKeyWithSecret",
    status=201,
    body="api_keys.CreateApiKeyBody",
    access="session",
)
def create(call: Call) -> str:
    body: CreateApiKeyBody = call.body
    wiring = call.wiring
    return create_api_key(wiring.database, wiring.secret_pepper, call.merchant_id, call.session.user_id, body.name)


@endpoint(
    routes,
    "POST /api-keys/{key_id}/rotate",
    summary="Replace an API key; the new secret is shown this once, the old key works for a while yet",
    response="ApiKeyWithSecret",
    status=201,
    body="api_keys.RotateApiKeyBody",
    access="session",
)
def rotate(call: Call, key_id: str) -> str:
    body: RotateApiKeyBody = call.body
    wiring = call.wiring
    made = rotate_api_key(
        wiring.database, wiring.secret_pepper, call.merchant_id, call.session.user_id, key_id, body.overlap_seconds
    )
    wiring.authenticator.forget(key_id)
    return made


@endpoint(
    routes,
    "DELETE /api-keys/{key_id}",
    summary="Revoke an API key at once",
    response="ApiKey",
    access="session",
)
def revoke(call: Call, key_id: str) -> str:
    revoked = revoke_api_key(call.wiring.database, call.merchant_id, call.session.user_id, key_id)
    call.wiring.authenticator.forget(key_id)
    return revoked
