"""Reads of a database that holds many payments, and which calls they are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from paygate.domain.periods import Period
from tests.performance.bench.events import ApiCall, api_event
from tests.support.filling import FATES, Filling

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


def _settlement_days(filling: Filling, _: int) -> ApiCall:
    """A month, as the dashboard asks for it, up to today."""
    today = datetime.now(UTC).date()
    query = {"from_date": str(today - timedelta(days=30)), "to_date": str(today)}
    return ApiCall("GET /settlements/days", query=query)


def _summary(period: str) -> Callable[[Filling, int], ApiCall]:
    return lambda _, __: ApiCall("GET /dashboard/summary", query={"period": period})


def _deliveries(filters: Callable[[Filling, int], Mapping[str, str]]) -> Callable[[Filling, int], ApiCall]:
    """By cursor, as the dashboard reads them."""
    return _page("GET /webhooks", lambda filling, number: {"total": "false", **filters(filling, number)})


def _middle(filling: Filling, _: int) -> Mapping[str, str]:
    return {"starting_after": filling.delivery_id(filling.payments // 2, 1)}


def _exhausted(_: Filling, __: int) -> Mapping[str, str]:
    return {"status": "exhausted"}


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
# What the dashboard's pages begin with.
DASHBOARD: Mapping[str, Read] = {
    **{
        f"dash_summary_{period}": Read(f"GET /dashboard/summary?period={period}", _summary(period))
        for period in get_args(Period)
    },
    "dash_vpa": Read("GET /payments?vpa=…", _page("GET /payments", lambda _, __: {"vpa": "USER@paytm"})),
    "dash_vpa_page": Read(
        "GET /payments?vpa=… from the middle",
        _page(
            "GET /payments",
            lambda filling, _: {"vpa": "user@paytm", "starting_after": filling.payment_id(filling.payments // 2)},
        ),
    ),
    "dash_last4": Read("GET /payments?card_last4=…", _page("GET /payments", lambda _, __: {"card_last4": "4242"})),
    **{
        f"dash_{name}": Read(f"GET /{name}", _page(f"GET /{name}", lambda _, __: {}))
        for name in ("events", "orders", "refunds", "ledger")
    },
    "dash_webhooks": Read("GET /webhooks", _page("GET /webhooks", lambda _, __: {})),
    "dash_webhooks_page": Read("GET /webhooks?total=false from the middle", _deliveries(_middle)),
    "dash_webhooks_status": Read("GET /webhooks?total=false&status=exhausted", _deliveries(_exhausted)),
    "dash_endpoints": Read("GET /webhook-endpoints", lambda _, __: ApiCall("GET /webhook-endpoints")),
    "dash_settlement": Read("GET /settlements?date=…", _settlement),
    "dash_settlements": Read("GET /settlements/days?from_date=…&to_date=…", _settlement_days),
}
