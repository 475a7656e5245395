"""A payment begins: durable in one transaction, then on its way to be processed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from paygate.domain.cards import Card
from paygate.domain.errors import (
    ConflictError,
    IdempotencyKeyTakenError,
    NotFoundError,
    PaygateError,
    VaultUnavailableError,
)
from paygate.domain.idempotency import IdempotentRequest
from paygate.domain.ids import new_id
from paygate.domain.vpa import check_vpa
from paygate.operations.answer_once import key_parameters
from paygate.operations.jobs import RESEND_AFTER_SECONDS, ids_of, send_job, send_jobs
from paygate.operations.ports import CardVault, Database, Queue

LOG = logging.getLogger("paygate.create_payment")
REFUSALS = {
    "paid": ("The order is already paid.", "ORDER_ALREADY_PAID"),
    "authorized": ("The order has an authorized payment that waits to be captured.", "ORDER_ALREADY_AUTHORIZED"),
    "expired": ("The order has expired.", "ORDER_EXPIRED"),
}


@dataclass(frozen=True)
class NewPayment:
    """What the shopper pays with: a card, a VPA, or by UPI from whichever app opens the payment's link if neither is
    given. Amount and currency are the order's.
    """

    order_id: str
    vpa: str | None = None
    card: Card | None = None


@dataclass(frozen=True)
class PaymentIntake:
    """What taking a payment needs; `card_key` makes the fingerprints of card numbers."""

    database: Database
    payments_queue: Queue
    webhooks_queue: Queue
    card_vault: CardVault
    card_key: bytes = field(repr=False)
    processing_delay_seconds: int


def create_payment(
    intake: PaymentIntake, merchant_id: str, payment: NewPayment, idempotent: IdempotentRequest | None = None
) -> str:
    """Store the payment with its events, deliveries and outbox rows, and return its wire form (JSON text); that of a
    payment by link has a `payee_name`, which is for the link alone.

    Raises BadRequestError (INVALID_VPA), NotFoundError (no such order), ConflictError (the order takes no payment),
    IdempotencyKeyTakenError and VaultUnavailableError. A queue that does not answer is no error: the outbox brings the
    job back.
    """
    if payment.vpa is not None:
        check_vpa(payment.vpa)
    payment_id = new_id("pay")
    if payment.card is not None:
        # Before the payment exists, so that it can never be processed without its card.
        intake.card_vault.put(payment_id, payment.card)
    try:
        body, delivery_ids = _store(intake, merchant_id, payment_id, payment, idempotent)
    except (NotFoundError, ConflictError):
        if payment.card is not None:
            _discard(intake.card_vault, payment_id)
        raise
    send_job(intake.payments_queue, payment_id, delay_seconds=intake.processing_delay_seconds)
    send_jobs(intake.webhooks_queue, delivery_ids)
    return body


def _store(
    intake: PaymentIntake,
    merchant_id: str,
    payment_id: str,
    payment: NewPayment,
    idempotent: IdempotentRequest | None,
) -> tuple[str, Sequence[str]]:
    card = payment.card
    # Both happen at one moment, so that lists are in the order of their ids.
    created_event_id, pending_event_id = sorted((new_id("evt"), new_id("evt")))
    rows = intake.database.run(
        "create_payment",
        payment_id=payment_id,
        order_id=payment.order_id,
        merchant_id=merchant_id,
        method="card" if card else "upi",
        vpa=payment.vpa,
        card_network=card.network if card else None,
        card_last4=card.last4 if card else None,
        card_expiry_month=card.expiry_month if card else None,
        card_expiry_year=card.expiry_year if card else None,
        card_fingerprint=card.fingerprint(intake.card_key).hex() if card else None,
        created_event_id=created_event_id,
        pending_event_id=pending_event_id,
        resend_after_seconds=RESEND_AFTER_SECONDS + intake.processing_delay_seconds,
        **key_parameters(idempotent),
    )
    if not rows:
        raise NotFoundError("There is no order with this id.", field="order_id")
    row = rows[0]
    if row["body"] is None:
        raise _refusal(row["order_status"])
    return row["body"], ids_of(row["delivery_ids"])


def _refusal(order_status: str) -> PaygateError:
    if order_status == "created":
        # Nothing about the order stood in the way, so the key did.
        return IdempotencyKeyTakenError("The key is taken.")
    description, reason = REFUSALS[order_status]
    return ConflictError(description, field="order_id", reason=reason)


def _discard(card_vault: CardVault, payment_id: str) -> None:
    try:
        card_vault.discard([payment_id])
    except VaultUnavailableError as error:
        LOG.warning("card left to expire", extra={"payment_id": payment_id, "error": error.description})
