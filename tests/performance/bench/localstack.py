"""POST /payments through LocalStack's front door, beside an empty Lambda that goes through the same door."""

from __future__ import annotations

import io
import time
import uuid
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import requests

from paygate_local.settings import STACK_NAME
from tests.performance.bench.deployment import LAMBDA_CODE
from tests.performance.bench.errors import BenchError
from tests.support.servers import settings_for
from tests.support.stack import CREDENTIALS, TestStack, running_stack

EMPTY_PATH = "bench-empty"
WARM_CALLS = 5


@dataclass(frozen=True)
class LocalStackRatio:
    """Medians in milliseconds of wall time."""

    payment_ms: float
    empty_ms: float

    @property
    def ratio(self) -> float:
        return self.payment_ms / self.empty_ms


def measure_localstack(home: Path, calls: int) -> LocalStackRatio:
    """Bring a stack up, measure both in turns, take it down."""
    settings = settings_for(home)
    # Settling is measured elsewhere; here it would take the cores from the requests that come after it.
    later = {**settings.parameters, "TestProcessingDelay": "900000"}
    with running_stack(replace(settings, parameters=later)) as stack:
        _add_empty_route(stack)
        payments, empties = [], []
        with requests.Session() as session:
            for number in range(calls + WARM_CALLS):
                payment, empty = _pay(stack, session), _timed(stack, session, "POST", f"/{EMPTY_PATH}", {}, 200)
                if number >= WARM_CALLS:
                    payments.append(payment)
                    empties.append(empty)
        return LocalStackRatio(median(payments), median(empties))


def _pay(stack: TestStack, session: requests.Session) -> float:
    order = stack.call("POST", "/orders", {"amount": 50000, "currency": "INR"})
    if order.status_code != 201:
        raise BenchError(f"POST /orders was answered with {order.status_code}: {order.text[:300]}")
    body = {"order_id": order.json()["id"], "method": "upi", "vpa": "user@paytm"}
    return _timed(stack, session, "POST", "/payments", body, 201)


def _timed(stack: TestStack, session: requests.Session, method: str, path: str, body: object, expect: int) -> float:
    headers = {**CREDENTIALS, "Idempotency-Key": str(uuid.uuid4())}
    started = time.perf_counter()
    answer = session.request(method, f"{stack.url}/api/v1{path}", json=body, headers=headers, timeout=30)
    elapsed_ms = (time.perf_counter() - started) * 1000
    if answer.status_code != expect:
        raise BenchError(f"{method} {path} was answered with {answer.status_code}: {answer.text[:300]}")
    return elapsed_ms


def _add_empty_route(stack: TestStack) -> None:
    """A function that does nothing, behind one more route of the deployed REST API."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.write(LAMBDA_CODE / "noop.py", "noop.py")
    functions = stack.aws("lambda")
    arn = functions.create_function(
        FunctionName=EMPTY_PATH,
        Runtime="python3.13",
        Handler="noop.handler",
        Role="arn:aws:iam::000000000000:role/bench",
        Code={"ZipFile": archive.getvalue()},
        MemorySize=1024,
    )["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName=EMPTY_PATH, WaiterConfig={"Delay": 1})
    gateway = stack.aws("apigateway")
    api = next(api["id"] for api in gateway.get_rest_apis(limit=500)["items"] if api["name"] == STACK_NAME)
    resources = gateway.get_resources(restApiId=api, limit=500)["items"]
    parent = next(resource["id"] for resource in resources if resource["path"] == "/v1")
    resource = gateway.create_resource(restApiId=api, parentId=parent, pathPart=EMPTY_PATH)["id"]
    method = {"restApiId": api, "resourceId": resource, "httpMethod": "POST"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{stack.region}:lambda:path/2015-03-31/functions/{arn}/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="api")
