from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.request import BODY_BYTES_MAX
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring

ORDER = {"amount": 50_000, "currency": "INR"}
PAYMENT = {"order_id": "order_1", "method": "upi", "vpa": "user@paytm"}
NOT_JSON = {"code": "BAD_REQUEST_ERROR", "description": "The body is not valid JSON.", "reason": "INVALID_JSON"}
NOT_AN_OBJECT = {**NOT_JSON, "description": "The body must be a JSON object."}


@pytest.fixture(autouse=True)
def answers(wiring: FakeWiring) -> None:
    wiring.database.answers |= {
        "create_order": [{"body": '{"id":"order_1"}'}],
        "create_payment": [{"body": '{"id":"pay_1"}', "delivery_ids": None}],
        "update_webhook_endpoint": [{"body": '{"id":"whe_1"}'}],
    }


def order(**changes: Any) -> str:
    return json.dumps({**ORDER, **changes}, ensure_ascii=False)


def raw_order(amount: str) -> str:
    """An order whose amount is this piece of JSON."""
    return f'{{"amount":{amount},"currency":"INR"}}'


def refused(field: str, words: str, reason: str = "INVALID_VALUE") -> dict[str, str]:
    return {"code": "BAD_REQUEST_ERROR", "description": f"{field} {words}.", "field": field, "reason": reason}


