from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paygate.domain.payment_status import PAYMENT_STATUSES, TRANSITIONS, PaymentStatus, may_become

MONEY_KEPT = {"success", "captured"}
ENDS = {"success", "failed", "captured", "cancelled"}
ALLOWED = {
    ("pending", "processing"),
    ("processing", "success"),
    ("processing", "failed"),
    ("processing", "authorized"),
    ("authorized", "captured"),
    ("authorized", "cancelled"),
}
statuses = st.sampled_from(PAYMENT_STATUSES)


@pytest.mark.parametrize(("status", "following"), list(product(PAYMENT_STATUSES, repeat=2)))
def test_exactly_the_transitions_of_the_design_are_allowed(status: PaymentStatus, following: PaymentStatus) -> None:
    assert may_become(status, following) == ((status, following) in ALLOWED)


def test_every_status_is_in_the_table_and_the_table_knows_no_other() -> None:
    assert TRANSITIONS.keys() == set(PAYMENT_STATUSES)
    assert {following for each in TRANSITIONS.values() for following in each} <= set(PAYMENT_STATUSES)


def test_every_status_can_be_reached_from_pending() -> None:
    reached: set[PaymentStatus] = {"pending"}
    for _ in PAYMENT_STATUSES:
        reached |= {following for status in reached for following in TRANSITIONS[status]}
    assert reached == set(PAYMENT_STATUSES)


@given(st.lists(statuses, max_size=30))
def test_whatever_is_tried_a_payment_ends_once_and_stays_there(wishes: list[PaymentStatus]) -> None:
    path: list[PaymentStatus] = ["pending"]
    for wish in wishes:
        if may_become(path[-1], wish):
            path.append(wish)
    assert len(path) == len(set(path))
    assert len(MONEY_KEPT & set(path)) <= 1
    assert not [status for status in path[:-1] if status in ENDS]
    assert path[1:2] in ([], ["processing"])
