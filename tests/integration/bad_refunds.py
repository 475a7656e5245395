"""Bad refunds, captures and cancels, and bad questions about refunds and the ledger."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.bad_input import Bad, any_of

UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"
INVALID = "INVALID_VALUE"
DAYS = "settlements/days"
DAY = "2026-02-01"
REFUNDS = "POST /payments/{payment_id}/refunds"
CAPTURE = "POST /payments/{payment_id}/capture"
CANCEL = "POST /payments/{payment_id}/cancel"
# Payments that there are, and what is good for them.
OF_PAYMENTS: list[tuple[str, str, dict[str, Any]]] = [
    (REFUNDS, "pay_captured", {"amount": 100, "reason": "too small"}),
    (CAPTURE, "pay_authorized", {"amount": 100}),
    (CANCEL, "pay_authorized", {}),
]


def raw(name: str, at: str | None, reason: str, text: str) -> list[Bad]:
    """This text in place of the amount of a refund and of a capture."""
    return [
        Bad(f"{route}: {name}", route, f'{{"amount":{text}}}', at, reason, path={"payment_id": payment_id})
        for route, payment_id, good in OF_PAYMENTS
        if "amount" in good
    ]


def added(name: str, at: str, reason: str, /, *only: str, **changes: Any) -> list[Bad]:
    """Good requests with these changes, of all routes or of `only` some."""
    return [
        Bad(f"{route}: {name}", route, json.dumps({**good, **changes}), at, reason, path={"payment_id": payment_id})
        for route, payment_id, good in OF_PAYMENTS
        if not only or route in only
    ]


def asked(route: str, at: str, value: str, reason: str = INVALID, **more: str) -> Bad:
    query = [(at, value), *more.items()]
    return Bad(f"{route}: {at} {value[:40]!r} {more or ''}", f"GET /{route}", None, at, reason, query=query)


AMOUNTS = [
    *(
        bad
        for text in ("0", "-0", "-1", "1000000000000", str(2**63), str(-(2**63) - 1), "1" + "0" * 400)
        for bad in raw(f"amount {text[:25]}", "amount", INVALID, text)
    ),
    *(
        bad
        for text in ("100.5", "100.0", "1e2", "1E400", "NaN", "-Infinity", '"100"', '"😀"', "true", "[100]", "{}")
        for bad in raw(f"amount {text}", "amount", INVALID, text)
    ),
    *(
        bad
        for text in ("0100", "+100", "0x64", "1_0", "")
        for bad in raw(f"amount {text}.", None, "INVALID_JSON", text)
    ),
    *raw("amount of 5000 digits", None, "INVALID_JSON", "9" * 5_000),
]
FIELDS = [
    *added("currency of its own", "currency", UNKNOWN, currency="INR"),
    *added("status", "status", UNKNOWN, status="processed"),
    *added("payment_id in the body", "payment_id", UNKNOWN, payment_id="pay_captured"),
    *added("field in capitals", "Amount", UNKNOWN, Amount=100),
    *added("field with an emoji", "😀", UNKNOWN, **{"😀": 1}),
    *added("field with NUL", "a\x00", UNKNOWN, **{"a\x00": 1}),
    *added("amount", "amount", UNKNOWN, CANCEL, amount=100),
    *added("reason", "reason", UNKNOWN, CAPTURE, reason="why"),
]
REASONS = [
    bad
    for name, value in (
        *(("empty", ""), ("256 characters", "r" * 256), ("256 emoji", "😀" * 256), ("NUL", "a\x00b")),
        *((f"{value!r}", value) for value in any_of(5, 1.5, True, ["r"], {"r": "r"})),
    )
    for bad in added(f"reason {name}", "reason", INVALID, REFUNDS, reason=value)
]
QUERIES = [
    *(
        asked(route, field, value)
        for route, field in (("refunds", "payment_id"), ("ledger", "payment_id"), ("ledger", "refund_id"))
        for value in ("", "pay 1", "pay-1", "\x00", "😀", "o" * 65, "' OR true --")
    ),
    *(asked("refunds", "status", value) for value in ("", "success", "PENDING", "pending,failed", "\x00", "😀")),
    asked("ledger", "type", "fee", UNKNOWN),
    *(
        asked("refunds", field, value)
        for field in ("created_gt", "created_gte", "created_lt", "created_lte")
        for value in ("", "yesterday", "2026-01-01", "2026-02-30T00:00:00Z", "1700000000", "infinity")
    ),
    *(
        asked("settlements", "date", value)
        for value in (
            *("", "today", "2026-02-30", "2026-13-01", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", " 2026-01-01"),
            *("2026-01-01\n", "0000-01-01", "10000-01-01", "-2026-01-01", "1700000000", "٢٠٢٦-٠١-٠١", "\x00", "😀"),
        )
    ),
    *(asked("settlements", "format", value, date="2026-01-01") for value in ("", "CSV", "xml", "csv ", "\x00", "😀")),
    asked("settlements", "currency", "INR", UNKNOWN, date="2026-01-01"),
    *(asked(DAYS, "from_date", value, to_date=DAY) for value in ("", "today", "2026-02-30", "1700000000")),
    *(asked(DAYS, "to_date", value, from_date=DAY) for value in ("", "\x00", "2026-1-1", "😀")),
    *(asked(DAYS, "to_date", value, from_date=DAY) for value in ("2026-01-31", "2026-05-04")),
    asked(DAYS, "format", "xml", from_date=DAY, to_date=DAY),
    asked(DAYS, "date", DAY, UNKNOWN, from_date=DAY, to_date=DAY),
    Bad("settlements: no from_date", f"GET /{DAYS}", None, "from_date", MISSING, query=[("to_date", DAY)]),
    Bad("settlements: no to_date", f"GET /{DAYS}", None, "to_date", MISSING, query=[("from_date", DAY)]),
    asked("ledger", "status", "pending", UNKNOWN),
    asked("refunds", "type", "refund", UNKNOWN),
    Bad("settlements: no date", "GET /settlements", None, "date", MISSING),
    Bad("settlements: no date, csv", "GET /settlements", None, "date", MISSING, query=[("format", "csv")]),
    Bad(
        *("settlements: date twice", "GET /settlements", None, "date", INVALID),
        query=[("date", "2026-01-01"), ("date", "2026-01-02")],
    ),
]
BAD_REFUNDS = [*AMOUNTS, *FIELDS, *REASONS, *QUERIES]
