"""The headers of the static sites: what the local front door adds is what CloudFront adds."""

from __future__ import annotations

import ast

from paygate_local.settings import ROOT
from tests.contract.cloudformation import resources, template

ROUTES = ROOT / "infra/localstack/front_door/src/localstack_front_door/routes.py"


def front_door_headers() -> dict[str, str]:
    """Read from the source, as LocalStack is not importable here."""
    for statement in ast.parse(ROUTES.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "SITE_HEADERS":
            headers: dict[str, str] = ast.literal_eval(statement.value)
            return headers
    raise AssertionError("there are no SITE_HEADERS")


def test_the_front_door_adds_what_cloudfront_adds() -> None:
    (policy,) = resources("AWS::CloudFront::ResponseHeadersPolicy").values()
    config = policy["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    assert front_door_headers() == {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Access-Control-Allow-Origin": config["CorsConfig"]["AccessControlAllowOrigins"]["Items"][0],
    }
    assert security["ContentTypeOptions"]["Override"] is True


def test_every_site_has_the_headers_and_the_api_has_its_own() -> None:
    (distribution,) = resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]
    with_headers = {each["TargetOriginId"] for each in behaviors if "ResponseHeadersPolicyId" in each}
    assert with_headers == {"checkout", "dashboard"}
    assert "SiteHeaders" in template()["Resources"]
