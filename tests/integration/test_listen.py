"""What `./paygate listen` forwards, over real sockets: everything, in order, whatever goes away meanwhile."""

from __future__ import annotations

import hmac
import json
import random
import re
from datetime import timedelta
from pathlib import Path

import pytest

from paygate.domain.ids import new_id
from paygate.domain.signing import sign_body, sign_standard
from paygate_cli import listen_gateway, listen_receiver
from paygate_cli.listen_gateway import iso
from paygate_cli.listen_state import ListenState
from paygate_local.problems import Problem
from paygate_local.receiver import ReceivedWebhook
from tests.integration.listening import SIGNING_SECRET, START, TRICKY, Gateway, Hook, listening
from tests.support.polling import eventually


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "listen" / "state.json"


def signed(webhook: ReceivedWebhook) -> bool:
    headers = webhook.headers
    standard = sign_standard([SIGNING_SECRET], headers["webhook-id"], int(headers["webhook-timestamp"]), webhook.body)
    return hmac.compare_digest(
        headers["x-webhook-signature"], sign_body(SIGNING_SECRET, webhook.body)
    ) and hmac.compare_digest(headers["webhook-signature"], standard)


def test_events_arrive_signed_in_order_and_byte_for_byte(gateway: Gateway, hook: Hook, path: Path) -> None:
    first = gateway.add("payment.created", at=1, sequence=7)
    second = gateway.add("endpoint.disabled", at=2, sequence=None, payment_id=None)
    with listening(gateway, hook, path) as run:
        third = gateway.add("payment.success", at=3, sequence=8)
        hook.await_ids([first, second, third])
        run.await_line(third)
    original = json.dumps(gateway.events[0]["body"], ensure_ascii=False, separators=(",", ":"))
    assert TRICKY.encode()[:10] in hook.arrived[0].body
    assert hook.arrived[0].body == original.encode()
    assert all(signed(webhook) for webhook in hook.arrived)
    assert [webhook.headers.get("webhook-sequence") for webhook in hook.arrived] == ["7", None, "8"]
    assert {webhook.headers["webhook-attempt"] for webhook in hook.arrived} == {"1"}
    assert {webhook.headers["content-type"] for webhook in hook.arrived} == {"application/json"}
    assert re.fullmatch(rf"\d\d:\d\d:\d\d  payment.created    {first}  → 200  \(\d+ ms\)", run.lines[0])
    assert len(run.lines) == 3


def test_events_of_one_moment_come_as_their_sequence_says(gateway: Gateway, hook: Hook, path: Path) -> None:
    payment = new_id("pay")
    ids = {number: gateway.add(at=1, sequence=number, payment_id=payment) for number in random.sample(range(1, 9), 8)}
    with listening(gateway, hook, path):
        hook.await_ids([ids[number] for number in sorted(ids)])


def test_each_event_is_forwarded_once_however_often_it_is_read(gateway: Gateway, hook: Hook, path: Path) -> None:
    ids = [gateway.add(at=second) for second in range(5)]
    with listening(gateway, hook, path):
        hook.await_ids(ids)
        gateway.await_polls(10)
    assert hook.ids == ids


def test_an_event_that_becomes_visible_late_is_found(gateway: Gateway, hook: Hook, path: Path) -> None:
    newer = gateway.add(at=100)
    with listening(gateway, hook, path):
        hook.await_ids([newer])
        older = gateway.add(at=41)
        hook.await_ids([newer, older])
        gateway.await_polls(3)
    assert gateway.queries[-1]["created_gte"] == iso(START + timedelta(seconds=40))


