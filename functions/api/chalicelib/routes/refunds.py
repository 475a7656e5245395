"""Refunds: money on its way back to the shopper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.errors import NotFoundError
from paygate.operations.create_refund import NewRefund, create_refund
from paygate.operations.list_refunds import RefundFilter, list_refunds, list_refunds_of_payment

if TYPE_CHECKING:
    from chalicelib.schemas.common import PageQuery
    from chalicelib.schemas.refunds import CreateRefundBody, ListRefundsQuery

routes = Blueprint(__name__)


@endpoint(
    routes,
    "POST /payments/{payment_id}/refunds",
    summary="Refund all that is left of a payment, or a part of it",
    response="Refund",
    status=201,
    body="refunds.CreateRefundBody",
)
def create(call: Call, payment_id: str) -> str:
    body: CreateRefundBody = call.body
    refund = NewRefund(payment_id, body.amount, body.reason)
    return create_refund(call.wiring.refund_intake, call.merchant_id, refund, call.idempotent)


@endpoint(
    routes,
    "GET /payments/{payment_id}/refunds",
    summary="List a payment's refunds, newest first",
    response="RefundList",
    query="common.PageQuery",
)
def list_of_payment(call: Call, payment_id: str) -> str:
    query: PageQuery = call.query
    return list_refunds_of_payment(call.wiring.database, call.merchant_id, query.page(), payment_id)


@endpoint(
    routes,
    "GET /refunds",
    summary="List refunds, newest first",
    response="RefundList",
    query="refunds.ListRefundsQuery",
)
def list_all(call: Call) -> str:
    query: ListRefundsQuery = call.query
    wanted = RefundFilter(
        query.payment_id,
        query.status,
        query.created_gt,
        query.created_gte,
        query.created_lt,
        query.created_lte,
    )
    return list_refunds(call.wiring.database, call.merchant_id, query.page(), wanted)


@endpoint(routes, "GET /refunds/{refund_id}", summary="Get a refund", response="Refund")
def get(call: Call, refund_id: str) -> str:
    rows = call.wiring.database.run("get_refund", refund_id=refund_id, merchant_id=call.merchant_id)
    if not rows:
        raise NotFoundError("There is no refund with this id.")
    return str(rows[0]["body"])
