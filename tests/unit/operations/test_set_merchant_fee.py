from __future__ import annotations

import pytest

from paygate.domain.errors import BadRequestError, NotFoundError
from paygate.operations.set_merchant_fee import set_merchant_fee
from tests.unit.fakes import FakeDatabase


@pytest.mark.parametrize("basis_points", [0, 1, 250, 10_000])
def test_a_fee_from_nothing_to_everything_is_set(basis_points: int) -> None:
    database = FakeDatabase(set_merchant_fee=[{"id": "merchant_1"}])
    set_merchant_fee(database, "merchant_1", basis_points)
    assert database.parameters("set_merchant_fee") == {"merchant_id": "merchant_1", "basis_points": basis_points}


@pytest.mark.parametrize("basis_points", [-1, 10_001])
def test_any_other_fee_is_refused_before_anything_is_stored(basis_points: int) -> None:
    database = FakeDatabase()
    with pytest.raises(BadRequestError) as raised:
        set_merchant_fee(database, "merchant_1", basis_points)
    assert raised.value.description == "basis_points must be from 0 to 10000."
    assert (raised.value.field, database.calls) == ("basis_points", [])


def test_a_merchant_that_there_is_not_is_not_found_by_name() -> None:
    with pytest.raises(NotFoundError) as raised:
        set_merchant_fee(FakeDatabase(set_merchant_fee=[]), "merchant_2", 250)
    assert raised.value.description == "There is no merchant merchant_2."
