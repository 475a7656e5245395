"""A deployed stack of the tests' own, and the API as a merchant calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from paygate.operations.seed_test_merchant import (
    TEST_EMAIL,
    TEST_ENDPOINT_ID,
    TEST_KEY_ID,
    TEST_KEY_SECRET,
)
from paygate_local.deploy import aws_client
from paygate_local.services import Services
from paygate_local.settings import DEFAULTS, REGION, ROOT, TEST_PARAMETERS, StackSettings
from paygate_local.up import bring_up
from tests.support.polling import eventually

CREDENTIALS = {"X-Api-Key": TEST_KEY_ID, "X-Api-Secret": TEST_KEY_SECRET}


@dataclass(frozen=True)
class TestStack:
    """One running stack."""

    __test__ = False

    settings: StackSettings
    region: str = REGION

    @property
    def services(self) -> Services:
        return Services(self.settings)

    @property
    def url(self) -> str:
        return self.settings.url

    @property
    def aws_endpoint_url(self) -> str:
        return self.settings.aws_endpoint_url

    @property
    def dashboard_password(self) -> str:
        """Of every user of the test merchant."""
        return self.services.secrets.dashboard_password

    def aws(self, service: str) -> Any:
        """A boto3 client for the stack's LocalStack."""
        return aws_client(self.settings, service)

    def call(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] = CREDENTIALS
    ) -> requests.Response:
        """One API call, as the test merchant unless `headers` say otherwise."""
        return requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=dict(headers), timeout=30)

    def log_in(self, email: str = TEST_EMAIL) -> dict[str, str]:
        """The headers of a browser whose user has logged in; those of a page of ours."""
        answer = self.call("POST", "/auth/login", {"email": email, "password": self.dashboard_password}, headers={})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return {"Cookie": cookie, "X-CSRF-Token": str(answer.json()["csrf_token"])}

    def pay(self, order_id: str = "order_test_123", vpa: str = "user@paytm") -> str:
        """Start a payment; its id."""
        answer = self.call("POST", "/payments", {"order_id": order_id, "method": "upi", "vpa": vpa})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def post(self, body: Any, **headers: str) -> requests.Response:
        """POST /payments as the test merchant, with more headers; names such as `Idempotency-Key` are given by `**`."""
        return self.call("POST", "/payments", body, headers={**CREDENTIALS, **headers})

    def keyed(self, key: str) -> dict[str, str]:
        """The test merchant's credentials and an idempotency key."""
        return {**CREDENTIALS, "Idempotency-Key": key}

    def settled(self, payment_id: str, *, seconds: float = 60) -> dict[str, Any]:
        """The payment once it has come to its end."""

        def final() -> dict[str, Any] | None:
            payment: dict[str, Any] = self.call("GET", f"/payments/{payment_id}").json()
            return payment if payment["status"] in ("success", "failed", "authorized") else None

        return eventually(final, seconds=seconds, what=f"the settlement of {payment_id}")

    def refunded(self, refund_id: str, *, seconds: float = 60) -> dict[str, Any]:
        """The refund once it has come to its end."""

        def final() -> dict[str, Any] | None:
            refund: dict[str, Any] = self.call("GET", f"/refunds/{refund_id}").json()
            return refund if refund["status"] != "pending" else None

        return eventually(final, seconds=seconds, what=f"the settlement of {refund_id}")

    def kill_localstack(self) -> None:
        """End LocalStack with all that it holds, and wait for the end of every function; `bring_up` starts it again."""
        localstack = self.services.localstack.process()
        assert localstack is not None
        functions = [child for child in localstack.children(recursive=True) if "awslambdaric" in child.cmdline()]
        localstack.kill()
        localstack.wait(10)
        eventually(
            lambda: not any(function.is_running() for function in functions),
            seconds=10,
            what="the end of every function process",
        )

    def make(self, target: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """`make TARGET` for this stack."""
        return subprocess.run(
            ["make", *target.split()],
            cwd=ROOT,
            env={**os.environ, **self.environment(), **settings},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def environment(self) -> dict[str, str]:
        """The variables that make the command line speak of this stack, whatever the developer's .env says."""
        return {
            **DEFAULTS,
            **{name: self.settings.parameters[parameter] for name, parameter in TEST_PARAMETERS.items()},
            "PAYGATE_HOME": str(self.settings.home),
            "PAYGATE_PORT": str(self.settings.front_door_port),
            "LOCALSTACK_PORT": str(self.settings.localstack_port),
            "POSTGRES_PORT": str(self.settings.postgres_port),
            "VALKEY_PORT": str(self.settings.valkey_port),
        }

    @contextmanager
    def webhooks_to(self, url: str) -> Iterator[None]:
        """Send the test merchant's webhooks to `url` for as long as the block runs."""
        path = f"/webhook-endpoints/{TEST_ENDPOINT_ID}"
        answer = self.call("PATCH", path, {"url": url})
        assert answer.status_code == 200, answer.text
        try:
            yield
        finally:
            assert self.call("PATCH", path, {"status": "disabled"}).status_code == 200


@contextmanager
def running_stack(settings: StackSettings) -> Iterator[TestStack]:
    """Bring a stack up, and take it down with its data, also when bringing it up fails half-way."""
    shutil.rmtree(settings.home, ignore_errors=True)
    try:
        bring_up(settings)
        yield TestStack(settings)
    finally:
        Services(settings).stop()
        shutil.rmtree(settings.home, ignore_errors=True)
