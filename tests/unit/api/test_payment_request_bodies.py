"""The bodies of what a merchant asks for of a payment: amount and reason, or nothing at all."""

from __future__ import annotations

import json

import pytest

from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring
from tests.unit.api.payment_routes import BODY, CANCEL, CAPTURE, EACH, REFUND, WITH_AMOUNT, Route, accept_all


@pytest.fixture(autouse=True)
def answers(wiring: FakeWiring) -> None:
    accept_all(wiring)


def refused(field: str, words: str, reason: str = "INVALID_VALUE") -> dict[str, str]:
    return {"code": "BAD_REQUEST_ERROR", "description": f"{field} {words}.", "field": field, "reason": reason}


@EACH
@pytest.mark.parametrize("body", [None, "", "{}", " { } ", b"", b"{}"])
def test_nothing_has_to_be_said(call: Call, wiring: FakeWiring, route: Route, body: str | bytes | None) -> None:
    answer = route.send(call, body)
    assert (answer.status, answer.text) == (route.status, BODY)
    stored = route.stored(wiring)
    assert (stored["payment_id"], stored["merchant_id"], stored["key"]) == ("pay_1", "merchant_1", None)
    assert (stored.get("amount_minor"), stored.get("reason")) == (None, None)


@WITH_AMOUNT
@pytest.mark.parametrize("amount", [None, 1, 100, 999_999_999_999])
def test_an_amount_reaches_the_statement_and_none_means_all(
    call: Call, wiring: FakeWiring, route: Route, amount: int | None
) -> None:
    assert route.send(call, json.dumps({"amount": amount})).status == route.status
    assert route.stored(wiring)["amount_minor"] == amount


@WITH_AMOUNT
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "must be at least 1"),
        ("-1", "must be at least 1"),
        ("1000000000000", "must be at most 999999999999"),
        ("1" + "0" * 100, "must be at most 999999999999"),
        ("1.5", "must be a whole number"),
        ("1.0", "must be a whole number"),
        ("1e2", "must be a whole number"),
        ("NaN", "must be a whole number"),
        ('"100"', "must be a whole number"),
        ('""', "must be a whole number"),
        ("true", "must be a whole number"),
        ("false", "must be a whole number"),
        ("[100]", "must be a whole number"),
        ("{}", "must be a whole number"),
    ],
)
def test_an_amount_that_breaks_a_rule_is_refused(
    call: Call, wiring: FakeWiring, route: Route, amount: str, words: str
) -> None:
    answer = route.send(call, f'{{"amount":{amount}}}')
    assert (answer.status, answer.error) == (400, refused("amount", words))
    assert wiring.database.calls == []


@pytest.mark.parametrize("reason", [None, "x", "r" * 255, "😀" * 255, "two\nlines", " ", "timeout@paygate"])
def test_a_reason_is_kept_as_it_is_given(call: Call, wiring: FakeWiring, reason: str | None) -> None:
    assert REFUND.send(call, json.dumps({"amount": 100, "reason": reason})).status == 201
    stored = REFUND.stored(wiring)
    assert (stored["amount_minor"], stored["reason"]) == (100, reason)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "must not be empty"),
        ("r" * 256, "must have at most 255 characters"),
        ("a\x00b", "has characters or a form that is not allowed"),
        ("\x00", "has characters or a form that is not allowed"),
        (5, "must be a string"),
        (True, "must be a string"),
        (["a"], "must be a string"),
    ],
)
def test_a_reason_that_breaks_a_rule_is_refused(call: Call, wiring: FakeWiring, reason: object, words: str) -> None:
    answer = REFUND.send(call, json.dumps({"reason": reason}))
    assert (answer.status, answer.error) == (400, refused("reason", words))
    assert wiring.database.calls == []


@EACH
@pytest.mark.parametrize("field", ["Amount", "currency", "payment_id"])
def test_an_unknown_field_is_refused_by_name(call: Call, wiring: FakeWiring, route: Route, field: str) -> None:
    answer = route.send(call, json.dumps({field: 100}))
    assert (answer.status, answer.error) == (400, refused(field, "is not a known field", "UNKNOWN_FIELD"))
    assert wiring.database.calls == []


@pytest.mark.parametrize(("route", "field"), [(CANCEL, "amount"), (CANCEL, "reason"), (CAPTURE, "reason")])
def test_what_another_route_takes_is_unknown_here(call: Call, wiring: FakeWiring, route: Route, field: str) -> None:
    answer = route.send(call, json.dumps({field: None}))
    assert (answer.status, answer.error) == (400, refused(field, "is not a known field", "UNKNOWN_FIELD"))
    assert wiring.database.calls == []


@EACH
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("   ", "is not valid JSON"),
        ("{", "is not valid JSON"),
        ("amount=100", "is not valid JSON"),
        (b"\xff", "is not valid JSON"),
        ("null", "must be a JSON object"),
        ("[]", "must be a JSON object"),
        ('"all"', "must be a JSON object"),
        ("100", "must be a JSON object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    call: Call, wiring: FakeWiring, route: Route, body: str | bytes, words: str
) -> None:
    answer = route.send(call, body)
    assert answer.status == 400
    assert answer.error == {"code": "BAD_REQUEST_ERROR", "description": f"The body {words}.", "reason": "INVALID_JSON"}
    assert wiring.database.calls == []


@EACH
@pytest.mark.parametrize("body", [None, "{}"])
def test_another_content_type_is_refused_with_and_without_a_body(
    call: Call, wiring: FakeWiring, route: Route, body: str | None
) -> None:
    answer = route.send(call, body, headers={**CREDENTIALS, "Content-Type": "text/plain"})
    assert (answer.status, answer.error["reason"]) == (400, "UNSUPPORTED_MEDIA_TYPE")
    assert wiring.database.calls == []
