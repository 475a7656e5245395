"""Generates docs/openapi.yaml: the API's one description, for people and for API Gateway.

Routes come from Chalice, bodies from the pydantic models. `python -m paygate_local.openapi` writes the file; a test
fails when it is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

ROOT = Path(__file__).resolve().parents[2]
OPENAPI_FILE = ROOT / "docs" / "openapi.yaml"
ERRORS = {
    400: "The request breaks a rule; `field` says which, `reason` why",
    401: "The API key or secret, or the session, is missing or not valid",
    403: "Not allowed to a user of this role, without the session's X-CSRF-Token, or on a page of this origin",
    404: "The merchant has no such object",
    409: "The object's state forbids it, or a request with the same Idempotency-Key is under way",
    413: "The body is over 64 KiB",
    422: "The Idempotency-Key was used with another request; the description names the fields that differ",
    429: "The key has sent more requests than it may; Retry-After says when to come again",
    503: "A part that the request needs does not answer; try again",
}
# Where a route's own differ.
ERRORS_OF = {
    "/v1/auth/login": {
        401: "The e-mail address or the password is wrong",
        429: "Too many attempts for this e-mail address or from this place; Retry-After says when to come again",
    }
}
INTEGRATION_URI = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ApiFunction.Arn}/invocations"
)
# Plain parameters and not a security scheme: API Gateway would take a scheme on X-Api-Key for its own API keys and
# refuse ours. It knows no parameters in cookies either.
CREDENTIALS = tuple(
    {
        "name": name,
        "in": "header",
        "required": False,
        "description": "Not needed with a session of the dashboard",
        "schema": {"type": "string"},
    }
    for name in ("X-Api-Key", "X-Api-Secret")
)
CSRF_TOKEN = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": False,
    "description": "With a session of the dashboard: its csrf_token",
    "schema": {"type": "string"},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "One effect and one answer for requests with the same key within 24 hours",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
# Keywords of JSON Schema that OpenAPI 3.0 or API Gateway's models do not know.
DROPPED_KEYWORDS = ("title", "examples", "default", "propertyNames", "discriminator")


def openapi_document() -> dict[str, Any]:
    """The whole OpenAPI 3.0.1 document, with API Gateway's integrations (the newest version that it imports)."""
    specs = list(_route_specs())
    paths: dict[str, Any] = {}
    for spec in specs:
        paths.setdefault(spec.path, {})[spec.method.lower()] = _operation(spec)
    return {
        "openapi": "3.0.1",
        "info": {
            "title": "Paygate",
            "version": "v1",
            "description": "Amounts are integers in the currency's minor unit; times are ISO 8601 in UTC.",
        },
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {"schemas": _schemas(specs)},
        "x-amazon-apigateway-gateway-responses": _gateway_responses(),
    }


def render() -> str:
    """The file's text."""
    head = "# Generated from the routes and models by `make openapi`; template.yaml deploys it.\n"
    return head + yaml.dump(openapi_document(), Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=110)


class _PlainDumper(yaml.SafeDumper):
    """Writes what occurs twice twice: importers of OpenAPI need not understand YAML's references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _route_specs() -> Iterator[Any]:
    from app import app

    for path in sorted(app.routes):
        for method in sorted(app.routes[path]):
            view: Any = app.routes[path][method].view_function
            yield view.spec


def _operation(spec: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": spec.summary, "x-paygate-access": spec.access}
    parameters: list[dict[str, Any]] = []
    if spec.access == "key":
        parameters += [dict(credential) for credential in CREDENTIALS]
    if _needs_csrf_token(spec):
        parameters.append({**CSRF_TOKEN, "required": spec.access != "key"})
    if spec.idempotent:
        parameters.append(dict(IDEMPOTENCY_KEY))
    parameters += [
        {"name": part[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
        for part in spec.path.split("/")
        if part.startswith("{")
    ]
    parameters += _query_parameters(spec)
    if parameters:
        operation["parameters"] = parameters
    if spec.body is not None:
        required = any(field.is_required() for field in spec.body.model_fields.values())
        operation["requestBody"] = {"required": required, "content": _json_of(spec.body.__name__)}
    content = _json_of(spec.response) if spec.response != "Html" else {"text/html": {"schema": {"type": "string"}}}
    if spec.query is not None and "format" in spec.query.model_fields:
        content |= {"text/csv": {"schema": {"type": "string"}}}
    answers = {spec.status: {"description": "Done", "content": content}}
    for status in _possible_errors(spec):
        refusal = _json_of("Error") if spec.refuse is None else content
        answers[status] = {"description": {**ERRORS, **ERRORS_OF.get(spec.path, {})}[status], "content": refusal}
    if spec.response == "Health":
        answers[503] = {"description": "A part does not answer", "content": _json_of("Health")}
    if spec.response == "WebhookReplay" and spec.method == "POST":
        answers[200] = {"description": "How many, with dry_run", "content": _json_of("WebhookReplayCount")}
    operation["responses"] = {str(status): answers[status] for status in sorted(answers)}
    operation["x-amazon-apigateway-integration"] = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": INTEGRATION_URI},
    }
    return operation


def _query_parameters(spec: Any) -> list[dict[str, Any]]:
    if spec.query is None:
        return []
    properties = spec.query.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": spec.query.model_fields[name].is_required(),
            "schema": _without_null(_as_openapi(schema)),
        }
        for name, schema in properties.items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is left out rather than null."""
    return {key: value for key, value in schema.items() if key != "nullable"}


