from __future__ import annotations

import pytest

from paygate.config import Config, ConfigError, read_config
from paygate.domain.retry_policy import SHORT_SCHEDULE, STANDARD_SCHEDULE, TEST_SCHEDULE, RetrySchedule

REQUIRED = {"MASTER_KEY_SECRET_ID": "arn:key", "CONNECTIONS_SECRET_ID": "arn:connections"}
FLAGS = (
    *("TEST_MODE", "TEST_PAYMENT_SUCCESS", "WEBHOOK_ALLOW_LOOPBACK", "WEBHOOK_ANY_LANE"),
    "WEBHOOK_RETRY_INTERVALS_TEST",
)


def config(**variables: str) -> Config:
    return read_config({**REQUIRED, **variables})


def test_defaults_are_those_of_production() -> None:
    found = config()
    assert (found.region, found.aws_endpoint_url) == ("us-east-1", "")
    assert (found.master_key_secret_id, found.connections_secret_id) == ("arn:key", "arn:connections")
    assert (found.payments_queue_url, found.refunds_queue_url, found.webhooks_queue_url) == ("", "", "")
    assert found.dead_letter_queue_urls == ()
    assert found.authorization_seconds == 7 * 24 * 60 * 60
    assert (found.test_mode, found.test_payment_success, found.test_processing_delay_ms) == (False, True, 0)
    assert (found.card_key_id, found.rate_limit_per_second, found.mode) == ("", 100, "live")
    assert found.webhook_allow_loopback is False
    assert (found.slow_webhooks_queue_url, found.webhook_any_lane, found.webhook_retry_machine_arn) == ("", False, "")
    assert found.webhook_refused == frozenset()
    assert found.webhook_schedule == STANDARD_SCHEDULE
    assert found.webhook_disable_after_seconds == 5 * 24 * 60 * 60
    assert (found.upi_payee, found.edge_secret) == ("paygate@paygate", "")


