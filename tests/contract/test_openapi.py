"""docs/openapi.yaml: what the code generates, valid, and deployable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from paygate.domain.idempotency import KEY_LENGTH_MAX
from paygate_local.openapi import INTEGRATION_URI, OPENAPI_FILE, render


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(OPENAPI_FILE.read_text(encoding="utf-8"))
    return loaded


def test_the_file_is_what_the_routes_and_models_generate() -> None:
    assert OPENAPI_FILE.read_text(encoding="utf-8") == render(), "stale: run make openapi"


def test_the_file_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_nothing_in_the_file_is_unknown_to_api_gateways_importer(document: dict[str, Any]) -> None:
    assert set(_keys(document)) & {"discriminator", "const", "$defs", "prefixItems", "patternProperties"} == set()


def test_every_post_of_a_merchant_takes_an_idempotency_key_and_tells_of_its_misuse(document: dict[str, Any]) -> None:
    posts = {path: methods["post"] for path, methods in document["paths"].items() if "post" in methods}
    assert {"/v1/orders", "/v1/payments"} <= posts.keys()
    for path, operation in posts.items():
        (parameter,) = [entry for entry in operation["parameters"] if entry["name"] == "Idempotency-Key"]
        assert (parameter["in"], parameter["required"]) == ("header", False), path
        assert (parameter["schema"]["minLength"], parameter["schema"]["maxLength"]) == (1, KEY_LENGTH_MAX)
        assert {"409", "422"} <= operation["responses"].keys(), path


def test_no_other_operation_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names = {entry["name"] for entry in operation.get("parameters", ())}
            assert ("Idempotency-Key" in names) == (method == "post"), f"{method} {path}"
            assert method == "post" or "422" not in operation["responses"], f"{method} {path}"


def test_every_operation_with_credentials_may_be_refused_and_limited(document: dict[str, Any]) -> None:
    private = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names = {entry["name"] for entry in operation.get("parameters", ())}
            told = {"401", "429"} & operation["responses"].keys()
            # Shoppers have a publishable key alone.
            of_shopper = path.startswith("/v1/checkout/")
            if "X-Api-Key" in names or of_shopper:
                assert ("X-Api-Key" in names) != of_shopper, f"{method} {path}"
                private += 1
                assert told == {"401", "429"}, f"{method} {path}"
            else:
                assert told == set(), f"{method} {path}"
    assert private > 0


def test_only_the_checkouts_page_is_html_and_may_be_forbidden(document: dict[str, Any]) -> None:
    kinds = {
        (path, status): set(response.get("content", ()))
        for path, methods in document["paths"].items()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if status == "403" or path == "/v1/checkout/page" or "text/html" in response.get("content", {})
    }
    statuses = ("200", "400", "401", "403", "429", "503")
    assert kinds == {("/v1/checkout/page", status): {"text/html"} for status in statuses}


def test_a_shopper_is_shown_no_more_than_there_is_to_see(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["CheckoutOrder"]["properties"]) == {
        *("id", "amount", "currency", "status", "merchant", "methods", "test_mode")
    }
    assert set(schemas["CheckoutMerchant"]["properties"]) == {"name"}
    assert not {"vpa", "card", "created_at", "notes"} & set(schemas["CheckoutPayment"]["properties"])


def test_a_payment_is_made_by_upi_or_by_card(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    variants = [schemas[_name(option)] for option in schemas["CreatePaymentBody"]["oneOf"]]
    required = {variant["properties"]["method"]["enum"][0]: set(variant["required"]) for variant in variants}
    assert required == {"upi": {"order_id", "method", "vpa"}, "card": {"order_id", "method", "card"}}
    assert all(variant["additionalProperties"] is False for variant in variants)
    card = schemas["CardBody"]
    assert set(card["required"]) == {"number", "expiry_month", "expiry_year", "cvv"}
    assert set(card["properties"]) == {*card["required"], "holder_name"}


def test_a_payment_shows_no_more_of_a_card_than_network_and_last_digits(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["PaymentCard"]["properties"]) == {"network", "last4"}
    assert "card" in schemas["Payment"]["properties"]


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


def _keys(value: Any) -> Iterator[str]:
    """Every key of every object, but not the names of fields, which are the API's own."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _keys(list(item.values()) if key == "properties" else item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def _name(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]
