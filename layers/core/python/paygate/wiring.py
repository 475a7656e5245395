"""Builds the concrete clients, each on first use and once for a Lambda environment.

Nothing else knows which class fulfils which need; a function that never touches Redis never imports it.
"""

from __future__ import annotations

from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from paygate.config import Config, get_config

if TYPE_CHECKING:
    from paygate.adapters.aws_json import AwsJsonClient, Service
    from paygate.adapters.card_vault import KmsCardVault
    from paygate.adapters.postgres.connection import PostgresDatabase
    from paygate.adapters.redis import RedisStore
    from paygate.adapters.secrets import DeploymentSecrets
    from paygate.operations.admit_request import Gatekeeper
    from paygate.operations.authenticate import Authenticator
    from paygate.operations.charging import Charger
    from paygate.operations.create_payment import PaymentIntake
    from paygate.operations.create_refund import RefundIntake
    from paygate.operations.create_webhook_endpoint import UrlCheck
    from paygate.operations.delivering import Deliverer
    from paygate.operations.list_queues import QueuePair
    from paygate.operations.ports import (
        Acquirer,
        Cipher,
        DeadLetterQueue,
        ForwardingQueue,
        Queue,
        RequestLog,
        RetryClock,
        WebhookSender,
    )
    from paygate.operations.refunding import Refunder
    from paygate.operations.sessions import Sessions

AWS_TIMEOUT_SECONDS = 3.0


