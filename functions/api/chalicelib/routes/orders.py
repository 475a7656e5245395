"""Orders: what is to be paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.errors import NotFoundError
from paygate.operations.create_order import NewOrder, create_order
from paygate.operations.list_orders import list_orders

if TYPE_CHECKING:
    from chalicelib.schemas.common import PageQuery
    from chalicelib.schemas.orders import CreateOrderBody

routes = Blueprint(__name__)


@endpoint(
    routes, "POST /orders", summary="Create an order", response="Order", status=201, body="orders.CreateOrderBody"
)
def create(call: Call) -> str:
    body: CreateOrderBody = call.body
    order = NewOrder(body.amount, body.currency, body.receipt, body.notes, body.reusable, body.capture, body.expires_at)
    return create_order(call.wiring.database, call.merchant_id, order, call.idempotent)


@endpoint(routes, "GET /orders", summary="List orders, newest first", response="OrderList", query="common.PageQuery")
def list_all(call: Call) -> str:
    query: PageQuery = call.query
    return list_orders(call.wiring.database, call.merchant_id, query.page())


@endpoint(routes, "GET /orders/{order_id}", summary="Get an order", response="Order")
def get(call: Call, order_id: str) -> str:
    rows = call.wiring.database.run("get_order", order_id=order_id, merchant_id=call.merchant_id)
    if not rows:
        raise NotFoundError("There is no order with this id.")
    return str(rows[0]["body"])
