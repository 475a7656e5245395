"""Lambda events as API Gateway and SQS make them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any

from paygate.operations.seed_test_merchant import TEST_KEY_ID, TEST_KEY_SECRET
from paygate_local.settings import ACCOUNT_ID, REGION

CREDENTIALS = {"X-Api-Key": TEST_KEY_ID, "X-Api-Secret": TEST_KEY_SECRET}


@dataclass(frozen=True)
class ApiCall:
    """One request; `route` is its method and resource, such as `GET /payments/{payment_id}`."""

    route: str
    body: Any = None
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def api_event(call: ApiCall) -> bytes:
    """The REST API's proxy event: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""
    method, _, resource = call.route.partition(" ")
    path = f"/v1{resource.format(**call.path_parameters)}"
    headers = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "Host": "paygate.example",
        "User-Agent": "merchant/1.0",
        "X-Amzn-Trace-Id": "Root=1-00000000-000000000000000000000000",
        "X-Forwarded-For": "192.0.2.1, 198.51.100.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **CREDENTIALS,
        **({} if call.body is None else {"Content-Type": "application/json"}),
        **call.headers,
    }
    event = {
        "resource": f"/v1{resource}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(call.query) or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in call.query.items()} or None,
        "pathParameters": dict(call.path_parameters) or None,
        "stageVariables": None,
        "requestContext": _request_context(method, resource, path),
        "body": None if call.body is None else json.dumps(call.body),
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()


def sqs_event(queue_arn: str, bodies: Sequence[str]) -> bytes:
    """One batch: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    return json.dumps({"Records": [_record(queue_arn, body) for body in bodies]}).encode()


def _request_context(method: str, resource: str, path: str) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT_ID,
        "apiId": "bench12345",
        "deploymentId": "deploy",
        "domainName": "bench12345.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": "bench12345",
        "extendedRequestId": "bench=",
        "httpMethod": method,
        "identity": {"sourceIp": "192.0.2.1", "userAgent": "merchant/1.0", "accountId": None, "apiKey": None},
        "path": f"/api{path}",
        "protocol": "HTTP/1.1",
        "requestId": str(uuid.uuid4()),
        "requestTime": "01/Jan/2026:00:00:00 +0000",
        "requestTimeEpoch": 1767225600000,
        "resourceId": "abc123",
        "resourcePath": f"/v1{resource}",
        "stage": "api",
    }


def _record(queue_arn: str, body: str) -> dict[str, Any]:
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "A" * 180,
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1767225600000",
            "SenderId": ACCOUNT_ID,
            "ApproximateFirstReceiveTimestamp": "1767225600000",
        },
        "messageAttributes": {},
        "md5OfBody": md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }
