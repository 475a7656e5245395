"""docs/openapi.yaml: what the code generates, valid, and deployable."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from paygate_local.openapi import INTEGRATION_URI, OPENAPI_FILE, render


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(OPENAPI_FILE.read_text(encoding="utf-8"))
    return loaded


def test_the_file_is_what_the_routes_and_models_generate() -> None:
    assert OPENAPI_FILE.read_text(encoding="utf-8") == render(), "stale: run make openapi"


def test_the_file_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_every_operation_is_handed_to_the_api_function(document: dict[str, Any]) -> None:
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert operations
    expected = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": INTEGRATION_URI}}
    integrations = {name: operation.get("x-amazon-apigateway-integration") for name, operation in operations.items()}
    assert integrations == dict.fromkeys(operations, expected)


def test_every_path_parameter_is_declared(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        in_path = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for method, operation in methods.items():
            declared = {entry["name"] for entry in operation.get("parameters", ()) if entry["in"] == "path"}
            assert declared == in_path, f"{method} {path}"


def test_gateway_errors_have_the_form_of_our_own(document: dict[str, Any]) -> None:
    responses = document["x-amazon-apigateway-gateway-responses"]
    assert responses
    for name, response in responses.items():
        body = yaml.safe_load(response["responseTemplates"]["application/json"])
        assert set(body["error"]) == {"code", "description", "request_id"}, name
        assert response["responseParameters"] == {"gatewayresponse.header.X-Request-Id": "context.requestId"}, name