def test_what_is_remembered_is_no_longer_than_the_overlap(gateway: Gateway, hook: Hook, path: Path) -> None:
    ids = [gateway.add(at=second) for second in range(0, 600, 2)]
    with listening(gateway, hook, path):
        eventually(lambda: len(hook.arrived) == len(ids), what="all webhooks")
        gateway.await_polls(2)
    kept = json.loads(path.read_text())
    assert hook.ids == ids
    assert list(kept["done"]) == ids[-31:]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_long_backlog_comes_whole_and_in_order(
    gateway: Gateway, hook: Hook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen_gateway, "PAGE_SIZE", 7)
    monkeypatch.setattr(listen_gateway, "KEPT_PAGES", 2)
    # All within the overlap: what is held in memory is not enough to come past it.
    ids = [gateway.add(at=number / 2) for number in range(75)]
    with listening(gateway, hook, path):
        eventually(lambda: hook.arrived, what="the first webhook")
        late = gateway.add(at=36.75)
        eventually(lambda: len(hook.arrived) > 75, what="all webhooks")
        gateway.await_polls(3)
    assert hook.ids in ([*ids, late], [*ids[:-1], late, ids[-1]])


def test_more_events_than_can_be_walked_through_is_a_problem(
    gateway: Gateway, hook: Hook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen_gateway, "PAGE_SIZE", 1)
    monkeypatch.setattr(listen_gateway, "PAGES_MAX", 3)
    for second in range(4):
        gateway.add(at=second)
    with listening(gateway, hook, path) as run:
        assert run.ended.wait(30)
    assert str(run.failure) == "There are over 3 events. Give a later --since."
    assert hook.ids == []


def test_a_restart_goes_on_where_the_last_run_left_off(gateway: Gateway, hook: Hook, path: Path) -> None:
    before = [gateway.add(at=1), gateway.add(at=2)]
    with listening(gateway, hook, path):
        hook.await_ids(before)
    between = [gateway.add(at=1.5), gateway.add(at=3)]
    with listening(gateway, hook, path):
        hook.await_ids(before + between)
        gateway.await_polls(3)
    assert hook.ids == before + between


def test_events_before_the_start_stay_where_they_are(gateway: Gateway, hook: Hook, path: Path) -> None:
    gateway.add(at=-1)
    wanted = gateway.add(at=0)
    with listening(gateway, hook, path):
        hook.await_ids([wanted])
        gateway.await_polls(3)
    assert hook.ids == [wanted]


def test_a_receiver_that_goes_away_gets_everything_when_it_is_back(gateway: Gateway, hook: Hook, path: Path) -> None:
    ids = [gateway.add(at=1)]
    with listening(gateway, hook, path) as run:
        hook.await_ids(ids)
        hook.server.stop()
        ids += [gateway.add(at=2), gateway.add(at=3)]
        run.await_line("The receiver does not answer (connection refused); trying until it does")
        eventually(lambda: run.waits.count(30.0) >= 2, what="the longest wait")
        hook.server.start()
        hook.await_ids(ids)
        run.await_line(ids[2])
    told = [line for line in run.lines if "receiver" in line]
    assert len(told) == 2
    assert told[1].endswith("The receiver answers again")
    backoffs = [seconds for seconds in run.waits if seconds != 1.5]
    assert backoffs[:7] == [1, 2, 4, 8, 16, 30, 30]
    numbers = [int(webhook.headers["webhook-attempt"]) for webhook in hook.arrived]
    assert (numbers[0], numbers[1], numbers[2]) == (1, len(backoffs) + 1, 1)


def test_a_receiver_that_takes_too_long_is_tried_again(
    gateway: Gateway, hook: Hook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen_receiver, "TIMEOUT_SECONDS", 0.2)
    hook.hangs_after = 0
    event = gateway.add(at=1)
    with listening(gateway, hook, path) as run:
        run.await_line("The receiver does not answer (timeout)")
        hook.hangs_after = None
        run.await_line("The receiver answers again")
        run.await_line(f"{event}  → 200")
    assert set(hook.ids) == {event}


