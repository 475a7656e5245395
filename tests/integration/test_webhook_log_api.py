"""The log of deliveries through the real app: one delivery with its attempts, and lists by all filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from paygate.adapters.webhook_http import STORED_BYTES_MAX, HttpWebhookSender
from paygate.domain.ids import new_id
from paygate.operations.roll_up_activity import roll_up_activity
from tests.integration.api import MERCHANT
from tests.integration.hooks import OTHER_URL, RETRY, TEST, Hooks, refusal
from tests.integration.support import faulty_server, refusing_port, reply
from tests.support.rows import finish_payment, start_refund

NOT_FOUND = (404, "NOT_FOUND_ERROR", None, None)


# --- One delivery -----------------------------------------------------------------------------------------------------


def test_a_delivery_is_shown_with_each_attempt_the_latest_first(hooks: Hooks, sender: HttpWebhookSender) -> None:
    hooks.allow_loopback()
    page = b"<p>no</p>" + b"x" * STORED_BYTES_MAX
    outcomes = iter(
        [reply("500 Oh No", page), reply("302 Found", b"", "Location: http://10.0.0.1/"), reply("200 OK", b"ok")]
    )
    with faulty_server(lambda connection: next(outcomes)(connection)) as server, refusing_port() as refusing:
        endpoint_id = hooks.create(server.url)["id"]
        delivery_id = hooks.of_endpoint(TEST, endpoint_id).json["id"]
        hooks.deliver(sender)
        for url in (f"http://127.0.0.1:{refusing}/", server.url, server.url):
            hooks.change(endpoint_id, url=url)
            assert hooks.retry(delivery_id).status == 202
            hooks.deliver(sender)
    read = hooks.delivery(delivery_id)
    log = read["attempt_log"]
    assert (read["status"], read["attempts"], read["run"], read["response_status"]) == ("delivered", 4, 4, 200)
    assert [(each["number"], each["run"]) for each in log] == [(4, 4), (3, 3), (2, 2), (1, 1)]
    assert [each["response_status"] for each in log] == [200, 302, None, 500]
    assert [each["error_kind"] is None for each in log] == [True, False, False, True]
    assert [each["response_truncated"] for each in log] == [False, False, False, True]
    assert (log[0]["response_body"], log[3]["response_body"]) == ("ok", page[:STORED_BYTES_MAX].decode())
    assert "http://10.0.0.1/" in log[1]["error"]
    assert (log[0]["error"], bool(log[2]["error"])) == (None, True)
    for each in (log[0], log[1], log[3]):
        assert each["address"] == "127.0.0.1"
        assert 0 <= each["timings"]["first_byte_ms"] <= each["duration_ms"]
        assert datetime.fromisoformat(each["started_at"]) <= datetime.now(UTC)
    # What is shown as sent is what the receiver got.
    heads = [request.partition(b"\r\n\r\n") for request in server.requests]
    assert [body.decode() for _, _, body in heads] == [read["request_body"]] * 3
    for (head, _, _), attempt in zip(heads, (log[3], log[1], log[0]), strict=True):
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature", "X-Webhook-Signature", "webhook-attempt"):
            assert f"\r\n{name}: {attempt['request_headers'][name]}".encode() in head
    assert [each["request_headers"]["webhook-attempt"] for each in (log[3], log[1], log[0])] == ["1", "3", "4"]
    assert not log[2]["request_headers"]


def test_100_attempts_are_shown_at_most(hooks: Hooks) -> None:
    delivery_id = hooks.of_endpoint(TEST, hooks.create()["id"]).json["id"]
    hooks.sql.run(
        "INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, response_status)"
        " SELECT :id, n, now(), 1, 500 FROM generate_series(1, 130) AS n",
        id=delivery_id,
    )
    numbers = [attempt["number"] for attempt in hooks.delivery(delivery_id)["attempt_log"]]
    assert numbers == list(range(130, 30, -1))


# --- The log ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(hooks: Hooks) -> Hooks:
    """Eleven deliveries of four kinds, two endpoints and two payments, a minute apart."""
    hooks.create(events=["payment.*"], description="a")
    hooks.create(OTHER_URL)
    paid = hooks.pay()
    finish_payment(hooks.api.wiring.database, paid)
    start_refund(hooks.api.wiring.database, paid, 100)
    hooks.pay()
    statuses = ("delivered", "exhausted", "held", "cancelled", "expired")
    for number, delivery_id in enumerate(hooks.sql.column("SELECT id FROM webhook_deliveries ORDER BY id")):
        status = statuses[number % 6] if number % 6 < 5 else "pending"
        hooks.sql.run(
            "UPDATE webhook_deliveries SET created_at = created_at - :number * interval '1 minute', status = :status,"
            " next_attempt_at = CASE WHEN :status = 'pending' THEN now() END WHERE id = :id",
            id=delivery_id,
            number=number,
            status=status,
        )
    return hooks


Wanted = Callable[[dict[str, Any]], bool]


def test_the_log_is_newest_first_and_paged_by_offset(filled: Hooks) -> None:
    everything = filled.log()
    assert len(everything) == 11
    assert everything == sorted(everything, key=lambda each: (each["created_at"], each["id"]), reverse=True)
    for limit, offset in ((1, 0), (4, 0), (4, 4), (4, 8), (11, 0), (100, 10), (5, 11), (5, 1_000_000)):
        page = filled.api.send("GET /webhooks", query=[("limit", str(limit)), ("offset", str(offset))])
        assert page.json == {"data": everything[offset : offset + limit], "total": 11, "limit": limit, "offset": offset}
    usual = filled.api.send("GET /webhooks").json
    assert usual == {"data": everything[:10], "total": 11, "limit": 10, "offset": 0}


def test_the_log_finds_what_fulfils_all_that_is_asked(filled: Hooks) -> None:
    everything = filled.log()
    middle = everything[5]
    moment = middle["created_at"]
    cases: list[tuple[str, str, Wanted]] = [
        *(("status", each, lambda d, s=each: d["status"] == s) for each in {d["status"] for d in everything}),
        *(("event", each, lambda d, t=each: d["event"] == t) for each in {d["event"] for d in everything}),
        ("event", "payment.*", lambda d: d["event"].startswith("payment.")),
        ("event", "refund.*", lambda d: d["event"].startswith("refund.")),
        *(
            ("endpoint_id", each, lambda d, i=each: d["endpoint_id"] == i)
            for each in {d["endpoint_id"] for d in everything}
        ),
        *(
            ("payment_id", each, lambda d, i=each: d["payment_id"] == i)
            for each in {d["payment_id"] for d in everything}
        ),
        ("event_id", middle["event_id"], lambda d: d["event_id"] == middle["event_id"]),
        ("created_gt", moment, lambda d: d["created_at"] > moment),
        ("created_gte", moment, lambda d: d["created_at"] >= moment),
        ("created_lt", moment, lambda d: d["created_at"] < moment),
        ("created_lte", moment, lambda d: d["created_at"] <= moment),
    ]
    assert len(cases) == 6 + 4 + 2 + 2 + 2 + 1 + 4
    for name, value, wanted in cases:
        expected = [each for each in everything if wanted(each)]
        assert 0 < len(expected) < len(everything), (name, value)
        assert filled.log((name, value)) == expected, (name, value)
    combined = 0
    for index, (name, value, wanted) in enumerate(cases):
        for other_name, other_value, also in cases[index + 1 :]:
            if other_name != name:
                expected = [each for each in everything if wanted(each) and also(each)]
                assert filled.log((name, value), (other_name, other_value)) == expected
                combined += bool(expected)
    assert combined > 20
    assert filled.log(("event", "*")) == everything
    fields = ("status", "event", "endpoint_id", "payment_id", "event_id")
    every = [*((name, middle[name]) for name in fields), ("created_gte", moment), ("created_lte", moment)]
    assert filled.log(*every) == [middle]
    assert filled.log(("event", "endpoint.test")) == filled.log(("endpoint_id", "whe_unknown")) == []


def paged(filled: Hooks, *query: tuple[str, str]) -> list[dict[str, Any]]:
    """By cursor to the end, three at a time, there and back."""
    found: list[dict[str, Any]] = []
    while True:
        cursor = [("starting_after", found[-1]["id"])] if found else []
        page = filled.api.send("GET /webhooks", query=[("total", "false"), ("limit", "3"), *query, *cursor]).json
        assert set(page) == {"data", "has_more"}
        found += page["data"]
        if not page["has_more"]:
            break
    if found:
        back = [("total", "false"), ("limit", "100"), *query, ("ending_before", found[-1]["id"])]
        assert filled.api.send("GET /webhooks", query=back).json == {"data": found[:-1], "has_more": False}
    return found


def test_by_cursor_the_log_is_the_same_and_not_counted(filled: Hooks) -> None:
    everything = filled.log()
    assert paged(filled) == everything
    middle = everything[5]
    filters: list[tuple[str, str]] = [
        *((name, each) for name in ("status", "event", "endpoint_id") for each in {d[name] for d in everything}),
        *(("event", each) for each in ("*", "payment.*", "refund.*", "endpoint.*", "endpoint.test", "delivery.*")),
        ("payment_id", middle["payment_id"]),
        ("event_id", middle["event_id"]),
        *((name, middle["created_at"]) for name in ("created_gt", "created_gte", "created_lt", "created_lte")),
        ("endpoint_id", "whe_unknown"),
    ]
    for index, one in enumerate(filters):
        assert paged(filled, one) == filled.log(one), one
        for other in filters[index + 1 :]:
            if other[0] != one[0]:
                assert paged(filled, one, other) == filled.log(one, other), (one, other)


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ([("starting_after", "whd_1")], "starting_after", "starting_after needs total=false."),
        ([("total", "true"), ("ending_before", "whd_1")], "ending_before", "ending_before needs total=false."),
        ([("total", "false"), ("offset", "3")], "offset", "offset needs total=true."),
        ([("total", "no")], "total", "total must be 'true' or 'false'."),
    ],
)
def test_offsets_and_cursors_are_not_mixed(filled: Hooks, query: list[tuple[str, str]], field: str, words: str) -> None:
    answer = filled.api.send("GET /webhooks", query=query)
    assert (answer.status, answer.error["field"], answer.error["description"]) == (400, field, words)


def test_a_cursor_that_is_anothers_is_unknown(filled: Hooks) -> None:
    other = filled.api.add_merchant()
    for cursor, merchant in ((filled.log()[0]["id"], other), ("whd_unknown", MERCHANT)):
        query = [("total", "false"), ("starting_after", cursor)]
        answer = filled.api.send("GET /webhooks", query=query, merchant=merchant)
        assert refusal(answer) == (400, "BAD_REQUEST_ERROR", "starting_after", "INVALID_CURSOR")


def test_the_total_is_the_same_once_hours_have_been_counted(filled: Hooks) -> None:
    filled.sql.run(
        "UPDATE webhook_deliveries SET created_at = created_at - interval '30 hours' WHERE event_type LIKE '%d'"
    )
    before = filled.api.send("GET /webhooks").json
    assert roll_up_activity(filled.api.wiring.database, lambda: True) > 0
    assert filled.sql.value("SELECT sum(count) FROM activity_hours WHERE kind = 'delivery'") > 0
    assert filled.api.send("GET /webhooks").json == before
    assert filled.api.send("GET /webhooks", merchant=filled.api.add_merchant()).json["total"] == 0


def test_a_moment_may_be_given_in_any_zone(filled: Hooks) -> None:
    moment = datetime.fromisoformat(filled.log()[5]["created_at"])
    for hours in (-14, 0, 14):
        shifted = (moment + timedelta(hours=hours)).replace(tzinfo=None).isoformat(timespec="milliseconds")
        zone = f"{'-' if hours < 0 else '+'}{abs(hours):02}:00"
        assert len(filled.log(("created_gte", shifted + zone))) == 6


def test_what_another_merchant_has_sent_is_not_seen(filled: Hooks) -> None:
    other = filled.api.add_merchant()
    mine = filled.log()[0]
    assert filled.log(merchant=other) == []
    for name in ("endpoint_id", "payment_id", "event_id", "status", "event"):
        assert filled.log((name, mine[name]), merchant=other) == []
    written = filled.api.written()
    for route in ("GET /webhooks/{delivery_id}", RETRY):
        theirs, nothing = (
            filled.api.send(route, path={"delivery_id": each}, merchant=other) for each in (mine["id"], new_id("whd"))
        )
        assert refusal(theirs) == refusal(nothing) == NOT_FOUND
        assert theirs.error == nothing.error
    assert (filled.api.written(), filled.log()[0]) == (written, mine)
