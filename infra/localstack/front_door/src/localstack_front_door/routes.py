"""Which requests go to the REST API and which to a bucket's website.

The API and S3 handlers of LocalStack are called directly, without a second HTTP hop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localstack.aws.connect import connect_to
from localstack.http import Request, Response
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from localstack.services.s3.website_hosting import S3WebsiteHostingHandler

# The same as template.yaml has CloudFront add; a test compares the two. Any page may load the checkout's script, also
# one that names its hash.
SITE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
}


class FrontDoor:
    """`/<stage>/…` is the API, `/<site>/…` the site's bucket, all else the root site (key "")."""

    def __init__(self, *, api_name: str, api_stage: str, sites: Mapping[str, str]) -> None:
        self._api_name = api_name
        self._api_stage = api_stage
        self._sites = sites
        self._api = ApiGatewayEndpoint()
        self._website = S3WebsiteHostingHandler()
        self._api_id: str | None = None

    def serve(self, request: Request, path: str = "", **_parameters: Any) -> Response:
        first, _, rest = path.partition("/")
        if first == self._api_stage:
            return self._serve_api(request, rest)
        if first and first in self._sites:
            if not request.path.startswith(f"/{first}/"):
                return Response("", status=301, headers={"Location": f"/{first}/"})
            return self._serve_application(request, self._sites[first], rest)
        return self._serve_file(request, self._sites[""], path)

    def _serve_api(self, request: Request, path: str) -> Response:
        if not self._deployed(self._api_id):
            self._api_id = self._find_api()
        if self._api_id is None:
            return _still_deploying()
        return self._api(request, api_id=self._api_id, stage=self._api_stage, path=path)

    def _find_api(self) -> str | None:
        for api in connect_to().apigateway.get_rest_apis(limit=500)["items"]:
            if api["name"] == self._api_name and self._deployed(api["id"]):
                return str(api["id"])
        return None

    def _deployed(self, api_id: str | None) -> bool:
        return api_id is not None and self._api.is_rest_api(api_id, self._api_stage)

    def _serve_application(self, request: Request, bucket: str, path: str) -> Response:
        """A single-page application: a deep link, which is no file, gets its index page."""
        response = self._serve_file(request, bucket, path)
        if response.status_code == 404 and "." not in path.rpartition("/")[2]:
            return self._serve_file(request, bucket, "index.html")
        return response

    def _serve_file(self, request: Request, bucket: str, path: str) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("", status=405, headers={"Allow": "GET, HEAD"})
        if request.method == "HEAD":
            request.method = "GET"
        response = self._website(request, bucket_name=bucket, domain="localhost", path=path)
        response.headers.update(SITE_HEADERS)
        return response


def _still_deploying() -> Response:
    words = "The API is still being deployed; try again shortly."
    body = json.dumps({"error": {"code": "UNAVAILABLE_ERROR", "description": words}})
    return Response(body, status=503, headers={"Content-Type": "application/json", "Retry-After": "5"})
