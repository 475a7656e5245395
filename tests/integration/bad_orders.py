"""Bad orders."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.integration.bad_input import ORDER, Bad, any_of, order, raw_order, without

NOW = datetime.now(UTC)
UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"

FIELDS = [
    Bad("order: no amount", "POST /orders", json.dumps(without(ORDER, "amount")), "amount", MISSING),
    Bad("order: no currency", "POST /orders", json.dumps(without(ORDER, "currency")), "currency", MISSING),
    Bad("order: nothing", "POST /orders", "{}", "amount", MISSING),
    order("unknown field", "amount_paid", UNKNOWN, amount_paid=0),
    order("field in capitals", "Amount", UNKNOWN, Amount=100),
    order("field with a space", "receipt ", UNKNOWN, **{"receipt ": "r"}),
    order("field of a payment", "vpa", UNKNOWN, vpa="user@paytm"),
    order("field of the reply", "status", UNKNOWN, status="paid"),
    order("field with an emoji", "😀", UNKNOWN, **{"😀": 1}),
    order("field without a name", "", UNKNOWN, **{"": 1}),
]
AMOUNTS = [
    raw_order("amount 99", "amount", "99"),
    raw_order("amount 1", "amount", "1"),
    raw_order("amount 0", "amount", "0"),
    raw_order("amount -0", "amount", "-0"),
    raw_order("negative amount", "amount", "-50000"),
    raw_order("amount over the limit", "amount", "1000000000000"),
    raw_order("amount 2^63 - 1", "amount", str(2**63 - 1)),
    raw_order("amount 2^63", "amount", str(2**63)),
    raw_order("amount -2^63 - 1", "amount", str(-(2**63) - 1)),
    raw_order("amount 2^64", "amount", str(2**64)),
    raw_order("amount 10^400", "amount", "1" + "0" * 400),
    raw_order("amount of 5000 digits", None, "9" * 5_000, "INVALID_JSON"),
    raw_order("fraction", "amount", "500.5"),
    raw_order("float", "amount", "500.0"),
    raw_order("1e3", "amount", "1e3"),
    raw_order("1E400", "amount", "1E400"),
    raw_order("NaN", "amount", "NaN"),
    raw_order("Infinity", "amount", "Infinity"),
    raw_order("leading zero", None, "0500", "INVALID_JSON"),
    raw_order("plus sign", None, "+500", "INVALID_JSON"),
    raw_order("hexadecimal", None, "0xFFFF", "INVALID_JSON"),
    raw_order("underscore", None, "50_000", "INVALID_JSON"),
    raw_order("amount as text", "amount", '"50000"'),
    raw_order("amount as emoji", "amount", '"😀"'),
    raw_order("boolean amount", "amount", "true"),
    raw_order("null amount", "amount", "null"),
    raw_order("array amount", "amount", "[50000]"),
    raw_order("object amount", "amount", '{"value":50000}'),
]
CURRENCIES = [
    *(
        order(f"currency {value!r}", "currency", currency=value)
        for value in (
            "inr",
            "Inr",
            "INRR",
            "IN",
            "",
            " INR",
            "INR ",
            "INR\n",
            "XAU",
            "XXX",
            "XTS",
            "ABC",
            "₹",
            "ＩＮＲ",
        )
    ),
    *(order(f"currency {value!r}", "currency", currency=value) for value in any_of(356, True, None, ["INR"], {})),
]
TEXTS = [
    order("receipt of 41 characters", "receipt", receipt="r" * 41),
    order("receipt of 41 emoji", "receipt", receipt="😀" * 41),
    order("receipt of 41 code points", "receipt", receipt="e\u0301" * 20 + "e"),
    order("NUL in receipt", "receipt", receipt="a\x00b"),
    *(order(f"receipt {value!r}", "receipt", receipt=value) for value in (5, 1.5, True, ["r"], {"r": "r"})),
    order("16 notes", "notes", notes={f"key {number}": "" for number in range(16)}),
    *(order(f"notes {value!r}", "notes", notes=value) for value in any_of(None, [], ["a"], "a", 5, True)),
    *(
        order(f"note {value!r}", "notes.a", notes={"a": value})
        for value in any_of(5, 1.5, None, True, [], ["b"], {"b": "c"})
    ),
    order("long note", "notes.a", notes={"a": "v" * 257}),
    order("long name of a note", "notes." + "k" * 257, notes={"k" * 257: "v"}),
    order("note without a name", "notes.", notes={"": "v"}),
    order("NUL in a note", "notes.a", notes={"a": "\x00"}),
    order("NUL in the name of a note", "notes.a\x00", notes={"a\x00": "v"}),
    Bad(
        "order: half a character in receipt",
        "POST /orders",
        '{"amount":100,"currency":"INR","receipt":"\\ud83d"}',
        None,
        "INVALID_JSON",
    ),
    Bad(
        "order: halves of a character in the wrong order",
        "POST /orders",
        '{"amount":100,"currency":"INR","notes":{"a":"\\ude00\\ud83d"}}',
        None,
        "INVALID_JSON",
    ),
]
CHOICES = [
    *(
        order(f"capture {value!r}", "capture", capture=value)
        for value in ("auto", "Manual", "", "manual ", None, True, 1, ["manual"])
    ),
    *(order(f"reusable {value!r}", "reusable", reusable=value) for value in any_of("true", "", 1, 0, None, [])),
]
EXPIRIES = [
    order("expired a second ago", "expires_at", expires_at=(NOW - timedelta(seconds=1)).isoformat()),
    order("expired long ago", "expires_at", expires_at="1970-01-01T00:00:00Z"),
    order("expired in year 1", "expires_at", expires_at="0001-01-01T00:00:00+14:00"),
    order("expires in two years", "expires_at", expires_at=(NOW + timedelta(days=730)).isoformat()),
    order("expires in year 9999", "expires_at", expires_at="9999-12-31T23:59:59-14:00"),
    order("expires in year 10000", "expires_at", expires_at="10000-01-01T00:00:00Z"),
    order("offset of 15 hours", "expires_at", expires_at=f"{(NOW + timedelta(days=9)).date()}T00:00:00+15:00"),
    order("no offset", "expires_at", expires_at=(NOW + timedelta(days=1)).replace(tzinfo=None).isoformat()),
    order("date only", "expires_at", expires_at=str((NOW + timedelta(days=1)).date())),
    order("time only", "expires_at", expires_at="12:00:00Z"),
    order("month 13", "expires_at", expires_at="2027-13-01T00:00:00Z"),
    order("30 February", "expires_at", expires_at="2027-02-30T00:00:00Z"),
    order("25 o'clock", "expires_at", expires_at="2027-02-01T25:00:00Z"),
    order("Unix time as text", "expires_at", expires_at=str(int((NOW + timedelta(days=1)).timestamp()))),
    order("Unix time", "expires_at", expires_at=int((NOW + timedelta(days=1)).timestamp())),
    order("Unix time with fraction", "expires_at", expires_at=(NOW + timedelta(days=1)).timestamp()),
    order("time in Arabic digits", "expires_at", expires_at="٢٠٢٧-٠١-٠١T00:00:00Z"),
    *(
        order(f"expires_at {value!r}", "expires_at", expires_at=value)
        for value in any_of("", "tomorrow", "\x00", True, [])
    ),
]
BAD_ORDERS = [*FIELDS, *AMOUNTS, *CURRENCIES, *TEXTS, *CHOICES, *EXPIRIES]
