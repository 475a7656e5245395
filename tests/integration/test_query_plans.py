"""Whatever the tables hold, statements find their rows by an index: asserted on the plans of a filled database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.postgres.statements import all_statements
from paygate.domain.periods import window_of
from paygate.operations.reconcile import reconcile
from tests.integration.plans import Form, forms_of, nodes_of, whole_scans
from tests.support.fill import fill
from tests.support.filling import Filling
from tests.support.rows import TEST_MERCHANT_ID, Rows, rows_of
from tests.support.servers import Servers

LARGE = {
    "payments", "orders", "refunds", "journals", "ledger_entries", "events", "webhook_deliveries", "outbox",
    "idempotency_keys", "webhook_endpoints", "webhook_attempts", "users",
}  # fmt: skip
PAYMENTS = 20_000
# Of merchants whose payments are few beside another one's.
OTHERS = 2
READS = [form for name in all_statements() if name.startswith(("list_", "get_")) for form in forms_of(name)]
# These lists are short or sums, and have no pages.
WHOLE = {"list_webhook_endpoints", "list_settlements"}
PAGES = [form for form in READS if form.name.startswith("list_") and form.name not in WHOLE]
# Everything that the functions and the sweeper run; reconcile reads whole tables only when an operator asks for it.
BY_THE_OPERATOR = {"find_merchant_differences"}
HOT = [
    form
    for name in all_statements()
    if not name.startswith(("list_", "get_")) and name not in BY_THE_OPERATOR
    for form in forms_of(name)
]
PAGE = 10
# What fill() leaves out: each payment's events, deliveries of every status with their attempts, many of them pending in
# a merchant's outage, endpoints of many merchants, keys, and refunds beyond those of a tenth of the payments. With few
# of them reading them all is what is quickest.
THE_REST = (
    (
        "INSERT INTO refunds (id, payment_id, merchant_id, amount_minor, currency, status, failure_reason, created_at)"
        " SELECT 'rfnd_failed' || id, id, merchant_id, 1, currency, 'failed', 'refused', created_at"
        " FROM payments WHERE amount_captured_minor IS NOT NULL"
    ),
    (
        "INSERT INTO webhook_endpoints (id, merchant_id, url, secret_encrypted, status)"
        " SELECT 'whe_' || id, id, 'https://merchant.example/', ''::bytea, 'enabled' FROM merchants"
        " UNION ALL SELECT 'whe_' || number, 'merchant_' || number, 'https://merchant.example/', ''::bytea, 'enabled'"
        " FROM generate_series(1, 5000) AS number"
    ),
    (
        "INSERT INTO events (id, merchant_id, payment_id, sequence, type, body, created_at)"
        " SELECT 'evt_' || id || number, merchant_id, id, number, 'payment.created', '{}', created_at"
        " FROM payments, generate_series(1, 2) AS number"
    ),
    (
        "INSERT INTO webhook_deliveries (id, event_id, event_type, payment_id, endpoint_id, merchant_id, status,"
        " next_attempt_at, replay_id, attempts, created_at) SELECT 'whd_' || id, id, type, payment_id,"
        " 'whe_' || merchant_id, merchant_id, status, CASE WHEN status = 'pending' THEN now() + interval '1 hour' END,"
        " CASE WHEN number % 200 = 1 THEN 'whr_' || number / 4000 END, 1, created_at"
        " FROM (SELECT *, CASE WHEN sequence = 1 THEN 'pending' ELSE"
        " (ARRAY['held', 'exhausted', 'cancelled', 'expired'])[1 + number % 40] END AS chosen FROM"
        " (SELECT *, row_number() OVER (ORDER BY id) AS number FROM events) AS numbered) AS e,"
        " LATERAL (SELECT coalesce(chosen, 'delivered') AS status) AS s"
    ),
    (
        "INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, response_status)"
        " SELECT id, 1, created_at, 5, 200 FROM webhook_deliveries"
    ),
    (
        "INSERT INTO webhook_replays (id, merchant_id, total)"
        " SELECT replay_id, min(merchant_id), count(*) FROM webhook_deliveries WHERE replay_id IS NOT NULL GROUP BY 1"
    ),
    (
        "INSERT INTO outbox (queue, subject_id, due_at)"
        " SELECT 'webhooks', id, next_attempt_at FROM webhook_deliveries WHERE status = 'pending'"
    ),
    (
        "INSERT INTO users (id, merchant_id, email, role, password_hash)"
        " SELECT 'usr_' || id || number, id, 'user' || number || '@' || lower(id) || '.example', 'merchant', ''"
        " FROM merchants, generate_series(1, 5000) AS number"
    ),
    (
        "INSERT INTO idempotency_keys (merchant_id, scope, key, fingerprint, request_id, status, body)"
        " SELECT merchant_id, 'test POST /v1/payments', id, '{}', 'req_1', 201, '{}' FROM payments"
    ),
)


@pytest.fixture(scope="module")
def filled_url(servers: Servers) -> Iterator[str]:
    """A database with many payments of the test merchant and fewer of others."""
    with servers.new_database() as url:
        with rows_of(url) as rows:
            rows.run(
                "INSERT INTO merchants (id, name, email) VALUES (:id, 'Test', 'test@example.com')", id=TEST_MERCHANT_ID
            )
            others = [rows.add_merchant() for _ in range(OTHERS)]
        # The large one last: each fill() makes the indexes anew.
        for number, merchant_id in enumerate(others):
            fill(url, Filling(PAYMENTS // 20, merchant_id, prefix=f"other{number}"))
        fill(url, Filling(PAYMENTS, TEST_MERCHANT_ID))
        with rows_of(url) as rows:
            # No foreign keys to check.
            rows.run("SET session_replication_role = replica")
            for statement in THE_REST:
                rows.run(statement)
            rows.run("VACUUM ANALYZE")
        yield url


@pytest.fixture(scope="module")
def filled(filled_url: str) -> Iterator[Rows]:
    with rows_of(filled_url) as rows:
        yield rows


@pytest.mark.parametrize("form", READS, ids=str)
def test_a_read_finds_its_rows_by_an_index(filled: Rows, form: Form) -> None:
    assert whole_scans(form.explain(filled)) & LARGE == set()


@pytest.mark.parametrize("form", HOT, ids=str)
def test_a_hot_statement_finds_its_rows_by_an_index(filled: Rows, form: Form) -> None:
    assert whole_scans(form.explain(filled)) & LARGE == set()


@pytest.mark.parametrize("form", PAGES, ids=str)
def test_a_page_is_read_in_the_order_of_an_index(filled: Rows, form: Form) -> None:
    nodes = list(nodes_of(form.explain(filled)))
    # The server makes a page that is read once part of what reads it.
    named = [node for node in nodes if node.get("Subplan Name") == "CTE page"]
    limits = named or [node for node in nodes if node["Node Type"] == "Limit"]
    if "event_types" in form.given:
        # A page of each type is read in order; these few are then sorted into one.
        limits = [node for node in nodes_of(limits[0]) if node["Node Type"] == "Limit"][-1:]
    (page,) = limits
    sorts = [node for node in nodes_of(page) if "Sort" in node["Node Type"]]
    # What one payment or refund has is fewer rows than a page.
    assert [sort for sort in sorts if sort["Plan Rows"] > PAGE] == []
    assert any("Index" in node["Node Type"] for node in nodes_of(page))


def test_every_list_has_a_page_and_every_cursor(filled: Rows) -> None:
    with_cursors = {
        *("list_payments", "list_orders", "list_refunds", "list_ledger", "list_events", "list_webhook_deliveries")
    }
    assert {form.name for form in PAGES} >= {*with_cursors, "list_webhooks", "list_all_webhooks"}
    for cursor in ("starting_after", "ending_before"):
        assert {form.name for form in PAGES if form.given == (cursor,)} == with_cursors


def test_a_whole_scan_is_recognized(filled: Rows) -> None:
    explained = filled.value("EXPLAIN (FORMAT JSON) SELECT * FROM payments WHERE acquirer_reference = 'ref'")
    assert whole_scans(explained[0]["Plan"]) == {"payments"}


def test_the_entries_of_a_page_of_journals_are_found_by_an_index(filled: Rows, filled_url: str) -> None:
    """The server plans what a function does apart: EXPLAIN of the list does not show it."""
    scans = "SELECT coalesce(seq_scan, 0) FROM pg_stat_xact_user_tables WHERE relname = 'ledger_entries'"
    form = Form("list_ledger")
    filled.run("BEGIN")
    try:
        before = filled.value(scans)
        sql = form.sql.sql
        filled.run(f"PREPARE listed AS {sql}")
        values = {"merchant_id": f"'{TEST_MERCHANT_ID}'", "limit": "10"}
        filled.run(f"EXECUTE listed ({', '.join(values[name] for name in form.sql.parameters)})")
        assert filled.value(scans) == before
    finally:
        filled.run("ROLLBACK")
        filled.run("DEALLOCATE ALL")


def test_of_deliveries_that_do_not_arrive_the_summary_looks_at_so_many_and_no_more(filled: Rows) -> None:
    now = filled.value("SELECT now()")
    values = asdict(window_of("30d", now)) | {"merchant_id": TEST_MERCHANT_ID, "period": "30d", "bucket": "day"}
    plan = Form("get_dashboard_summary").run(filled, **values, reasons_max=20, deliveries_max=100)
    by_status = [node for node in nodes_of(plan) if node.get("Index Name") == "webhook_deliveries_newest_of_status"]
    assert max(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in by_status) == 100


def test_what_the_tables_are_filled_with_is_consistent(filled: Rows, filled_url: str) -> None:
    database = PostgresDatabase(filled_url)
    assert reconcile(database) == []
    database.close()
    unbalanced = """
        SELECT count(*) FROM journals AS j WHERE (
            SELECT (sum(amount_minor), sum(abs(amount_minor)), count(*)) FROM ledger_entries WHERE journal_id = j.id
        ) IS DISTINCT FROM (0::numeric, (2 * j.amount_minor)::numeric, 2::bigint)
    """
    assert filled.value(unbalanced) == 0
    assert filled.value("SELECT count(*) FROM refunds") > PAYMENTS / 10
