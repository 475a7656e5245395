"""The real Chalice app, driven with hand-made events of API Gateway."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app import app as paygate_app

JSON_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What the app answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @cached_property
    def json(self) -> Any:
        return json.loads(self.text)

    @cached_property
    def config(self) -> Any:
        """What a page gives to its script."""
        (config,) = re.findall(r'<script type="application/json" id="config">(.*?)</script>', self.text, re.DOTALL)
        return json.loads(config)

    @property
    def error(self) -> dict[str, Any]:
        """The error without its request id, in JSON or in a page."""
        answer = self.config if self.headers["Content-Type"].startswith("text/html") else self.json
        return {name: value for name, value in answer["error"].items() if name != "request_id"}

    @property
    def request_id(self) -> str:
        return self.headers["X-Request-Id"]


def event_of(
    route: str,
    body: str | bytes | None = None,
    *,
    headers: Mapping[str, str | Sequence[str]],
    query: Sequence[tuple[str, str]] = (),
    path_parameters: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """API Gateway's event for `POST /orders` or the like.

    A header with several values was sent several times; bytes travel as base64.
    """
    method, _, path = route.partition(" ")
    sent = {name: [value] if isinstance(value, str) else list(value) for name, value in headers.items()}
    return {
        "resource": f"/v1{path}",
        "path": f"/v1{path}",
        "httpMethod": method,
        "headers": {name: values[-1] for name, values in sent.items()},
        "multiValueHeaders": sent,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": {name: [v for n, v in query if n == name] for name, _ in query} or None,
        "pathParameters": dict(path_parameters or {}) or None,
        "stageVariables": None,
        "requestContext": {"resourcePath": f"/v1{path}", "httpMethod": method, "requestId": "gateway-id"},
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }


def answer_to(event: Mapping[str, Any], app: Any = paygate_app) -> Answer:
    """What the app answers to an event."""
    answer = app(dict(event), None)
    assert not answer.get("isBase64Encoded", False)
    return Answer(answer["statusCode"], answer["headers"], answer["body"])