def test_every_variable_is_read() -> None:
    found = config(
        AWS_REGION="eu-central-1",
        AWS_ENDPOINT_URL="http://127.0.0.1:4566",
        AWS_ACCESS_KEY_ID="AKID",
        AWS_SECRET_ACCESS_KEY="secret-key",
        AWS_SESSION_TOKEN="session-token",
        PAYMENTS_QUEUE_URL="https://q/payments",
        REFUNDS_QUEUE_URL="https://q/refunds",
        WEBHOOKS_QUEUE_URL="https://q/webhooks",
        DEAD_LETTER_QUEUE_URLS="https://q/a,https://q/b",
        AWS_LAMBDA_LOG_GROUP_NAME="/aws/lambda/paygate-ApiFunction",
        CARD_KEY_ID="arn:card-key",
        RATE_LIMIT_PER_SECOND="7",
        AUTHORIZATION_WINDOW_SECONDS="3600",
        TEST_MODE="true",
        TEST_PAYMENT_SUCCESS="false",
        TEST_PROCESSING_DELAY="1500",
        SLOW_WEBHOOKS_QUEUE_URL="https://q/slow-webhooks",
        WEBHOOK_ALLOW_LOOPBACK="true",
        WEBHOOK_ANY_LANE="true",
        WEBHOOK_RETRY_MACHINE_ARN="arn:machine",
        WEBHOOK_RETRY_SCHEDULE="0,30,300",
        WEBHOOK_DISABLE_AFTER_SECONDS="3600",
        WEBHOOK_REFUSED_PORTS="3000,5432",
        AWS_LAMBDA_RUNTIME_API="127.0.0.1:9001",
        UPI_PAYEE="shop.1@bank",
        EDGE_SECRET="the-edge-secret",
    )
    assert (found.region, found.aws_endpoint_url) == ("eu-central-1", "http://127.0.0.1:4566")
    credentials = found.credentials
    assert (credentials.access_key_id, credentials.secret_access_key, credentials.session_token) == (
        "AKID",
        "secret-key",
        "session-token",
    )
    assert (found.payments_queue_url, found.refunds_queue_url) == ("https://q/payments", "https://q/refunds")
    assert found.webhooks_queue_url == "https://q/webhooks"
    assert found.dead_letter_queue_urls == ("https://q/a", "https://q/b")
    assert found.log_group == "/aws/lambda/paygate-ApiFunction"
    assert (found.test_mode, found.test_payment_success, found.test_processing_delay_ms) == (True, False, 1500)
    assert (found.card_key_id, found.rate_limit_per_second) == ("arn:card-key", 7)
    assert found.authorization_seconds == 3_600
    assert found.webhook_allow_loopback is True
    assert (found.slow_webhooks_queue_url, found.webhook_any_lane) == ("https://q/slow-webhooks", True)
    assert found.webhook_retry_machine_arn == "arn:machine"
    assert found.webhook_schedule == RetrySchedule((0, 30, 300))
    assert found.webhook_disable_after_seconds == 3_600
    assert (found.upi_payee, found.edge_secret) == ("shop.1@bank", "the-edge-secret")
    assert found.webhook_refused == {(None, port) for port in (3000, 5432, 9001, 4566)}
    assert "secret-key" not in repr(found)
    assert "the-edge-secret" not in repr(found)
    assert "session-token" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        *((name, "", "is not set") for name in REQUIRED),
        *((name, value, "must be true or false") for name in FLAGS for value in ("yes", "1", "0", "t", " true")),
        *(
            ("TEST_PROCESSING_DELAY", value, "must be a whole number from 0 to 900000")
            for value in ("-1", "1.5", "1e3", "soon", " 1", "1_000", "900001", "²")
        ),
        *(
            ("RATE_LIMIT_PER_SECOND", value, "must be a whole number from 1 to 1000000")
            for value in ("0", "-1", "0.5", "none", "1000001")
        ),
        *(
            ("AUTHORIZATION_WINDOW_SECONDS", value, "must be a whole number from 60 to 2592000")
            for value in ("59", "0", "-60", "60.5", "7d", "2592001")
        ),
        *(
            ("WEBHOOK_DISABLE_AFTER_SECONDS", value, "must be a whole number from 60 to 7776000")
            for value in ("59", "0", "-60", "60.5", "5d", "7776001")
        ),
        *(
            ("WEBHOOK_RETRY_SCHEDULE", value, "must be standard, short or seconds with commas between them")
            for value in ("test", "Standard", "0,", "0,-1", "0,1.5", "0,604801")
        ),
        *(("WEBHOOK_RETRY_SCHEDULE", value, "must begin with 0") for value in ("5", "5,10", ",".join("0" * 21))),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(name: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} {message}"):
        config(**{name: value})


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is not set"):
        read_config({key: value for key, value in REQUIRED.items() if key != name})


@pytest.mark.parametrize("value", ["true", "TRUE", "True"])
def test_flags_are_read_in_any_case(value: str) -> None:
    assert config(TEST_MODE=value).test_mode is True


@pytest.mark.parametrize(
    "name",
    [
        *FLAGS,
        "TEST_PROCESSING_DELAY",
        "RATE_LIMIT_PER_SECOND",
        "AUTHORIZATION_WINDOW_SECONDS",
        "CARD_KEY_ID",
        "DEAD_LETTER_QUEUE_URLS",
        "REFUNDS_QUEUE_URL",
        "SLOW_WEBHOOKS_QUEUE_URL",
        "WEBHOOK_RETRY_MACHINE_ARN",
        "WEBHOOK_RETRY_SCHEDULE",
        "WEBHOOK_DISABLE_AFTER_SECONDS",
        "WEBHOOK_REFUSED_PORTS",
        "AWS_LAMBDA_RUNTIME_API",
        "UPI_PAYEE",
        "EDGE_SECRET",
    ],
)
def test_an_empty_variable_means_its_default(name: str) -> None:
    assert config(**{name: ""}) == config()