def _possible_errors(spec: Any) -> Iterator[int]:
    if spec.body is not None:
        yield from (400, 413) if spec.path.startswith("/v1/auth/") else (400, 409, 413)
    elif spec.query is not None:
        yield 400
    if spec.idempotent:
        yield 422
    if spec.access != "public" or spec.path == "/v1/auth/login":
        yield from (401, 429)
    if spec.response == "Html" or spec.access == "operator" or _needs_csrf_token(spec):
        yield 403
    pays = spec.method == "POST" and spec.path in ("/v1/payments", "/v1/checkout/payments")
    if "{" in spec.path or pays or "/test/" in spec.path:
        yield 404
    yield 503


def _needs_csrf_token(spec: Any) -> bool:
    return spec.method != "GET" and spec.access in ("key", "session", "operator")


def _json_of(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}


def _schemas(specs: list[Any]) -> dict[str, Any]:
    from chalicelib import responses

    names = {"Error", "WebhookReplayCount", *(spec.response for spec in specs)} - {"Html"}
    models: set[type[BaseModel]] = {getattr(responses, name) for name in names}
    models |= {spec.body for spec in specs if spec.body is not None}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schema = models_json_schema(
        [(model, "validation") for model in ordered], ref_template="#/components/schemas/{model}"
    )
    return {name: _as_openapi(value) for name, value in sorted(schema["$defs"].items())}


def _as_openapi(schema: Any) -> Any:
    """JSON Schema 2020-12 as pydantic writes it, in the older words of OpenAPI 3.0."""
    if isinstance(schema, list):
        return [_as_openapi(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "properties" in schema:
        properties = {name: _as_openapi(value) for name, value in schema["properties"].items()}
        rest = {key: value for key, value in schema.items() if key != "properties"}
        return {**_as_openapi(rest), "properties": properties}
    result = {key: _as_openapi(value) for key, value in schema.items() if key not in DROPPED_KEYWORDS}
    if "patternProperties" in result:
        (result["additionalProperties"],) = result.pop("patternProperties").values()
    if "const" in result:
        result["enum"] = [result.pop("const")]
    options = result.get("anyOf")
    if options and {"type": "null"} in options:
        (option,) = [item for item in options if item != {"type": "null"}]
        del result["anyOf"]
        result = {**option, **result, "nullable": True}
    return result


def _gateway_responses() -> dict[str, Any]:
    """Errors that API Gateway itself answers, in the words and form of our own."""
    unknown = ("NOT_FOUND_ERROR", "There is no such route.")
    replies = {
        "MISSING_AUTHENTICATION_TOKEN": (404, *unknown),
        "RESOURCE_NOT_FOUND": (404, *unknown),
        "REQUEST_TOO_LARGE": (413, "BAD_REQUEST_ERROR", "The body is too large."),
        "THROTTLED": (429, "RATE_LIMIT_ERROR", "Too many requests; slow down."),
        "INTEGRATION_FAILURE": (503, "UNAVAILABLE_ERROR", "The API does not answer now; try again."),
        "INTEGRATION_TIMEOUT": (503, "UNAVAILABLE_ERROR", "The API did not answer in time; try again."),
        "DEFAULT_5XX": (500, "SERVER_ERROR", "Something went wrong on our side."),
    }
    return {
        name: {
            "statusCode": status,
            "responseParameters": {"gatewayresponse.header.X-Request-Id": "context.requestId"},
            "responseTemplates": {
                "application/json": f'{{"error":{{"code":"{code}","description":"{words}",'
                '"request_id":"$context.requestId"}}'
            },
        }
        for name, (status, code, words) in replies.items()
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "functions" / "api"))
    OPENAPI_FILE.write_text(render(), encoding="utf-8")
    print(f"wrote {OPENAPI_FILE.relative_to(ROOT)}")
