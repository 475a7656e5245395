"""Fills a database with many payments and all that is booked for them, in seconds: with Postgres' COPY, as text.

Payments are a second apart, the newest is a minute old, and every twentieth one has had the same fate (FATES). What is
written is consistent: the ledger agrees with the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import pg8000.native

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.ledger import JOURNALS
from paygate.operations.roll_up_activity import roll_up_activity
from paygate.operations.sweep import BALANCES_BEHIND_SECONDS
from tests.support.filling import AMOUNT_MINOR, FATES, Fate, Filling

CARD_FINGERPRINT = r"\\x" + "ab" * 32
LINES_AT_ONCE = 2_000
TABLES = {
    "orders": "id, created_at, status, reusable, merchant_id, amount_minor, currency",
    "payments": "id, order_id, exclusive, created_at, updated_at, merchant_id, amount_minor, currency, method, vpa,"
    " card_network, card_last4, card_expiry_month, card_expiry_year, card_fingerprint, status, failure_reason, capture,"
    " capture_before, amount_captured_minor, amount_refunded_minor, fee_minor, acquirer_reference, event_sequence",
    "refunds": "id, payment_id, created_at, merchant_id, amount_minor, currency, status, failure_reason",
    "journals": "id, payment_id, refund_id, created_at, merchant_id, currency, type, amount_minor",
    "ledger_entries": "journal_id, account, amount_minor, merchant_id, currency",
    "events": "id, payment_id, sequence, type, created_at, merchant_id, body",
    "webhook_deliveries": "id, event_id, event_type, payment_id, endpoint_id, status, created_at, attempts,"
    " merchant_id",
}
# Two connections, each on a core of the server's, have as much to do.
SIDES = (("orders", "payments", "refunds", "events"), ("journals", "ledger_entries", "webhook_deliveries"))
# An event's body has about as many characters.
EVENT_BODY = '{"event":"payment","timestamp":1764000000,"data":{"payment":{"id":"' + "x" * 300 + '"}}}'
# One delivery in so many has not arrived.
EXHAUSTED_EVERY = 50
WEBHOOK_TABLES = ("events", "webhook_deliveries")
# All but those of primary keys and unique constraints.
FIND_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text = ANY(:tables) AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
"""


def fill(database_url: str, filling: Filling) -> None:
    """Write the rows, then let the server look at them as its own autovacuum would."""
    lines = _lines(filling)
    connection = connect(database_url)
    # A throw-away server: nothing has to survive its crash.
    connection.run("ALTER SYSTEM SET full_page_writes = off")
    connection.run("ALTER SYSTEM SET max_wal_size = '8GB'")
    connection.run("SELECT pg_reload_conf()")
    if filling.webhooks:
        connection.run(
            "INSERT INTO webhook_endpoints (id, merchant_id, url, secret_encrypted, status)"
            " VALUES (:id, :merchant_id, 'https://merchant.example/', '', 'enabled')",
            id=filling.endpoint_id,
            merchant_id=filling.merchant_id,
        )
    connection.close()
    with ThreadPoolExecutor() as pool:
        sides = [{name: lines[name] for name in side if name in lines} for side in SIDES]
        for done in [pool.submit(_fill_tables, database_url, side) for side in sides]:
            done.result()


def sweep_balances(database_url: str) -> None:
    """Store the balances as the sweeper has done by the time that there are so many rows; after the last fill()."""
    with closing(PostgresDatabase(database_url)) as database:
        before = None
        while True:
            (row,) = database.run("advance_balances", behind_seconds=BALANCES_BEHIND_SECONDS)
            if before is not None and row["moment"] - before < timedelta(days=1):
                return
            before = row["moment"]


def sweep_activity(database_url: str) -> None:
    """The same for the hours that the dashboard adds up."""
    with closing(PostgresDatabase(database_url)) as database:
        while roll_up_activity(database, in_time=lambda: True):
            pass


def _fill_tables(database_url: str, lines: Mapping[str, Iterable[str]]) -> None:
    connection = connect(database_url)
    try:
        # No triggers and foreign keys to check, no waiting for the disk.
        connection.run("SET session_replication_role = replica")
        connection.run("SET synchronous_commit = off")
        connection.run("SET maintenance_work_mem = '512MB'")
        # Making an index of a whole table is several times quicker than keeping it while the table grows.
        indexes = connection.run(FIND_INDEXES, tables=list(lines))
        for name, _ in indexes:
            connection.run(f"DROP INDEX {name}")
        for table, its_lines in lines.items():
            connection.run(f"COPY {table} ({TABLES[table]}) FROM STDIN", stream=_pieces(its_lines))
        for _, definition in indexes:
            connection.run(definition)
        connection.run(f"VACUUM ANALYZE {', '.join(lines)}")
    finally:
        connection.close()


def connect(url: str) -> Any:
    """Without the limits on time that a function's connection has."""
    parts = urlsplit(url)
    return pg8000.native.Connection(
        parts.username or "",
        host=parts.hostname,
        port=parts.port,
        password=parts.password,
        database=parts.path.lstrip("/"),
        ssl_context=False,
        startup_params={"TimeZone": "UTC"},
    )