@pytest.mark.parametrize(
    "body",
    [
        order(),
        order(amount=100),
        order(amount=999_999_999_999),
        order(receipt=None),
        order(receipt=""),
        order(receipt="r" * 40),
        order(receipt="😀" * 40),
        order(notes={}),
        order(notes={"😀 kéy": "नमस्ते 😀"}),
        order(notes={f"key {number}": "" for number in range(15)}),
        order(notes={"k" * 256: "v" * 256}),
        order(reusable=True),
        " \n" + order() + "\n ",
    ],
)
def test_an_order_within_the_rules_is_created(call: Call, wiring: FakeWiring, body: str) -> None:
    answer = call("POST /orders", body)
    assert (answer.status, answer.text) == (201, '{"id":"order_1"}')
    stored = wiring.database.parameters("create_order")
    given = json.loads(body)
    assert stored["amount_minor"] == given["amount"]
    assert stored["receipt"] == given.get("receipt")
    assert json.loads(stored["notes"]) == given.get("notes", {})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param('{"currency":"INR"}', refused("amount", "is required", "MISSING_FIELD"), id="no amount"),
        pytest.param('{"amount":100}', refused("currency", "is required", "MISSING_FIELD"), id="no currency"),
        pytest.param(raw_order("99"), refused("amount", "must be at least 100"), id="amount 99"),
        pytest.param(raw_order("0"), refused("amount", "must be at least 100"), id="amount 0"),
        pytest.param(raw_order("-50000"), refused("amount", "must be at least 100"), id="negative amount"),
        pytest.param(
            raw_order("1000000000000"), refused("amount", "must be at most 999999999999"), id="amount over the limit"
        ),
        pytest.param(raw_order("1" + "0" * 100), refused("amount", "must be at most 999999999999"), id="huge amount"),
        pytest.param(raw_order("500.5"), refused("amount", "must be a whole number"), id="fraction"),
        pytest.param(raw_order("500.0"), refused("amount", "must be a whole number"), id="float"),
        pytest.param(raw_order("5e3"), refused("amount", "must be a whole number"), id="exponent"),
        pytest.param(raw_order("NaN"), refused("amount", "must be a whole number"), id="NaN"),
        pytest.param(raw_order('"50000"'), refused("amount", "must be a whole number"), id="string amount"),
        pytest.param(raw_order("true"), refused("amount", "must be a whole number"), id="boolean amount"),
        pytest.param(raw_order("null"), refused("amount", "must be a whole number"), id="null amount"),
        pytest.param(raw_order("[500]"), refused("amount", "must be a whole number"), id="array amount"),
        pytest.param(
            order(currency="inr"),
            refused("currency", "must be the ISO 4217 code of a currency, such as INR"),
            id="small letters",
        ),
        pytest.param(
            order(currency="INR\n"),
            refused("currency", "must be the ISO 4217 code of a currency, such as INR"),
            id="newline",
        ),
        pytest.param(
            order(currency="₹"),
            refused("currency", "must be the ISO 4217 code of a currency, such as INR"),
            id="symbol",
        ),
        pytest.param(order(currency=356), refused("currency", "must be a string"), id="number as currency"),
        pytest.param(order(receipt="r" * 41), refused("receipt", "must have at most 40 characters"), id="long receipt"),
        pytest.param(
            order(receipt="a\x00b"), refused("receipt", "has characters or a form that is not allowed"), id="NUL"
        ),
        pytest.param(order(receipt=5), refused("receipt", "must be a string"), id="number as receipt"),
        pytest.param(
            order(notes={f"key {number}": "" for number in range(16)}),
            refused("notes", "must have at most 15 entries"),
            id="16 notes",
        ),
        pytest.param(order(notes=["a"]), refused("notes", "must be an object"), id="array as notes"),
        pytest.param(order(notes=None), refused("notes", "must be an object"), id="null as notes"),
        pytest.param(order(notes={"a": 5}), refused("notes.a", "must be a string"), id="number as note"),
        pytest.param(order(notes={"a": {"b": "c"}}), refused("notes.a", "must be a string"), id="object as note"),
        pytest.param(
            order(notes={"a": "x\x00"}),
            refused("notes.a", "has characters or a form that is not allowed"),
            id="NUL in a note",
        ),
        pytest.param(
            order(notes={"a": "v" * 257}), refused("notes.a", "must have at most 256 characters"), id="long note"
        ),
        pytest.param(
            order(notes={"k" * 257: ""}),
            refused("notes." + "k" * 257, "must have at most 256 characters"),
            id="long key of a note",
        ),
        pytest.param(order(reusable="true"), refused("reusable", "must be true or false"), id="string as boolean"),
        pytest.param(order(reusable=1), refused("reusable", "must be true or false"), id="number as boolean"),
        pytest.param(
            order(amount_paid=1), refused("amount_paid", "is not a known field", "UNKNOWN_FIELD"), id="unknown field"
        ),
        pytest.param(
            order(Amount=100), refused("Amount", "is not a known field", "UNKNOWN_FIELD"), id="field in another case"
        ),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_by_field_and_rule(
    call: Call, wiring: FakeWiring, body: str, error: dict[str, str]
) -> None:
    answer = call("POST /orders", body)
    assert (answer.status, answer.error) == (400, error)
    assert wiring.database.calls == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"vpa": "user"}, refused("vpa", "", "INVALID_VPA") | {"description": "The VPA must look like name@bank."}),
        ({"vpa": "user\x00@paytm"}, refused("vpa", "has characters or a form that is not allowed")),
        ({"vpa": "u" * 322}, refused("vpa", "must have at most 321 characters")),
        ({"vpa": None}, refused("vpa", "must be a string")),
        ({"method": "cash"}, refused("method", "must be one of 'upi', 'card'")),
        ({"method": "UPI"}, refused("method", "must be one of 'upi', 'card'")),
        ({"order_id": ""}, refused("order_id", "must not be empty")),
        ({"order_id": "o" * 65}, refused("order_id", "must have at most 64 characters")),
        ({"order_id": "order 1"}, refused("order_id", "has characters or a form that is not allowed")),
        ({"order_id": "order_1\n"}, refused("order_id", "has characters or a form that is not allowed")),
        ({"order_id": 5}, refused("order_id", "must be a string")),
        ({"amount": 100}, refused("amount", "is not a known field", "UNKNOWN_FIELD")),
    ],
)
def test_a_payment_that_breaks_a_rule_is_refused_by_field_and_rule(
    call: Call, wiring: FakeWiring, changes: dict[str, Any], error: dict[str, str]
) -> None:
    answer = call("POST /payments", json.dumps({**PAYMENT, **changes}))
    assert (answer.status, answer.error) == (400, error)
    assert wiring.database.calls == []


