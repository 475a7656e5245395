"""The page that a merchant's page embeds: a shell whose headers say who may, and which loads everything from S3."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from chalicelib.replies import error_reply
from paygate.domain.errors import PaygateError
from paygate.domain.origins import is_origin
from paygate.operations.answer_once import Answer

# Nothing inline, nothing from elsewhere. Images are the QR codes, which come as data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
HTML_TYPE = "text/html; charset=utf-8"


def checkout_page(config: dict[str, Any], *, ancestor: str) -> Answer:
    """The shell for `config`, which only pages of the origin `ancestor` may embed."""
    return _page(200, '<main id="checkout"></main>', config, "app", ancestors=ancestor)


def refusal_page(error: PaygateError, request: Any, request_id: str) -> Answer:
    """A page that says why there is no checkout, to the shopper and to the SDK of the page that asked. Anyone may embed
    it, or nobody would see it.
    """
    reply = error_reply(error, request_id)
    origin = request.query_params.get("origin", "") if request.query_params else ""
    config = {**json.loads(reply.body), "origin": origin if is_origin(origin) else None}
    body = (
        '<main id="refusal"><section class="view"><div class="sign bad" aria-hidden="true">!</div>'
        f'<h1>No payment here</h1><p class="note" role="alert">{escape(error.description)}</p></section></main>'
    )
    return _page(reply.status, body, config, "refusal", ancestors="*")


def _page(status: int, body: str, config: dict[str, Any], script: str, *, ancestors: str) -> Answer:
    # A closing tag or a comment within the data would end it.
    data = json.dumps(config).replace("<", "\\u003c")
    html = (
        '<!doctype html><html lang="en" data-theme="auto"><head><meta charset="utf-8"><title>Checkout</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/checkout/checkout.css"><link rel="stylesheet" href="/checkout/form.css">'
        '<link rel="stylesheet" href="/checkout/views.css">'
        f'</head><body>{body}<script type="application/json" id="config">{data}</script>'
        f'<script type="module" src="/checkout/{script}.js"></script></body></html>'
    )
    headers = {
        "Content-Security-Policy": POLICY.format(ancestors=ancestors),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, html, content_type=HTML_TYPE, headers=headers)
