"""Payments: attempts to pay an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.errors import NotFoundError
from paygate.operations.capture_payment import cancel_payment, capture_payment
from paygate.operations.create_payment import NewPayment, create_payment
from paygate.operations.list_payments import PaymentFilter, list_payments

if TYPE_CHECKING:
    from chalicelib.schemas.payments import (
        CapturePaymentBody,
        CreateCardPaymentBody,
        CreateUpiPaymentBody,
        ListPaymentsQuery,
    )

routes = Blueprint(__name__)


@endpoint(
    routes, "POST /payments", summary="Pay an order", response="Payment", status=201, body="payments.CreatePaymentBody"
)
def create(call: Call) -> str:
    body: CreateUpiPaymentBody | CreateCardPaymentBody = call.body.root
    if body.method == "card":
        # Cards are good until their month has ended everywhere: the last time zone is twelve hours behind UTC.
        payment = NewPayment(body.order_id, card=body.card.card((datetime.now(UTC) - timedelta(hours=12)).date()))
    else:
        payment = NewPayment(body.order_id, vpa=body.vpa)
    return create_payment(call.wiring.payment_intake, call.merchant_id, payment, call.idempotent)


@endpoint(
    routes,
    "GET /payments",
    summary="List payments, newest first",
    response="PaymentList",
    query="payments.ListPaymentsQuery",
)
def list_all(call: Call) -> str:
    query: ListPaymentsQuery = call.query
    wanted = PaymentFilter(
        query.status,
        query.method,
        query.order_id,
        query.vpa,
        query.card_last4,
        query.created_gt,
        query.created_gte,
        query.created_lt,
        query.created_lte,
    )
    return list_payments(call.wiring.database, call.merchant_id, query.page(), wanted)


@endpoint(routes, "GET /payments/{payment_id}", summary="Get a payment", response="Payment")
def get(call: Call, payment_id: str) -> str:
    return _read(call, "get_payment", payment_id)


@endpoint(
    routes, "GET /payments/{payment_id}/timeline", summary="List a payment's events in order", response="Timeline"
)
def get_timeline(call: Call, payment_id: str) -> str:
    return _read(call, "get_payment_timeline", payment_id)


@endpoint(
    routes,
    "POST /payments/{payment_id}/capture",
    summary="Capture an authorized payment, or a part of it",
    response="Payment",
    status=202,
    body="payments.CapturePaymentBody",
)
def capture(call: Call, payment_id: str) -> str:
    body: CapturePaymentBody = call.body
    wiring = call.wiring
    return capture_payment(
        wiring.database, wiring.payments_queue, call.merchant_id, payment_id, body.amount, call.idempotent
    )


@endpoint(
    routes,
    "POST /payments/{payment_id}/cancel",
    summary="Cancel an authorized payment",
    response="Payment",
    status=202,
    body="payments.CancelPaymentBody",
)
def cancel(call: Call, payment_id: str) -> str:
    wiring = call.wiring
    return cancel_payment(wiring.database, wiring.payments_queue, call.merchant_id, payment_id, call.idempotent)


def _read(call: Call, statement: str, payment_id: str) -> str:
    rows = call.wiring.database.run(statement, payment_id=payment_id, merchant_id=call.merchant_id)
    if not rows:
        raise NotFoundError("There is no payment with this id.")
    return str(rows[0]["body"])
