"""The local stack's settings: from the environment (so also from `make up NAME=value`), then .env, then defaults.

`.env.example` documents each of them. A second stack beside the first one, such as the tests', is the same code with
another PAYGATE_HOME and other ports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from paygate.domain.retry_policy import parse_schedule
from paygate_local.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
VENVS = ROOT / ".local" / "venvs"
STACK_NAME = "paygate"
REGION = "us-east-1"
ACCOUNT_ID = "000000000000"
TEST_PARAMETERS = {
    "TEST_MODE": "TestMode",
    "TEST_PAYMENT_SUCCESS": "TestPaymentSuccess",
    "TEST_PROCESSING_DELAY": "TestProcessingDelay",
    "WEBHOOK_RETRY_SCHEDULE": "WebhookRetrySchedule",
    "WEBHOOK_RETRY_INTERVALS_TEST": "WebhookRetryIntervalsTest",
    "WEBHOOK_DISABLE_AFTER_SECONDS": "WebhookDisableAfterSeconds",
    "RATE_LIMIT_PER_SECOND": "RateLimitPerSecond",
    "AUTHORIZATION_WINDOW_SECONDS": "AuthorizationWindowSeconds",
    "LOG_LEVEL": "LogLevel",
}
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
DEFAULTS = {
    "PAYGATE_HOME": ".local/stack",
    "PAYGATE_SERVERS": "own",
    "LAYER_PYTHON_VERSION": THIS_PYTHON,
    "PAYGATE_PORT": "3000",
    "LOCALSTACK_PORT": "4566",
    "POSTGRES_PORT": "54321",
    "VALKEY_PORT": "63790",
    "TEST_MODE": "true",
    "TEST_PAYMENT_SUCCESS": "true",
    "TEST_PROCESSING_DELAY": "1000",
    "WEBHOOK_RETRY_SCHEDULE": "standard",
    "WEBHOOK_RETRY_INTERVALS_TEST": "false",
    "WEBHOOK_DISABLE_AFTER_SECONDS": "432000",
    "RATE_LIMIT_PER_SECOND": "100",
    "AUTHORIZATION_WINDOW_SECONDS": "604800",
    "LOG_LEVEL": "INFO",
}

WHOLE_NUMBERS = {
    "TEST_PROCESSING_DELAY": (0, 900_000, "milliseconds"),
    "RATE_LIMIT_PER_SECOND": (1, 1_000_000, "a whole number"),
    "AUTHORIZATION_WINDOW_SECONDS": (60, 2_592_000, "seconds"),
    "WEBHOOK_DISABLE_AFTER_SECONDS": (60, 7_776_000, "seconds"),
}


@dataclass(frozen=True)
class StackSettings:
    """Where one stack lives, on which ports, and the template parameters that it is deployed with.

    With `external_servers` something else, such as docker compose, starts and stops its servers; the layers are built
    for the Python that LocalStack there runs the functions on, `layer_python_version`.
    """

    home: Path
    front_door_port: int
    localstack_port: int
    postgres_port: int
    valkey_port: int
    parameters: Mapping[str, str]
    external_servers: bool = False
    layer_python_version: str = THIS_PYTHON

    @property
    def url(self) -> str:
        return f"http://localhost:{self.front_door_port}"

    @property
    def aws_endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.localstack_port}"

    @property
    def checkout_bucket(self) -> str:
        return f"{STACK_NAME}-checkout-{ACCOUNT_ID}"

    @property
    def dashboard_bucket(self) -> str:
        return f"{STACK_NAME}-dashboard-{ACCOUNT_ID}"


def read_settings() -> StackSettings:
    """Raises Problem naming the setting that cannot be used."""
    # make hands on variables that nobody set as empty ones; they must not hide what .env says.
    given = {**dotenv_values(ROOT / ".env"), **{name: value for name, value in os.environ.items() if value}}
    values = {name: given.get(name) or default for name, default in DEFAULTS.items()}
    _check(values)
    return StackSettings(
        home=ROOT / values["PAYGATE_HOME"],
        front_door_port=_port(values, "PAYGATE_PORT"),
        localstack_port=_port(values, "LOCALSTACK_PORT"),
        postgres_port=_port(values, "POSTGRES_PORT"),
        valkey_port=_port(values, "VALKEY_PORT"),
        parameters={parameter: values[name] for name, parameter in TEST_PARAMETERS.items()},
        external_servers=values["PAYGATE_SERVERS"] == "external",
        layer_python_version=values["LAYER_PYTHON_VERSION"],
    )


def _check(values: Mapping[str, str]) -> None:
    for name in ("TEST_MODE", "TEST_PAYMENT_SUCCESS", "WEBHOOK_RETRY_INTERVALS_TEST"):
        if values[name] not in ("true", "false"):
            raise Problem(f"{name} is {values[name]!r}", "Set it to true or false.")
    if values["PAYGATE_SERVERS"] not in ("own", "external"):
        raise Problem(f"PAYGATE_SERVERS is {values['PAYGATE_SERVERS']!r}", "Set it to own or external.")
    if values["LAYER_PYTHON_VERSION"] not in ("3.11", "3.12", "3.13"):
        raise Problem(f"LAYER_PYTHON_VERSION is {values['LAYER_PYTHON_VERSION']!r}", "Set it to 3.11, 3.12 or 3.13.")
    for name, (minimum, maximum, unit) in WHOLE_NUMBERS.items():
        value = values[name]
        if not (value.isascii() and value.isdecimal() and minimum <= int(value) <= maximum):
            raise Problem(f"{name} is {value!r}", f"Set it to {unit}, from {minimum} to {maximum}.")
    try:
        parse_schedule(values["WEBHOOK_RETRY_SCHEDULE"])
    except ValueError as error:
        raise Problem(f"WEBHOOK_RETRY_SCHEDULE is {values['WEBHOOK_RETRY_SCHEDULE']!r}", f"It {error}.") from None
    ports = [values[name] for name in DEFAULTS if name.endswith("_PORT")]
    if len(set(ports)) < len(ports):
        raise Problem(f"Two of the ports {', '.join(ports)} are the same", "Give each server a port of its own.")
    if values["LOG_LEVEL"] not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise Problem(f"LOG_LEVEL is {values['LOG_LEVEL']!r}", "Set it to DEBUG, INFO, WARNING or ERROR.")


def _port(values: Mapping[str, str], name: str) -> int:
    text = values[name]
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise Problem(f"{name} is {text!r}", "Set it to a port number from 1024 to 65535.")
    return int(text)
