"""The deployment's settings: the only module that reads `os.environ`.

Each Lambda function reads them once, when it first needs one; the names are those of `template.yaml`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from paygate.domain.retry_policy import TEST_SCHEDULE, RetrySchedule, parse_schedule

DAY_SECONDS = 86_400


class ConfigError(Exception):
    """A setting is missing or cannot be used; the message names it."""


@dataclass(frozen=True)
class AwsCredentials:
    """What signs calls to AWS. Lambda sets them, and replaces the whole environment before they expire."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)


@dataclass(frozen=True)
class Config:
    """All settings of one function. Durations carry their unit; queue URLs are empty where a function has none."""

    region: str
    aws_endpoint_url: str
    credentials: AwsCredentials
    master_key_secret_id: str
    connections_secret_id: str
    payments_queue_url: str
    refunds_queue_url: str
    webhooks_queue_url: str
    slow_webhooks_queue_url: str
    webhook_any_lane: bool
    webhook_retry_machine_arn: str
    dead_letter_queue_urls: tuple[str, ...]
    log_group: str
    card_key_id: str
    rate_limit_per_second: int
    authorization_seconds: int
    test_mode: bool
    test_payment_success: bool
    test_processing_delay_ms: int
    webhook_allow_loopback: bool
    webhook_refused: frozenset[tuple[str | None, int]]
    webhook_schedule: RetrySchedule
    webhook_disable_after_seconds: int
    upi_payee: str
    edge_secret: str = field(repr=False)

    @property
    def processing_delay_seconds(self) -> int:
        """The whole seconds of TEST_PROCESSING_DELAY, for which SQS delays the message; zero outside test mode."""
        return self.test_processing_delay_ms // 1000 if self.test_mode else 0

    @property
    def processing_rest_seconds(self) -> float:
        """The rest of TEST_PROCESSING_DELAY, for which the simulator waits; below one second."""
        return self.test_processing_delay_ms % 1000 / 1000 if self.test_mode else 0

    @property
    def mode(self) -> str:
        """`test` or `live`: what happens in the one is nothing to the other."""
        return "test" if self.test_mode else "live"


@cache
def get_config() -> Config:
    """This process's settings."""
    return read_config(os.environ)


def read_config(environ: Mapping[str, str]) -> Config:
    """Settings from a mapping like `os.environ`. Raises ConfigError naming the variable at fault."""
    return Config(
        region=environ.get("AWS_REGION", "us-east-1"),
        aws_endpoint_url=environ.get("AWS_ENDPOINT_URL", ""),
        credentials=AwsCredentials(
            environ.get("AWS_ACCESS_KEY_ID", ""),
            environ.get("AWS_SECRET_ACCESS_KEY", ""),
            environ.get("AWS_SESSION_TOKEN", ""),
        ),
        master_key_secret_id=_required(environ, "MASTER_KEY_SECRET_ID"),
        connections_secret_id=_required(environ, "CONNECTIONS_SECRET_ID"),
        payments_queue_url=environ.get("PAYMENTS_QUEUE_URL", ""),
        refunds_queue_url=environ.get("REFUNDS_QUEUE_URL", ""),
        webhooks_queue_url=environ.get("WEBHOOKS_QUEUE_URL", ""),
        slow_webhooks_queue_url=environ.get("SLOW_WEBHOOKS_QUEUE_URL", ""),
        webhook_any_lane=_flag(environ, "WEBHOOK_ANY_LANE"),
        webhook_retry_machine_arn=environ.get("WEBHOOK_RETRY_MACHINE_ARN", ""),
        dead_letter_queue_urls=tuple(filter(None, environ.get("DEAD_LETTER_QUEUE_URLS", "").split(","))),
        log_group=environ.get("AWS_LAMBDA_LOG_GROUP_NAME", ""),
        card_key_id=environ.get("CARD_KEY_ID", ""),
        rate_limit_per_second=_whole_number(environ, "RATE_LIMIT_PER_SECOND", 1, 1_000_000, default=100),
        authorization_seconds=_whole_number(
            environ, "AUTHORIZATION_WINDOW_SECONDS", 60, 30 * DAY_SECONDS, default=7 * DAY_SECONDS
        ),
        test_mode=_flag(environ, "TEST_MODE"),
        test_payment_success=_flag(environ, "TEST_PAYMENT_SUCCESS", default=True),
        test_processing_delay_ms=_whole_number(environ, "TEST_PROCESSING_DELAY", 0, 900_000, default=0),
        webhook_allow_loopback=_flag(environ, "WEBHOOK_ALLOW_LOOPBACK"),
        webhook_refused=_own_addresses(environ),
        webhook_schedule=_schedule(environ),
        webhook_disable_after_seconds=_whole_number(
            environ, "WEBHOOK_DISABLE_AFTER_SECONDS", 60, 90 * DAY_SECONDS, default=5 * DAY_SECONDS
        ),
        upi_payee=environ.get("UPI_PAYEE", "") or "paygate@paygate",
        edge_secret=environ.get("EDGE_SECRET", ""),
    )


def _schedule(environ: Mapping[str, str]) -> RetrySchedule:
    if _flag(environ, "WEBHOOK_RETRY_INTERVALS_TEST"):
        return TEST_SCHEDULE
    text = environ.get("WEBHOOK_RETRY_SCHEDULE", "") or "standard"
    try:
        return parse_schedule(text)
    except ValueError as error:
        raise ConfigError(f"WEBHOOK_RETRY_SCHEDULE {error}, not {text!r}") from None


def _own_addresses(environ: Mapping[str, str]) -> frozenset[tuple[str | None, int]]:
    """Where no webhook may go even if it may go to this machine: Lambda's runtime API, AWS's stand-in, and the ports of
    the gateway's own servers. None stands for every loopback address.
    """
    ports = {int(text) for text in environ.get("WEBHOOK_REFUSED_PORTS", "").split(",") if text.strip().isdecimal()}
    for name in ("AWS_LAMBDA_RUNTIME_API", "AWS_ENDPOINT_URL"):
        port = environ.get(name, "").rstrip("/").rpartition(":")[2]
        if port.isdecimal():
            ports.add(int(port))
    return frozenset((None, port) for port in ports)


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise ConfigError(f"{name} is not set")
    return value


def _flag(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = environ.get(name, "").lower()
    if value not in ("", "true", "false"):
        raise ConfigError(f"{name} must be true or false, not {value!r}")
    return value == "true" if value else default


def _whole_number(environ: Mapping[str, str], name: str, minimum: int, maximum: int, *, default: int) -> int:
    value = environ.get(name, "") or str(default)
    if not value.isdecimal() or not minimum <= int(value) <= maximum:
        raise ConfigError(f"{name} must be a whole number from {minimum} to {maximum}, not {value!r}")
    return int(value)
