"""When something is in the way, the command line says so in one line, says what to do, and exits with an error."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from paygate_local.services import Services
from paygate_local.settings import ROOT, StackSettings
from tests.conftest import RUN_HOME
from tests.support.polling import eventually
from tests.support.servers import settings_for
from tests.support.stack import TestStack

PYTHON = ROOT / ".local" / "venvs" / "project" / "bin" / "python"


@pytest.fixture
def settings() -> Iterator[StackSettings]:
    """A stack that is not up; whatever a test starts of it is stopped."""
    settings = settings_for(RUN_HOME / "command-line")
    yield settings
    assert TestStack(settings).make("reset").returncode == 0


def run(settings: StackSettings, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {**os.environ, **TestStack(settings).environment(), **variables}
    return subprocess.run(
        [PYTHON, "-m", "paygate_local", command],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": "infra:layers/core/python"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def complaint(result: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error of a command that failed."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.strip()


@pytest.mark.parametrize("setting", ["PAYGATE_PORT", "LOCALSTACK_PORT", "POSTGRES_PORT", "VALKEY_PORT"])
def test_a_used_port_is_named_with_its_setting_before_anything_is_started(
    settings: StackSettings, setting: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = complaint(run(settings, "up", **{setting: str(port)}))
    assert line.startswith(f"✗ Port {port} is used by ")
    assert f"(pid {os.getpid()})" in line
    assert line.endswith(f"Stop it, or choose another port with {setting}=<port> in .env.")
    assert all(daemon.process() is None for daemon in Services(settings).daemons)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TEST_MODE": "maybe"}, "TEST_MODE is 'maybe'. Set it to true or false."),
        ({"TEST_PROCESSING_DELAY": "-1"}, "TEST_PROCESSING_DELAY is '-1'. Set it to milliseconds, from 0 to 900000."),
        ({"PAYGATE_PORT": "80"}, "PAYGATE_PORT is '80'. Set it to a port number from 1024 to 65535."),
        ({"PAYGATE_PORT": "5000", "VALKEY_PORT": "5000"}, "Give each server a port of its own."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'. Set it to DEBUG, INFO, WARNING or ERROR."),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: StackSettings, variables: dict[str, str], words: str) -> None:
    assert words in complaint(run(settings, "up", **variables))


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "Node is missing. Install Node 20.19 or newer"),
        ("echo v18.1.0", "Node v18.1.0 is too old. Install Node 20.19 or newer."),
    ],
)
def test_a_missing_or_old_node_is_named(
    settings: StackSettings, tmp_path: Path, script: str | None, words: str
) -> None:
    if script is not None:
        node = tmp_path / "node"
        node.write_text(f"#!/bin/sh\n{script}\n")
        node.chmod(0o755)
    assert words in complaint(run(settings, "up", PATH=str(tmp_path)))


def test_commands_that_need_the_stack_say_to_bring_it_up(settings: StackSettings) -> None:
    assert complaint(run(settings, "demo")).endswith("Run make up first.")
    assert complaint(run(settings, "logs")) == "✗ LocalStack does not run. Run make up first."


def test_status_of_a_stack_that_is_down_fails_and_says_so(settings: StackSettings) -> None:
    result = run(settings, "status")
    assert result.returncode == 1
    assert result.stdout.count("stopped") == 3
    assert "make up" in result.stdout


def test_a_postgres_that_cannot_start_ends_in_one_line_that_names_its_log(settings: StackSettings) -> None:
    data = settings.home / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    line = complaint(run(settings, "up"))
    assert line.startswith("✗ Postgres ended while starting (")
    assert line.endswith(f"See {settings.home}/logs/postgres.log.")


def test_external_servers_that_are_not_there_are_named(settings: StackSettings) -> None:
    line = complaint(run(settings, "up", PAYGATE_SERVERS="external"))
    assert line.startswith(f"✗ No postgres answers on port {settings.postgres_port}. Start it (docker compose up")


def test_make_up_deploys_onto_servers_that_something_else_has_started(stack: TestStack) -> None:
    # Without its pid files, nothing of the running servers is this command line's own.
    away = stack.settings.home / "run-away"
    (stack.settings.home / "run").rename(away)
    try:
        result = stack.make("up", PAYGATE_SERVERS="external", TEST_PROCESSING_DELAY="0")
        status = stack.make("status", PAYGATE_SERVERS="external")
        payment = stack.settled(stack.pay())
    finally:
        away.rename(stack.settings.home / "run")
    assert result.returncode == status.returncode == 0, result.stdout + result.stderr
    assert "template.yaml by SAM" in result.stdout
    assert status.stdout.count("running") == 3
    assert payment["status"] == "success"


def test_make_secrets_prints_what_docker_compose_asks_for(stack: TestStack) -> None:
    lines = stack.make("--silent secrets").stdout.splitlines()
    secrets = stack.services.secrets
    assert lines == [f"POSTGRES_PASSWORD={secrets.postgres_password}", f"VALKEY_PASSWORD={secrets.valkey_password}"]


def test_a_dead_postgres_shows_in_health_and_make_up_brings_it_back(stack: TestStack) -> None:
    postgres = stack.services.postgres.process()
    assert postgres is not None
    postgres.send_signal(signal.SIGQUIT)
    postgres.wait(30)
    answer = stack.call("GET", "/health/db", headers={})
    assert answer.status_code == 503
    assert answer.json()["database"] == "disconnected"
    refused = stack.call("GET", "/orders/order_test_123")
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "UNAVAILABLE_ERROR"
    assert refused.headers["Retry-After"] == "1"
    result = stack.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert stack.settled(stack.pay())["status"] == "success"


def test_a_dead_redis_shows_in_health_but_stops_no_payment(stack: TestStack) -> None:
    valkey = stack.services.valkey.process()
    assert valkey is not None
    valkey.kill()
    valkey.wait(30)
    answer = stack.call("GET", "/health", headers={})
    assert (answer.status_code, answer.json()["redis"], answer.json()["status"]) == (503, "disconnected", "unhealthy")
    assert stack.settled(stack.pay())["status"] == "success"
    assert stack.make("up").returncode == 0
    assert stack.call("GET", "/health", headers={}).status_code == 200


def test_make_up_killed_while_it_deploys_goes_on_when_run_again(stack: TestStack) -> None:
    running = subprocess.Popen(
        ["make", "up"],
        env={**os.environ, **stack.environment(), "TEST_PROCESSING_DELAY": "2000"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    state = stack.settings.home / "state.json"
    try:
        # The fingerprint is taken back when the deployment begins.
        eventually(lambda: '"deployed"' not in state.read_text(), seconds=60, what="the deployment's begin")
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    result = stack.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "template.yaml by SAM" in result.stdout
    assert stack.settled(stack.pay())["status"] == "success"


def test_a_localstack_that_dies_under_the_deployment_is_named(stack: TestStack) -> None:
    localstack = stack.services.localstack.process()
    assert localstack is not None
    state = stack.settings.home / "state.json"
    with subprocess.Popen(
        [PYTHON, "-m", "paygate_local", "up"],
        cwd=ROOT,
        env={
            **os.environ,
            **stack.environment(),
            "TEST_PROCESSING_DELAY": "3000",
            "PYTHONPATH": "infra:layers/core/python",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        eventually(lambda: '"deployed"' not in state.read_text(), seconds=60, what="the deployment's begin")
        localstack.kill()
        _, errors = running.communicate(timeout=120)
    assert running.returncode == 1
    assert errors.startswith("✗ ")
    assert errors.count("\n") == 1, errors
    assert stack.make("up").returncode == 0
    assert stack.settled(stack.pay())["status"] == "success"


def test_test_payment_success_false_makes_payments_fail(stack: TestStack) -> None:
    try:
        assert stack.make("up TEST_PAYMENT_SUCCESS=false").returncode == 0
        payment = stack.settled(stack.pay())
        assert (payment["status"], payment["failure_reason"]) == ("failed", "payment_declined")
    finally:
        assert stack.make("up").returncode == 0
    assert stack.settled(stack.pay())["status"] == "success"
