"""The operators' routes: who may use them, and what they tell and do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import responses
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.jobs import QUEUE_NAMES
from paygate.operations import reconcile as reconciling
from paygate.operations import taking_dead_letters as taking
from paygate.operations.reconcile import reconcile_next
from paygate.operations.roll_up_activity import roll_up_activity
from paygate.operations.seed_test_merchant import TEST_OPERATOR_EMAIL
from tests.integration.api import MERCHANT, Api, running_api
from tests.integration.settlements import paid
from tests.support.rows import Rows
from tests.support.servers import Servers

READS = {
    "GET /ops/queues": (),
    "GET /ops/dead-letters": (("queue", "payments"),),
    "GET /ops/status": (),
    "GET /ops/invariants": (),
}
WRITES = ("POST /ops/dead-letters/redrive", "POST /ops/dead-letters/discard")
BODY = json.dumps({"queue": "payments", "message_ids": ["m1"]})


@pytest.fixture(scope="module")
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


@pytest.fixture(scope="module")
def operator(api: Api) -> dict[str, str]:
    """An operator's session. Operators belong to a merchant, too, but what they watch is everybody's."""
    return api.log_in(TEST_OPERATOR_EMAIL)


@pytest.fixture(scope="module")
def staff(api: Api) -> dict[str, str]:
    """The session of a merchant's user."""
    api.add_user("staff@example.com")
    return api.log_in("staff@example.com")


def get(api: Api, operator: dict[str, str], route: str, model: str, **query: str) -> dict[str, Any]:
    answer = api.send(f"GET {route}", merchant=operator, query=list(query.items()))
    assert answer.status == 200, answer.text
    getattr(responses, model).model_validate_json(answer.text)
    told: dict[str, Any] = answer.json
    return told


@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_only_operators_may(api: Api, staff: dict[str, str], route: str) -> None:
    body, query = (None, READS[route]) if route in READS else (BODY, ())
    for headers in ({}, MERCHANT):
        assert api.send(route, body, merchant=headers, query=query).status == 401
    answer = api.send(route, body, merchant=staff, query=query)
    assert (answer.status, answer.json["error"]["reason"]) == (403, "ROLE_NOT_ALLOWED")


@pytest.mark.parametrize("route", WRITES)
def test_no_other_sites_page_may_write(api: Api, operator: dict[str, str], route: str) -> None:
    answer = api.send(route, BODY, merchant={"Cookie": operator["Cookie"]})
    assert (answer.status, answer.json["error"]["reason"]) == (403, "CSRF_TOKEN_INVALID")


def test_every_queue_is_told(api: Api, operator: dict[str, str]) -> None:
    before = {each["name"]: each for each in get(api, operator, "/ops/queues", "QueueList")["data"]}
    assert tuple(before) == QUEUE_NAMES
    for number, name in enumerate(QUEUE_NAMES, 1):
        api.wiring.queue_pairs[name].queue.send_all([f"id{each}" for each in range(number)])
    after = {each["name"]: each for each in get(api, operator, "/ops/queues", "QueueList")["data"]}
    assert [after[name]["waiting"] - before[name]["waiting"] for name in QUEUE_NAMES] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", QUEUE_NAMES)
def test_a_dead_letter_is_looked_at_redriven_and_discarded(
    api: Api, operator: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "WAIT_SECONDS", 0)
    pair = api.wiring.queue_pairs[name]
    dead: Any = pair.dead_letters
    dead.forward(["{", '{"id":"b"}'])
    letters = get(api, operator, "/ops/dead-letters", "DeadLetterList", queue=name)["data"]
    assert sorted(each["body"] for each in letters) == ["{", '{"id":"b"}']
    queue = {each["name"]: each for each in get(api, operator, "/ops/queues", "QueueList")["data"]}[name]
    assert queue["dead_letters"] == 2
    ids = {each["body"]: each["message_id"] for each in letters}
    before = pair.queue.depth().waiting

    redriven = api.send(WRITES[0], json.dumps({"queue": name, "message_ids": [ids['{"id":"b"}']]}), merchant=operator)
    assert (redriven.status, redriven.json) == (200, {"moved": 1})
    discarded = api.send(WRITES[1], json.dumps({"queue": name, "message_ids": [ids["{"]]}), merchant=operator)
    assert (discarded.status, discarded.json) == (200, {"discarded": 1})
    assert (pair.queue.depth().waiting - before, dead.depth().waiting) == (1, 0)
    dead.forward(["b1", "b2", "b3"])
    redriven = api.send(WRITES[0], json.dumps({"queue": name}), merchant=operator)
    assert (redriven.status, redriven.json) == (200, {"moved": 3})
    assert get(api, operator, "/ops/dead-letters", "DeadLetterList", queue=name)["data"] == []