def _lines(filling: Filling) -> dict[str, Iterable[str]]:
    """Of each table, in the order of its columns in TABLES."""
    first = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(seconds=filling.payments + 60)
    times = [str(first + timedelta(seconds=number)) for number in range(filling.payments + 1)]
    lines: dict[str, Iterable[str]] = {
        "orders": _orders(filling, times),
        "payments": _payments(filling, times),
        "refunds": _refunds(filling, times),
        "journals": _journals(filling, times),
        "ledger_entries": _entries(filling),
        "events": _events(filling, times),
        "webhook_deliveries": _deliveries(filling, times),
    }
    return lines if filling.webhooks else {name: of for name, of in lines.items() if name not in WEBHOOK_TABLES}


def _has_own_order(number: int) -> bool:
    return (number + 1) % len(FATES) == 0


def _orders(filling: Filling, times: Sequence[str]) -> Iterator[str]:
    merchant = filling.merchant_id
    yield _line(filling.order_id(), times[0], "created", True, merchant, AMOUNT_MINOR, "INR")
    for number in filter(_has_own_order, range(1, filling.payments + 1)):
        yield _line(filling.order_id(number), times[number], "paid", False, merchant, AMOUNT_MINOR, "INR")


def _payments(filling: Filling, times: Sequence[str]) -> Iterator[str]:
    ends = {fate: _line(*_payment_values(filling.merchant_id, fate)) for fate in FATES}
    common = filling.order_id()
    for number, fate in filling.numbers_with(refunds=False):
        own = _has_own_order(number)
        order, exclusive = (filling.order_id(number), "t") if own else (common, "f")
        time = times[number]
        yield f"{filling.payment_id(number)}\t{order}\t{exclusive}\t{time}\t{time}\t{ends[fate]}"


def _payment_values(merchant_id: str, fate: Fate) -> tuple[object, ...]:
    """From the column merchant_id on."""
    card = ("visa", "4242", 12, 2040, CARD_FINGERPRINT) if fate.method == "card" else (None,) * 5
    held = sum(amount for status, amount in fate.refunds if status != "failed")
    return (
        *(merchant_id, AMOUNT_MINOR, "INR", fate.method, "user@paytm" if fate.method == "upi" else None, *card),
        *(fate.status, "insufficient_funds" if fate.status == "failed" else None),
        *(("automatic", None) if fate.status in ("success", "failed") else ("manual", "2999-12-31")),
        *((fate.captured_minor, held, fate.fee_minor) if fate.captured_minor else (None,) * 3),
        *("ref_filled", 3),
    )


def _refunds(filling: Filling, times: Sequence[str]) -> Iterator[str]:
    for number, fate in filling.numbers_with(refunds=True):
        for place, (status, amount) in enumerate(fate.refunds):
            reason = "refused" if status == "failed" else None
            ids = filling.refund_id(number, place), filling.payment_id(number)
            yield _line(*ids, times[number], filling.merchant_id, amount, "INR", status, reason)


def _journals(filling: Filling, times: Sequence[str]) -> Iterator[str]:
    merchant = filling.merchant_id
    journals = {fate: tuple(fate.journals()) for fate in FATES}
    for number, fate in filling.numbers_with(refunds=False):
        for place, (kind, amount, of_refund) in enumerate(journals[fate]):
            ids = f"{filling.journal_id(number, place)}\t{filling.payment_id(number)}"
            refund = r"\N" if of_refund is None else filling.refund_id(number, of_refund)
            yield f"{ids}\t{refund}\t{times[number]}\t{merchant}\tINR\t{kind}\t{amount}\n"


def _entries(filling: Filling) -> Iterator[str]:
    ends = {fate: tuple(_entry_ends(filling.merchant_id, fate)) for fate in FATES}
    for number, fate in filling.numbers_with(refunds=False):
        for place, (debit, credit) in enumerate(ends[fate]):
            journal_id = filling.journal_id(number, place)
            yield f"{journal_id}\t{debit}{journal_id}\t{credit}"


def _entry_ends(merchant_id: str, fate: Fate) -> Iterator[tuple[str, str]]:
    """Of both entries of each journal, from the column account on."""
    for kind, amount, _ in fate.journals():
        move = JOURNALS[kind]
        yield _line(move.debit, amount, merchant_id, "INR"), _line(move.credit, -amount, merchant_id, "INR")


def _event_types(status: str) -> tuple[str, str]:
    return "payment.created", f"payment.{status}"


def _events(filling: Filling, times: Sequence[str]) -> Iterator[str]:
    end = _line(filling.merchant_id, EVENT_BODY)
    for number, fate in filling.numbers_with(refunds=False):
        for sequence, kind in enumerate(_event_types(fate.status), 1):
            ids = f"{filling.event_id(number, sequence)}\t{filling.payment_id(number)}"
            yield f"{ids}\t{sequence}\t{kind}\t{times[number]}\t{end}"


def _deliveries(filling: Filling, times: Sequence[str]) -> Iterator[str]:
    end = _line(1, filling.merchant_id)
    for number, fate in filling.numbers_with(refunds=False):
        status = "delivered" if number % EXHAUSTED_EVERY else "exhausted"
        for sequence, kind in enumerate(_event_types(fate.status), 1):
            ids = f"{filling.delivery_id(number, sequence)}\t{filling.event_id(number, sequence)}\t{kind}"
            ends = f"{filling.payment_id(number)}\t{filling.endpoint_id}\t{status}\t{times[number]}"
            yield f"{ids}\t{ends}\t{end}"


def _line(*values: object) -> str:
    return "\t".join(r"\N" if value is None else str(value) for value in values) + "\n"


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """As pg8000 sends them: a message of the protocol for each piece."""
    rest = iter(lines)
    while piece := "".join(islice(rest, LINES_AT_ONCE)):
        yield piece.encode()
