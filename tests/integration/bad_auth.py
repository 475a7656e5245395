"""Bad logins, and bad API keys of people who are logged in."""

from __future__ import annotations

import json
from typing import Any

from paygate.operations.seed_test_merchant import TEST_EMAIL, TEST_KEY_ID
from tests.integration.bad_input import Bad, any_of, without
from tests.integration.bad_requests import bad_bodies, bad_headers, bad_sizes
from tests.support.users import TEST_PASSWORD

UNKNOWN = "UNKNOWN_FIELD"
MISSING = "MISSING_FIELD"
INVALID = "INVALID_VALUE"
LOGIN = "POST /auth/login"
LOGOUT = "POST /auth/logout"
CREATE = "POST /api-keys"
ROTATE = "POST /api-keys/{key_id}/rotate"
REVOKE = "DELETE /api-keys/{key_id}"
GIVEN = {"email": TEST_EMAIL, "password": TEST_PASSWORD}
NAMED = {"name": "Server"}
# So long that the test merchant's key still works for what comes after.
OVERLAP = {"overlap_seconds": 604_800}
PATHS = {ROTATE: {"key_id": TEST_KEY_ID}}
# Every route with a body, what is good for it, and how it is answered then; logging out comes last.
OF_AUTH: list[tuple[str, dict[str, Any], int]] = [
    (LOGIN, GIVEN, 200),
    (CREATE, NAMED, 201),
    (CREATE, {"name": None}, 201),
    (ROTATE, OVERLAP, 201),
    (LOGOUT, {}, 200),
]


def saying(route: str, name: str, at: str | None, reason: str, body: dict[str, Any]) -> Bad:
    return Bad(f"{route}: {name}", route, json.dumps(body), at, reason, path=PATHS.get(route, {}))


def in_form(route: str, good: dict[str, Any]) -> list[Bad]:
    """What is wrong with any body; these routes take no idempotency key, and some need no body."""
    optional = route != LOGIN
    return [
        Bad(
            bad.name, route, bad.body, bad.field, bad.reason, bad.status, headers=bad.headers, path=PATHS.get(route, {})
        )
        for kind in (bad_bodies, bad_sizes, bad_headers)
        for bad in kind(route, json.dumps(good))
        if bad.field != "Idempotency-Key" and not (optional and bad.body in (None, ""))
    ]


BAD_AUTH = [
    *in_form(LOGIN, GIVEN),
    *in_form(CREATE, NAMED),
    *in_form(ROTATE, OVERLAP),
    *(saying(LOGIN, f"no {name}", name, MISSING, without(GIVEN, name)) for name in GIVEN),
    *(
        saying(LOGIN, f"{name} {value!r:.40}", name, INVALID, {**GIVEN, name: value})
        for name in GIVEN
        for value in any_of("", "\x00", "x" * 255, None, 5, True, [], {}, [TEST_EMAIL])
    ),
    saying(LOGIN, "password of 201 characters", "password", INVALID, {**GIVEN, "password": "x" * 201}),
    *(saying(LOGIN, name, name, UNKNOWN, {**GIVEN, name: "x"}) for name in ("role", "merchant_id", "Email", "😀")),
    saying(LOGOUT, "field", "all", UNKNOWN, {"all": True}),
    *(Bad(f"{LOGOUT}: {body!r}", LOGOUT, body, None, "INVALID_JSON") for body in ("[]", "null", "{", "\x00")),
    *(
        saying(CREATE, f"name {value!r:.40}", "name", INVALID, {"name": value})
        for value in any_of("", "n" * 101, "\x00", 5, True, [], {})
    ),
    *(saying(CREATE, name, name, UNKNOWN, {**NAMED, name: "x"}) for name in ("id", "secret", "merchant_id", "Name")),
    *(
        saying(ROTATE, f"overlap {value!r:.40}", "overlap_seconds", INVALID, {"overlap_seconds": value})
        for value in any_of(-1, 604_801, 1.5, "60", None, True, [], {}, 10**30)
    ),
    *(saying(ROTATE, name, name, UNKNOWN, {**OVERLAP, name: "x"}) for name in ("name", "secret")),
    *(
        Bad(f"{route}: id {value!r:.40}", route, None, None, None, 404, "NOT_FOUND_ERROR", path={"key_id": value})
        for route in (ROTATE, REVOKE)
        for value in ("", "x", "key_0", "key 1", "key-1", "key_1\n", "..", "a/b", "%00", "\x00", "é", "😀", "k" * 65)
    ),
]
