"""Whether two requests are the same, told without keeping what was in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from paygate.domain.errors import IdempotencyKeyReusedError
from paygate.domain.idempotency import IdempotentRequest, StoredReply, check_same_request, fingerprint

KEY = b"a key of the deployment"
CARD = {"number": "4242424242424242", "expiry_month": 12, "expiry_year": 2030, "cvv": "123"}
PAYMENT = {"order_id": "order_1", "method": "card", "card": CARD}
quick = settings(deadline=None)
texts = st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(texts, json_values, max_size=6)


def shuffled(value: Any, draw: st.DataObject) -> Any:
    """The same JSON with the members of every object in another order."""
    if isinstance(value, dict):
        names = draw.draw(st.permutations(list(value)))
        return {name: shuffled(value[name], draw) for name in names}
    return [shuffled(item, draw) for item in value] if isinstance(value, list) else value


def differing(first: dict[str, Any], second: dict[str, Any]) -> str | None:
    """What the error says when `second` comes with the key of `first`; None when they are the same."""
    stored = StoredReply(201, "{}", "req_1", json.loads(fingerprint(KEY, first)))
    try:
        check_same_request(stored, IdempotentRequest("scope", "key", fingerprint(KEY, second), "req_2"))
    except IdempotencyKeyReusedError as error:
        return error.description if error.reason == "IDEMPOTENCY_KEY_REUSED" else ""
    return None


@given(bodies, st.data())
@quick
def test_order_of_fields_and_white_space_do_not_matter(body: dict[str, Any], data: st.DataObject) -> None:
    printed = json.dumps(shuffled(body, data), indent=data.draw(st.sampled_from([None, 1, 4])))
    assert differing(body, json.loads(printed)) is None


@given(bodies, st.text(max_size=8), json_values, json_values)
@quick
def test_another_value_of_a_field_is_another_request(
    body: dict[str, Any], field: str, first: object, second: object
) -> None:
    # Python takes 1, 1.0 and true for equal; JSON does not. A security code is left out on purpose.
    assume(json.dumps(first, sort_keys=True) != json.dumps(second, sort_keys=True))
    assume('"cvv"' not in json.dumps([first, second]))
    told = differing({**body, field: first}, {**body, field: second})
    assert told is not None
    assert told.endswith(f"these fields differ: {field}.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, "1"),
        (1, True),
        (0, False),
        (None, "null"),
        ("", None),
        ([1, 2], [2, 1]),
        ([1, 2], [[1, 2]]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}),
        ("é", "e\u0301"),
        ("a", "a "),
        ("A", "a"),
        ("4242 4242 4242 4242", "4242424242424242"),
    ],
)
def test_values_that_look_alike_are_not_the_same(first: object, second: object) -> None:
    assert differing({"field": first}, {"field": second}) is not None


def test_a_field_that_is_there_but_null_is_not_a_field_that_is_missing() -> None:
    assert differing({"a": 1}, {"a": 1, "receipt": None}) is not None


def test_a_value_that_moved_to_another_field_is_another_request() -> None:
    told = differing({"a": "x", "b": "y"}, {"a": "y", "b": "x"})
    assert told is not None
    assert told.endswith("these fields differ: a, b.")


def test_the_differing_fields_are_named_in_order_without_their_values() -> None:
    told = differing(
        {"amount": 50_000, "receipt": "secret receipt", "gone": 1, "same": "x"},
        {"same": "x", "receipt": "other receipt", "amount": 60_000, "added": 2},
    )
    assert told == (
        "This Idempotency-Key was used before with another request; these fields differ: added, amount, gone, receipt."
    )


def test_a_security_code_is_no_part_of_the_fingerprint() -> None:
    other = {**PAYMENT, "card": {**CARD, "cvv": "999"}}
    without = {**PAYMENT, "card": {name: value for name, value in CARD.items() if name != "cvv"}}
    assert fingerprint(KEY, PAYMENT) == fingerprint(KEY, other) == fingerprint(KEY, without)


@pytest.mark.parametrize(
    "changes", [{"number": "4111111111111111"}, {"expiry_month": 11}, {"expiry_year": 2031}, {"holder_name": "A"}]
)
def test_every_other_part_of_a_card_tells_requests_apart_as_card(changes: dict[str, Any]) -> None:
    told = differing(PAYMENT, {**PAYMENT, "card": {**CARD, **changes}})
    assert told is not None
    assert told.endswith("these fields differ: card.")


@given(bodies)
@quick
def test_a_fingerprint_tells_names_and_nothing_of_the_values(body: dict[str, Any]) -> None:
    made = json.loads(fingerprint(KEY, body))
    assert made.keys() == body.keys()
    assert all(len(bytes.fromhex(each)) == 16 for each in made.values())


def test_a_fingerprint_depends_on_the_key_and_on_the_fields_name() -> None:
    one = json.loads(fingerprint(KEY, {"a": "x", "b": "x"}))
    other = json.loads(fingerprint(b"another key", {"a": "x", "b": "x"}))
    assert len({*one.values(), *other.values()}) == 4


def test_a_fingerprint_shows_no_part_of_a_card() -> None:
    made = fingerprint(KEY, PAYMENT)
    assert not [part for part in (CARD["number"], "4242", "2030", '"123"') if str(part) in made]
