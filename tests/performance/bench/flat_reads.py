"""Reads of a database that holds many payments, and which calls they are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.performance.bench.events import ApiCall, api_event
from tests.support.fill import FATES, Filling

# Steps through a table in no order, as callers do.
STRIDE = 7919
PAGE = {"limit": "10"}


@dataclass(frozen=True)
class Read:
    """`call` makes the nth call of one kind."""

    title: str
    call: Callable[[Filling, int], ApiCall]

    def events(self, filling: Filling, count: int) -> list[bytes]:
        return [api_event(self.call(filling, number)) for number in range(count)]


def _any(filling: Filling, number: int) -> str:
    return filling.payment_id(1 + number * STRIDE % filling.payments)


def _refunded(filling: Filling, number: int) -> str:
    size = len(FATES)
    place = next(place for place, fate in enumerate(FATES) if fate.refunds)
    return filling.payment_id(place + size * (number * STRIDE % (filling.payments // size)))


def _one(filling: Filling, number: int) -> ApiCall:
    return ApiCall("GET /payments/{payment_id}", path_parameters={"payment_id": _any(filling, number)})


def _refunds_of(filling: Filling, number: int) -> ApiCall:
    return ApiCall("GET /payments/{payment_id}/refunds", path_parameters={"payment_id": _refunded(filling, number)})


def _page(route: str, filters: Callable[[Filling, int], Mapping[str, str]]) -> Callable[[Filling, int], ApiCall]:
    return lambda filling, number: ApiCall(route, query={**PAGE, **filters(filling, number)})


def _settlement(filling: Filling, _: int) -> ApiCall:
    """A day from the middle of the table."""
    day = datetime.now(UTC) - timedelta(seconds=filling.payments // 2)
    return ApiCall("GET /settlements", query={"date": f"{day:%Y-%m-%d}"})


# These must take as long whatever the tables hold.
FLAT_READS: Mapping[str, Read] = {
    "flat_get": Read("GET /payments/{id}", _one),
    "flat_list": Read("GET /payments?limit=10", _page("GET /payments", lambda _, __: {})),
    "flat_page": Read(
        "GET /payments from the middle",
        _page("GET /payments", lambda filling, _: {"starting_after": filling.payment_id(filling.payments // 2)}),
    ),
    "flat_status": Read("GET /payments?status=failed", _page("GET /payments", lambda _, __: {"status": "failed"})),
    "flat_order": Read(
        "GET /payments?order_id=…", _page("GET /payments", lambda filling, _: {"order_id": filling.order_id()})
    ),
    "flat_refunds": Read("GET /refunds?limit=10", _page("GET /refunds", lambda _, __: {})),
    "flat_refunds_of": Read(
        "GET /refunds?payment_id=…",
        _page("GET /refunds", lambda filling, number: {"payment_id": _refunded(filling, number)}),
    ),
    "flat_payment_refunds": Read("GET /payments/{id}/refunds", _refunds_of),
    "flat_ledger": Read("GET /ledger?limit=10", _page("GET /ledger", lambda _, __: {})),
    "flat_ledger_of": Read(
        "GET /ledger?payment_id=…",
        _page("GET /ledger", lambda filling, number: {"payment_id": _refunded(filling, number)}),
    ),
}
# These add up what the tables hold.
SUMS: Mapping[str, Read] = {
    "sum_balance": Read("GET /balance", lambda _, __: ApiCall("GET /balance")),
    "sum_settlement": Read("GET /settlements?date=…", _settlement),
}
