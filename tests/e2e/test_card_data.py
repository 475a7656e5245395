"""Promise P4: card numbers and security codes never rest anywhere."""

from __future__ import annotations

import secrets

import redis

from tests.e2e.canaries import forms_of, new_number, places
from tests.support.stack import TestStack


def found(stack: TestStack, needles: dict[str, bytes]) -> list[str]:
    return [f"{name} in {where}" for where, text in places(stack) for name, needle in needles.items() if needle in text]


def test_no_card_number_code_or_holder_is_left_anywhere_at_any_moment(stack: TestStack) -> None:
    number, holder = new_number(), f"Canary {secrets.token_hex(8)}"
    codes = {f"code as {text}": text.encode() for text in ('"cvv":"731"', '"cvv": "731"', "'cvv': '731'", "cvv=731")}
    needles = {**forms_of(number), **codes, "holder": holder.encode()}
    card = {"number": number, "expiry_month": 12, "expiry_year": 2040, "cvv": "731", "holder_name": holder}
    body = {"order_id": "order_test_123", "method": "card", "card": card}
    key = {"Idempotency-Key": secrets.token_hex(8)}
    accepted = stack.post(body, **key)
    payment_id = accepted.json()["id"]
    # While it waits to be processed, encrypted in Redis, ...
    with redis.Redis.from_url(stack.services.redis_url) as client:
        sealed = client.get(f"paygate:card:{payment_id}")
        assert sealed is not None
        client.save()
        assert found(stack, needles) == []
        # ... when it is sent again, refused for a wrong digit, an expiry, a code, or sent as something else, ...
        assert stack.post(body, **key).content == accepted.content
        wrong_digit = number[:-1] + str((int(number[-1]) + 1) % 10)
        refused = [
            {**card, "number": wrong_digit},
            {**card, "expiry_year": 2001},
            {**card, "cvv": "73155"},
            number,
        ]
        for bad in refused:
            answer = stack.post({**body, "card": bad})
            assert answer.status_code == 400
            assert not any(needle in answer.content for needle in forms_of(number).values())
        # ... also as a field's name, which the refusal has to repeat, ...
        assert stack.post({**body, number: 1}).json()["error"]["field"] == number
        # ... and once the acquirer has answered.
        assert stack.settled(payment_id)["status"] == "success"
        assert client.get(f"paygate:card:{payment_id}") is None
        client.save()
    assert found(stack, needles) == []
