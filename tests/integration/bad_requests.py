"""Bad requests of any kind: bodies that are no JSON object, headers, query strings and paths."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.integration.bad_input import ORDER, UPI, Bad

BODY_BYTES_MAX = 64 * 1024
POSTS = {"POST /orders": json.dumps(ORDER), "POST /payments": json.dumps(UPI)}
# These need no body at all, but must understand the one that they get.
POSTS_OF_PAYMENTS = {
    "POST /payments/{payment_id}/refunds": json.dumps({"amount": 100, "reason": "too small"}),
    "POST /payments/{payment_id}/capture": json.dumps({"amount": 100}),
}
MEDIA = "UNSUPPORTED_MEDIA_TYPE"
KEY = "IDEMPOTENCY_KEY_INVALID"


def padded(text: str, size: int) -> str:
    return text + " " * (size - len(text.encode()))


def bad_bodies(route: str, good: str) -> list[Bad]:
    start = good.removesuffix("}")
    bodies: dict[str, str | bytes | None] = {
        "no body": None,
        "empty body": "",
        "only white space": " \n\t ",
        "cut short": good[:-1],
        "cut within a string": good[: good.rindex('"')],
        "trailing comma": f"{start},}}",
        "no comma": f'{start} "a":1}}',
        "single quotes": good.replace('"', "'"),
        "names without quotes": "{amount:100}",
        "a comment": f"{good}/* */",
        "a form": "amount=100&currency=INR",
        "XML": "<order/>",
        "two objects": good + good,
        "something after it": f"{good}x",
        "NUL after it": f"{good}\x00",
        "NUL alone": "\x00",
        "a raw line break in a string": f'{start},"a":"\n"}}',
        "a raw NUL in a string": f'{start},"a":"\x00"}}',
        "an unknown escape": f'{start},"a":"\\x41"}}',
        "half a character as a name": f'{start},"\\ud800":1}}',
        "a byte order mark": b"\xef\xbb\xbf" + good.encode(),
        "no UTF-8": start.encode() + b',"a":"\xff"}',
        "an overlong slash": start.encode() + b',"a":"\xc0\xaf"}',
        "a surrogate in UTF-8": start.encode() + b',"a":"\xed\xa0\x80"}',
        "UTF-16": good.encode("utf-16"),
        "UTF-32": good.encode("utf-32"),
        "an array": f"[{good}]",
        "an empty array": "[]",
        "a string": json.dumps(good),
        "null": "null",
        "true": "true",
        "a number": "5",
        "NaN": "NaN",
        "deep nesting": "[" * 30_000 + "]" * 30_000,
        "deep nesting that never ends": "[" * 60_000,
        "deep objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
        "deep nesting in a field": f'{start},"a":{"[" * 30_000}{"]" * 30_000}}}',
    }
    if route in POSTS_OF_PAYMENTS:
        del bodies["no body"], bodies["empty body"]
    return [Bad(f"{route}: {name}", route, body, None, "INVALID_JSON") for name, body in bodies.items()]


def bad_sizes(route: str, good: str) -> list[Bad]:
    bodies: dict[str, str | bytes] = {
        "one byte over 64 KiB": padded(good, BODY_BYTES_MAX + 1),
        "65 KiB": padded(good, 65 * 1024),
        "65 KiB in base64": padded(good, 65 * 1024).encode(),
        "over 64 KiB in two-byte characters": good.removesuffix("}") + f',"a":"{"é" * 33_000}"}}',
        "100,000 brackets": "[" * 100_000,
        "a mebibyte of nothing": "\x00" * 2**20,
    }
    return [Bad(f"{route}: {name}", route, body, None, None, 413) for name, body in bodies.items()]


def bad_headers(route: str, good: str) -> list[Bad]:
    types = ("", " ", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data", "*/*")
    keys: dict[str, str | list[str]] = {
        "empty": "",
        "quotes around nothing": '""',
        "a space": "two words",
        "256 characters": "k" * 256,
        "NUL": "k\x00",
        "a line break": "k\r\nX-Other: 1",
        "an accent": "clé",
        "an emoji": "🔑",
        "twice": ["one", "two"],
        "twice the same": ["one", "one"],
    }
    return [
        *(
            Bad(f"{route}: content type {name!r}", route, good, "Content-Type", MEDIA, headers={"Content-Type": name})
            for name in types
        ),
        *(Bad(f"{route}: key with {name}", route, good, "Idempotency-Key", KEY, key=key) for name, key in keys.items()),
    ]


LISTS: dict[str, dict[str, str]] = {
    **{route: {} for route in ("GET /orders", "GET /payments", "GET /refunds", "GET /ledger")},
    "GET /payments/{payment_id}/refunds": {"payment_id": "pay_captured"},
}


def bad_query(name: str, at: str, *query: tuple[str, str], reason: str = "INVALID_VALUE") -> list[Bad]:
    return [Bad(f"GET /payments: {name}", "GET /payments", None, at, reason, query=query)]


def bad_page(name: str, at: str, *query: tuple[str, str], reason: str = "INVALID_VALUE") -> list[Bad]:
    return [Bad(f"{route}: {name}", route, None, at, reason, query=query, path=path) for route, path in LISTS.items()]


QUERIES = [
    *(
        bad
        for value in ("0", "-1", "101", "", "ten", "1.5", "1e1", "0x5", "\x00", "😀", "9" * 30, "9" * 5_000)
        for bad in bad_page(f"limit {value[:40]!r}", "limit", ("limit", value))
    ),
    *(
        bad
        for field in ("starting_after", "ending_before")
        for value in ("", "pay 1", "pay-1", "\x00", "😀", "id\n", "o" * 65, "' OR true --")
        for bad in bad_page(f"{field} {value!r}", field, (field, value))
    ),
    *bad_page("limit twice", "limit", ("limit", "1"), ("limit", "2")),
    *bad_page("both cursors", "ending_before", ("starting_after", "a"), ("ending_before", "b")),
    *bad_page("unknown cursor", "starting_after", ("starting_after", "order_0"), reason="INVALID_CURSOR"),
    *bad_page("unknown cursor backwards", "ending_before", ("ending_before", "pay_0"), reason="INVALID_CURSOR"),
    *bad_page("unknown field", "offset", ("offset", "3"), reason="UNKNOWN_FIELD"),
    *bad_page("field in capitals", "Limit", ("Limit", "3"), reason="UNKNOWN_FIELD"),
    *(
        bad
        for value in ("", "done", "SUCCESS", "success ", "pending,failed", "\x00", "😀")
        for bad in bad_query(f"status {value!r}", "status", ("status", value))
    ),
    *(
        bad
        for value in ("", "cash", "UPI", "null")
        for bad in bad_query(f"method {value!r}", "method", ("method", value))
    ),
    *(
        bad
        for value in ("", "order 1", "\x00", "😀", "o" * 65)
        for bad in bad_query(f"order_id {value!r}", "order_id", ("order_id", value))
    ),
    *(
        bad
        for field in ("created_gt", "created_gte", "created_lt", "created_lte")
        for value in ("", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z", "\x00", "infinity")
        for bad in bad_query(f"{field} {value!r}", field, (field, value))
    ),
    *bad_query("created_lt with an offset of 20 hours", "created_lt", ("created_lt", "2026-01-01T00:00:00+20:00")),
    *bad_query("created_gt as Unix time", "created_gt", ("created_gt", "1700000000")),
]
PATHS = [
    Bad(f"{route}: id {value!r}", route, None, None, None, 404, "NOT_FOUND_ERROR", path={name: value}, keyless=True)
    for route, name in (
        ("GET /orders/{order_id}", "order_id"),
        ("GET /payments/{payment_id}", "payment_id"),
        ("GET /payments/{payment_id}/timeline", "payment_id"),
        ("GET /payments/{payment_id}/refunds", "payment_id"),
        ("GET /refunds/{refund_id}", "refund_id"),
        ("POST /payments/{payment_id}/refunds", "payment_id"),
        ("POST /payments/{payment_id}/capture", "payment_id"),
        ("POST /payments/{payment_id}/cancel", "payment_id"),
    )
    for value in ("", "x", "order_0", "pay 1", "pay-1", "pay_1\n", "..", "a/b", "%00", "\x00", "é", "😀", "o" * 65)
]
BAD_REQUESTS = [
    *(
        bad
        for route, good in POSTS.items()
        for kind in (bad_bodies, bad_sizes, bad_headers)
        for bad in kind(route, good)
    ),
    *(
        replace(bad, path={"payment_id": "pay_captured"})
        for route, good in POSTS_OF_PAYMENTS.items()
        for kind in (bad_bodies, bad_sizes, bad_headers)
        for bad in kind(route, good)
    ),
    *QUERIES,
    *PATHS,
]
