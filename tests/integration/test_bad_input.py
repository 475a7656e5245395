"""Every bad input gets the right status, code, field and reason, and nothing of it stays (issue 3, done when 3)."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from app import app
from paygate.domain.ids import new_id
from paygate.operations.seed_test_merchant import TEST_KEY_ID, TEST_OPERATOR_EMAIL
from tests.integration.api import MERCHANT, Api, running_api
from tests.integration.bad_auth import BAD_AUTH, OF_AUTH
from tests.integration.bad_checkout import BAD_CHECKOUT, OF_CHECKOUT, PAGE
from tests.integration.bad_input import CARD, CARD_PAYMENT, ORDER, UPI, Bad
from tests.integration.bad_ops import BAD_OPS, OF_OPS
from tests.integration.bad_orders import BAD_ORDERS
from tests.integration.bad_payments import BAD_PAYMENTS
from tests.integration.bad_refunds import BAD_REFUNDS, OF_PAYMENTS
from tests.integration.bad_requests import BAD_REQUESTS, POSTS
from tests.integration.bad_webhooks import BAD_WEBHOOKS, OF_WEBHOOKS
from tests.integration.settlements import paid
from tests.support.api import Answer
from tests.support.servers import Servers

TABLE = [*BAD_ORDERS, *BAD_PAYMENTS, *BAD_REFUNDS, *BAD_REQUESTS, *BAD_WEBHOOKS, *BAD_CHECKOUT, *BAD_AUTH, *BAD_OPS]


@pytest.fixture(scope="module")
def api(servers: Servers, aws_endpoint_url: str) -> Iterator[Api]:
    """One for all cases; each of them leaves everything as it was, which is what they are about."""
    with running_api(servers, aws_endpoint_url) as api:
        for status, capture in (("captured", "automatic"), ("authorized", "manual")):
            payment_id = paid(api.wiring.database, api.sql, capture=capture)
            rename(api, payment_id, f"pay_{status}")
        yield api


@pytest.fixture(scope="module")
def operator(api: Api) -> dict[str, str]:
    """The headers of somebody whom every route with a session lets in."""
    return api.log_in(TEST_OPERATOR_EMAIL)


def caller_of(route: str, operator: dict[str, str]) -> dict[str, str]:
    """Who sends requests to the route: somebody who is logged in where no key is enough, or the merchant's server."""
    method, _, path = route.partition(" ")
    spec: Any = app.routes[f"/v1{path}"][method].view_function
    return operator if spec.spec.access in ("session", "operator") else MERCHANT


def rename(api: Api, payment_id: str, new_payment_id: str) -> None:
    """Give the payment an id that the tables can name."""
    api.sql.run("SET session_replication_role = replica")
    for table, column in (("payments", "id"), ("events", "payment_id"), ("journals", "payment_id")):
        api.sql.run(
            f"UPDATE {table} SET {column} = :new_id WHERE {column} = :id",  # noqa: S608
            new_id=new_payment_id,
            id=payment_id,
        )
    api.sql.run("RESET session_replication_role")


def test_no_case_is_there_twice() -> None:
    assert len({bad.name for bad in TABLE}) == len(TABLE)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: ascii(bad.name)[1:80])
def test_bad_input_is_refused_by_field_and_reason_and_leaves_nothing(
    api: Api, operator: dict[str, str], bad: Bad
) -> None:
    before, keys_before = (api.written(), api.jobs_sent()), api.keys_in_valkey()
    key = new_id("key") if bad.key is None and not bad.keyless else bad.key

    caller = caller_of(bad.route, operator)
    answer = api.send(
        bad.route, bad.body, key=key, headers=bad.headers, query=bad.query, path=bad.path, merchant=caller
    )

    error = answer.error
    told = (answer.status, error["code"], error.get("field"), error.get("reason"))
    assert told == (bad.status, bad.code, bad.field, bad.reason), error["description"]
    assert error["description"].endswith(".")
    kind = "text/html; charset=utf-8" if bad.route == PAGE else "application/json"
    assert answer.headers["Content-Type"] == kind
    assert error.keys() <= {"code", "description", "field", "reason"}
    assert (api.written(), api.jobs_sent()) == before
    assert api.keys_in_valkey() - keys_before == set()


