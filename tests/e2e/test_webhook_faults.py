"""Webhooks to receivers that misbehave, through everything that is deployed: as many attempts as the rules say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.e2e.faulty_receivers import Fault, FaultyReceiver, faults, running
from tests.integration.support import reply, tcp_server
from tests.support.polling import eventually
from tests.support.rows import Rows, rows_of
from tests.support.stack import TestStack

NAMES = tuple(faults(""))
# Those that fail to the end make five attempts within a minute; a busy machine takes its time for each.
END_SECONDS = 150


@dataclass(frozen=True)
class Story:
    """One receiver, and what the log tells of the one webhook that was meant for it."""

    fault: Fault
    receiver: FaultyReceiver
    endpoint: dict[str, Any]
    delivery: dict[str, Any]
    attempts: list[dict[str, Any]]


@pytest.fixture(scope="module")
def stories(stack: TestStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Story]]:
    """One payment, whose success is told to every faulty receiver at once; their deliveries once they have ended."""
    inside: list[str] = []
    folder = tmp_path_factory.mktemp("tls")
    with ExitStack() as open_now:
        port = open_now.enter_context(tcp_server(lambda _: inside.append("connected")))
        receivers = open_now.enter_context(running(faults(f"http://127.0.0.1:{port}/inside"), folder))
        ids = {name: endpoint_at(stack, name, receiver.url) for name, receiver in receivers.items()}
        stack.settled(stack.pay())
        ended = eventually(lambda: all_ended(stack, ids), seconds=END_SECONDS, what="the end of every delivery")
        yield {name: story(stack, receivers[name], ids[name], ended[name]) for name in receivers}
    for endpoint_id in ids.values():
        assert stack.call("DELETE", f"/webhook-endpoints/{endpoint_id}").status_code == 200
    assert inside == [], "a redirect was followed"


def endpoint_at(stack: TestStack, name: str, url: str) -> str:
    answer = stack.call("POST", "/webhook-endpoints", {"url": url, "events": ["payment.success"], "description": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def delivery_to(stack: TestStack, endpoint_id: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = stack.call("GET", f"/webhooks?endpoint_id={endpoint_id}").json()["data"]
    assert len(found) <= 1
    return found[0] if found else None


def all_ended(stack: TestStack, ids: dict[str, str]) -> dict[str, dict[str, Any]] | None:
    found = {name: delivery_to(stack, endpoint_id) for name, endpoint_id in ids.items()}
    ended = {name: row for name, row in found.items() if row is not None and row["status"] != "pending"}
    return ended if len(ended) == len(ids) else None


def story(stack: TestStack, receiver: FaultyReceiver, endpoint_id: str, delivery: dict[str, Any]) -> Story:
    detail = stack.call("GET", f"/webhooks/{delivery['id']}").json()
    endpoint = stack.call("GET", f"/webhook-endpoints/{endpoint_id}").json()
    return Story(receiver.fault, receiver, endpoint, detail, detail["attempt_log"][::-1])


def moment(attempt: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(attempt["started_at"])


@pytest.fixture
def sql(stack: TestStack) -> Iterator[Rows]:
    with rows_of(stack.services.database_url) as rows:
        yield rows


@pytest.mark.parametrize("name", NAMES)
def test_each_fault_gets_exactly_the_attempts_and_records_that_the_rules_say(
    stories: dict[str, Story], name: str
) -> None:
    it = stories[name]
    assert [(a["response_status"], a["error_kind"]) for a in it.attempts] == list(it.fault.outcomes)
    assert it.delivery["status"] == it.fault.status
    assert [a["number"] for a in it.attempts] == list(range(1, len(it.fault.outcomes) + 1))
    assert {a["run"] for a in it.attempts} == {1}
    waits = zip(it.attempts, it.attempts[1:], it.fault.waits_seconds, strict=False)
    for before, after, least in waits:
        assert moment(after) - moment(before) >= timedelta(seconds=least)


@pytest.mark.parametrize("name", NAMES)
def test_the_receiver_saw_as_many_requests_as_there_are_attempts(stories: dict[str, Story], name: str) -> None:
    it = stories[name]
    # Where the certificate is refused, nothing was sent.
    assert len(it.receiver.arrived) == (0 if it.fault.tls else len(it.attempts))
    for number, (_, request) in enumerate(it.receiver.arrived, 1):
        head, _, body = request.partition(b"\r\n\r\n")
        assert f"\r\nwebhook-attempt: {number}\r\n".encode() in head + b"\r\n"
        assert body.decode() == it.delivery["request_body"]


@pytest.mark.parametrize("name", NAMES)
def test_every_attempt_tells_how_long_it_took_and_what_was_sent(stories: dict[str, Story], name: str) -> None:
    for attempt in stories[name].attempts:
        assert 0 <= attempt["duration_ms"] < 17_000
        assert attempt["address"] == "127.0.0.1"
        assert attempt["timings"]["connect_ms"] is not None
        if not stories[name].fault.tls:
            assert attempt["request_headers"]["webhook-id"] == stories[name].delivery["event_id"]
        assert (attempt["error"] is None) == (attempt["error_kind"] is None)


def test_a_receiver_that_hangs_has_fifteen_seconds(stories: dict[str, Story]) -> None:
    for name in ("hangs, then 200", "drips, then 200"):
        assert 14_500 <= stories[name].attempts[0]["duration_ms"] < 17_000


def test_of_a_body_without_end_no_more_is_stored_than_fits(stories: dict[str, Story]) -> None:
    (attempt,) = stories["a gigabyte"].attempts
    assert (len(attempt["response_body"]), attempt["response_truncated"]) == (16 * 1024, True)
    (attempt,) = stories["a gzip bomb"].attempts
    assert len(attempt["response_body"]) < 16 * 1024
    (attempt,) = stories["not UTF-8"].attempts
    assert attempt["response_body"] == "caf\ufffd\ufffd\ufffd"


def test_gone_has_disabled_its_endpoint_and_no_other(stories: dict[str, Story]) -> None:
    reasons = {name: it.endpoint["disabled_reason"] for name, it in stories.items()}
    assert {name: reason for name, reason in reasons.items() if reason is not None} == {"gone": "gone"}


def test_only_what_failed_at_first_has_had_an_alarm_clock(
    stories: dict[str, Story], stack: TestStack, sql: Rows
) -> None:
    client = stack.aws("stepfunctions")
    (machine,) = client.list_state_machines()["stateMachines"]
    runs = client.list_executions(stateMachineArn=machine["stateMachineArn"], maxResults=1000)["executions"]
    names = [run["name"] for run in runs]
    assert len(set(names)) == len(names)
    for it in stories.values():
        arn = sql.value("SELECT execution_arn FROM webhook_deliveries WHERE id = :id", id=it.delivery["id"])
        if len(it.attempts) == 1:
            assert arn is None
            assert f"{it.delivery['id']}-1" not in names
            continue
        ended = eventually(partial(ended_execution, client, arn), what="the end of the clock")
        assert ended["status"] == "SUCCEEDED"


def ended_execution(client: Any, arn: str) -> dict[str, Any] | None:
    execution: dict[str, Any] = client.describe_execution(executionArn=arn)
    return execution if execution["status"] != "RUNNING" else None


@pytest.mark.parametrize(("change", "status"), [("DELETE", "cancelled"), ("PATCH", "held")])
def test_a_clock_ends_with_its_endpoint(stack: TestStack, change: str, status: str, sql: Rows) -> None:
    with tcp_server(reply("500 Oops")) as port:
        endpoint_id = endpoint_at(stack, status, f"http://127.0.0.1:{port}/webhooks")
        stack.settled(stack.pay())
        failed = eventually(lambda: first_failed(stack, endpoint_id), what="the first failure")
        body = {"status": "disabled"} if change == "PATCH" else None
        assert stack.call(change, f"/webhook-endpoints/{endpoint_id}", body).status_code == 200
        ended = eventually(
            lambda: sql.column(
                "SELECT status FROM webhook_deliveries WHERE id = :id AND status <> 'pending'", id=failed["id"]
            ),
            what="the end of the delivery",
        )
    assert ended == [status]
    assert sql.value("SELECT attempts FROM webhook_deliveries WHERE id = :id", id=failed["id"]) == failed["attempts"]
    stack.call("DELETE", f"/webhook-endpoints/{endpoint_id}")


def first_failed(stack: TestStack, endpoint_id: str) -> dict[str, Any] | None:
    row = delivery_to(stack, endpoint_id)
    return row if row is not None and row["attempts"] > 0 else None
