"""Card numbers, networks, expiry and security codes.

Numbers follow ISO/IEC 7812 (Luhn check digit); which network a number belongs to follows from its first digits, by the
ranges that the networks publish (collected at https://en.wikipedia.org/wiki/Payment_card_number).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import date

from paygate.domain.errors import BadRequestError

YEARS_AHEAD_MAX = 30
SIXTEEN = (16,)


@dataclass(frozen=True)
class Network:
    """A card network: the lengths that its numbers have and the digits of its security code (CVV)."""

    name: str
    number_lengths: tuple[int, ...]
    cvv_length: int = 3


VISA = Network("visa", (13, 16, 19))
MASTERCARD = Network("mastercard", SIXTEEN)
RUPAY = Network("rupay", SIXTEEN)
AMEX = Network("amex", (15,), cvv_length=4)
DINERS = Network("diners", (14, 15, 16, 17, 18, 19))
DISCOVER = Network("discover", (16, 17, 18, 19))
UNIONPAY = Network("unionpay", (16, 17, 18, 19))

# First digits, from and to; the narrower range comes first where networks share a beginning.
RANGES: tuple[tuple[str, str, Network], ...] = (
    ("508500", "508999", RUPAY),
    ("606985", "607984", RUPAY),
    ("608001", "608500", RUPAY),
    ("652150", "653149", RUPAY),
    ("817200", "819899", RUPAY),
    ("82", "82", RUPAY),
    ("34", "34", AMEX),
    ("37", "37", AMEX),
    ("300", "305", DINERS),
    ("3095", "3095", DINERS),
    ("36", "36", DINERS),
    ("38", "39", DINERS),
    ("6011", "6011", DISCOVER),
    ("644", "649", DISCOVER),
    ("65", "65", DISCOVER),
    ("62", "62", UNIONPAY),
    ("810", "817", UNIONPAY),
    ("2221", "2720", MASTERCARD),
    ("51", "55", MASTERCARD),
    ("4", "4", VISA),
)


@dataclass(frozen=True)
class Card:
    """A card as the shopper gave it, checked. Never logged or stored in clear: see `paygate.adapters.card_vault`."""

    number: str = field(repr=False)
    expiry_month: int
    expiry_year: int
    cvv: str = field(repr=False)
    network: str
    holder_name: str | None = field(default=None, repr=False)

    @property
    def last4(self) -> str:
        return self.number[-4:]

    def fingerprint(self, key: bytes) -> bytes:
        """32 bytes that are the same for the same number and tell nothing about it without the key."""
        return hmac.digest(key, self.number.encode(), "sha256")


def check_card(
    number: str, expiry_month: int, expiry_year: int, cvv: str, holder_name: str | None, *, today: date
) -> Card:
    """The card, with spaces and hyphens of its number removed and a two-digit year completed.

    Raises BadRequestError: INVALID_CARD, INVALID_EXPIRY, EXPIRED_CARD or INVALID_CVV. A card is good until the last day
    of its month.
    """
    digits = number.replace(" ", "").replace("-", "")
    network = network_of(digits)
    if network is None or len(digits) not in network.number_lengths or not passes_luhn(digits):
        raise _refused("number", "INVALID_CARD", "The card number is not valid.")
    if not 1 <= expiry_month <= 12:
        raise _refused("expiry_month", "INVALID_EXPIRY", "The expiry month must be from 1 to 12.")
    year = expiry_year + 2000 if 0 <= expiry_year <= 99 else expiry_year
    if not 2000 <= year <= today.year + YEARS_AHEAD_MAX:
        raise _refused(
            "expiry_year",
            "INVALID_EXPIRY",
            f"The expiry year must have two or four digits and be at most {YEARS_AHEAD_MAX} years away.",
        )
    if (year, expiry_month) < (today.year, today.month):
        raise _refused("expiry_year" if year < today.year else "expiry_month", "EXPIRED_CARD", "The card has expired.")
    if not _is_digits(cvv) or len(cvv) != network.cvv_length:
        raise _refused("cvv", "INVALID_CVV", f"The security code of this card must have {network.cvv_length} digits.")
    return Card(digits, expiry_month, year, cvv, network.name, holder_name)


def network_of(digits: str) -> Network | None:
    """The network that the number belongs to; None for one that Paygate does not take and for what is no number."""
    if not _is_digits(digits):
        return None
    for start, end, network in RANGES:
        if start <= digits[: len(start)] <= end:
            return network
    return None


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    values = [int(digit) for digit in reversed(digits)]
    doubled = (value * 2 - 9 if value > 4 else value * 2 for value in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _refused(name: str, reason: str, description: str) -> BadRequestError:
    return BadRequestError(description, field=f"card.{name}", reason=reason)
