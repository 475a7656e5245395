"""A charge that reaches the bank after the bank has said that it knows of none: it timed out here, not on its way."""

from __future__ import annotations

from paygate.domain.cards import Card
from tests.reliability.bank import Bank, Conduct
from tests.reliability.endings import drain
from tests.reliability.environments import Environment
from tests.reliability.promises import check_end
from tests.reliability.snapshot import LEASE_OVER_SECONDS, let_time_pass, read_snapshot
from tests.support.rows import Rows, start_payment

VISA = Card("4242424242424242", 12, 2040, "123", "visa")


def test_a_charge_that_lands_after_its_order_was_paid_is_given_back(
    environment: Environment, bank: Bank, rows: Rows
) -> None:
    order_id = rows.add_order()
    late, quick = (start_payment(environment.database, order_id) for _ in range(2))
    bank.script(late, Conduct(lands_late=True))
    environment.process([late])
    environment.process([quick])
    let_time_pass(rows, LEASE_OVER_SECONDS)
    # The bank has not heard of it, and the order is paid: it cannot be charged any more, but it may be on its way.
    environment.process([late])
    bank.land()
    drain(environment, rows)
    assert rows.value("SELECT status FROM payments WHERE id = :id", id=quick) == "success"
    check_end(read_snapshot(rows), bank)


def test_a_charge_that_lands_after_its_card_was_gone_is_given_back(
    environment: Environment, bank: Bank, rows: Rows
) -> None:
    payment_id = start_payment(environment.database, rows.add_order(), card=VISA)
    environment.card_vault.put(payment_id, VISA)
    bank.script(payment_id, Conduct(lands_late=True))
    environment.process([payment_id])
    environment.card_vault.discard([payment_id])
    let_time_pass(rows, LEASE_OVER_SECONDS)
    environment.process([payment_id])
    bank.land()
    drain(environment, rows)
    check_end(read_snapshot(rows), bank)
