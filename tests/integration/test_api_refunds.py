"""Refunds, captures, cancels and the ledger through the real app: keys, refusals, and each merchant's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from paygate.domain.ids import new_id
from tests.integration.api import Api, running_api
from tests.integration.replays import REDIS_STATES, Break, assert_fresh, assert_replayed, count, flush
from tests.integration.settlements import paid
from tests.support.rows import Rows, finish_refunds, finish_request, start_refund
from tests.support.servers import Servers

REFUNDS = "POST /payments/{payment_id}/refunds"
CAPTURE = "POST /payments/{payment_id}/capture"
CANCEL = "POST /payments/{payment_id}/cancel"
ROUTES = pytest.mark.parametrize(
    ("route", "status", "body"),
    [
        (REFUNDS, 201, '{"amount":300,"reason":"too small 😀"}'),
        (CAPTURE, 202, '{"amount":300}'),
        (CANCEL, 202, "{}"),
    ],
)


@pytest.fixture
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    with running_api(servers, aws_endpoint_url) as api:
        yield api


def payment_for(api: Api, route: str, amount_minor: int = 1_000) -> dict[str, str]:
    """The path to a payment that the route is meant for."""
    capture = "automatic" if route == REFUNDS else "manual"
    return {"payment_id": paid(api.wiring.database, api.sql, amount_minor, capture=capture)}


def end(api: Api, route: str, payment_id: str) -> None:
    """What was asked for has happened."""
    database = api.wiring.database
    if route == REFUNDS:
        finish_refunds(database, *api.sql.column("SELECT id FROM refunds"))
    else:
        finish_request(database, payment_id, "captured" if route == CAPTURE else "cancelled")


@REDIS_STATES
@ROUTES
def test_a_success_is_replayed_byte_for_byte_also_when_it_has_ended_since(
    api: Api, route: str, status: int, body: str, happens: Break
) -> None:
    path, key = payment_for(api, route), new_id("key")
    first = api.send(route, body, key=key, path=path)
    assert_fresh(first, status)
    for ended in (False, True):
        if ended:
            end(api, route, path["payment_id"])
        written, sent = api.written(), api.jobs_sent()
        happens(api)
        assert_replayed(api.send(route, body, key=key, path=path), first)
        assert (api.written(), api.jobs_sent()) == (written, sent)
    assert (count(api, "idempotency_keys"), count(api, "refunds")) == (1, 1 if route == REFUNDS else 0)


@REDIS_STATES
@ROUTES
def test_a_refusal_stands_also_when_its_cause_is_gone(
    api: Api, route: str, status: int, body: str, happens: Break
) -> None:
    # Refunds of what is only authorized, captures and cancels of what is being captured.
    path, key = payment_for(api, CAPTURE), new_id("key")
    api.send(CAPTURE, path=path)
    first = api.send(route, body, key=key, path=path)
    assert_fresh(first, 409)
    assert first.error["reason"] == ("PAYMENT_NOT_CAPTURED" if route == REFUNDS else "CAPTURE_PENDING")
    kind = "captured" if route == REFUNDS else "capture_refused"
    finish_request(api.wiring.database, path["payment_id"], kind, None if route == REFUNDS else "capture_declined")
    happens(api)
    again = api.send(route, body, key=key, path=path)
    assert_replayed(again, first)
    assert again.json["error"]["request_id"] == first.request_id
    assert count(api, "refunds") == 0
    # With a key of its own the same request is a new one.
    assert_fresh(api.send(route, body, key=new_id("key"), path=path), status)


def test_a_refund_that_exceeds_what_is_left_is_told_what_is_left_again_and_again(api: Api) -> None:
    path, key = payment_for(api, REFUNDS), new_id("key")
    first = api.send(REFUNDS, '{"amount":1001}', key=key, path=path)
    assert_fresh(first, 409)
    assert (first.error["reason"], first.error["field"]) == ("REFUND_EXCEEDS_LEFT", "amount")
    assert "1000" in first.error["description"]
    api.send(REFUNDS, '{"amount":400}', path=path)
    flush(api)
    assert_replayed(api.send(REFUNDS, '{"amount":1001}', key=key, path=path), first)
    assert "600" in api.send(REFUNDS, '{"amount":601}', path=path).error["description"]


@ROUTES
def test_an_unknown_payment_is_a_refusal_like_any_other(api: Api, route: str, status: int, body: str) -> None:
    path, key = {"payment_id": "pay_unknown"}, new_id("key")
    first = api.send(route, body, key=key, path=path)
    assert_fresh(first, 404)
    assert_replayed(api.send(route, body, key=key, path=path), first)


@ROUTES
def test_an_empty_body_no_body_and_an_empty_object_are_the_same_request(
    api: Api, route: str, status: int, body: str
) -> None:
    path, key = payment_for(api, route), new_id("key")
    first = api.send(route, key=key, path=path)
    assert_fresh(first, status)
    for same in ("", "{}", " {} ", b"", b"{}"):
        flush(api)
        assert_replayed(api.send(route, same, key=key, path=path), first)


@REDIS_STATES
@pytest.mark.parametrize(
    ("route", "body", "fields"),
    [
        (REFUNDS, '{"amount":301,"reason":"r"}', "amount"),
        (REFUNDS, '{"amount":300,"reason":"R"}', "reason"),
        (REFUNDS, '{"amount":300}', "reason"),
        (REFUNDS, "{}", "amount, reason"),
        (CAPTURE, '{"amount":301}', "amount"),
        (CAPTURE, "", "amount"),
    ],
)
def test_a_key_of_another_request_is_refused_by_the_fields_that_differ(
    api: Api, route: str, body: str, fields: str, happens: Break
) -> None:
    path, key = payment_for(api, route), new_id("key")
    good = '{"amount":300,"reason":"r"}' if route == REFUNDS else '{"amount":300}'
    first = api.send(route, good, key=key, path=path)
    written = api.written()
    happens(api)
    other = api.send(route, body, key=key, path=path)
    assert_fresh(other, 422)
    assert (other.error["code"], other.error["field"]) == ("IDEMPOTENCY_KEY_REUSED", "Idempotency-Key")
    assert other.error["description"].endswith(f"these fields differ: {fields}.")
    assert api.written() == written
    assert_replayed(api.send(route, good, key=key, path=path), first)


def test_without_a_key_each_refund_is_another(api: Api) -> None:
    path = payment_for(api, REFUNDS)
    made = [api.send(REFUNDS, '{"amount":300}', path=path) for _ in range(4)]
    assert [answer.status for answer in made] == [201, 201, 201, 409]
    assert len({answer.json["id"] for answer in made[:3]}) == 3


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_a_refund_is_read_and_listed_as_it_was_answered(api: Api) -> None:
    path = payment_for(api, REFUNDS)
    made = api.send(REFUNDS, '{"amount":300,"reason":"too small"}', path=path)
    assert (made.status, made.json["status"], made.json["payment_id"]) == (201, "pending", path["payment_id"])
    assert api.send("GET /refunds/{refund_id}", path={"refund_id": made.json["id"]}).text == made.text
    listed = f'{{"data":[{made.text}],"has_more":false}}'
    for answer in (
        api.send("GET /refunds"),
        api.send("GET /refunds", query=[("status", "pending"), ("payment_id", path["payment_id"])]),
        api.send("GET /payments/{payment_id}/refunds", path=path),
    ):
        assert (answer.status, answer.text) == (200, listed)


def test_a_settlement_is_read_as_json_and_as_csv(api: Api) -> None:
    payment_for(api, REFUNDS, 12_345)
    day = str(datetime.now(UTC).date())
    as_json = api.send("GET /settlements", query=[("date", day)])
    (row,) = as_json.json["data"]
    assert (row["date"], row["currency"], row["captured"], row["net"]) == (day, "INR", 12_345, 12_345)
    assert as_json.headers["Content-Type"] == "application/json"
    as_csv = api.send("GET /settlements", query=[("date", day), ("format", "csv")])
    assert (as_csv.status, as_csv.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert as_csv.text == ",".join(row) + "\r\n" + ",".join(map(str, row.values())) + "\r\n"
    refused = api.send("GET /settlements", query=[("format", "csv")])
    assert (refused.status, refused.headers["Content-Type"]) == (400, "application/json")


def test_settlements_of_several_days_are_read_as_json_and_as_csv(api: Api) -> None:
    paid(api.wiring.database, api.sql)
    day = str(datetime.now(UTC).date())
    one = api.send("GET /settlements", query=[("date", day)])
    days = [("from_date", str(datetime.now(UTC).date() - timedelta(days=91))), ("to_date", day)]
    assert api.send("GET /settlements/days", query=days).json == one.json
    text = api.send("GET /settlements", query=[("date", day), ("format", "csv")]).text
    assert api.send("GET /settlements/days", query=[*days, ("format", "csv")]).text == text


# --- Each merchant's own ----------------------------------------------------------------------------------------------


def refund_of_another(api: Api) -> tuple[dict[str, str], dict[str, str]]:
    """The paths to another merchant's payment and refund."""
    sql: Rows = api.sql
    merchant_id = sql.add_merchant()
    payment_id = paid(api.wiring.database, sql, merchant_id=merchant_id)
    refund_id = start_refund(api.wiring.database, payment_id, 100, merchant_id=merchant_id)
    return {"payment_id": payment_id}, {"refund_id": refund_id}


