"""How the API knows CloudFront: a secret that the template makes and that nobody else is told."""

from __future__ import annotations

from typing import Any

from chalicelib.request import EDGE_HEADER
from tests.contract.cloudformation import functions, resources, template

SECRET = "EdgeSecret"
# Whatever is made without CloudFront knows no secret; the condition is there for LocalStack, too.
REFERENCE = {
    "Fn::If": ["WithCloudFront", {"Fn::Sub": f"{{{{resolve:secretsmanager:${{{SECRET}}}:SecretString:::}}}}"}, ""]
}


def test_the_secret_is_random_and_there_with_cloudfront_alone() -> None:
    assert template()["Resources"][SECRET]["Condition"] == "WithCloudFront"
    properties = resources("AWS::SecretsManager::Secret")[SECRET]
    # Punctuation would have to be escaped in a header.
    assert properties["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}
    assert "SecretString" not in properties


def test_cloudfront_sends_it_to_the_api_alone_in_the_header_that_the_api_reads() -> None:
    (distribution,) = resources("AWS::CloudFront::Distribution").values()
    headers = {
        origin["Id"]: origin.get("OriginCustomHeaders") for origin in distribution["DistributionConfig"]["Origins"]
    }
    (sent,) = headers.pop("api")
    assert (sent["HeaderName"].lower(), sent["HeaderValue"]) == (EDGE_HEADER, REFERENCE)
    assert set(headers.values()) == {None}


def test_the_api_and_no_other_function_is_told_it() -> None:
    told = {name: function["Environment"]["Variables"]["EDGE_SECRET"] for name, function in _with_secret()}
    assert told == {"ApiFunction": REFERENCE}
    assert str(template()).count(f"${{{SECRET}}}") == 2
    assert f"'Ref': '{SECRET}'" not in str(template())


def _with_secret() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, function)
        for name, function in functions().items()
        if "EDGE_SECRET" in function.get("Environment", {}).get("Variables", {})
    ]