def test_an_invariant_that_is_broken_is_told_with_its_example(api: Api, operator: dict[str, str]) -> None:
    payment_id = paid(api.wiring.database, api.sql)
    assert [e for e in get(api, operator, "/ops/invariants", "InvariantReport")["invariants"] if e["violations"]] == []
    api.sql.run("UPDATE payments SET event_sequence = 9 WHERE id = :id", id=payment_id)
    told = get(api, operator, "/ops/invariants", "InvariantReport")
    (broken,) = [each for each in told["invariants"] if each["violations"]]
    assert (broken["name"], broken["violations"], broken["examples"]) == ("sequences_without_gaps", 1, [payment_id])
    api.sql.run("UPDATE payments SET event_sequence = 3 WHERE id = :id", id=payment_id)


# --- Status -----------------------------------------------------------------------------------------------------------


def test_workers_that_never_ran_are_stopped_and_those_that_did_are_running(api: Api, operator: dict[str, str]) -> None:
    api.sql.run("DELETE FROM worker_runs WHERE worker IN ('sweep', 'reconcile')")
    api.sql.run("UPDATE worker_runs SET ran_at = now() - interval '181 seconds'")
    told = get(api, operator, "/ops/status", "OpsStatus")
    status = {each["name"]: each["status"] for each in told["workers"]}
    traced = ("sweep", "reconcile", "activity_hours", "activity_changes")
    consumers = ("process_payments", "process_refunds", "deliver_webhooks")
    assert status == {**dict.fromkeys(traced, "stopped"), **dict.fromkeys(consumers, "running")}
    assert (told["sweep"], told["reconcile"]) == ({}, {"differences": []})
    api.wiring.database.run("record_worker_run", worker="sweep")
    reconcile_next(api.wiring.database)
    roll_up_activity(api.wiring.database, lambda: True)
    told = get(api, operator, "/ops/status", "OpsStatus")
    assert {each["status"] for each in told["workers"]} == {"running"}
    assert told["sweep"]["ran_at"] == told["workers"][0]["ran_at"]
    assert told["reconcile"]["ran_at"] == told["workers"][1]["ran_at"]
    api.sql.run("UPDATE worker_runs SET ran_at = now() - interval '181 seconds' WHERE worker = 'sweep'")
    told = get(api, operator, "/ops/status", "OpsStatus")
    assert [(each["name"], each["status"]) for each in told["workers"][:2]] == [
        ("sweep", "stopped"),
        ("reconcile", "running"),
    ]


def test_jobs_are_those_of_the_public_status(api: Api, operator: dict[str, str]) -> None:
    public = api.send("GET /test/jobs/status", merchant={}).json
    jobs = get(api, operator, "/ops/status", "OpsStatus")["jobs"]
    assert jobs == {name: public[name] for name in ("pending", "processing", "completed", "failed")}


def test_a_difference_is_told_until_it_is_mended(database: PostgresDatabase, sql: Rows) -> None:
    good, bad = paid(database, sql), paid(database, sql)
    sql.run("UPDATE payments SET fee_minor = 7 WHERE id = :id", id=bad)

    def differences() -> list[tuple[str, str, int, int]]:
        (row,) = database.run("get_reconcile_result", limit=20)
        return [(e["subject_id"], e["account"], e["rows"], e["ledger"]) for e in row["differences"] or ()]

    assert differences() == []
    reconcile_next(database)
    assert differences() == [(bad, "fees", -7, 0), (bad, "merchant_payable", -49_993, -50_000)]
    found_at = sql.value("SELECT max(found_at) FROM ledger_differences")
    sql.run("UPDATE payments SET fee_minor = 9 WHERE id = :id", id=bad)
    reconcile_next(database)
    assert differences()[0] == (bad, "fees", -9, 0)
    assert sql.value("SELECT max(found_at) FROM ledger_differences") == found_at
    sql.run("UPDATE payments SET fee_minor = 0 WHERE id = :id", id=bad)
    reconcile_next(database)
    assert differences() == []
    assert good < bad


def test_a_difference_stays_while_the_check_is_elsewhere(
    database: PostgresDatabase, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "BATCH_SIZE", 1)
    first, second = paid(database, sql), paid(database, sql)
    sql.run("UPDATE payments SET fee_minor = 7 WHERE id = :id", id=first)
    progress = []
    for _ in range(3):
        reconcile_next(database)
        (row,) = database.run("get_reconcile_result", limit=20)
        progress.append((row["checked_until"], len(row["differences"])))
    made = {
        each: sql.value("SELECT iso8601(created_at) FROM payments WHERE id = :id", id=each) for each in (first, second)
    }
    assert progress == [(made[first], 2), (made[second], 2), (None, 2)]
