"""One deployment of Paygate's functions for the bench: template parameters, secrets, environments, and the API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from paygate.operations.seed_test_merchant import TEST_ENDPOINT_ID
from tests.performance.bench.children import ControlledServer
from tests.performance.bench.errors import BenchError
from tests.performance.bench.events import ApiCall, api_event
from tests.performance.bench.machine import Cores
from tests.performance.bench.package import Package, base_environment, packages_of, read_template
from tests.performance.bench.runtime import FunctionEnvironment, Invocation

LAMBDA_CODE = Path(__file__).parent / "lambda_code"
# Where a template limits requests, the bench must not run into it.
UNLIMITED = 1_000_000


class Deployment:
    """Functions with one database; several deployments share the AWS stub under different names."""

    def __init__(
        self,
        name: str,
        build: Path,
        aws: ControlledServer,
        parameters: Mapping[str, str],
        *,
        cores: Cores,
        logs: Path,
    ) -> None:
        self._aws = aws
        self._cores = cores
        self._logs = logs / name
        self.template = read_template(build, parameters, endpoint=aws.url, prefix=name)
        self.packages: dict[str, Package] = packages_of(build, self.template)
        aws.control("secrets", self.template.secrets())
        self._stack = ExitStack()
        self._helpers: dict[str, FunctionEnvironment] = {}

    @contextmanager
    def environment(self, function: str, *, pinned: bool = True) -> Iterator[FunctionEnvironment]:
        """A fresh environment of a function: on the function's core, or unpinned on all of them."""
        package = self.packages[function]
        environment = self._start(package, self._cores.function if pinned else self._cores.all)
        try:
            yield environment
        finally:
            environment.close()

    @contextmanager
    def inspected(self, function: str) -> Iterator[FunctionEnvironment]:
        """The same with `lambda_code/modules.py` in front; never measured."""
        package = self.packages[function]
        variables = {**package.environment(self._aws.url, LAMBDA_CODE), "BENCH_HANDLER": package.handler}
        environment = FunctionEnvironment(
            function, "modules.handler", package.code, variables, self._log(function), self._cores.others
        )
        try:
            yield environment
        finally:
            environment.close()

    def api(self, call: ApiCall, *, expect: int) -> Any:
        """Call the API in an environment that is not measured; the answer's body. Raises BenchError."""
        return check_reply(self.invoke("api", api_event(call)), expect)["body"]

    def invoke(self, function: str, event: bytes) -> Invocation:
        """Run an event in an environment that is not measured."""
        if function not in self._helpers:
            self._helpers[function] = self._start(self.packages[function], self._cores.others)
            self._stack.callback(self._helpers[function].close)
        return self._helpers[function].invoke(event)

    def send_webhooks_to(self, url: str | None) -> None:
        """Enable the test merchant's endpoint with this URL, or have nothing to do with it: what a disabled endpoint
        wants is held for it.
        """
        without = {"status": "disabled", "events": ["endpoint.*"]}
        body = without if url is None else {"url": url, "status": "enabled", "events": ["*"]}
        path = {"endpoint_id": TEST_ENDPOINT_ID}
        self.api(ApiCall("PATCH /webhook-endpoints/{endpoint_id}", body, path_parameters=path), expect=200)

    def take_messages(self, queue: str, count: int) -> list[str]:
        """Up to `count` bodies that were sent to a queue of the template."""
        bodies: list[str] = self._aws.control("take", {"queue": self.template.queue_url(queue), "count": count})
        return bodies

    def close(self) -> None:
        self._stack.close()

    def _start(self, package: Package, cores: frozenset[int]) -> FunctionEnvironment:
        variables = package.environment(self._aws.url)
        return FunctionEnvironment(
            package.name, package.handler, package.code, variables, self._log(package.name), cores
        )

    def _log(self, function: str) -> Path:
        return self._logs / f"{function}.log"


@contextmanager
def noop_environment(aws: ControlledServer, logs: Path, cores: frozenset[int]) -> Iterator[FunctionEnvironment]:
    """A function that does nothing and has no layers."""
    variables = {**base_environment("noop", aws.url), "PYTHONPATH": str(LAMBDA_CODE)}
    environment = FunctionEnvironment("noop", "noop.handler", LAMBDA_CODE, variables, logs / "noop.log", cores)
    try:
        yield environment
    finally:
        environment.close()


def deployment_parameters(database_url: str, redis_url: str, master_key: str, build: Path) -> dict[str, str]:
    """Template parameters of a deployment in test mode; limits on requests are lifted."""
    given = {
        "DatabaseUrl": database_url,
        "RedisUrl": redis_url,
        "MasterKey": master_key,
        "Edge": "none",
        "TestMode": "true",
        "TestProcessingDelay": "0",
        "WebhookAllowLoopback": "true",
    }
    limits = read_template(build, {}, endpoint="", prefix="").number_parameters("ratelimit")
    lifted = {name: str(min(UNLIMITED, maximum or UNLIMITED)) for name, maximum in limits.items()}
    return {**lifted, **given}


def check_reply(invocation: Invocation, expect: int) -> dict[str, Any]:
    """The API's reply with its body parsed. Raises BenchError unless it has the expected status."""
    answer: dict[str, Any] = json.loads(invocation.payload)
    if answer.get("statusCode") != expect:
        raise BenchError(f"the api answered {answer.get('statusCode')} instead of {expect}: {answer.get('body')}")
    return {**answer, "body": json.loads(answer["body"])}
