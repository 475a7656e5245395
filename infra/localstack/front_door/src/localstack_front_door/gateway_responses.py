"""Renders an API's own gateway responses, which LocalStack 4.9 stores and then passes over.

Only what templates commonly use is filled in: `$context.requestId` and `$context.error.messageString`
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html).
"""

from __future__ import annotations

import json
from typing import Any

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.gateway_response import get_gateway_response_or_default
from localstack.services.apigateway.next_gen.execute_api.handlers.gateway_exception import GatewayExceptionHandler

JSON_TYPE = "application/json"
HEADER_PREFIX = "gatewayresponse.header."


def render_gateway_responses() -> None:
    """Make LocalStack answer with the templates and headers that an API defines."""
    original = GatewayExceptionHandler.create_exception_response

    def create_exception_response(self: Any, exception: Any, context: Any) -> Response:
        response = original(self, exception, context)
        definition = get_gateway_response_or_default(exception.type, context.deployment.rest_api.gateway_responses)
        request_id = context.context_variables["requestId"]
        template = (definition.get("responseTemplates") or {}).get(JSON_TYPE, "")
        if "$context.requestId" in template:
            filled = template.replace("$context.requestId", request_id)
            response.set_data(filled.replace("$context.error.messageString", json.dumps(exception.message)))
        for name, source in (definition.get("responseParameters") or {}).items():
            if name.startswith(HEADER_PREFIX) and source == "context.requestId":
                response.headers[name.removeprefix(HEADER_PREFIX)] = request_id
        return response

    GatewayExceptionHandler.create_exception_response = create_exception_response
