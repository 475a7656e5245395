from __future__ import annotations

from pathlib import Path

import pytest

from paygate_local import settings as module
from paygate_local.problems import Problem
from paygate_local.settings import DEFAULTS, TEST_PARAMETERS, read_settings

PORTS = ("PAYGATE_PORT", "LOCALSTACK_PORT", "POSTGRES_PORT", "VALKEY_PORT")
FLAGS = ("TEST_MODE", "TEST_PAYMENT_SUCCESS", "WEBHOOK_RETRY_INTERVALS_TEST")


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A repository without .env, and an environment without settings."""
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name in DEFAULTS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_without_any_setting_the_defaults_hold(root: Path) -> None:
    found = read_settings()
    assert found.home == root / ".local" / "stack"
    assert (found.front_door_port, found.localstack_port, found.postgres_port, found.valkey_port) == (
        3000,
        4566,
        54321,
        63790,
    )
    assert found.parameters == {
        "TestMode": "true",
        "TestPaymentSuccess": "true",
        "TestProcessingDelay": "1000",
        "WebhookRetrySchedule": "standard",
        "WebhookRetryIntervalsTest": "false",
        "WebhookDisableAfterSeconds": "432000",
        "RateLimitPerSecond": "100",
        "AuthorizationWindowSeconds": "604800",
        "LogLevel": "INFO",
    }
    assert found.url == "http://localhost:3000"
    assert found.aws_endpoint_url == "http://127.0.0.1:4566"


def test_dotenv_goes_over_the_defaults(root: Path) -> None:
    (root / ".env").write_text("# a comment\nPAYGATE_PORT=3100\nTEST_MODE=false\nexport LOG_LEVEL='DEBUG'\nOTHER=x\n")
    found = read_settings()
    assert (found.front_door_port, found.localstack_port) == (3100, 4566)
    assert (found.parameters["TestMode"], found.parameters["LogLevel"]) == ("false", "DEBUG")


def test_the_environment_goes_over_dotenv(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    (root / ".env").write_text("PAYGATE_PORT=3100\nLOCALSTACK_PORT=4600\n")
    monkeypatch.setenv("PAYGATE_PORT", "3200")
    found = read_settings()
    assert (found.front_door_port, found.localstack_port) == (3200, 4600)


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_an_empty_setting_counts_as_unset(monkeypatch: pytest.MonkeyPatch, root: Path, name: str) -> None:
    defaults = read_settings()
    (root / ".env").write_text(f"{name}=\n")
    assert read_settings() == defaults
    monkeypatch.setenv(name, "")
    assert read_settings() == defaults


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in PORTS for value in ("web", "-1", "0", "80", "1023", "65536", "3000.5", " 3000")),
        *((name, value) for name in FLAGS for value in ("yes", "1", "TRUE", " true")),
        *(("TEST_PROCESSING_DELAY", value) for value in ("soon", "-1", "1.5", "900001", "²")),
        *(("RATE_LIMIT_PER_SECOND", value) for value in ("0", "-1", "1.5", "1000001", "fast")),
        *(("AUTHORIZATION_WINDOW_SECONDS", value) for value in ("59", "-60", "60.5", "2592001", "7d", "٦٠٠")),
        *(("WEBHOOK_DISABLE_AFTER_SECONDS", value) for value in ("59", "-60", "60.5", "7776001", "5d", "٦٠٠")),
        *(("LOG_LEVEL", value) for value in ("debug", "TRACE", "10")),
    ],
)
def test_a_bad_value_is_a_problem_that_names_the_setting_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Problem) as raised:
        read_settings()
    what, _, remedy = str(raised.value).partition(". Set it to ")
    assert what == f"{name} is {value!r}"
    assert remedy.endswith(".")


def test_a_number_that_is_out_of_range_is_told_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHORIZATION_WINDOW_SECONDS", "59")
    with pytest.raises(Problem) as raised:
        read_settings()
    assert str(raised.value) == "AUTHORIZATION_WINDOW_SECONDS is '59'. Set it to seconds, from 60 to 2592000."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAYGATE_PORT", "1024"),
        ("PAYGATE_PORT", "65535"),
        ("TEST_PROCESSING_DELAY", "0"),
        ("TEST_PROCESSING_DELAY", "900000"),
        ("RATE_LIMIT_PER_SECOND", "1"),
        ("RATE_LIMIT_PER_SECOND", "1000000"),
        ("AUTHORIZATION_WINDOW_SECONDS", "60"),
        ("AUTHORIZATION_WINDOW_SECONDS", "2592000"),
        ("WEBHOOK_DISABLE_AFTER_SECONDS", "60"),
        ("WEBHOOK_DISABLE_AFTER_SECONDS", "7776000"),
        ("WEBHOOK_RETRY_SCHEDULE", "short"),
        ("WEBHOOK_RETRY_SCHEDULE", "0"),
        ("WEBHOOK_RETRY_SCHEDULE", "0,604800"),
    ],
)
def test_values_at_the_limits_are_accepted(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    found = read_settings()
    given = found.parameters[TEST_PARAMETERS[name]] if name in TEST_PARAMETERS else str(found.front_door_port)
    assert given == value


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        *(
            (value, "seconds with commas between them, each 604800 at most")
            for value in ("test", "0,", "0,x", "0,604801")
        ),
        *((value, "begin with 0, which is the first attempt") for value in ("5", "5,0", ",".join("0" * 21))),
    ],
)
def test_a_schedule_that_breaks_a_rule_is_a_problem_that_tells_the_rule(
    monkeypatch: pytest.MonkeyPatch, value: str, rule: str
) -> None:
    monkeypatch.setenv("WEBHOOK_RETRY_SCHEDULE", value)
    with pytest.raises(Problem) as raised:
        read_settings()
    what, _, remedy = str(raised.value).partition(". It must ")
    assert what == f"WEBHOOK_RETRY_SCHEDULE is {value!r}"
    assert rule in remedy
    assert remedy.endswith(".")


@pytest.mark.parametrize(("given", "home"), [("other/stack", "other/stack"), ("/srv/paygate", "/srv/paygate")])
def test_home_is_relative_to_the_repository(monkeypatch: pytest.MonkeyPatch, root: Path, given: str, home: str) -> None:
    monkeypatch.setenv("PAYGATE_HOME", given)
    assert read_settings().home == root / home


def test_every_parameter_of_the_template_has_a_default() -> None:
    assert TEST_PARAMETERS.keys() <= DEFAULTS.keys()
    assert len(set(TEST_PARAMETERS.values())) == len(TEST_PARAMETERS)


def test_buckets_differ() -> None:
    found = read_settings()
    assert found.checkout_bucket != found.dashboard_bucket


def test_an_empty_variable_of_the_environment_does_not_hide_dotenv(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    (root / ".env").write_text("TEST_MODE=false\n")
    monkeypatch.setenv("TEST_MODE", "")
    assert read_settings().parameters["TestMode"] == "false"
