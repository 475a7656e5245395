from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from paygate.domain.ledger import JOURNALS, Account, JournalType


def balances(*booked: tuple[JournalType, int]) -> dict[str, int]:
    """What the accounts hold after these journals, debits positive, without those that hold nothing."""
    sums: Counter[str] = Counter()
    for kind, amount_minor in booked:
        sums[JOURNALS[kind].debit] += amount_minor
        sums[JOURNALS[kind].credit] -= amount_minor
    return {account: sum_minor for account, sum_minor in sums.items() if sum_minor}


def test_every_type_of_journal_is_in_the_table_and_the_table_knows_no_other() -> None:
    assert set(JOURNALS) == set(get_args(JournalType))


@pytest.mark.parametrize("kind", JOURNALS)
def test_each_journal_moves_its_amount_between_two_different_accounts(kind: JournalType) -> None:
    movement = JOURNALS[kind]
    assert movement.debit != movement.credit
    assert {movement.debit, movement.credit} <= set(get_args(Account))


def test_every_account_is_used() -> None:
    used = {account for movement in JOURNALS.values() for account in (movement.debit, movement.credit)}
    assert used == set(get_args(Account))


def test_a_capture_is_owed_by_the_acquirer_to_the_merchant_less_the_fee() -> None:
    assert balances(("capture", 100), ("fee", 2)) == {"acquirer_receivable": 100, "merchant_payable": -98, "fees": -2}


def test_a_refund_is_on_its_way_until_it_has_been_processed_and_then_all_is_as_before_the_capture() -> None:
    assert balances(("capture", 100), ("refund", 30)) == {
        "acquirer_receivable": 100,
        "merchant_payable": -70,
        "refunds_payable": -30,
    }
    assert balances(("capture", 100), ("refund", 100), ("refund_processed", 100)) == {}


def test_a_refund_that_failed_leaves_nothing_behind() -> None:
    assert balances(("refund", 30), ("refund_failed", 30)) == {}