class Wiring:
    """All clients of one function."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def secrets(self) -> DeploymentSecrets:
        from paygate.adapters.aws_json import SECRETS_MANAGER
        from paygate.adapters.secrets import fetch_secrets

        return fetch_secrets(
            self._aws_client(SECRETS_MANAGER),
            master_key_id=self.config.master_key_secret_id,
            connections_id=self.config.connections_secret_id,
        )

    @cached_property
    def database(self) -> PostgresDatabase:
        from paygate.adapters.postgres.connection import PostgresDatabase

        return PostgresDatabase(self.secrets.database_url)

    @cached_property
    def redis(self) -> RedisStore:
        from paygate.adapters.redis import RedisStore

        return RedisStore(self.secrets.redis_url)

    @cached_property
    def authenticator(self) -> Authenticator:
        from paygate.operations.authenticate import Authenticator

        return Authenticator(self.database, self.secret_pepper)

    @cached_property
    def secret_pepper(self) -> bytes:
        return self.secrets.key_for("api-secret-pepper")

    @cached_property
    def sessions(self) -> Sessions:
        from paygate.operations.sessions import Sessions

        return Sessions(self.redis, self.database)

    @cached_property
    def gatekeeper(self) -> Gatekeeper:
        from paygate.operations.admit_request import Gatekeeper

        return Gatekeeper(self.redis, self.config.rate_limit_per_second)

    @cached_property
    def fingerprint_key(self) -> bytes:
        return self.secrets.key_for("idempotency-fingerprint")

    @cached_property
    def payment_intake(self) -> PaymentIntake:
        from paygate.operations.create_payment import PaymentIntake

        return PaymentIntake(
            self.database,
            self.payments_queue,
            self.webhooks_queue,
            self.card_vault,
            self.secrets.key_for("card-fingerprint"),
            self.config.processing_delay_seconds,
        )

    @cached_property
    def refund_intake(self) -> RefundIntake:
        from paygate.operations.create_refund import RefundIntake

        return RefundIntake(
            self.database, self.refunds_queue, self.webhooks_queue, self.config.processing_delay_seconds
        )

    def draw_qr(self, text: str) -> str:
        """A QR code as a data URI."""
        from paygate.adapters.qr import qr_data_uri

        return qr_data_uri(text)

    @cached_property
    def card_vault(self) -> KmsCardVault:
        from paygate.adapters.aws_json import KMS
        from paygate.adapters.card_vault import KmsCardVault

        return KmsCardVault(self.redis, lambda: self._aws_client(KMS), self.config.card_key_id)

    @cached_property
    def payments_queue(self) -> Queue:
        return self._queue(self.config.payments_queue_url)

    @cached_property
    def refunds_queue(self) -> Queue:
        return self._queue(self.config.refunds_queue_url)

    @cached_property
    def webhooks_queue(self) -> Queue:
        return self._queue(self.config.webhooks_queue_url)

    @cached_property
    def slow_webhooks_queue(self) -> Queue:
        return self._queue(self.config.slow_webhooks_queue_url)

    @cached_property
    def dead_letter_queues(self) -> tuple[DeadLetterQueue, ...]:
        from paygate.adapters.dead_letters import SqsDeadLetterQueue

        return tuple(SqsDeadLetterQueue(self._sqs, url) for url in self.config.dead_letter_queue_urls)

    @cached_property
    def queue_pairs(self) -> dict[str, QueuePair]:
        """Each queue by its name, with its dead-letter queue; their URLs come in the order of the names."""
        from paygate.domain.jobs import QUEUE_NAMES
        from paygate.operations.list_queues import QueuePair

        config = self.config
        urls = (
            config.payments_queue_url,
            config.refunds_queue_url,
            config.webhooks_queue_url,
            config.slow_webhooks_queue_url,
        )
        pairs = zip(QUEUE_NAMES, map(self._queue, urls), self.dead_letter_queues, strict=True)
        return {name: QueuePair(queue, dead_letters) for name, queue, dead_letters in pairs}

    @cached_property
    def request_log(self) -> RequestLog:
        from paygate.adapters.aws_json import LOGS
        from paygate.adapters.logs import CloudWatchRequestLog

        return CloudWatchRequestLog(self._aws_client(LOGS), self.config.log_group)

    @cached_property
    def acquirer(self) -> Acquirer:
        from paygate.adapters.acquirers.simulator import Simulator

        return Simulator(
            force_failure=self.config.test_mode and not self.config.test_payment_success,
            delay_seconds=self.config.processing_rest_seconds,
        )

    @cached_property
    def charger(self) -> Charger:
        from paygate.operations.acquirer_calls import AcquirerCalls
        from paygate.operations.charging import Charger

        return Charger(self.acquirer, self.card_vault, AcquirerCalls())

    @cached_property
    def refunder(self) -> Refunder:
        from paygate.operations.acquirer_calls import AcquirerCalls
        from paygate.operations.refunding import Refunder

        return Refunder(self.acquirer, AcquirerCalls())

    @cached_property
    def webhook_sender(self) -> WebhookSender:
        from paygate.adapters.webhook_http import HttpWebhookSender

        return HttpWebhookSender(allow_loopback=self.config.webhook_allow_loopback, refused=self.config.webhook_refused)

    @cached_property
    def deliverer(self) -> Deliverer:
        from paygate.operations.delivering import Deliverer

        return Deliverer(
            self.database,
            self.webhook_sender,
            self.webhook_cipher,
            self.webhooks_queue,
            self.config.webhook_schedule,
            self.config.webhook_disable_after_seconds,
        )

    @cached_property
    def retry_clock(self) -> RetryClock:
        from paygate.adapters.aws_json import STEP_FUNCTIONS
        from paygate.adapters.workflows import StepFunctionsRetryClock

        return StepFunctionsRetryClock(self._aws_client(STEP_FUNCTIONS), self.config.webhook_retry_machine_arn)

    @cached_property
    def url_check(self) -> UrlCheck:
        from paygate.adapters.ssrf import resolve_allowed
        from paygate.operations.create_webhook_endpoint import UrlCheck

        allow_loopback = self.config.webhook_allow_loopback
        guard = partial(resolve_allowed, allow_loopback=allow_loopback, refused=self.config.webhook_refused)
        return UrlCheck(guard, allow_http=allow_loopback)

    @cached_property
    def webhook_cipher(self) -> Cipher:
        from paygate.adapters.encryption import AesGcmCipher

        return AesGcmCipher(self.secrets.key_for("webhook-secret-encryption"))

    def apply_migrations(self, folder: Path) -> list[str]:
        from paygate.adapters.postgres.migrations import apply_migrations

        return apply_migrations(self.secrets.database_url, folder)

    def _queue(self, url: str) -> ForwardingQueue:
        from paygate.adapters.queues import SqsQueue

        return SqsQueue(self._sqs, url)

    @cached_property
    def _sqs(self) -> AwsJsonClient:
        from paygate.adapters.aws_json import SQS

        return self._aws_client(SQS)

    def _aws_client(self, service: Service) -> AwsJsonClient:
        from paygate.adapters.aws_json import AwsJsonClient

        return AwsJsonClient(
            service,
            self.config.region,
            self.config.credentials,
            endpoint_url=self.config.aws_endpoint_url,
            timeout_seconds=AWS_TIMEOUT_SECONDS,
        )


@cache
def get_wiring() -> Wiring:
    """This Lambda environment's clients."""
    return Wiring(get_config())
