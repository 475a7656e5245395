"""Webhook endpoints through the real app: made, read, changed and deleted, 50 at most, and each merchant's own."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import ConflictError
from paygate.domain.ids import new_id
from paygate.domain.webhooks import EVENT_FILTERS
from paygate.operations.create_webhook_endpoint import ENDPOINTS_MAX, NewEndpoint, create_webhook_endpoint
from paygate.operations.seed_test_merchant import TEST_ENDPOINT_ID
from tests.integration.hooks import (
    ENDPOINT,
    ENDPOINTS,
    OTHER_URL,
    ROTATE,
    TEST,
    URL,
    Hooks,
    body_of,
    listed,
    refusal,
)
from tests.integration.replays import assert_fresh, assert_replayed
from tests.support.rows import TEST_MERCHANT_ID

THREADS = 6
LIMIT = (409, "CONFLICT_ERROR", None, "ENDPOINT_LIMIT")


def fill(hooks: Hooks, count: int) -> None:
    """So many endpoints more."""
    for _ in range(count):
        hooks.sql.add_endpoint(hooks.api.wiring.webhook_cipher)


# --- Create, read -----------------------------------------------------------------------------------------------------


def test_a_url_alone_makes_an_endpoint_for_everything(hooks: Hooks) -> None:
    made = hooks.create()
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made == {
        "id": made["id"],
        "url": URL,
        "description": "",
        "events": ["*"],
        "status": "enabled",
        "disabled_reason": None,
        "failing_since": None,
        "previous_secret_expires_at": None,
        "created_at": made["created_at"],
    }
    assert made["id"].startswith("whe_")
    assert hooks.endpoint(made["id"]) == made
    assert listed(hooks)[0] == made


@pytest.mark.parametrize("events", [["payment.*"], ["refund.failed", "endpoint.*"], ["*", "*"], list(EVENT_FILTERS)])
@pytest.mark.parametrize("description", ["Zoë ₹ \u2028", "😀" * 255])
def test_all_that_is_given_is_kept(hooks: Hooks, events: list[str], description: str) -> None:
    made = hooks.create(OTHER_URL, events=events, description=description, status="disabled")
    kept = {"url": OTHER_URL, "events": events, "description": description}
    expected = {**kept, "status": "disabled", "disabled_reason": "requested"}
    assert {name: hooks.endpoint(made["id"])[name] for name in expected} == expected


def test_endpoints_are_listed_newest_first_without_secrets(hooks: Hooks) -> None:
    made = [hooks.create()["id"] for _ in range(3)]
    for number, endpoint_id in enumerate((made[1], made[2], made[0])):
        hooks.sql.run(
            "UPDATE webhook_endpoints SET created_at = now() + :days * interval '1 day' WHERE id = :id",
            days=number + 1,
            id=endpoint_id,
        )
    endpoints = listed(hooks)
    assert [endpoint["id"] for endpoint in endpoints] == [made[0], made[2], made[1], TEST_ENDPOINT_ID]
    assert not any("secret" in endpoint for endpoint in endpoints)


def test_the_51st_endpoint_is_refused_until_one_is_deleted(hooks: Hooks) -> None:
    fill(hooks, ENDPOINTS_MAX - 2)
    last = hooks.create()
    assert len(listed(hooks)) == ENDPOINTS_MAX
    key = new_id("key")
    first = hooks.api.send(f"POST {ENDPOINTS}", body_of(url=URL), key=key)
    assert_fresh(first, 409)
    assert refusal(first) == LIMIT
    assert refusal(hooks.api.send(f"POST {ENDPOINTS}", body_of(url=URL))) == LIMIT
    # Another merchant has 50 of its own.
    hooks.create(merchant=hooks.api.add_merchant())
    assert hooks.of_endpoint(f"DELETE {ENDPOINT}", last["id"]).status == 200
    hooks.create()
    assert_replayed(hooks.api.send(f"POST {ENDPOINTS}", body_of(url=URL), key=key), first)
    assert len(listed(hooks)) == ENDPOINTS_MAX


def test_requests_at_the_same_moment_make_50_at_most(hooks: Hooks) -> None:
    fill(hooks, ENDPOINTS_MAX - 1 - 2)
    wiring = hooks.api.wiring
    start = threading.Barrier(THREADS)

    def create(_: int) -> str:
        with closing(PostgresDatabase(wiring.secrets.database_url)) as own:
            own.run("ping")
            start.wait(timeout=30)
            try:
                create_webhook_endpoint(
                    own, wiring.url_check, wiring.webhook_cipher, TEST_MERCHANT_ID, NewEndpoint(URL)
                )
            except ConflictError as error:
                return str(error.reason)
            return "made"

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(create, range(THREADS), timeout=60))
    assert sorted(outcomes) == ["ENDPOINT_LIMIT"] * (THREADS - 2) + ["made"] * 2
    assert len(listed(hooks)) == ENDPOINTS_MAX


# --- Delete -----------------------------------------------------------------------------------------------------------


def test_a_deleted_endpoint_is_gone_but_for_its_deliveries(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    hooks.of_endpoint(ROTATE, endpoint_id)
    hooks.pay()
    hooks.deliver()
    hooks.pay()
    answer = hooks.of_endpoint(f"DELETE {ENDPOINT}", endpoint_id)
    assert (answer.status, answer.json) == (200, {"id": endpoint_id, "deleted": True})

    assert [endpoint["id"] for endpoint in listed(hooks)] == [TEST_ENDPOINT_ID]
    row = hooks.row(endpoint_id)
    assert (row["status"], row["secret_encrypted"], row["previous_secret_encrypted"]) == ("deleted", b"", None)
    statuses = [delivery["status"] for delivery in hooks.log(("endpoint_id", endpoint_id))]
    assert statuses == ["pending", "pending", "delivered", "delivered"]
    assert hooks.deliver() == []
    statuses = [delivery["status"] for delivery in hooks.log(("endpoint_id", endpoint_id))]
    assert statuses == ["cancelled", "cancelled", "delivered", "delivered"]
    assert hooks.sql.column("SELECT subject_id FROM outbox WHERE queue = 'webhooks'") == []
    # And nothing new is meant for it.
    hooks.pay()
    assert len(hooks.log()) == 4

    routes = (f"DELETE {ENDPOINT}", f"GET {ENDPOINT}", f"PATCH {ENDPOINT}", ROTATE, TEST)
    written = hooks.api.written()
    for route in routes:
        body = {"status": "enabled"} if route.startswith("PATCH") else {}
        assert refusal(hooks.of_endpoint(route, endpoint_id, **body)) == (404, "NOT_FOUND_ERROR", None, None), route
    assert hooks.api.written() == written


# --- URLs that deliveries must not go to ------------------------------------------------------------------------------


def test_loopback_and_plain_http_are_for_the_local_profile(hooks: Hooks) -> None:
    endpoint_id = hooks.create()["id"]
    for url, reason in (("http://127.0.0.1:8080/hooks", "INVALID_URL"), ("https://127.0.0.1/hooks", "URL_NOT_ALLOWED")):
        for route in (f"POST {ENDPOINTS}", f"PATCH {ENDPOINT}"):
            answer = hooks.of_endpoint(route, endpoint_id, url=url)
            assert refusal(answer) == (400, "BAD_REQUEST_ERROR", "url", reason), (route, url)
    hooks.allow_loopback()
    assert hooks.create("http://127.0.0.1:8080/hooks")["url"] == "http://127.0.0.1:8080/hooks"
    assert hooks.change(endpoint_id, url="https://127.0.0.1/hooks")["url"] == "https://127.0.0.1/hooks"
    refused = hooks.of_endpoint(f"PATCH {ENDPOINT}", endpoint_id, url="http://10.0.0.1/")
    assert refusal(refused) == (400, "BAD_REQUEST_ERROR", "url", "URL_NOT_ALLOWED")


# --- Each merchant's own ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "body"),
    [
        (f"GET {ENDPOINT}", {}),
        (f"PATCH {ENDPOINT}", {"status": "disabled"}),
        (f"DELETE {ENDPOINT}", {}),
        (ROTATE, {}),
        (TEST, {}),
    ],
)
def test_another_merchants_endpoint_is_as_unknown_as_one_that_is_not_there(
    hooks: Hooks, route: str, body: dict[str, str]
) -> None:
    other = hooks.api.add_merchant()
    theirs = hooks.create(merchant=other)["id"]
    written = hooks.api.written()
    answers = [hooks.of_endpoint(route, endpoint_id, **body) for endpoint_id in (theirs, new_id("whe"))]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].error == answers[1].error
    assert (hooks.api.written(), hooks.queue.received()) == (written, [])
    assert [endpoint["id"] for endpoint in listed(hooks)] == [TEST_ENDPOINT_ID]
    assert [endpoint["id"] for endpoint in listed(hooks, merchant=other)] == [theirs]


@pytest.mark.parametrize("route", [f"GET {ENDPOINTS}", f"POST {ENDPOINTS}", f"DELETE {ENDPOINT}", ROTATE])
def test_without_credentials_nothing_is_told(hooks: Hooks, route: str) -> None:
    answer = hooks.api.send(route, body_of(url=URL), merchant={}, path={"endpoint_id": TEST_ENDPOINT_ID})
    assert (answer.status, json.loads(answer.text).keys()) == (401, {"error"})
