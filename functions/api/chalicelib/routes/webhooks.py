"""The log of webhook deliveries, and sending them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.errors import NotFoundError
from paygate.operations.answer_once import Answer
from paygate.operations.list_webhooks import list_webhook_deliveries, list_webhooks
from paygate.operations.replay_webhooks import MISSED, replay_webhooks
from paygate.operations.request_webhook_retry import request_webhook_retry

if TYPE_CHECKING:
    from chalicelib.schemas.webhooks import ListWebhooksQuery, ReplayWebhooksBody

routes = Blueprint(__name__)
# Runs may be asked for without end; what is shown of one delivery is bounded.
ATTEMPTS_MAX = 100


@endpoint(
    routes,
    "GET /webhooks",
    summary="List webhook deliveries, newest first",
    response="WebhookLog",
    query="webhooks.ListWebhooksQuery",
)
def list_all(call: Call) -> str:
    query: ListWebhooksQuery = call.query
    database, merchant_id, wanted = call.wiring.database, call.merchant_id, query.wanted()
    if query.counted:
        return list_webhooks(database, merchant_id, wanted, query.status, query.limit, query.offset)
    return list_webhook_deliveries(database, merchant_id, query.page(), wanted, query.status)


@endpoint(
    routes,
    "GET /webhooks/{delivery_id}",
    summary="Get a delivery with each of its attempts, the latest first",
    response="WebhookDeliveryDetail",
)
def get(call: Call, delivery_id: str) -> str:
    rows = call.wiring.database.run(
        "get_webhook", delivery_id=delivery_id, merchant_id=call.merchant_id, limit=ATTEMPTS_MAX
    )
    if not rows:
        raise NotFoundError("There is no webhook delivery with this id.")
    return str(rows[0]["body"])


@endpoint(
    routes,
    "POST /webhooks/{delivery_id}/retry",
    summary="Send a webhook again, delivered or not; each request begins a run of its own",
    response="WebhookDelivery",
    status=202,
    body="webhooks.RequestWebhookRetryBody",
)
def request_retry(call: Call, delivery_id: str) -> str:
    wiring = call.wiring
    return request_webhook_retry(wiring.database, wiring.webhooks_queue, call.merchant_id, delivery_id, call.idempotent)


@endpoint(
    routes,
    "POST /webhooks/replay",
    summary="Send many webhooks again; with dry_run, count them (200)",
    response="WebhookReplay",
    status=202,
    body="webhooks.ReplayWebhooksBody",
)
def replay(call: Call) -> Answer:
    body: ReplayWebhooksBody = call.body
    return replay_webhooks(
        call.wiring.database,
        call.wiring.webhooks_queue,
        call.merchant_id,
        body.wanted(),
        MISSED if body.status is None else (body.status,),
        dry_run=body.dry_run,
        idempotent=call.idempotent,
    )


@endpoint(routes, "GET /webhooks/replays/{replay_id}", summary="How far a replay has come", response="WebhookReplay")
def get_replay(call: Call, replay_id: str) -> str:
    rows = call.wiring.database.run("get_webhook_replay", replay_id=replay_id, merchant_id=call.merchant_id)
    if not rows:
        raise NotFoundError("There is no replay with this id.")
    return str(rows[0]["body"])
