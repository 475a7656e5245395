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


def test_every_post_of_a_merchants_server_takes_an_idempotency_key_and_tells_of_its_misuse(
    document: dict[str, Any],
) -> None:
    takers = set()
    for name, operation in _operations(document).items():
        given = [entry for entry in operation.get("parameters", ()) if entry["name"] == "Idempotency-Key"]
        takes = name.startswith("POST ") and operation["x-paygate-access"] in ("key", "shopper")
        assert len(given) == takes, name
        assert ("422" in operation["responses"]) == takes, name
        if takes:
            takers.add(name)
            assert (given[0]["in"], given[0]["required"]) == ("header", False), name
            assert (given[0]["schema"]["minLength"], given[0]["schema"]["maxLength"]) == (1, KEY_LENGTH_MAX)
            assert "409" in operation["responses"], name
    assert {"POST /v1/orders", "POST /v1/payments", "POST /v1/checkout/payments"} <= takers


# What each kind of access takes besides: headers of every request, and those of one that changes something.
HEADERS = {
    "key": ({"X-Api-Key", "X-Api-Secret"}, {"X-CSRF-Token"}),
    "session": (set(), {"X-CSRF-Token"}),
    "operator": (set(), {"X-CSRF-Token"}),
    "shopper": (set(), set()),
    "public": (set(), set()),
}


def test_every_operation_tells_who_may_use_it_and_how_it_is_refused(document: dict[str, Any]) -> None:
    for name, operation in _operations(document).items():
        access, writes = operation["x-paygate-access"], not name.startswith("GET ")
        always, of_writes = HEADERS[access]
        given = {entry["name"]: entry for entry in operation.get("parameters", ()) if entry["in"] == "header"}
        given.pop("Idempotency-Key", None)
        assert set(given) == (always | of_writes if writes else always), name
        # A session needs neither key nor secret, a key no CSRF token.
        assert {entry["required"] for entry in given.values()} <= {access != "key"}, name
        identified = access != "public" or name == "POST /v1/auth/login"
        assert {"401", "429"} & operation["responses"].keys() == ({"401", "429"} if identified else set()), name
        forbids = name == "GET /v1/checkout/page" or access == "operator" or (writes and bool(of_writes))
        assert ("403" in operation["responses"]) == forbids, name
        assert (access == "shopper") == ("/checkout/" in name), name
        assert (access == "operator") == ("/ops/" in name), name


def test_a_refused_login_is_told_in_words_of_its_own(document: dict[str, Any]) -> None:
    operations = _operations(document)
    login, orders = (operations[name]["responses"] for name in ("POST /v1/auth/login", "POST /v1/orders"))
    assert login["401"]["description"] == "The e-mail address or the password is wrong"
    assert "attempts" in login["429"]["description"]
    assert "key" not in (login["401"]["description"] + login["429"]["description"]).lower()
    assert "API key" in orders["401"]["description"]


def test_nothing_is_a_security_scheme_which_api_gateway_would_enforce_in_its_own_way(document: dict[str, Any]) -> None:
    assert set(document["components"]) == {"schemas"}
    assert "security" not in set(_keys(document))


def test_only_the_checkouts_page_is_html(document: dict[str, Any]) -> None:
    kinds = {
        (path, status): set(response.get("content", ()))
        for path, methods in document["paths"].items()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if path == "/v1/checkout/page" or "text/html" in response.get("content", {})
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
    operations = _operations(document)
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


def _operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each operation by a name such as `GET /v1/orders`."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


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
