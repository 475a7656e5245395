"""Bad webhook endpoints, rotations, retries and replays, and bad questions about deliveries and events."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from paygate.domain.webhooks import EVENT_FILTERS
from paygate.operations.seed_test_merchant import TEST_ENDPOINT_ID
from tests.integration.bad_input import Bad, any_of
from tests.integration.bad_requests import bad_bodies, bad_headers, bad_sizes

UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"
INVALID = "INVALID_VALUE"
URL = "https://93.184.216.34/hooks"
CREATE = "POST /webhook-endpoints"
UPDATE = "PATCH /webhook-endpoints/{endpoint_id}"
ROTATE = "POST /webhook-endpoints/{endpoint_id}/rotate-secret"
TEST = "POST /webhook-endpoints/{endpoint_id}/test"
RETRY = "POST /webhooks/{delivery_id}/retry"
REPLAY = "POST /webhooks/replay"
# Every route with a body, its path, and what is good for it.
OF_WEBHOOKS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    (CREATE, {}, {"url": URL, "events": ["payment.*"], "description": "d", "status": "disabled"}),
    (UPDATE, {"endpoint_id": TEST_ENDPOINT_ID}, {"description": "d"}),
    (ROTATE, {"endpoint_id": TEST_ENDPOINT_ID}, {"overlap_seconds": 60}),
    (TEST, {"endpoint_id": TEST_ENDPOINT_ID}, {}),
    (RETRY, {"delivery_id": "whd_unknown"}, {}),
    (REPLAY, {}, {"event": "payment.*"}),
]
SAVED = (CREATE, UPDATE)


def changed(name: str, at: str | None, reason: str, /, *routes: str, **changes: Any) -> list[Bad]:
    """Good requests with these changes, of all routes or of some."""
    return [
        Bad(f"{route}: {name}", route, json.dumps({**good, **changes}), at, reason, path=path)
        for route, path, good in OF_WEBHOOKS
        if not routes or route in routes
    ]


def values(field: str, reason: str, wrong: tuple[Any, ...], *routes: str, at: str | None = None) -> list[Bad]:
    """Good requests with each of these values in a field."""
    return [
        bad
        for value in wrong
        for bad in changed(f"{field} {value!r:.60}", at or field, reason, *routes, **{field: value})
    ]


def asked(route: str, at: str, *wrong: str, reason: str = INVALID) -> list[Bad]:
    return [
        Bad(f"{route}: {at} {value[:40]!r}", f"GET /{route}", None, at, reason, query=[(at, value)]) for value in wrong
    ]


BODIES = [
    *(
        replace(bad, path=path)
        for route, path, good in OF_WEBHOOKS
        if good
        for kind in (bad_bodies, bad_sizes, bad_headers)
        for bad in kind(route, json.dumps(good))
        # Some need no body at all; and PATCH takes no key.
        if not (route in (ROTATE, REPLAY) and bad.body in (None, ""))
        and not (route == UPDATE and (bad.field == "Idempotency-Key" or bad.body in (None, "")))
    ),
    *(
        Bad(f"{route}: {body[:20]!r}", route, body, None, "INVALID_JSON", path=path)
        for route, path, good in OF_WEBHOOKS
        if not good
        for body in ("[]", "null", '""', "{", "{}{}", "\x00", "NaN")
    ),
]
FIELDS = [
    *changed("unknown field", "id", UNKNOWN, id="whe_1"),
    *changed("secret", "secret", UNKNOWN, secret="whsec_test_abc123"),
    *changed("merchant", "merchant_id", UNKNOWN, merchant_id="merchant_test_123"),
    *changed("field in capitals", "Url", UNKNOWN, Url=URL),
    *changed("field with an emoji", "😀", UNKNOWN, **{"😀": 1}),
    *changed("field with NUL", "a\x00", UNKNOWN, **{"a\x00": 1}),
    *changed("url", "url", UNKNOWN, ROTATE, TEST, RETRY, REPLAY, url=URL),
    *changed("disabled_reason", "disabled_reason", UNKNOWN, *SAVED, disabled_reason="gone"),
    *changed("limit", "limit", UNKNOWN, REPLAY, limit=5),
    Bad("create: no url", CREATE, "{}", "url", MISSING),
    Bad("create: url null", CREATE, '{"url":null}', "url", INVALID),
    Bad("create: events null", CREATE, json.dumps({"url": URL, "events": None}), "events", INVALID),
    Bad("create: description null", CREATE, json.dumps({"url": URL, "description": None}), "description", INVALID),
    *(
        Bad(f"update: {body!r}", UPDATE, body, "url", MISSING, path={"endpoint_id": TEST_ENDPOINT_ID})
        for body in ("", "{}", '{"url":null}', '{"url":null,"status":null,"events":null,"description":null}')
    ),
]
WRONG_TYPES = any_of(5, 1.5, True, {}, {"a": "b"}, ["x"])
URLS = [
    *values(
        "url", INVALID, ("", f"https://93.184.216.34/{'a' * 2_028}", "https://a.example/\x00", *WRONG_TYPES), *SAVED
    ),
    *values(
        "url",
        "INVALID_URL",
        (
            *(
                "http://93.184.216.34/",
                "ftp://93.184.216.34/",
                "//93.184.216.34/",
                "93.184.216.34",
                "javascript:1",
                "x",
            ),
            *("https://", "https:///hooks", "https://user@93.184.216.34/", "https://user:pass@93.184.216.34/"),
            *("https://93.184.216.34:22/", "https://93.184.216.34:25/", "https://93.184.216.34:0/"),
            *("https://93.184.216.34:65536/", "https://93.184.216.34:x/", "https://93.184.216.34/#here"),
            *("https://93.184.216.34/a b", "https://93.184.216.34/\n", " https://93.184.216.34/", "https://[::1/"),
            *("https://93.184.216.34\\@10.0.0.1/", "https://😀.example/", "https://a%2eb/", "https://a..b/"),
        ),
        *SAVED,
    ),
    *values(
        "url",
        "URL_NOT_ALLOWED",
        (
            *("https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://127.0.0.1/", "https://0/"),
            *("https://169.254.169.254/latest/meta-data/", "https://127.1/", "https://2130706433/", "https://[::1]/"),
            *("https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://100.64.0.1/", "https://0x7f.1/"),
            *("https://10.0.0.1:8443/", "https://224.0.0.1/"),
        ),
        *SAVED,
    ),
]
EVENTS = [
    *values("events", INVALID, any_of([], "payment.*", "*", 5, True, {}, {"0": "*"}), *SAVED),
    *(
        bad
        for count in (len(EVENT_FILTERS) + 1, 5_000)
        for bad in changed(f"{count} events", "events", INVALID, *SAVED, events=["*"] * count)
    ),
    *(
        bad
        for wrong in any_of(
            *("", "payment", "payment.", "payment.unknown", "payment.*.*", "PAYMENT.*", "payment.* ", "**", "*.*"),
            *("endpoint.test", "checkout.*", "payment.created\x00", "😀", None, 5, True, ["*"], {}),
        )
        for bad in values("events", INVALID, (["*", wrong],), *SAVED, at="events.1")
    ),
]
OTHERS = [
    *values("description", INVALID, ("d" * 256, "😀" * 256, "\x00", "a\x00b", *WRONG_TYPES), *SAVED),
    *values("status", INVALID, ("", "deleted", "Enabled", "enabled ", "\x00", "😀", *WRONG_TYPES), *SAVED),
    *values(
        "overlap_seconds",
        INVALID,
        any_of(-1, 604_801, 2**31, 2**63, 1.5, "60", "", True, None, [], {}),
        ROTATE,
    ),
]
MOMENTS = (
    "",
    "yesterday",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2026-02-30T00:00:00Z",
    "1700000000",
    "infinity",
    "\x00",
)
IDS = ("", "pay 1", "pay-1", "\x00", "😀", "o" * 65, "' OR true --")
FILTERS = ("", "payment", "PAYMENT.*", "payment.%", "checkout.*", "payment.created ", "\x00", "😀")
CREATED = ("created_gt", "created_gte", "created_lt", "created_lte")
REPLAYS = [
    *values("dry_run", INVALID, any_of("true", "", 1, 0, None, [], {}), REPLAY),
    *values("status", INVALID, ("", "pending", "Held", "held,exhausted", ["held"], 5, True, {}), REPLAY),
    *values("event", INVALID, (*FILTERS, 5, True, ["*"]), REPLAY),
    *(bad for field in ("endpoint_id", "payment_id") for bad in values(field, INVALID, (*IDS, 5, True, []), REPLAY)),
    *(bad for field in CREATED for bad in values(field, INVALID, (*MOMENTS, 1_700_000_000, True, []), REPLAY)),
]
QUERIES = [
    *asked(
        "webhooks", "limit", "0", "-1", "101", "", "ten", "1.5", "1e1", "+5", " 5", "0x5", "٥", "\x00", "😀", "9" * 30
    ),
    *asked("webhooks", "offset", "-1", "1000001", "", "ten", "1.5", "+5", " 5", "1_0", "٥", "\x00", "😀", "9" * 5_000),
    *asked("webhooks", "status", "", "success", "PENDING", "pending,held", "\x00", "😀"),
    *asked("webhooks", "event", *FILTERS),
    *asked("events", "type", *FILTERS, "payment.*", "*"),
    *asked("events", "limit", "0", "101", "ten", ""),
    *(bad for field in ("endpoint_id", "payment_id") for bad in asked("webhooks", field, *IDS)),
    *(bad for field in ("payment_id", "starting_after", "ending_before") for bad in asked("events", field, *IDS)),
    *(bad for route in ("webhooks", "events") for field in CREATED for bad in asked(route, field, *MOMENTS)),
    *asked("events", "starting_after", "evt_unknown", reason="INVALID_CURSOR"),
    *asked("events", "ending_before", "whd_unknown", reason="INVALID_CURSOR"),
    *(bad for field in ("Limit", "a\x00", "😀") for bad in asked("webhooks", field, "x", reason=UNKNOWN)),
    # Cursors are for lists that are not counted, offsets for the others.
    *(bad for field in ("starting_after", "ending_before") for bad in asked("webhooks", field, "whd_1", *IDS)),
    *asked("webhooks", "total", "", "True", "1", "no", "\x00"),
    *(
        Bad(f"webhooks: {field}, not counted", "GET /webhooks", None, field, query=[("total", "false"), (field, value)])
        for field, value in (("offset", "10"), ("starting_after", "whd 1"), ("ending_before", ""))
    ),
    *(bad for field in ("offset", "endpoint_id", "status") for bad in asked("events", field, "x", reason=UNKNOWN)),
    *(
        Bad(f"{route}: {field} twice", f"GET /{route}", None, field, query=[(field, "1"), (field, "1")])
        for route, field in (("webhooks", "limit"), ("webhooks", "offset"), ("events", "limit"))
    ),
    Bad(
        *("events: both cursors", "GET /events", None, "ending_before"),
        query=[("starting_after", "evt_1"), ("ending_before", "evt_2")],
    ),
]
PATHS = [
    Bad(f"{route}: id {value!r}", route, body, None, None, 404, "NOT_FOUND_ERROR", path={name: value}, keyless=True)
    for route, name, body in (
        ("GET /webhook-endpoints/{endpoint_id}", "endpoint_id", None),
        (UPDATE, "endpoint_id", '{"status":"disabled"}'),
        ("DELETE /webhook-endpoints/{endpoint_id}", "endpoint_id", None),
        (ROTATE, "endpoint_id", None),
        (TEST, "endpoint_id", None),
        ("GET /webhooks/{delivery_id}", "delivery_id", None),
        (RETRY, "delivery_id", None),
        ("GET /webhooks/replays/{replay_id}", "replay_id", None),
        ("GET /events/{event_id}", "event_id", None),
    )
    for value in ("", "x", "whe_0", "whe 1", "whe-1", "whe_1\n", "..", "a/b", "%00", "\x00", "é", "😀", "o" * 65)
]
BAD_WEBHOOKS = [*BODIES, *FIELDS, *URLS, *EVENTS, *OTHERS, *REPLAYS, *QUERIES, *PATHS]
