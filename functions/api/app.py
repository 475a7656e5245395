"""The REST API: API Gateway events to routes."""

from __future__ import annotations

from chalicelib.app import PaygateApp
from chalicelib.routes import (
    api_keys,
    auth,
    checkout,
    dashboard,
    developers,
    events,
    ledger,
    merchant,
    ops,
    orders,
    payments,
    refunds,
    status,
    webhook_endpoints,
    webhooks,
)

# Not the logger's service name, or every line would be printed twice.
app = PaygateApp(app_name="paygate-api", configure_logs=False)
for resource in (
    api_keys,
    auth,
    checkout,
    dashboard,
    developers,
    events,
    ledger,
    merchant,
    ops,
    orders,
    payments,
    refunds,
    status,
    webhook_endpoints,
    webhooks,
):
    app.register_blueprint(resource.routes)
