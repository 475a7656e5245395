"""What the database books, against the domain's table of journals; and how it rounds fees."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args

import pytest

from paygate.domain.ledger import JOURNALS, Account, JournalType
from paygate.operations.set_merchant_fee import BASIS_POINTS_MAX
from tests.support.rows import Rows

AMOUNTS_MINOR = (1, 3, 49, 50, 99, 100, 101, 149, 150, 9_999, 10_000, 50_000, 123_457, 2**31, 999_999_999_999)
BASIS_POINTS = (0, 1, 2, 49, 50, 99, 100, 175, 200, 290, 3_333, 5_000, 9_999, BASIS_POINTS_MAX)


def test_the_database_books_each_journal_as_the_domain_says(sql: Rows) -> None:
    assert JOURNALS.keys() == set(get_args(JournalType))
    for type_, movement in JOURNALS.items():
        rows = sql.all("SELECT account, amount_minor FROM journal_entries(:type, 700)", type=type_)
        assert {row["account"]: row["amount_minor"] for row in rows} == {movement.debit: 700, movement.credit: -700}
        assert len(rows) == 2, type_


def test_the_database_books_nothing_for_what_is_no_journal(sql: Rows) -> None:
    assert sql.all("SELECT * FROM journal_entries('payout', 700)") == []


@pytest.mark.parametrize(
    ("constraint", "known"),
    [("journals_type_check", get_args(JournalType)), ("ledger_entries_account_check", get_args(Account))],
)
def test_the_database_knows_the_same_words_as_the_domain(sql: Rows, constraint: str, known: tuple[str, ...]) -> None:
    definition = sql.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name", name=constraint)
    assert set(re.findall(r"'(\w+)'::text", definition)) == set(known)


def test_a_fee_is_rounded_half_up(sql: Rows) -> None:
    for basis_points in BASIS_POINTS:
        fees = sql.column(
            "SELECT payment_fee(amount, :basis_points) FROM unnest(CAST(:amounts AS bigint[])) WITH ORDINALITY"
            " AS t (amount, place) ORDER BY place",
            basis_points=basis_points,
            amounts=list(AMOUNTS_MINOR),
        )
        exact = [Decimal(amount) * basis_points / 10_000 for amount in AMOUNTS_MINOR]
        assert fees == [int(each.quantize(Decimal(1), ROUND_HALF_UP)) for each in exact], basis_points


def test_the_highest_rate_is_the_same_in_database_and_code(sql: Rows) -> None:
    definition = sql.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'merchants_fee_basis_points_check'"
    )
    assert re.findall(r"\d+", definition) == ["0", str(BASIS_POINTS_MAX)]