def test_an_answer_that_is_not_2xx_is_tried_four_times_then_passed_over(
    gateway: Gateway, hook: Hook, path: Path
) -> None:
    hook.statuses = [500, 302, 404, 503, 204]
    failing, next_one = gateway.add(at=1), gateway.add(at=2)
    with listening(gateway, hook, path) as run:
        hook.await_ids([failing] * 4 + [next_one])
        run.await_line(next_one)
        gateway.await_polls(3)
    assert hook.ids == [failing] * 4 + [next_one]
    assert [webhook.headers["webhook-attempt"] for webhook in hook.arrived] == ["1", "2", "3", "4", "1"]
    assert [line.partition("→ ")[2].partition(" ")[0] for line in run.lines] == ["500", "302", "404", "503", "204"]
    assert [line.rpartition(")  ")[2] for line in run.lines[:4]] == [
        "again in 1 s",
        "again in 2 s",
        "again in 4 s",
        "failed, passed over",
    ]


def test_a_gateway_that_goes_away_is_waited_for(gateway: Gateway, hook: Hook, path: Path) -> None:
    ids = [gateway.add(at=1)]
    with listening(gateway, hook, path) as run:
        hook.await_ids(ids)
        gateway.server.stop()
        run.await_line("The gateway does not answer (")
        eventually(lambda: 8 in run.waits, what="longer waits")
        ids.append(gateway.add(at=2))
        gateway.server.start()
        hook.await_ids(ids)
    told = [line for line in run.lines if "gateway" in line]
    assert len(told) == 2
    assert told[1].endswith("The gateway answers again")


@pytest.mark.parametrize(
    ("reply", "reason", "wait"),
    [
        ((503, {}, b""), "503", 1),
        ((429, {"Retry-After": "7"}, b""), "429", 7),
        ((429, {"Retry-After": "99999"}, b""), "429", 300),
        ((429, {"Retry-After": "Mon, 23 Nov 2026 08:00:00 GMT"}, b""), "429", 1),
        ((302, {"Location": "/api/v1/health"}, b""), "302", 1),
        ((404, {}, b""), "404", 1),
        ((200, {}, b"<html>"), "what it sends is no list of events; is --url right?", 1),
        ((200, {}, b"[]"), "what it sends is no list of events; is --url right?", 1),
        ((200, {}, b'{"data":[],"has_more":true}'), "what it sends is no list of events; is --url right?", 1),
        ((200, {}, b'{"data":[{"id":"e\\r\\nX: y"}],"has_more":false}'), "what it sends is no list", 1),
    ],
)
def test_what_is_no_list_of_events_is_waited_out(
    gateway: Gateway, hook: Hook, path: Path, reply: tuple[int, dict[str, str], bytes], reason: str, wait: int
) -> None:
    gateway.fails_with = reply
    event = gateway.add(at=1)
    with listening(gateway, hook, path) as run:
        run.await_line(f"The gateway does not answer ({reason}")
        eventually(lambda: run.waits, what="a wait")
        gateway.fails_with = None
        hook.await_ids([event])
    assert run.waits[0] == wait
    assert run.lines[1].endswith("The gateway answers again")


def test_refused_credentials_end_it(gateway: Gateway, hook: Hook, path: Path) -> None:
    gateway.fails_with = (401, {}, b"{}")
    with listening(gateway, hook, path) as run:
        assert run.ended.wait(30)
    assert isinstance(run.failure, Problem)
    assert str(run.failure) == "The gateway refuses the credentials (401). Check --api-key and --api-secret."


def test_only_the_wanted_types_are_forwarded(gateway: Gateway, hook: Hook, path: Path) -> None:
    types = ["payment.created", "refund.created", "payments.odd", "refund.processed", "endpoint.disabled"]
    ids = {each: gateway.add(each, at=number * 100) for number, each in enumerate(types)}
    with listening(gateway, hook, path, "payment.*", "refund.processed"):
        hook.await_ids([ids["payment.created"], ids["refund.processed"]])
        gateway.await_polls(3)
    assert len(hook.arrived) == 2
    kept = ListenState.load(path)
    assert kept is not None
    # What is not wanted moves it on, too, or it would read more and more again.
    assert kept.since == START + timedelta(seconds=340)
