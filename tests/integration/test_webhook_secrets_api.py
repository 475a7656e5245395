"""Webhook secrets through the real app: shown once, kept sealed, rotated with an overlap that both sign in."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from paygate.domain.ids import new_id
from paygate.domain.signing import sign_body
from tests.integration.hooks import (
    ENDPOINT,
    ENDPOINTS,
    OTHER_URL,
    ROTATE,
    TEST,
    URL,
    Hooks,
    body_of,
)
from tests.integration.replays import REDIS_STATES, Break, assert_fresh, assert_replayed, flush

OVERLAP_DEFAULT = 86_400
OVERLAP_MAX = 604_800


def rotate(hooks: Hooks, endpoint_id: str, **body: Any) -> dict[str, Any]:
    answer = hooks.of_endpoint(ROTATE, endpoint_id, **body)
    assert answer.status == 200, answer.text
    rotated: dict[str, Any] = answer.json
    return rotated


def one_sent(hooks: Hooks, endpoint_id: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a webhook to the endpoint."""
    assert hooks.of_endpoint(TEST, endpoint_id).status == 202
    ((_, body, headers),) = hooks.deliver()
    return body, headers


def signs(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    """Whether a receiver that has this secret trusts the webhook."""
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def stored_text(hooks: Hooks) -> str:
    """All that Postgres and Valkey hold, as text; bytes in hexadecimal."""
    tables = hooks.sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [str(row) for table in tables for row in hooks.sql.column(f"SELECT t::text FROM {table} AS t")]  # noqa: S608
    valkey = hooks.api.valkey
    names = [name for name in valkey.scan_iter("*") if valkey.type(name) == b"string"]
    return "\n".join([*rows, *map(str, names), *(str(valkey.get(name)) for name in names)])


def forms_of(secret: str) -> list[str]:
    """How the secret would look in a column: as it is, its bytes, and either in other notations."""
    key = secret.removeprefix("whsec_")
    return [
        key,
        base64.b64decode(key).hex(),
        secret.encode().hex(),
        base64.b64encode(secret.encode()).decode().rstrip("="),
    ]


def test_every_secret_is_another_of_32_bytes(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    secrets = [hooks.create()["secret"], *(rotate(hooks, endpoint_id)["secret"] for _ in range(3))]
    assert len(set(secrets)) == 4
    for secret in secrets:
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_a_secret_is_shown_once_and_stored_only_encrypted(hooks: Hooks) -> None:
    key = new_id("key")
    created = hooks.api.send(f"POST {ENDPOINTS}", body_of(url=URL), key=key)
    endpoint_id = created.json["id"]
    rotated = hooks.of_endpoint(ROTATE, endpoint_id, key=key)
    hooks.of_endpoint(TEST, endpoint_id, key=key)
    hooks.pay()
    hooks.deliver()
    secrets = [created.json["secret"], rotated.json["secret"]]

    stored = stored_text(hooks)
    assert endpoint_id in stored
    assert len(hooks.sql.column("SELECT key FROM idempotency_keys")) == 3
    events = [event["id"] for event in hooks.api.send("GET /events").json["data"]]
    shown = [
        hooks.api.send(f"GET {ENDPOINTS}"),
        hooks.of_endpoint(f"GET {ENDPOINT}", endpoint_id),
        hooks.of_endpoint(f"PATCH {ENDPOINT}", endpoint_id, description="d"),
        hooks.api.send("GET /webhooks"),
        *(
            hooks.api.send("GET /webhooks/{delivery_id}", path={"delivery_id": each["id"]})
            for each in hooks.log(("endpoint_id", endpoint_id))
        ),
        *(hooks.api.send("GET /events/{event_id}", path={"event_id": event_id}) for event_id in events),
    ]
    assert {answer.status for answer in shown} == {200}
    everything = stored + "".join(answer.text for answer in shown)
    for secret in secrets:
        for form in forms_of(secret):
            assert form not in everything
    # It is there all right, for whoever has the deployment's key.
    row = hooks.row(endpoint_id)
    cipher = hooks.api.wiring.webhook_cipher
    sealed = [row["previous_secret_encrypted"], row["secret_encrypted"]]
    assert [cipher.decrypt(each, owner=endpoint_id) for each in sealed] == secrets


@REDIS_STATES
def test_a_keyed_request_is_answered_with_the_same_secret_byte_for_byte(hooks: Hooks, happens: Break) -> None:
    key, body = new_id("key"), body_of(url=URL, description="Zoë ₹ \u2028 😀")
    created = hooks.api.send(f"POST {ENDPOINTS}", body, key=key)
    assert_fresh(created, 201)
    endpoint_id = created.json["id"]
    rotated = hooks.of_endpoint(ROTATE, endpoint_id, key=key, overlap_seconds=60)
    assert_fresh(rotated, 200)
    assert created.json["secret"] != rotated.json["secret"]
    # What has become of the endpoint since makes no difference.
    hooks.change(endpoint_id, url=OTHER_URL, status="disabled")
    rotate(hooks, endpoint_id)
    written = hooks.api.written()
    for _ in range(2):
        happens(hooks.api)
        assert_replayed(hooks.api.send(f"POST {ENDPOINTS}", body, key=key), created)
        happens(hooks.api)
        assert_replayed(hooks.of_endpoint(ROTATE, endpoint_id, key=key, overlap_seconds=60), rotated)
    other = hooks.of_endpoint(ROTATE, endpoint_id, key=key, overlap_seconds=61)
    assert (other.status, other.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert other.error["description"].endswith("these fields differ: overlap_seconds.")
    assert hooks.api.written() == written


def test_a_refused_rotation_is_replayed_without_a_secret(hooks: Hooks) -> None:
    key = new_id("key")
    first = hooks.of_endpoint(ROTATE, "whe_unknown", key=key)
    assert_fresh(first, 404)
    flush(hooks.api)
    assert_replayed(hooks.of_endpoint(ROTATE, "whe_unknown", key=key), first)


# --- Rotation ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({}, OVERLAP_DEFAULT),
        ({"overlap_seconds": 0}, 0),
        ({"overlap_seconds": 1}, 1),
        ({"overlap_seconds": OVERLAP_MAX}, OVERLAP_MAX),
    ],
)
def test_the_old_secret_expires_after_the_overlap(hooks: Hooks, body: dict[str, int], seconds: int) -> None:
    made = hooks.create()
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    rotated = rotate(hooks, made["id"], **body)
    after = datetime.now(UTC)
    expires_at = rotated["previous_secret_expires_at"]
    if seconds:
        moment = datetime.fromisoformat(expires_at)
        assert before <= moment - timedelta(seconds=seconds) <= after
    else:
        assert expires_at is None
        assert hooks.row(made["id"])["previous_secret_encrypted"] is None
    changed = {"secret": rotated["secret"], "previous_secret_expires_at": expires_at}
    assert rotated == {**made, **changed}
    assert rotated["secret"] != made["secret"]


def test_within_the_overlap_both_sign_the_new_one_first(hooks: Hooks) -> None:
    made = hooks.create()
    body, headers = one_sent(hooks, made["id"])
    assert headers["webhook-signature"].count("v1,") == 1
    rotated = rotate(hooks, made["id"])
    body, headers = one_sent(hooks, made["id"])
    parts = headers["webhook-signature"].split(" ")
    assert len(parts) == 2
    for secret, part in zip((rotated["secret"], made["secret"]), parts, strict=True):
        assert signs(secret, body, headers)
        assert signs(secret, body, {**headers, "webhook-signature": part})
    assert not signs(made["secret"], body, {**headers, "webhook-signature": parts[0]})
    assert headers["X-Webhook-Signature"] == sign_body(rotated["secret"], body)


def test_a_webhook_that_was_under_way_is_signed_with_the_secrets_of_its_attempt(hooks: Hooks) -> None:
    made = hooks.create(events=["payment.created"])
    hooks.pay()
    secret = rotate(hooks, made["id"], overlap_seconds=0)["secret"]
    ((_, body, headers),) = hooks.deliver()
    assert signs(secret, body, headers)
    assert not signs(made["secret"], body, headers)


def test_after_the_overlap_the_new_secret_signs_alone_and_the_old_one_is_erased(hooks: Hooks) -> None:
    made, other = hooks.create(), hooks.create(OTHER_URL)
    rotated = rotate(hooks, made["id"])
    rotate(hooks, other["id"])
    hooks.sql.run("UPDATE webhook_endpoints SET previous_secret_until = now() WHERE id = :id", id=made["id"])
    assert hooks.endpoint(made["id"])["previous_secret_expires_at"] is None
    body, headers = one_sent(hooks, made["id"])
    assert len(headers["webhook-signature"].split(" ")) == 1
    assert (signs(rotated["secret"], body, headers), signs(made["secret"], body, headers)) == (True, False)

    assert hooks.row(made["id"])["previous_secret_encrypted"] is not None
    assert hooks.api.wiring.database.run("forget_previous_secrets", limit=100) == [{"count": 1}]
    row = hooks.row(made["id"])
    assert (row["previous_secret_encrypted"], row["previous_secret_until"]) == (None, None)
    assert hooks.row(other["id"])["previous_secret_encrypted"] is not None
    body, headers = one_sent(hooks, made["id"])
    assert signs(rotated["secret"], body, headers)


def test_a_second_rotation_ends_the_first_ones_overlap(hooks: Hooks) -> None:
    made = hooks.create()
    secrets = [made["secret"], *(rotate(hooks, made["id"])["secret"] for _ in range(2))]
    body, headers = one_sent(hooks, made["id"])
    assert [signs(secret, body, headers) for secret in secrets] == [False, True, True]
    secrets.append(rotate(hooks, made["id"], overlap_seconds=0)["secret"])
    body, headers = one_sent(hooks, made["id"])
    assert [signs(secret, body, headers) for secret in secrets] == [False, False, False, True]


def test_a_disabled_endpoints_secret_can_be_rotated(hooks: Hooks) -> None:
    made = hooks.create(status="disabled")
    rotated = rotate(hooks, made["id"])
    assert (rotated["status"], rotated["secret"] != made["secret"]) == ("disabled", True)


def test_the_answer_is_compact_json_and_names_the_secret_last(hooks: Hooks) -> None:
    answer = hooks.api.send(f"POST {ENDPOINTS}", body_of(url=URL, description="Zoë ₹ \u2028"))
    assert answer.text == json.dumps(answer.json, ensure_ascii=False, separators=(",", ":"))
    assert list(answer.json)[-1] == "secret"
