"""Idempotency keys: one effect for one key, however often a request is sent.

The rules are Stripe's where the IETF draft leaves a choice: https://docs.stripe.com/api/idempotent_requests and
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paygate.domain.errors import BadRequestError, IdempotencyKeyReusedError

HEADER = "Idempotency-Key"
# Made once: json.dumps makes a new encoder for each call whose options are not the usual ones.
_compact = json.JSONEncoder(separators=(",", ":")).encode
_sorted = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
KEY_LENGTH_MAX = 255
_VISIBLE_ASCII = re.compile(f"[!-~]{{1,{KEY_LENGTH_MAX}}}")


@dataclass(frozen=True)
class IdempotentRequest:
    """A request that carries a key. `scope` is mode, method and route, `fingerprint` what the function of that name
    makes.
    """

    scope: str
    key: str
    fingerprint: str
    request_id: str


@dataclass(frozen=True)
class StoredReply:
    """What the first request with the key was answered."""

    status: int
    body: str
    request_id: str
    fingerprint: Mapping[str, str]


def parse_key(values: Sequence[str]) -> str | None:
    """The key of the header's values: bare, or in double quotes as the IETF draft wants; None without a header.

    Raises BadRequestError for a header that is given twice and for what is not 1 to 255 visible ASCII characters.
    """
    if not values:
        return None
    if len(values) > 1:
        raise _refused("is given more than once")
    key = values[0].strip(" \t")
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _VISIBLE_ASCII.fullmatch(key):
        raise _refused(f"must be 1 to {KEY_LENGTH_MAX} visible ASCII characters, without spaces")
    return key


def fingerprint(hmac_key: bytes, fields: Mapping[str, Any]) -> str:
    """JSON text that tells two requests apart by field without telling what is in them: name to keyed hash.

    A hash is of the field's canonical JSON (sorted keys) under a key that the database never sees. Nothing that is
    derived from a card's security code is kept, hashed or not (PCI DSS 3.3.1), so a card's `cvv` is left out.
    """
    hashes = {
        name: hmac.digest(hmac_key, f"{name}:{_canonical(name, value)}".encode(), "sha256")[:16].hex()
        for name, value in fields.items()
    }
    return _compact(hashes)


def check_same_request(stored: StoredReply, request: IdempotentRequest) -> None:
    """Raises IdempotencyKeyReusedError, naming the fields that differ, when the key belongs to another request."""
    given: dict[str, str] = json.loads(request.fingerprint)
    differing = sorted(
        name for name in given.keys() | stored.fingerprint.keys() if given.get(name) != stored.fingerprint.get(name)
    )
    if differing:
        raise IdempotencyKeyReusedError(
            f"This {HEADER} was used before with another request; these fields differ: {', '.join(differing)}.",
            field=HEADER,
            reason="IDEMPOTENCY_KEY_REUSED",
        )


def _canonical(name: str, value: Any) -> str:
    if name == "card" and isinstance(value, dict):
        value = {part_name: part for part_name, part in value.items() if part_name != "cvv"}
    return _sorted(value)


def _refused(rule: str) -> BadRequestError:
    return BadRequestError(f"The {HEADER} header {rule}.", field=HEADER, reason="IDEMPOTENCY_KEY_INVALID")
