"""The merchant itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.replies import reveal
from chalicelib.view import Call, endpoint
from paygate.operations.rotate_checkout_secret import rotate_checkout_secret
from paygate.operations.update_merchant import update_merchant

if TYPE_CHECKING:
    from chalicelib.schemas.merchant import UpdateMerchantBody

routes = Blueprint(__name__)


@endpoint(routes, "GET /merchant", summary="Get your own settings", response="MerchantSettings")
def get(call: Call) -> str:
    (row,) = call.wiring.database.run("get_merchant_settings", merchant_id=call.merchant_id)
    return str(row["body"])


@endpoint(
    routes,
    "PATCH /merchant",
    summary="Change your name and the origins whose pages may embed your checkout",
    response="MerchantSettings",
    body="merchant.UpdateMerchantBody",
)
def update(call: Call) -> str:
    body: UpdateMerchantBody = call.body
    return update_merchant(call.wiring.database, call.merchant_id, name=body.name, allowed_origins=body.allowed_origins)


@endpoint(
    routes,
    "POST /merchant/rotate-checkout-secret",
    summary="Get a new secret for verifying checkout results, shown this once; the old one ends at once",
    response="MerchantWithSecret",
    body="merchant.RotateCheckoutSecretBody",
    finish=reveal,
)
def rotate_secret(call: Call) -> str:
    wiring = call.wiring
    return rotate_checkout_secret(wiring.database, wiring.webhook_cipher, call.merchant_id, call.idempotent)
