"""Webhook endpoints: where a merchant's events go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.operations.update_webhook_endpoint import update_webhook_endpoint

if TYPE_CHECKING:
    from chalicelib.schemas.webhook_endpoints import UpdateWebhookEndpointBody

routes = Blueprint(__name__)
ENDPOINTS_MAX = 100


@endpoint(routes, "GET /webhook-endpoints", summary="List webhook endpoints", response="WebhookEndpointList")
def list_all(call: Call) -> str:
    rows = call.wiring.database.run("list_webhook_endpoints", merchant_id=call.merchant_id, limit=ENDPOINTS_MAX)
    return f'{{"data":[{",".join(row["body"] for row in rows)}],"has_more":false}}'


@endpoint(
    routes,
    "PATCH /webhook-endpoints/{endpoint_id}",
    summary="Set where an endpoint's webhooks go, enable or disable it",
    response="WebhookEndpoint",
    body="webhook_endpoints.UpdateWebhookEndpointBody",
)
def update(call: Call, endpoint_id: str) -> str:
    body: UpdateWebhookEndpointBody = call.body
    return update_webhook_endpoint(
        call.wiring.database,
        call.wiring.address_guard,
        call.merchant_id,
        endpoint_id,
        url=body.url,
        status=body.status,
        allow_http=call.wiring.config.webhook_allow_loopback,
    )
