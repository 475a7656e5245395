"""Claiming and settling refunds: once, in one transaction, with amounts, events and journals to match."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.operations.jobs import ids_of
from paygate.operations.process_refunds import LEASE_SECONDS
from paygate.operations.refunding import RefundOutcome
from tests.integration.settlements import accounts, amounts, booked, events_of, jobs_in, paid, refund_of
from tests.support.rows import RESEND_AFTER_SECONDS, Rows, finish_refunds, rows_of, start_refund

# A quarter of an hour at most, which is also the longest delay that SQS knows.
WAITS = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
NOTHING = {"settled": None, "jobs": None, "delivery_ids": None}


def claim(database: PostgresDatabase, *refund_ids: str) -> list[dict[str, Any]]:
    return database.run("claim_refunds", refund_ids=list(refund_ids), lease_seconds=LEASE_SECONDS)


def end_claims(sql: Rows) -> None:
    sql.run("UPDATE refunds SET claimed_until = now() - interval '1 millisecond'")


def store(database: PostgresDatabase, *outcomes: RefundOutcome) -> dict[str, Any]:
    (row,) = database.run(
        "settle_refunds",
        outcomes=json.dumps([outcome.row() for outcome in outcomes]),
        resend_after_seconds=RESEND_AFTER_SECONDS,
    )
    return row


def everything(sql: Rows) -> list[list[dict[str, Any]]]:
    tables = ("payments", "refunds", "events", "journals", "ledger_entries", "webhook_deliveries", "outbox")
    return [sql.all(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]  # noqa: S608


# --- Settling ---------------------------------------------------------------------------------------------------------


def test_a_processed_refund_keeps_what_it_held(database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher) -> None:
    payment_id = paid(database, sql, 1_000)
    refund_id = start_refund(database, payment_id, 300)
    claim(database, refund_id)
    endpoint_id = sql.add_endpoint(cipher, events=["refund.processed"])
    sql.add_endpoint(cipher, events=["refund.failed", "refund.created"])
    result = store(database, RefundOutcome(refund_id, "processed", None, "ref_1"))
    assert result["settled"] == [{"id": refund_id, "status": "processed"}]
    row = refund_of(sql, refund_id)
    assert (row["status"], row["failure_reason"], row["acquirer_reference"]) == ("processed", None, "ref_1")
    assert row["claimed_until"] is None
    assert amounts(sql, payment_id) == (1_000, 300, 0)
    assert booked(sql, payment_id) == [("capture", 1_000), ("refund", 300), ("refund_processed", 300)]
    assert accounts(sql, payment_id) == {"acquirer_receivable": 700, "merchant_payable": -700}
    assert events_of(sql, payment_id)[3:] == [(4, "refund.created"), (5, "refund.processed")]
    delivery = sql.one("SELECT * FROM webhook_deliveries")
    assert (delivery["endpoint_id"], delivery["status"]) == (endpoint_id, "pending")
    assert ids_of(result["delivery_ids"]) == [delivery["id"]] == list(jobs_in(sql, "webhooks"))
    assert jobs_in(sql, "refunds") == {}


def test_a_failed_refund_frees_its_amount(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql, 1_000)
    refund_id = start_refund(database, payment_id, 300)
    kept = start_refund(database, payment_id, 100)
    store(database, RefundOutcome(refund_id, "failed", "refund_declined", "ref_1"))
    row = refund_of(sql, refund_id)
    assert (row["status"], row["failure_reason"], row["acquirer_reference"]) == ("failed", "refund_declined", "ref_1")
    assert amounts(sql, payment_id) == (1_000, 100, 0)
    assert booked(sql, payment_id) == [("capture", 1_000), ("refund", 100), ("refund", 300), ("refund_failed", 300)]
    assert accounts(sql, payment_id) == {
        "acquirer_receivable": 1_000,
        "merchant_payable": -900,
        "refunds_payable": -100,
    }
    assert events_of(sql, payment_id)[5:] == [(6, "refund.failed")]
    body = json.loads(sql.value("SELECT body FROM events WHERE type = 'refund.failed'"))
    assert (body["event"], body["data"]["refund"]["failure_reason"]) == ("refund.failed", "refund_declined")
    assert jobs_in(sql, "refunds").keys() == {kept}


def test_refunds_of_one_payment_in_one_batch_have_events_without_a_gap(database: PostgresDatabase, sql: Rows) -> None:
    payment_id, other = paid(database, sql, 1_000), paid(database, sql, 1_000)
    refund_ids = [start_refund(database, payment_id, 100) for _ in range(5)]
    others = [start_refund(database, other, 200) for _ in range(2)]
    declined, undecided = refund_ids[1], refund_ids[3]
    expected = dict.fromkeys([*refund_ids, *others], "processed") | {declined: "failed"}
    del expected[undecided]
    result = store(
        database,
        RefundOutcome(undecided, "undecided"),
        RefundOutcome(declined, "failed", "refund_declined"),
        *(RefundOutcome(each, "processed") for each in reversed(expected) if each != declined),
    )
    assert {row["id"]: row["status"] for row in result["settled"]} == expected
    assert result["jobs"] == [{"id": undecided, "delay_seconds": 5}]
    assert [sequence for sequence, _ in events_of(sql, payment_id)] == list(range(1, 13))
    assert [type_ for _, type_ in events_of(sql, payment_id)][8:].count("refund.processed") == 3
    assert [sequence for sequence, _ in events_of(sql, other)] == list(range(1, 8))
    assert sql.column("SELECT event_sequence FROM payments ORDER BY 1") == [7, 12]
    told = sql.all("SELECT refund_id, type FROM events WHERE type IN ('refund.processed', 'refund.failed')")
    assert {row["refund_id"]: row["type"].removeprefix("refund.") for row in told} == expected
    assert (amounts(sql, payment_id), amounts(sql, other)) == ((1_000, 400, 0), (1_000, 400, 0))
    assert accounts(sql, payment_id) == {
        "acquirer_receivable": 700,
        "merchant_payable": -600,
        "refunds_payable": -100,
    }
    assert jobs_in(sql, "refunds").keys() == {undecided}


@pytest.mark.parametrize("first", ["processed", "failed"])
@pytest.mark.parametrize("second", ["processed", "failed", "undecided"])
def test_settling_again_changes_nothing(database: PostgresDatabase, sql: Rows, first: str, second: str) -> None:
    def reason(kind: str) -> str | None:
        return "refund_declined" if kind == "failed" else None

    refund_id = start_refund(database, paid(database, sql))
    finish_refunds(database, refund_id, kind=first, failure_reason=reason(first))
    before = everything(sql)
    assert finish_refunds(database, refund_id, kind=second, failure_reason=reason(second)) == NOTHING
    assert everything(sql) == before


def test_an_outcome_of_an_unknown_refund_changes_nothing(database: PostgresDatabase, sql: Rows) -> None:
    start_refund(database, paid(database, sql))
    before = everything(sql)
    for kind in ("processed", "failed", "undecided"):
        assert finish_refunds(database, "rfnd_unknown", kind=kind, failure_reason="why") == NOTHING
    assert everything(sql) == before


def test_one_batch_settled_by_many_at_once_is_settled_once(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows, cipher: AesGcmCipher
) -> None:
    sql.add_endpoint(cipher, events=["refund.processed"])
    payment_ids = [paid(database, sql, 1_000) for _ in range(4)]
    refund_ids = [start_refund(database, payment_id, 300) for payment_id in payment_ids for _ in range(2)]
    start = threading.Barrier(4)

    def consume(number: int) -> int:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            # Half of them the other way round: locks taken in the order of the batch would be a deadlock.
            batch = refund_ids if number % 2 else list(reversed(refund_ids))
            start.wait(timeout=30)
            return len(finish_refunds(own, *batch)["settled"] or ())

    with ThreadPoolExecutor(4) as pool:
        counts = [done.result(timeout=60) for done in [pool.submit(consume, number) for number in range(4)]]
    assert sum(counts) == 8
    assert sql.value("SELECT count(*) FROM webhook_deliveries") == 8
    for payment_id in payment_ids:
        assert [sequence for sequence, _ in events_of(sql, payment_id)] == list(range(1, 8))
        assert accounts(sql, payment_id) == {"acquirer_receivable": 400, "merchant_payable": -400}


def test_a_refund_that_fails_while_others_are_made_frees_no_more_than_it_held(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    payment_id = paid(database, sql, 1_000)
    failing = [start_refund(database, payment_id, 100) for _ in range(5)]
    start = threading.Barrier(2)

    def fail() -> None:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            for refund_id in failing:
                finish_refunds(own, refund_id, kind="failed", failure_reason="refund_declined")

    def make() -> None:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            for _ in range(5):
                start_refund(own, payment_id, 50)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(fail), pool.submit(make)]:
            done.result(timeout=60)
    assert amounts(sql, payment_id) == (1_000, 250, 0)
    assert accounts(sql, payment_id)["refunds_payable"] == -250
    assert [sequence for sequence, _ in events_of(sql, payment_id)] == list(range(1, 19))


# --- No word yet ------------------------------------------------------------------------------------------------------


def test_a_refund_without_a_word_is_asked_about_ever_more_rarely(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql, 1_000)
    refund_id = start_refund(database, payment_id, 300)
    (row,) = claim(database, refund_id)
    assert row["claimed_before"] is False
    for number, wait in enumerate(WAITS, start=1):
        result = finish_refunds(database, refund_id, kind="undecided")
        assert (result["settled"], result["jobs"]) == (None, [{"id": refund_id, "delay_seconds": wait}])
        row = refund_of(sql, refund_id)
        assert (row["status"], row["unanswered"], row["wait"].total_seconds()) == ("pending", number, wait)
        assert wait < jobs_in(sql, "refunds")[refund_id] <= wait + RESEND_AFTER_SECONDS, "the sweeper waits for it"
        assert claim(database, refund_id) == [], "nobody asks before"
        end_claims(sql)
        (row,) = claim(database, refund_id)
        assert row["claimed_before"] is True
    assert (amounts(sql, payment_id), len(events_of(sql, payment_id))) == ((1_000, 300, 0), 4)
    finish_refunds(database, refund_id)
    assert (refund_of(sql, refund_id)["status"], jobs_in(sql, "refunds")) == ("processed", {})


# --- Claims -----------------------------------------------------------------------------------------------------------


def test_a_claim_tells_what_the_acquirer_must_know(database: PostgresDatabase, sql: Rows) -> None:
    payment_id = paid(database, sql, 1_000, currency="USD")
    refund_id = start_refund(database, payment_id, 300, reason="too small")
    assert claim(database, refund_id) == [
        {
            "id": refund_id,
            "payment_id": payment_id,
            "amount_minor": 300,
            "currency": "USD",
            "reason": "too small",
            "claimed_before": False,
            "acquirer_reference": f"ref_{payment_id}",
        }
    ]


def test_a_refund_is_claimed_by_one_until_the_claim_is_over(database: PostgresDatabase, sql: Rows) -> None:
    refund_id = start_refund(database, paid(database, sql))
    assert len(claim(database, refund_id)) == 1
    assert refund_of(sql, refund_id)["wait"].total_seconds() == LEASE_SECONDS
    assert claim(database, refund_id) == []
    end_claims(sql)
    assert [row["claimed_before"] for row in claim(database, refund_id)] == [True]


def test_a_claim_keeps_the_sweeper_silent_for_longer_than_itself(database: PostgresDatabase, sql: Rows) -> None:
    refund_id = start_refund(database, paid(database, sql))
    sql.run("UPDATE outbox SET due_at = now() - interval '1 hour', resends = 7")
    claim(database, refund_id)
    row = sql.one("SELECT r.claimed_until, o.due_at, resends FROM refunds AS r JOIN outbox AS o ON o.subject_id = r.id")
    assert (row["due_at"] - row["claimed_until"]).total_seconds() == LEASE_SECONDS
    assert row["resends"] == 0


@pytest.mark.parametrize(("kind", "reason"), [("processed", None), ("failed", "refund_declined")])
def test_a_settled_refund_is_finished_and_not_claimed_again(
    database: PostgresDatabase, sql: Rows, kind: str, reason: str | None
) -> None:
    payment_id = paid(database, sql)
    settled, pending = start_refund(database, payment_id, 100), start_refund(database, payment_id, 100)
    both = [settled, pending, "rfnd_unknown"]
    assert database.run("find_finished_refunds", refund_ids=both) == []
    finish_refunds(database, settled, kind=kind, failure_reason=reason)
    assert database.run("find_finished_refunds", refund_ids=both) == [{"id": settled}]
    assert [row["id"] for row in claim(database, *both)] == [pending]


def test_a_refund_that_another_is_taking_right_now_is_passed_over(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    payment_id = paid(database, sql)
    held, free = start_refund(database, payment_id, 100), start_refund(database, payment_id, 100)
    with rows_of(secrets.database_url) as other:
        other.run("BEGIN")
        other.run("SELECT 1 FROM refunds WHERE id = :id FOR UPDATE", id=held)
        assert [row["id"] for row in claim(database, held, free)] == [free]
        other.run("ROLLBACK")


def test_a_refund_claimed_by_many_at_once_has_one_claimer(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows
) -> None:
    payment_id = paid(database, sql)
    refund_ids = [start_refund(database, payment_id, 100) for _ in range(10)]
    start = threading.Barrier(4)

    def consume() -> list[str]:
        with closing(PostgresDatabase(secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            return [row["id"] for row in claim(own, *refund_ids)]

    with ThreadPoolExecutor(4) as pool:
        claims = [done.result(timeout=60) for done in [pool.submit(consume) for _ in range(4)]]
    assert sorted(each for claimed in claims for each in claimed) == sorted(refund_ids)
