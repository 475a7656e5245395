"""Webhook endpoints: where a merchant's events go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.replies import reveal
from chalicelib.view import Call, endpoint
from paygate.operations.create_webhook_endpoint import ENDPOINTS_MAX, NewEndpoint, create_webhook_endpoint
from paygate.operations.rotate_webhook_secret import rotate_webhook_secret
from paygate.operations.send_test_webhook import send_test_webhook
from paygate.operations.update_webhook_endpoint import EndpointChange, endpoint_unknown, update_webhook_endpoint

if TYPE_CHECKING:
    from chalicelib.schemas.webhook_endpoints import (
        CreateWebhookEndpointBody,
        RotateWebhookSecretBody,
        UpdateWebhookEndpointBody,
    )

routes = Blueprint(__name__)


@endpoint(
    routes,
    "POST /webhook-endpoints",
    summary="Create an endpoint; its secret is shown this once",
    response="WebhookEndpointWithSecret",
    status=201,
    body="webhook_endpoints.CreateWebhookEndpointBody",
    finish=reveal,
)
def create(call: Call) -> str:
    body: CreateWebhookEndpointBody = call.body
    wiring = call.wiring
    wanted = NewEndpoint(body.url, body.events, body.description, body.status)
    return create_webhook_endpoint(
        wiring.database, wiring.url_check, wiring.webhook_cipher, call.merchant_id, wanted, call.idempotent
    )


@endpoint(routes, "GET /webhook-endpoints", summary="List webhook endpoints", response="WebhookEndpointList")
def list_all(call: Call) -> str:
    rows = call.wiring.database.run("list_webhook_endpoints", merchant_id=call.merchant_id, limit=ENDPOINTS_MAX)
    return f'{{"data":[{",".join(row["body"] for row in rows)}],"has_more":false}}'


@endpoint(routes, "GET /webhook-endpoints/{endpoint_id}", summary="Get an endpoint", response="WebhookEndpoint")
def get(call: Call, endpoint_id: str) -> str:
    rows = call.wiring.database.run("get_webhook_endpoint", endpoint_id=endpoint_id, merchant_id=call.merchant_id)
    if not rows:
        raise endpoint_unknown()
    return str(rows[0]["body"])


@endpoint(
    routes,
    "PATCH /webhook-endpoints/{endpoint_id}",
    summary="Change where an endpoint's webhooks go and which, enable or disable it",
    response="WebhookEndpoint",
    body="webhook_endpoints.UpdateWebhookEndpointBody",
)
def update(call: Call, endpoint_id: str) -> str:
    body: UpdateWebhookEndpointBody = call.body
    change = EndpointChange(body.url, body.status, body.events, body.description)
    return update_webhook_endpoint(call.wiring.database, call.wiring.url_check, call.merchant_id, endpoint_id, change)


@endpoint(
    routes,
    "DELETE /webhook-endpoints/{endpoint_id}",
    summary="Delete an endpoint; what is under way to it is cancelled",
    response="DeletedWebhookEndpoint",
)
def delete(call: Call, endpoint_id: str) -> str:
    rows = call.wiring.database.run("delete_webhook_endpoint", endpoint_id=endpoint_id, merchant_id=call.merchant_id)
    if not rows:
        raise endpoint_unknown()
    return f'{{"id":"{endpoint_id}","deleted":true}}'


@endpoint(
    routes,
    "POST /webhook-endpoints/{endpoint_id}/rotate-secret",
    summary="Give an endpoint a new secret, shown this once; the old one signs as well for a while",
    response="WebhookEndpointWithSecret",
    body="webhook_endpoints.RotateWebhookSecretBody",
    finish=reveal,
)
def rotate_secret(call: Call, endpoint_id: str) -> str:
    body: RotateWebhookSecretBody = call.body
    wiring = call.wiring
    return rotate_webhook_secret(
        wiring.database, wiring.webhook_cipher, call.merchant_id, endpoint_id, body.overlap_seconds, call.idempotent
    )


@endpoint(
    routes,
    "POST /webhook-endpoints/{endpoint_id}/test",
    summary="Send endpoint.test to an endpoint, once",
    response="WebhookDelivery",
    status=202,
    body="webhook_endpoints.SendTestWebhookBody",
)
def send_test(call: Call, endpoint_id: str) -> str:
    wiring = call.wiring
    return send_test_webhook(wiring.database, wiring.webhooks_queue, call.merchant_id, endpoint_id, call.idempotent)