@pytest.mark.parametrize(("route", "body"), [("POST /orders", ORDER), ("POST /payments", UPI)])
def test_the_request_that_the_bad_ones_are_made_from_is_good(api: Api, route: str, body: dict[str, Any]) -> None:
    before = api.written()
    assert api.send(route, json.dumps(body)).status == 201
    assert api.written() != before


def test_the_card_that_the_bad_ones_are_made_from_is_good_and_is_kept_sealed(api: Api) -> None:
    before = api.keys_in_valkey()
    answer = api.send("POST /payments", json.dumps(CARD_PAYMENT))
    assert (answer.status, answer.json["card"]) == (201, {"network": "visa", "last4": "4242"})
    (name,) = api.keys_in_valkey() - before
    sealed = api.valkey.get(name)
    assert isinstance(sealed, bytes)
    assert str(CARD["number"]).encode() not in base64.b64decode(sealed)


@pytest.mark.parametrize(("route", "payment_id", "good"), OF_PAYMENTS)
def test_the_request_of_a_payment_that_the_bad_ones_are_made_from_is_good(
    api: Api, route: str, payment_id: str, good: dict[str, Any]
) -> None:
    fresh = paid(api.wiring.database, api.sql, capture="manual" if payment_id == "pay_authorized" else "automatic")
    before = api.written()
    answer = api.send(route, json.dumps(good), path={"payment_id": fresh})
    assert answer.status == (201 if route.endswith("/refunds") else 202), answer.text
    assert api.written() != before


@pytest.mark.parametrize(("route", "path", "good"), OF_WEBHOOKS)
def test_the_webhook_request_that_the_bad_ones_are_made_from_is_good(
    api: Api, route: str, path: dict[str, str], good: dict[str, Any]
) -> None:
    answer = api.send(route, json.dumps(good), path=path)
    # The test merchant's endpoint has no URL, and nothing was ever sent.
    expected = {"/test": 409, "/retry": 404, "/replay": 202, "-endpoints": 201}
    assert answer.status == next((s for end, s in expected.items() if route.endswith(end)), 200), answer.text


@pytest.mark.parametrize(("route", "good", "status"), OF_CHECKOUT)
def test_the_checkouts_request_that_the_bad_ones_are_made_from_is_good(
    api: Api, route: str, good: dict[str, Any], status: int
) -> None:
    before = api.written()
    assert api.send(route, json.dumps(good)).status == status
    assert api.written() != before


@pytest.mark.parametrize(("route", "good", "status"), OF_AUTH)
def test_the_request_about_sessions_that_the_bad_ones_are_made_from_is_good(
    api: Api, route: str, good: dict[str, Any], status: int
) -> None:
    path = {"key_id": TEST_KEY_ID} if "{" in route else {}
    assert api.send(route, json.dumps(good), path=path, merchant=api.log_in()).status == status


@pytest.mark.parametrize(("route", "good"), OF_OPS)
def test_the_operators_request_that_the_bad_ones_are_made_from_is_good(
    api: Api, operator: dict[str, str], route: str, good: dict[str, Any]
) -> None:
    answer = api.send(route, json.dumps(good), merchant=operator)
    assert (answer.status, sum(answer.json.values())) == (200, 0), answer.text


@pytest.mark.parametrize("reason", ["😀" * 255, " ", "'; DROP TABLE refunds; --", "e\u0301 é \u2028 </script>"])
def test_a_refunds_reason_comes_back_byte_for_byte(api: Api, reason: str) -> None:
    path = {"payment_id": paid(api.wiring.database, api.sql)}
    body = json.dumps({"amount": 1, "reason": reason}, ensure_ascii=False).encode()
    made = api.send("POST /payments/{payment_id}/refunds", body, path=path)
    assert (made.status, made.json["reason"]) == (201, reason)
    assert api.send("GET /refunds/{refund_id}", path={"refund_id": made.json["id"]}).text == made.text


