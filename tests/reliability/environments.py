"""Lambda environments in one process: the real API and consumers, each thread with connections of its own.

Chalice keeps the request in an attribute of the one app object; here it is the thread's, as in Chalice's local server.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier
from typing import Any, TypeVar

import pytest

from app import app
from chalicelib import view
from chalicelib.app import PaygateApp
from paygate.adapters.aws_json import AwsCallError, AwsJsonClient, Service
from paygate.adapters.secrets import DeploymentSecrets
from paygate.config import read_config
from paygate.domain.errors import RedisUnavailableError
from paygate.operations.ports import Acquirer
from paygate.operations.process_payments import process_payments
from paygate.operations.process_refunds import process_refunds
from paygate.operations.reconcile import Difference, reconcile
from paygate.operations.seed_test_merchant import TEST_KEY_ID, TEST_KEY_SECRET
from paygate.operations.sweep import Swept, sweep
from paygate.wiring import Wiring
from tests.reliability.mailbox import Queues
from tests.support.api import JSON_HEADERS, Answer, answer_to, event_of

T = TypeVar("T")
WAIT_SECONDS_MAX = 60
CREDENTIALS = (TEST_KEY_ID, TEST_KEY_SECRET)
CONFIG = read_config(
    {
        "MASTER_KEY_SECRET_ID": "given",
        "CONNECTIONS_SECRET_ID": "given",
        "TEST_MODE": "true",
        "RATE_LIMIT_PER_SECOND": "1000000",
    }
)


class Kms(AwsJsonClient):
    """KMS as far as the card vault sees it: what it seals, it opens in the same encryption context alone."""

    def __init__(self) -> None:
        """Nothing to connect to."""

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if operation == "Encrypt":
            return {"CiphertextBlob": base64.b64encode(json.dumps(parameters).encode()).decode()}
        sealed = json.loads(base64.b64decode(parameters["CiphertextBlob"]))
        if sealed["EncryptionContext"] != parameters["EncryptionContext"]:
            raise AwsCallError("InvalidCiphertextException", "another context", 400)
        return {"Plaintext": sealed["Plaintext"]}

    def close(self) -> None:
        return


class Environment(Wiring):
    """The real wiring, but for the acquirer, the queues and KMS."""

    def __init__(self, secrets: DeploymentSecrets, acquirer: Acquirer, queues: Queues) -> None:
        super().__init__(CONFIG)
        self.secrets = secrets
        self.acquirer = acquirer
        self.queues = queues
        self.payments_queue = queues.payments
        self.refunds_queue = queues.refunds
        self.webhooks_queue = queues.webhooks

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        key: str | None = None,
        credentials: tuple[str, str] = CREDENTIALS,
        **path_parameters: str,
    ) -> Answer:
        """Send a request to the API, which this environment answers; a path such as `/payments/{payment_id}/capture`
        takes parameters.
        """
        _HERE.environment = self
        headers = {"X-Api-Key": credentials[0], "X-Api-Secret": credentials[1], **JSON_HEADERS}
        if key is not None:
            headers["Idempotency-Key"] = key
        return answer_to(event_of(f"POST {path}", json.dumps(body), headers=headers, path_parameters=path_parameters))

    def process(self, payment_ids: Sequence[str]) -> set[str]:
        """Consume a batch of messages about payments; those that must come again."""
        return process_payments(
            self.database,
            self.charger,
            self.payments_queue,
            self.webhooks_queue,
            self.config.authorization_seconds,
            payment_ids,
        )

    def process_refunds(self, refund_ids: Sequence[str]) -> set[str]:
        """The same for messages about refunds."""
        return process_refunds(self.database, self.refunder, self.refunds_queue, self.webhooks_queue, refund_ids)

    def sweep(self) -> Swept:
        return sweep(
            self.database,
            {"payments": self.payments_queue, "refunds": self.refunds_queue, "webhooks": self.webhooks_queue},
        )

    def reconcile(self) -> list[Difference]:
        return reconcile(self.database)

    def connect(self) -> None:
        """Reach Postgres and Redis now, so that a race begins with the request itself."""
        self.database.run("ping")
        with suppress(RedisUnavailableError):
            self.redis.ping()

    def close(self) -> None:
        self.database.close()
        self.redis.close()

    def _aws_client(self, service: Service) -> AwsJsonClient:
        assert service.name == "kms"
        return Kms()


def is_in_flight(answer: Answer) -> bool:
    """Whether the API asks to come again because the key is being worked on."""
    return answer.status == 409 and answer.json["error"].get("reason") == "IDEMPOTENCY_KEY_IN_USE"


def reason_of(answer: Answer) -> str | None:
    """Why the request was refused; None if it was not."""
    reason: str | None = answer.json.get("error", {}).get("reason")
    return reason


def replay_of(answer: Answer) -> str | None:
    """The id of the request that this answer was first given to; None for a first answer."""
    assert answer.headers.get("Idempotent-Replayed") in (None, "true")
    assert ("Idempotent-Replayed" in answer.headers) == ("Original-Request-Id" in answer.headers)
    return answer.headers.get("Original-Request-Id")


MakeEnvironment = Callable[[], Environment]


class _ThreadedApp(PaygateApp):
    """The app with a current request for each thread."""

    @property
    def current_request(self) -> Any:
        return _HERE.request

    @current_request.setter
    def current_request(self, request: Any) -> None:
        _HERE.request = request


_HERE = threading.local()


@contextmanager
def threaded_api() -> Iterator[None]:
    """The API answers every thread with the environment that the thread called it from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "__class__", _ThreadedApp)
        patch.setattr(view, "get_wiring", lambda: _HERE.environment)
        yield


def at_once(make: Callable[[], Environment], count: int, work: Callable[[Environment, int], T]) -> list[T]:
    """Do `work` in `count` environments that start at the same moment; their results in order."""
    start = Barrier(count)

    def run(number: int) -> T:
        environment = make()
        try:
            environment.connect()
            start.wait(WAIT_SECONDS_MAX)
            return work(environment, number)
        except BaseException:
            start.abort()
            raise
        finally:
            environment.close()

    with ThreadPoolExecutor(count) as pool:
        return [call.result(WAIT_SECONDS_MAX) for call in [pool.submit(run, number) for number in range(count)]]
