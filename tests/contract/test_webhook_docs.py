"""docs/webhooks.md says what the code does: its tables, its numbers and the routes that it names."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any, get_args

import pytest
import yaml

from chalicelib.responses import WebhookEndpoint
from chalicelib.routes import webhooks as routes
from chalicelib.schemas.webhooks import DeliveryFilterFields
from paygate.adapters import ssrf, webhook_clock, webhook_http
from paygate.config import read_config
from paygate.domain import retry_policy, webhook_url, webhooks
from paygate.domain.webhooks import Attempt, DeliveryStatus, signed_headers
from paygate.operations import delivering, replay_webhooks, rotate_webhook_secret, sweep
from paygate.operations.create_webhook_endpoint import ENDPOINTS_MAX
from paygate_cli.listen import listen
from paygate_local.settings import DEFAULTS, ROOT

PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PROSE = BLOCKS.sub("", PAGE)
ONE_LINE = " ".join(PROSE.split())
CODE = re.compile(r"`([^`]+)`")
ROUTE = re.compile(r"\b(GET|POST|PATCH|DELETE) \"?(/[\w/${}-]+)")
DAY_SECONDS = 86_400


def table(first_heading: str) -> list[list[str]]:
    """The cells of the rows of the table that begins so."""
    lines = PROSE.splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def words(first_heading: str, column: int = 0) -> list[str]:
    """What is marked as code in a column of a table."""
    return [word for row in table(first_heading) for word in CODE.findall(row[column])]


def test_the_events_are_all_there_are_and_name_what_their_data_holds() -> None:
    assert tuple(words("Event")) == webhooks.EVENT_TYPES
    assert words("Event", 2) == [name.partition(".")[0] for name in webhooks.EVENT_TYPES]
    assert f"`{webhooks.TEST_EVENT}`" in ONE_LINE


def test_the_headers_are_those_that_are_sent() -> None:
    attempt = Attempt("whd_1", "evt_1", 1, 1, "https://merchant.example", ["whsec_" + "A" * 32], b"{}")
    sent = signed_headers(attempt, 1_800_000_000)
    assert sorted(words("Header")) == sorted(sent)
    described = {CODE.findall(row[0])[0]: CODE.findall(row[1]) for row in table("Header")}
    for name in ("Content-Type", "User-Agent"):
        assert described[name] == [sent[name]]


def test_the_statuses_are_those_of_the_code() -> None:
    assert set(words("Delivery `status`")) == set(get_args(DeliveryStatus))
    endpoint = WebhookEndpoint.model_fields
    assert set(words("Endpoint `status`")) == set(get_args(endpoint["status"].annotation))
    reasons = {reason for arm in get_args(endpoint["disabled_reason"].annotation) for reason in get_args(arm)}
    assert set(words("Endpoint `status`", 1)) == reasons


def test_the_schedules_are_those_of_the_code() -> None:
    rows = table("Schedule")
    shown = {row[0]: (row[1], row[2]) for row in rows[:-1]}
    schedules = {
        "`standard` (default)": retry_policy.PROFILES["standard"],
        "`short`": retry_policy.PROFILES["short"],
        "test intervals": retry_policy.TEST_SCHEDULE,
    }
    assert len(retry_policy.PROFILES) == len(schedules) - 1
    assert DEFAULTS["WEBHOOK_RETRY_SCHEDULE"] == "standard"
    assert shown == {
        name: (", ".join(map(str, schedule.steps_seconds)), duration(sum(schedule.steps_seconds)))
        for name, schedule in schedules.items()
    }
    retry_policy.parse_schedule(CODE.findall(rows[-1][0])[0])
    steps, longest = retry_policy.STEPS_MAX, retry_policy.STEP_SECONDS_MAX
    assert rows[-1][1] == f"begins with 0; {steps} steps at most, each {longest} at most"


def test_the_numbers_are_those_of_the_code() -> None:
    config = read_config({"MASTER_KEY_SECRET_ID": "master", "CONNECTIONS_SECRET_ID": "connections"})
    standard, quick = retry_policy.STANDARD_SCHEDULE, retry_policy.TEST_SCHEDULE
    warnings = "{}, {} and {} %".format(*webhooks.WARN_PERCENTS)
    overlap, overlap_max = rotate_webhook_secret.OVERLAP_SECONDS_DEFAULT, rotate_webhook_secret.OVERLAP_SECONDS_MAX
    connect, total = webhook_clock.CONNECT_TIMEOUT_SECONDS, webhook_http.TOTAL_TIMEOUT_SECONDS
    left_alone = f"at least {standard.overloaded_min_seconds} seconds ({quick.overloaded_min_seconds} with the test"
    for said in (
        f"there may be {ENDPOINTS_MAX}.",
        f"**Answer 2xx within {total:.0f} seconds**, {connect:.0f} of them at most for the connection",
        f"no connection within {connect:.0f} seconds, or no whole answer within {total:.0f}",
        f"{webhook_http.READ_BYTES_MAX // 1024} KiB of it are read",
        f"the first {webhook_http.STORED_BYTES_MAX // 1024} KiB of your answer",
        f"the last {routes.ATTEMPTS_MAX} attempts",
        f"up to {retry_policy.JITTER_FRACTION:.0%} shorter or longer".replace("%", " %"),
        left_alone,
        f"takes {webhooks.SLOW_MS / 1000:.0f} seconds or longer",
        f"for the next {delivering.SLOW_SECONDS // 60} minutes",
        f"after {warnings} of `WEBHOOK_DISABLE_AFTER_SECONDS` ({config.webhook_disable_after_seconds}: five days)",
        f"held for {sweep.HELD_SECONDS // DAY_SECONDS} days. Enable it",
        f"| `expired` | held for {sweep.HELD_SECONDS // DAY_SECONDS} days;",
        f"More than {replay_webhooks.DELIVERIES_MAX} at once",
        f"(0 to {overlap_max}; {overlap}, a day, if left out)",
        f"over {webhook_url.URL_LENGTH_MAX} characters",
    ):
        assert said in ONE_LINE, said
    assert str(config.webhook_disable_after_seconds) == DEFAULTS["WEBHOOK_DISABLE_AFTER_SECONDS"]
    assert config.webhook_disable_after_seconds == 5 * DAY_SECONDS


def test_a_replay_takes_what_the_page_says() -> None:
    said = re.search(r"A replay takes what is (.*?), or .*? it narrows by (.*?), and begins", ONE_LINE)
    assert said is not None
    assert tuple(CODE.findall(said[1])) == replay_webhooks.MISSED
    assert CODE.findall(said[2]) == list(DeliveryFilterFields.model_fields)


def test_the_refused_addresses_and_ports_are_those_of_the_code() -> None:
    rows = {row[0]: row[1] for row in table("Refused")}
    named = [word for text in rows.values() for word in CODE.findall(text) if "/" in word and word[-1].isdigit()]
    assert len(named) == len(set(named))
    assert {ip_network(word) for word in named} == {network for network, _ in ssrf.REFUSED_RANGES} | {ssrf.IPV6_PUBLIC}
    assert f"all IPv6 outside `{ssrf.IPV6_PUBLIC}`" in rows["Reserved"]
    ports = {int(number) for number in re.findall(r"\b\d+\b", rows["Ports"])}
    assert ports
    assert ports <= webhook_url.REFUSED_PORTS


@pytest.mark.parametrize("kind", words("`error_kind`"))
def test_an_error_kind_is_one_that_the_code_has(kind: str) -> None:
    sources = [inspect.getsource(module) for module in (webhook_http, delivering)]
    sources.append((ROOT / "layers/core/python/paygate/adapters/webhook_errors.py").read_text(encoding="utf-8"))
    assert any(f'"{kind}"' in source for source in sources)


def routes_named() -> Iterator[tuple[str, str]]:
    for method, path in ROUTE.findall(PAGE):
        yield method.lower(), re.sub(r"\$\w+|\{\w+\}", "{}", path.rstrip("/"))


def test_every_route_that_is_named_exists() -> None:
    openapi: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    known = {
        (method, re.sub(r"\{\w+\}", "{}", path.removeprefix("/v1")))
        for path, operations in openapi["paths"].items()
        for method in operations
    }
    named = set(routes_named())
    assert len(named) > 8
    assert named <= known


def test_every_setting_and_option_that_is_named_exists() -> None:
    settings = set(re.findall(r"\b(WEBHOOK_[A-Z_]+)", PROSE)) - {"WEBHOOK_SECRET"}
    assert settings
    assert settings <= set(DEFAULTS)
    section = PAGE[PAGE.index("## On your own machine") :]
    options = {name.replace("-", "_") for name in re.findall(r"--([a-z-]+)", section)}
    assert options
    assert options <= set(inspect.signature(listen).parameters)
    for variable in re.findall(r"\bPAYGATE_[A-Z_]+", section):
        assert f'envvar="{variable}"' in inspect.getsource(inspect.getmodule(listen) or listen)


def test_no_line_is_too_long() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > 120] == []


def duration(seconds: int) -> str:
    """Such as `75 h 35 m 5 s`, without what is none."""
    parts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "m"), (seconds % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
