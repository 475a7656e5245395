"""A payment begins: durable in one transaction, then on its way to be processed."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from paygate.domain.errors import ConflictError, NotFoundError, QueueUnavailableError
from paygate.domain.ids import new_id
from paygate.domain.vpa import check_vpa
from paygate.operations.ports import Database, Queue

LOG = logging.getLogger("paygate.create_payment")
# A job that no consumer has taken by then is sent again by the sweeper.
RESEND_AFTER_SECONDS = 30


@dataclass(frozen=True)
class NewPayment:
    """What the shopper pays with; amount and currency are the order's."""

    order_id: str
    method: str
    vpa: str


def create_payment(
    database: Database,
    payments_queue: Queue,
    webhooks_queue: Queue,
    merchant_id: str,
    payment: NewPayment,
    *,
    processing_delay_seconds: int,
) -> str:
    """Store the payment with its events, deliveries and outbox rows, and return its wire form (JSON text).

    Raises BadRequestError (INVALID_VPA), NotFoundError (no such order) and ConflictError (the order is paid). A queue
    that does not answer is no error: the outbox brings the job back.
    """
    check_vpa(payment.vpa)
    payment_id = new_id("pay")
    rows = database.run(
        "create_payment",
        payment_id=payment_id,
        order_id=payment.order_id,
        merchant_id=merchant_id,
        method=payment.method,
        vpa=payment.vpa,
        created_event_id=new_id("evt"),
        pending_event_id=new_id("evt"),
        resend_after_seconds=RESEND_AFTER_SECONDS + processing_delay_seconds,
    )
    if not rows:
        raise NotFoundError("There is no order with this id.", field="order_id")
    body: str | None = rows[0]["body"]
    if body is None:
        raise ConflictError("The order is already paid.", field="order_id", reason="ORDER_ALREADY_PAID")
    try:
        payments_queue.send(payment_id, delay_seconds=processing_delay_seconds)
        webhooks_queue.send_all(rows[0]["delivery_ids"] or ())
    except QueueUnavailableError as error:
        LOG.warning("send postponed to the sweeper", extra={"payment_id": payment_id, "error": error.description})
    return body
