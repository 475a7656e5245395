"""Processing refunds: claimed once, asked for by its claimer alone, and what has no word yet comes again later."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paygate.adapters.acquirers.simulator import FAILING_REFUNDS, SILENT_REFUNDS, Simulator
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.acquiring import Refund
from paygate.domain.ids import new_id
from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.ports import Acquirer
from paygate.operations.process_refunds import LEASE_SECONDS, process_refunds
from paygate.operations.refunding import Refunder
from tests.integration.settlements import amounts, events_of, jobs_in, paid, refund_of
from tests.integration.support import RealQueue, queue_that_is_down
from tests.support.acquirers import ScriptedAcquirer
from tests.support.rows import Rows, start_refund

Process = Callable[..., set[str]]


@pytest.fixture
def process(database: PostgresDatabase, refunds_queue: RealQueue, webhooks_queue: RealQueue) -> Process:
    def run(acquirer: Acquirer, *refund_ids: str) -> set[str]:
        refunder = Refunder(acquirer, AcquirerCalls())
        return process_refunds(database, refunder, refunds_queue, webhooks_queue, refund_ids)

    return run


@pytest.fixture
def payment_id(database: PostgresDatabase, sql: Rows) -> str:
    return paid(database, sql, 1_000)


def statuses(sql: Rows, *refund_ids: str) -> list[str]:
    return [refund_of(sql, refund_id)["status"] for refund_id in refund_ids]


def end_claims(sql: Rows) -> None:
    sql.run("UPDATE refunds SET claimed_until = now() - interval '1 millisecond'")


def test_the_simulators_outcome_becomes_the_refunds(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str
) -> None:
    reasons: dict[str | None, str | None] = {None: None, "too small": None, " Failure@PayGate ": "refund_declined"}
    reasons.update(FAILING_REFUNDS)
    started = {reason: start_refund(database, payment_id, 10, reason=reason) for reason in reasons}
    assert process(Simulator(force_failure=False), *started.values()) == set()
    rows = {reason: refund_of(sql, refund_id) for reason, refund_id in started.items()}
    assert {reason: row["failure_reason"] for reason, row in rows.items()} == reasons
    assert {reason: row["status"] for reason, row in rows.items()} == {
        reason: "failed" if failure else "processed" for reason, failure in reasons.items()
    }
    assert all(row["acquirer_reference"] == f"sim_{row['id'].removeprefix('rfnd_')}" for row in rows.values())
    assert amounts(sql, payment_id) == (1_000, 20, 0)


def test_forced_failure_of_payments_is_none_of_refunds(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str
) -> None:
    refund_id = start_refund(database, payment_id)
    assert process(Simulator(force_failure=True), refund_id) == set()
    assert statuses(sql, refund_id) == ["processed"]


def test_the_simulators_lost_answers_are_found_by_asking(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str
) -> None:
    refund_ids = [start_refund(database, payment_id, 10, reason=reason) for reason in SILENT_REFUNDS]
    for last in (False, True):
        assert process(Simulator(force_failure=False), *refund_ids) == set()
        assert statuses(sql, *refund_ids) == (["processed", "failed"] if last else ["pending"] * 2)
        end_claims(sql)
    assert [refund_of(sql, refund_id)["failure_reason"] for refund_id in refund_ids] == list(SILENT_REFUNDS.values())


def test_the_acquirer_gets_the_refunds_id_and_amount_and_its_own_name_for_the_payment(
    database: PostgresDatabase, process: Process, payment_id: str
) -> None:
    acquirer = ScriptedAcquirer()
    refund_id = start_refund(database, payment_id, 300, reason="too small")
    process(acquirer, refund_id)
    assert acquirer.refunds == [Refund(refund_id, payment_id, f"ref_{payment_id}", 300, "INR", "too small")]
    assert acquirer.asked == []


def test_a_settled_refund_is_not_asked_for_again(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str
) -> None:
    acquirer = ScriptedAcquirer()
    refund_id = start_refund(database, payment_id)
    for _ in range(3):
        assert process(acquirer, refund_id) == set()
    assert (len(acquirer.refunds), acquirer.asked) == (1, [])
    assert len(events_of(sql, payment_id)) == 5


def test_ids_that_no_refund_has_come_again_until_the_queue_puts_them_aside(
    database: PostgresDatabase, process: Process, payment_id: str
) -> None:
    acquirer = ScriptedAcquirer()
    unknown, known = {new_id("rfnd"), "", payment_id}, start_refund(database, payment_id)
    assert process(acquirer, *unknown, known) == unknown
    assert [refund.refund_id for refund in acquirer.refunds] == [known]


def test_without_a_word_a_refund_is_asked_about_later_and_the_others_are_settled(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str, refunds_queue: RealQueue
) -> None:
    first, silent, last = (start_refund(database, payment_id, 100) for _ in range(3))
    acquirer = ScriptedAcquirer({last: "refund_declined"}, silent={silent})
    assert process(acquirer, first, silent, last) == set()
    assert statuses(sql, first, silent, last) == ["processed", "pending", "failed"]
    assert jobs_in(sql, "refunds").keys() == {silent}
    assert (refunds_queue.received(), refunds_queue.depth().waiting) == ([], 1), "its message is delayed"
    assert process(acquirer, silent) == {silent}, "held until the acquirer is to be asked again"
    end_claims(sql)
    assert process(acquirer, silent) == set()
    assert statuses(sql, silent) == ["processed"]
    assert (len(acquirer.refunds), acquirer.asked) == (3, [silent]), "it had been paid"


def test_a_refund_that_the_acquirer_has_never_heard_of_is_asked_for_again_under_its_id(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str
) -> None:
    acquirer = ScriptedAcquirer()
    refund_id = start_refund(database, payment_id)
    acquirer.mute = True
    assert process(acquirer, refund_id) == set()
    assert statuses(sql, refund_id) == ["pending"]
    end_claims(sql)
    acquirer.mute = False
    assert process(acquirer, refund_id) == set()
    assert statuses(sql, refund_id) == ["processed"]
    assert (acquirer.asked, [refund.refund_id for refund in acquirer.refunds]) == ([refund_id], [refund_id] * 2)


def test_a_claimed_refund_waits_until_its_claim_is_over(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str
) -> None:
    acquirer = ScriptedAcquirer()
    refund_id = start_refund(database, payment_id)
    # A consumer that claims and then dies.
    assert len(database.run("claim_refunds", refund_ids=[refund_id], lease_seconds=LEASE_SECONDS)) == 1
    assert process(acquirer, refund_id) == {refund_id}
    assert (acquirer.refunds, acquirer.asked) == ([], [])
    end_claims(sql)
    assert process(acquirer, refund_id) == set()
    assert (statuses(sql, refund_id), acquirer.asked) == (["processed"], [refund_id]), "it may have been paid"


@pytest.mark.parametrize("lost", ["claimed", "never claimed"])
def test_a_lost_message_is_brought_back_by_the_sweeper(
    database: PostgresDatabase, sql: Rows, process: Process, payment_id: str, lost: str
) -> None:
    refund_id = start_refund(database, payment_id)
    if lost == "claimed":
        database.run("claim_refunds", refund_ids=[refund_id], lease_seconds=LEASE_SECONDS)
    sql.run("UPDATE outbox SET due_at = due_at - interval '1 hour'")
    sql.run("UPDATE refunds SET claimed_until = claimed_until - interval '1 hour'")
    due = database.run("resend_due_jobs", limit=10, resend_after_seconds=60)
    assert [(row["queue"], row["subject_id"]) for row in due] == [("refunds", refund_id)]
    assert process(ScriptedAcquirer(), refund_id) == set()
    assert (statuses(sql, refund_id), sql.value("SELECT count(*) FROM outbox")) == (["processed"], 0)


def test_settling_announces_its_webhooks(
    database: PostgresDatabase,
    sql: Rows,
    cipher: AesGcmCipher,
    process: Process,
    payment_id: str,
    webhooks_queue: RealQueue,
) -> None:
    sql.add_endpoint(cipher, events=["refund.processed", "refund.failed"])
    refund_ids = [start_refund(database, payment_id, 100) for _ in range(2)]
    process(ScriptedAcquirer({refund_ids[0]: "refund_declined"}), *refund_ids)
    assert sorted(webhooks_queue.received()) == sorted(sql.column("SELECT id FROM webhook_deliveries"))
    assert sql.value("SELECT count(*) FROM webhook_deliveries") == 2


def test_queues_that_are_down_leave_everything_to_the_sweeper(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, payment_id: str
) -> None:
    sql.add_endpoint(cipher, events=["refund.processed"])
    settled, silent = start_refund(database, payment_id, 100), start_refund(database, payment_id, 100)
    refunder = Refunder(ScriptedAcquirer(silent={silent}), AcquirerCalls())
    with queue_that_is_down() as dead:
        assert process_refunds(database, refunder, dead, dead, [settled, silent]) == set()
    assert statuses(sql, settled, silent) == ["processed", "pending"]
    assert jobs_in(sql, "refunds").keys() == {silent}
    assert list(jobs_in(sql, "webhooks")) == sql.column("SELECT id FROM webhook_deliveries")
