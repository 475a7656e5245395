"""UPI intent links: what a shopper's payment app opens, from a link on a phone or a QR code on a screen.

The format is NPCI's "UPI Linking Specifications": `upi://pay` with the payee's address (`pa`) and name (`pn`), the
amount in rupees (`am`), the currency (`cu`) and the payee's reference (`tr`), which comes back with the payment.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

CURRENCY = "INR"
NOTE_LENGTH_MAX = 50


def upi_link(payee: str, payee_name: str, payment_id: str, amount_minor: int) -> str:
    """The link for one payment of so many paise."""
    fields = {
        "pa": payee,
        "pn": payee_name[:NOTE_LENGTH_MAX],
        "tr": payment_id,
        "am": f"{amount_minor // 100}.{amount_minor % 100:02d}",
        "cu": CURRENCY,
    }
    return f"upi://pay?{urlencode(fields, quote_via=quote, safe='@')}"