@pytest.mark.parametrize("field", ["starting_after", "ending_before"])
@pytest.mark.parametrize("kind", ["order", "payment"])
def test_what_belongs_to_another_merchant_is_as_unknown_as_what_is_not_there(api: Api, kind: str, field: str) -> None:
    other = api.add_merchant()
    order = api.send("POST /orders", json.dumps(ORDER), merchant=other)
    order_id = order.json["id"]
    made = order
    if kind == "payment":
        made = api.send("POST /payments", json.dumps({**UPI, "order_id": order_id}), merchant=other)
    assert made.status == 201
    written = api.written()
    route, name, object_id = f"GET /{kind}s", f"{kind}_id", made.json["id"]
    for theirs, nothing in (
        (_cursor(api, route, field, object_id), _cursor(api, route, field, new_id("x"))),
        (_read(api, f"{route}/{{{name}}}", name, object_id), _read(api, f"{route}/{{{name}}}", name, new_id("x"))),
        (_pay(api, order_id), _pay(api, new_id("order"))),
    ):
        assert (theirs.status, theirs.error) == (nothing.status, nothing.error)
        assert theirs.status in (400, 404)
    assert api.written() == written


def _cursor(api: Api, route: str, field: str, object_id: str) -> Answer:
    return api.send(route, query=[(field, object_id)])


def _read(api: Api, route: str, name: str, object_id: str) -> Answer:
    return api.send(route, path={name: object_id})


def _pay(api: Api, order_id: str) -> Answer:
    return api.send("POST /payments", json.dumps({**CARD_PAYMENT, "order_id": order_id}))


@pytest.mark.parametrize("route", POSTS)
def test_without_a_content_type_a_body_is_taken_for_json(api: Api, route: str) -> None:
    assert api.send(route, POSTS[route], headers={}).status == 201


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("😀", id="emoji"),
        pytest.param("👩‍👩‍👧‍👦🇮🇳👍🏽", id="emoji of several characters"),
        pytest.param("e\u0301", id="combining"),
        pytest.param("é", id="composed"),
        pytest.param("ﬁ Ω K", id="compatibility characters"),
        pytest.param("नमस्ते", id="Hindi"),
        pytest.param("\u202eمرحبا\u202c", id="right to left"),
        pytest.param("\ufeff\u200b\u2028\u2029", id="invisible"),
        pytest.param("\ufffe\uffff\U0010ffff", id="noncharacters"),
        pytest.param("\x01\x1f\x7f\x85", id="control characters"),
        pytest.param("\" \\ / \b \f \n \r \t '", id="escapes"),
        pytest.param("  ", id="blanks"),
        pytest.param("", id="empty"),
        pytest.param("</script><!-- %s {} ' OR 1=1 --", id="other languages' marks"),
    ],
)
@pytest.mark.parametrize("escaped", [False, True], ids=["as it is", "escaped"])
def test_free_text_comes_back_byte_for_byte(api: Api, text: str, escaped: bool) -> None:
    notes = {f"a{text}": text, "list": f"{text}{text}"}
    body = json.dumps({**ORDER, "receipt": text, "notes": notes}, ensure_ascii=escaped)
    key = new_id("key")
    made = api.send("POST /orders", body.encode(), key=key)
    assert made.status == 201, made.text
    assert (made.json["receipt"], made.json["notes"]) == (text, notes)
    read = api.send("GET /orders/{order_id}", path={"order_id": made.json["id"]})
    again = api.send("POST /orders", body.encode(), key=key)
    assert read.text.encode() == made.text.encode() == again.text.encode()


def test_text_is_not_normalised(api: Api) -> None:
    forms = [unicodedata.normalize(form, "é") for form in ("NFC", "NFD")]
    receipts = [api.send("POST /orders", json.dumps({**ORDER, "receipt": form})).json["receipt"] for form in forms]
    assert receipts == forms
    assert len(set(receipts)) == 2