@pytest.mark.parametrize(
    ("milliseconds", "seconds", "rest"),
    [
        ("0", 0, 0),
        ("1", 0, 0.001),
        ("999", 0, 0.999),
        ("1000", 1, 0),
        ("1001", 1, 0.001),
        ("1500", 1, 0.5),
        ("900000", 900, 0),
    ],
)
def test_of_the_processing_delay_whole_seconds_are_the_queues_and_the_rest_is_the_simulators(
    milliseconds: str, seconds: int, rest: float
) -> None:
    found = config(TEST_MODE="true", TEST_PROCESSING_DELAY=milliseconds)
    assert (found.processing_delay_seconds, found.processing_rest_seconds) == (seconds, rest)


@pytest.mark.parametrize("mode", ["false", ""])
def test_outside_test_mode_nothing_is_delayed(mode: str) -> None:
    found = config(TEST_MODE=mode, TEST_PROCESSING_DELAY="5500")
    assert (found.processing_delay_seconds, found.processing_rest_seconds) == (0, 0)


@pytest.mark.parametrize(("value", "mode"), [("true", "test"), ("false", "live"), ("", "live")])
def test_the_mode_is_live_unless_it_is_test(value: str, mode: str) -> None:
    assert config(TEST_MODE=value).mode == mode


@pytest.mark.parametrize(("value", "limit"), [("1", 1), ("1000000", 1_000_000), ("", 100)])
def test_the_rate_limit_may_be_from_one_to_a_million(value: str, limit: int) -> None:
    assert config(RATE_LIMIT_PER_SECOND=value).rate_limit_per_second == limit


@pytest.mark.parametrize(("value", "seconds"), [("60", 60), ("2592000", 30 * 86_400), ("", 7 * 86_400)])
def test_a_merchant_has_from_a_minute_to_thirty_days_to_capture(value: str, seconds: int) -> None:
    assert config(AUTHORIZATION_WINDOW_SECONDS=value).authorization_seconds == seconds


@pytest.mark.parametrize(
    ("quick", "name", "schedule"),
    [
        ("", "", STANDARD_SCHEDULE),
        ("false", "standard", STANDARD_SCHEDULE),
        ("false", "short", SHORT_SCHEDULE),
        ("false", "0,60", RetrySchedule((0, 60))),
        *(("true", name, TEST_SCHEDULE) for name in ("", "standard", "short", "0,60")),
    ],
)
def test_the_test_schedule_goes_over_any_other(quick: str, name: str, schedule: RetrySchedule) -> None:
    found = config(WEBHOOK_RETRY_INTERVALS_TEST=quick, WEBHOOK_RETRY_SCHEDULE=name)
    assert found.webhook_schedule == schedule


def test_a_schedule_that_breaks_a_rule_is_refused_with_the_rule_and_what_was_given() -> None:
    with pytest.raises(ConfigError) as raised:
        config(WEBHOOK_RETRY_SCHEDULE="5,10")
    assert str(raised.value) == (
        "WEBHOOK_RETRY_SCHEDULE must begin with 0, which is the first attempt, and have 20 steps at most, not '5,10'"
    )


@pytest.mark.parametrize(("value", "seconds"), [("60", 60), ("7776000", 90 * 86_400), ("", 5 * 86_400)])
def test_an_endpoint_may_fail_from_a_minute_to_ninety_days(value: str, seconds: int) -> None:
    assert config(WEBHOOK_DISABLE_AFTER_SECONDS=value).webhook_disable_after_seconds == seconds


@pytest.mark.parametrize(
    ("variables", "ports"),
    [
        ({"WEBHOOK_REFUSED_PORTS": "3000"}, {3000}),
        ({"WEBHOOK_REFUSED_PORTS": "3000,54321,63790"}, {3000, 54321, 63790}),
        ({"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}, {9001}),
        ({"AWS_LAMBDA_RUNTIME_API": "169.254.100.1"}, set()),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, {4566}),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566/"}, {4566}),
        ({"AWS_ENDPOINT_URL": "https://sqs.eu-central-1.amazonaws.com"}, set()),
        ({"WEBHOOK_REFUSED_PORTS": "3000", "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:3000"}, {3000}),
    ],
)
def test_webhooks_keep_off_this_machines_own_servers(variables: dict[str, str], ports: set[int]) -> None:
    assert config(**variables).webhook_refused == {(None, port) for port in ports}