def test_nothing_of_another_merchant_is_seen(api: Api) -> None:
    payment, refund = refund_of_another(api)
    day = str(datetime.now(UTC).date())
    empty = {"data": [], "has_more": False}
    for route, query in (
        ("refunds", [("payment_id", payment["payment_id"])]),
        ("ledger", [("refund_id", refund["refund_id"])]),
        ("settlements", [("date", day)]),
        ("settlements/days", [("from_date", day), ("to_date", day)]),
        *((route, []) for route in ("refunds", "ledger", "balance")),
    ):
        answer = api.send(f"GET /{route}", query=query)
        assert (answer.status, answer.json) == (200, empty), route
    for route, path in (
        ("GET /payments/{payment_id}/refunds", payment),
        ("GET /payments/{payment_id}/timeline", payment),
        ("GET /refunds/{refund_id}", refund),
    ):
        theirs, nothing = (api.send(route, path=each) for each in (path, dict.fromkeys(path, "x_1")))
        assert (theirs.status, theirs.error) == (nothing.status, nothing.error) == (404, nothing.error)


@ROUTES
def test_nothing_of_another_merchant_is_changed(api: Api, route: str, status: int, body: str) -> None:
    database, merchant_id = api.wiring.database, api.sql.add_merchant()
    capture = "automatic" if route == REFUNDS else "manual"
    theirs = paid(database, api.sql, capture=capture, merchant_id=merchant_id)
    written = api.written()
    answers = [api.send(route, body, path={"payment_id": each}) for each in (theirs, "pay_unknown")]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].error == answers[1].error
    assert (api.written(), api.jobs_sent()) == (written, 0)


@pytest.mark.parametrize("route", ["refunds", "ledger", "balance", "settlements", "settlements/days"])
def test_without_credentials_nothing_is_told(api: Api, route: str) -> None:
    answer = api.send(f"GET /{route}", merchant={})
    assert (answer.status, json.loads(answer.text).keys()) == (401, {"error"})
