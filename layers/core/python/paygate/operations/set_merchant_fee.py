"""What each capture costs a merchant, from now on."""

from __future__ import annotations

from paygate.domain.errors import BadRequestError, NotFoundError
from paygate.operations.ports import Database

BASIS_POINTS_MAX = 10_000


def set_merchant_fee(database: Database, merchant_id: str, basis_points: int) -> None:
    """Set the rate, in hundredths of a percent; half a minor unit is rounded up. Earlier captures keep their fee.

    Raises BadRequestError for a rate out of range and NotFoundError for an unknown merchant.
    """
    if not 0 <= basis_points <= BASIS_POINTS_MAX:
        raise BadRequestError(f"basis_points must be from 0 to {BASIS_POINTS_MAX}.", field="basis_points")
    if not database.run("set_merchant_fee", merchant_id=merchant_id, basis_points=basis_points):
        raise NotFoundError(f"There is no merchant {merchant_id}.")