@pytest.mark.parametrize("field", sorted(PAYMENT))
def test_each_field_of_a_payment_is_required(call: Call, field: str) -> None:
    body = json.dumps({name: value for name, value in PAYMENT.items() if name != field})
    answer = call("POST /payments", body)
    assert (answer.status, answer.error) == (400, refused(field, "is required", "MISSING_FIELD"))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"url":""}', refused("url", "must not be empty")),
        ('{"url":5}', refused("url", "must be a string")),
        ('{"status":"paused"}', refused("status", "must be 'enabled' or 'disabled'")),
        ('{"secret":"x"}', refused("secret", "is not a known field", "UNKNOWN_FIELD")),
        ("{}", refused("url", "", "MISSING_FIELD") | {"description": "Give url, status, events or description."}),
    ],
)
def test_a_change_of_an_endpoint_that_breaks_a_rule_is_refused(call: Call, body: str, error: dict[str, str]) -> None:
    answer = call("PATCH /webhook-endpoints/{endpoint_id}", body, endpoint_id="whe_1")
    assert (answer.status, answer.error) == (400, error)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(None, NOT_JSON, id="none"),
        pytest.param("", NOT_JSON, id="empty"),
        pytest.param("   ", NOT_JSON, id="blank"),
        pytest.param("{", NOT_JSON, id="cut short"),
        pytest.param("{'amount':100}", NOT_JSON, id="single quotes"),
        pytest.param('{"amount":100,}', NOT_JSON, id="trailing comma"),
        pytest.param("amount=100&currency=INR", NOT_JSON, id="form"),
        pytest.param(order() + order(), NOT_JSON, id="two objects"),
        pytest.param("[" * 10_000 + "]" * 10_000, NOT_JSON, id="deep nesting"),
        pytest.param('{"amount":' + "[" * 10_000 + "]" * 10_000 + "}", NOT_JSON, id="deep nesting in a field"),
        pytest.param('{"amount":' + "9" * 5_000 + "}", NOT_JSON, id="more digits than can be read"),
        pytest.param(b'{"receipt":"\xff"}', NOT_JSON, id="no UTF-8"),
        pytest.param(order().encode("utf-16"), NOT_JSON, id="UTF-16"),
        pytest.param('{"receipt":"\\ud800"}', NOT_JSON, id="half a character"),
        pytest.param("[]", NOT_AN_OBJECT, id="array"),
        pytest.param("null", NOT_AN_OBJECT, id="null"),
        pytest.param("5", NOT_AN_OBJECT, id="number"),
        pytest.param('"order"', NOT_AN_OBJECT, id="string"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    call: Call, wiring: FakeWiring, body: str | bytes | None, error: dict[str, str]
) -> None:
    answer = call("POST /orders", body)
    assert (answer.status, answer.error) == (400, error)
    assert wiring.database.calls == []


def test_a_body_in_base64_is_read(call: Call, wiring: FakeWiring) -> None:
    assert call("POST /orders", order(receipt="zoë 😀").encode()).status == 201
    assert wiring.database.parameters("create_order")["receipt"] == "zoë 😀"


@pytest.mark.parametrize("fill", [" ", "é"], ids=["one byte each", "two bytes each"])
@pytest.mark.parametrize("as_bytes", [False, True], ids=["text", "base64"])
def test_bodies_are_limited_in_bytes(call: Call, wiring: FakeWiring, fill: str, as_bytes: bool) -> None:
    def body(size: int) -> str | bytes:
        text = order(note="").replace('""', f'"{fill * ((size - len(order(note=""))) // len(fill.encode()))}"')
        text += " " * (size - len(text.encode()))
        assert len(text.encode()) == size
        return text.encode() if as_bytes else text

    at_limit = call("POST /orders", body(BODY_BYTES_MAX))
    assert (at_limit.status, at_limit.error["reason"]) == (400, "UNKNOWN_FIELD")
    over = call("POST /orders", body(BODY_BYTES_MAX + 1))
    assert (over.status, over.error) == (
        413,
        {"code": "BAD_REQUEST_ERROR", "description": "The body must be at most 64 KiB."},
    )


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", " application/json ;x=y"],
)
def test_json_is_accepted_however_it_is_called(call: Call, content_type: str) -> None:
    assert call("POST /orders", order(), headers={**CREDENTIALS, "Content-Type": content_type}).status == 201


def test_without_a_content_type_the_body_is_taken_for_json(call: Call) -> None:
    assert call("POST /orders", order(), headers=CREDENTIALS).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "*/*",
    ],
)
def test_another_content_type_is_refused_by_the_name_of_the_header(
    call: Call, wiring: FakeWiring, content_type: str
) -> None:
    answer = call("POST /orders", order(), headers={**CREDENTIALS, "content-type": content_type})
    assert answer.status == 400
    assert answer.error == {
        "code": "BAD_REQUEST_ERROR",
        "description": "The Content-Type must be application/json.",
        "field": "Content-Type",
        "reason": "UNSUPPORTED_MEDIA_TYPE",
    }
    assert wiring.database.calls == []


def test_a_route_without_a_body_reads_none(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["get_order"] = [{"body": "{}"}]
    headers = {**CREDENTIALS, "Content-Type": "text/plain"}
    assert call("GET /orders/{order_id}", "x" * (BODY_BYTES_MAX + 1), headers=headers, order_id="order_1").status == 200
