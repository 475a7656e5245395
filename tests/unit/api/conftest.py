"""The real Chalice app, driven with hand-made API Gateway events; only the clients behind it are stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from chalicelib import view
from paygate.config import Config, read_config
from paygate.domain.errors import AuthenticationError
from paygate.domain.sessions import Role
from paygate.operations.admit_request import Gatekeeper
from paygate.operations.create_payment import PaymentIntake
from paygate.operations.create_refund import RefundIntake
from paygate.operations.create_webhook_endpoint import UrlCheck
from paygate.operations.sessions import Sessions
from tests.support.api import Answer, answer_to, event_of
from tests.unit.fakes import FakeCipher, FakeDatabase, FakeGate, FakeQueue, FakeSessionStore, FakeVault

CREDENTIALS = {"X-Api-Key": "key_1", "X-Api-Secret": "the-api-secret"}


class FakeAuthenticator:
    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def authenticate(self, key_id: str, secret: str) -> str:
        if (key_id, secret) != tuple(CREDENTIALS.values()):
            raise AuthenticationError("The API key or secret is missing or not valid.")
        return "merchant_1"

    def forget(self, key_id: str) -> None:
        self.forgotten.append(key_id)

    def identify(self, key_id: str) -> str:
        if key_id != CREDENTIALS["X-Api-Key"]:
            raise AuthenticationError("The publishable key is not valid.")
        return "merchant_1"


class FakeRedis(FakeSessionStore):
    """Redis as views use it; `error` is what every call ends in."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.wait_seconds = 0
        self.taken_back: list[tuple[str, str]] = []

    def ping(self) -> None:
        self._answer()

    def count_attempt(self, limits: Mapping[str, int], *, window_seconds: int) -> int:
        self._answer()
        return self.wait_seconds

    def take_back_attempt(self, *, forget: str, lower: str) -> None:
        self.taken_back.append((forget, lower))

    def _answer(self) -> None:
        if self.error:
            raise self.error


class FakeWiring:
    """What `paygate.wiring.Wiring` gives to views; a test changes what it needs to."""

    fingerprint_key = b"fingerprint-key"
    secret_pepper = b"pepper"

    def __init__(self) -> None:
        self.database = FakeDatabase(check_session=[{"merchant_name": "Shop"}])
        self.authenticator = FakeAuthenticator()
        self.redis = FakeRedis()
        self.sessions = Sessions(self.redis, self.database)
        self.gate = FakeGate()
        self.gatekeeper = Gatekeeper(self.gate, limit_per_second=100)
        self.card_vault = FakeVault()
        self.payments_queue = FakeQueue(waiting=1, in_flight=2)
        self.refunds_queue = FakeQueue()
        self.webhooks_queue = FakeQueue()
        self.slow_webhooks_queue = FakeQueue()
        self.webhook_cipher = FakeCipher()
        self.dead_letter_queues = (FakeQueue(waiting=3),)
        self.config = make_config()

    @property
    def payment_intake(self) -> PaymentIntake:
        return PaymentIntake(
            self.database,
            self.payments_queue,
            self.webhooks_queue,
            self.card_vault,
            b"card-key",
            self.config.processing_delay_seconds,
        )

    @property
    def refund_intake(self) -> RefundIntake:
        delay_seconds = self.config.processing_delay_seconds
        return RefundIntake(self.database, self.refunds_queue, self.webhooks_queue, delay_seconds)

    @property
    def url_check(self) -> UrlCheck:
        return UrlCheck(self.address_guard, allow_http=self.config.webhook_allow_loopback)

    def address_guard(self, host: str, port: int) -> str:
        return "93.184.216.34"

    def log_in(self, role: Role = "merchant", merchant_id: str = "merchant_1") -> dict[str, str]:
        """The headers of a user's browser; those of a page of ours, which knows the CSRF token."""
        user = f"usr_{role}"
        token, session = self.sessions.begin(
            user_id=user,
            email=f"{role}@example.com",
            role=role,
            merchant_id=merchant_id,
            merchant_name="Shop",
            password_changed_at="1700000000.25",
        )
        return {"Cookie": f"__Host-paygate_session={token}", "X-CSRF-Token": session.csrf_token}


def make_config(**variables: str) -> Config:
    return read_config({"MASTER_KEY_SECRET_ID": "a", "CONNECTIONS_SECRET_ID": "b", **variables})


Call = Callable[..., Answer]


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> FakeWiring:
    wiring = FakeWiring()
    monkeypatch.setattr(view, "get_wiring", lambda: wiring)
    return wiring


@pytest.fixture
def call(wiring: FakeWiring) -> Call:
    return send


def send(
    route: str,
    body: str | bytes | None = None,
    *,
    headers: Mapping[str, str | Sequence[str]] | None = None,
    query: Sequence[tuple[str, str]] = (),
    **path_parameters: str,
) -> Answer:
    """Call `POST /orders` or the like, as the merchant unless `headers` say otherwise; bytes travel as base64."""
    given = CREDENTIALS if headers is None else headers
    return answer_to(event_of(route, body, headers=given, query=query, path_parameters=path_parameters))


def with_key(key: str | Sequence[str]) -> dict[str, str | Sequence[str]]:
    """The merchant's headers with an idempotency key; several values are a header that is sent several times."""
    return {**CREDENTIALS, "Idempotency-Key": key}
