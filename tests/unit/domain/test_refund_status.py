from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paygate.domain.refund_status import REFUND_STATUSES, RefundStatus, may_become

ALLOWED = {("pending", "processed"), ("pending", "failed")}


@pytest.mark.parametrize(("status", "following"), list(product(REFUND_STATUSES, repeat=2)))
def test_exactly_the_transitions_of_the_design_are_allowed(status: RefundStatus, following: RefundStatus) -> None:
    assert may_become(status, following) == ((status, following) in ALLOWED)


def test_a_refund_is_pending_processed_or_failed() -> None:
    assert REFUND_STATUSES == ("pending", "processed", "failed")


@given(st.lists(st.sampled_from(REFUND_STATUSES), max_size=10))
def test_whatever_is_tried_a_refund_ends_once_and_stays_there(wishes: list[RefundStatus]) -> None:
    path: list[RefundStatus] = ["pending"]
    for wish in wishes:
        if may_become(path[-1], wish):
            path.append(wish)
    ends = [wish for wish in wishes if wish != "pending"]
    assert path == ["pending", *ends[:1]]
