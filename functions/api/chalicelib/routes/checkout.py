"""The checkout: what a shopper's browser may do, knowing a publishable key and an order's id."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.checkout_page import checkout_page, refusal_page
from chalicelib.view import Call, endpoint
from paygate.operations.answer_once import Answer
from paygate.operations.create_payment import NewPayment, create_payment
from paygate.operations.get_checkout_order import check_upi, get_checkout_order
from paygate.operations.get_checkout_payment import get_checkout_payment
from paygate.operations.open_checkout import open_checkout
from paygate.operations.show_checkout_payment import show_checkout_payment
from paygate.wiring import Wiring

if TYPE_CHECKING:
    from chalicelib.schemas.checkout import CreateCheckoutPaymentBody, OpenCheckoutQuery

routes = Blueprint(__name__)


@endpoint(
    routes,
    "GET /checkout/page",
    summary="The page that checkout.js embeds",
    response="Html",
    query="checkout.OpenCheckoutQuery",
    access="shopper",
    refuse=refusal_page,
)
def open_page(call: Call) -> Answer:
    query: OpenCheckoutQuery = call.query
    open_checkout(call.wiring.database, call.merchant_id, query.origin)
    config = {
        "key": query.key,
        "order_id": query.order_id,
        "origin": query.origin,
        "locale": query.locale,
        "test_mode": call.wiring.config.test_mode,
    }
    return checkout_page(config, ancestor=query.origin)


@endpoint(
    routes,
    "GET /checkout/orders/{order_id}",
    summary="What a shopper is asked to pay",
    response="CheckoutOrder",
    query="checkout.CheckoutQuery",
    access="shopper",
)
def get_order(call: Call, order_id: str) -> str:
    wiring = call.wiring
    return get_checkout_order(wiring.database, call.merchant_id, order_id, test_mode=wiring.config.test_mode)


def show(wiring: Wiring, body: str) -> str:
    """What a shopper may know of a new payment."""
    return show_checkout_payment(body, wiring.config.upi_payee, wiring.draw_qr)


@endpoint(
    routes,
    "POST /checkout/payments",
    summary="Pay an order as a shopper",
    response="CheckoutPayment",
    status=201,
    body="checkout.CreateCheckoutPaymentBody",
    access="shopper",
    finish=show,
)
def create(call: Call) -> str:
    wanted: CreateCheckoutPaymentBody = call.body
    body = wanted.root
    if body.method == "card":
        payment = NewPayment(body.order_id, card=body.card.card(datetime.now(UTC).date()))
    else:
        check_upi(call.wiring.database, call.merchant_id, body.order_id)
        payment = NewPayment(body.order_id, vpa=body.vpa)
    return create_payment(call.wiring.payment_intake, call.merchant_id, payment, call.idempotent)


@endpoint(
    routes,
    "GET /checkout/payments/{payment_id}",
    summary="How a shopper's payment stands; with a signature once it has succeeded",
    response="CheckoutPayment",
    query="checkout.CheckoutQuery",
    access="shopper",
)
def get_payment(call: Call, payment_id: str) -> str:
    wiring = call.wiring
    return get_checkout_payment(wiring.database, wiring.webhook_cipher, call.merchant_id, payment_id)
