"""The REST API: API Gateway events to routes."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.routes import orders, payments, status, webhook_endpoints

# Not the logger's service name, or every line would be printed twice.
app = Chalice(app_name="paygate-api", configure_logs=False)
# Every reply is JSON text; without this Chalice tries each one against a list of binary types.
app.api.binary_types = []
for resource in (orders, payments, status, webhook_endpoints):
    app.register_blueprint(resource.routes)
