"""What the database itself refuses, whatever the code does."""

from __future__ import annotations

import pytest
from pg8000.exceptions import DatabaseError

from paygate.adapters.postgres.connection import PostgresDatabase
from tests.integration.settlements import claimed
from tests.support.rows import Rows


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param("UPDATE payments SET status = 'failed'", "payments_check", id="failed without a reason"),
        pytest.param("UPDATE payments SET failure_reason = 'x'", "payments_check", id="a reason without failing"),
        pytest.param("UPDATE payments SET status = 'refunded'", "cannot go from processing", id="unknown status"),
        pytest.param("UPDATE payments SET void_status = 'pending'", "payments_void", id="nothing to give back"),
        pytest.param("UPDATE payments SET method = 'card'", "payments_check|payments_card", id="a card with a VPA"),
        pytest.param("UPDATE payments SET card_network = 'visa'", "payments_card", id="half a card"),
        pytest.param("UPDATE payments SET amount_minor = 99", "payments_amount", id="too little"),
        pytest.param("UPDATE orders SET status = 'paid' WHERE reusable", "orders_check", id="reusable and paid"),
        pytest.param("UPDATE orders SET status = 'authorized'", "orders_reusable", id="reusable and authorized"),
        pytest.param("UPDATE events SET sequence = 1 WHERE sequence = 2", "events_payment_id", id="sequence twice"),
    ],
)
def test_the_database_itself_refuses_states_that_cannot_be(
    database: PostgresDatabase, sql: Rows, change: str, constraint: str
) -> None:
    claimed(database, "order_test_123")
    with pytest.raises(DatabaseError, match=constraint):
        sql.run(change)
