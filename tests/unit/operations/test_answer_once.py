from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from paygate.domain.errors import (
    AddressRefusedError,
    BadRequestError,
    ConflictError,
    DatabaseUnavailableError,
    IdempotencyKeyReusedError,
    IdempotencyKeyTakenError,
    NotFoundError,
    PaygateError,
    RateLimitError,
    RequestInFlightError,
    SecretUnreadableError,
    VaultUnavailableError,
)
from paygate.domain.idempotency import HEADER, IdempotentRequest, fingerprint
from paygate.operations.answer_once import Answer, answer_once, key_parameters
from tests.unit.fakes import FakeDatabase

BODY = {"order_id": "order_1", "vpa": "user@paytm"}
DONE = Answer(201, '{"id":"pay_1"}')
REFUSED = Answer(404, '{"error":{}}')


def request(body: dict[str, Any] | None = None, request_id: str = "req_2") -> IdempotentRequest:
    return IdempotentRequest("test POST /v1/payments", "key-1", fingerprint(b"k", body or BODY), request_id)


def stored(answer: Answer = DONE, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A row of `find_idempotent_reply` as the first request, req_1, left it."""
    return {
        "status": answer.status,
        "body": answer.body,
        "request_id": "req_1",
        "fingerprint": fingerprint(b"k", body or BODY),
    }


def refuse(error: PaygateError) -> Answer:
    assert not error.retryable
    return REFUSED


def raising(error: Exception) -> Callable[[], Answer]:
    def act() -> Answer:
        raise error

    return act


def never() -> Answer:
    raise AssertionError("must not be done")


def answer(
    database: FakeDatabase, act: Callable[[], Answer], *, held: bool = False, body: dict[str, Any] | None = None
) -> Answer:
    return answer_once(database, "merchant_1", request(body), act, refuse, held=held)


def test_a_first_request_is_answered_by_its_own_effect_whose_statement_stores_the_key() -> None:
    database = FakeDatabase()
    assert answer(database, lambda: DONE) == DONE
    assert database.calls == []


def test_a_key_that_is_taken_gets_the_first_answer_again() -> None:
    database = FakeDatabase(find_idempotent_reply=[stored()])
    assert answer(database, raising(IdempotencyKeyTakenError("taken"))) == Answer(201, DONE.body, "req_1")
    assert database.parameters("find_idempotent_reply") == {
        "merchant_id": "merchant_1",
        "key_scope": "test POST /v1/payments",
        "key": "key-1",
    }


def test_a_key_whose_lock_is_held_is_answered_without_doing_anything() -> None:
    database = FakeDatabase(find_idempotent_reply=[stored()])
    assert answer(database, never, held=True) == Answer(201, DONE.body, "req_1")


def test_a_key_whose_lock_is_held_and_that_has_no_answer_yet_is_in_flight() -> None:
    with pytest.raises(RequestInFlightError) as raised:
        answer(FakeDatabase(find_idempotent_reply=[]), never, held=True)
    assert raised.value.retryable
    assert (raised.value.field, raised.value.reason) == (HEADER, "IDEMPOTENCY_KEY_IN_USE")


def test_a_key_that_was_taken_and_has_expired_at_once_is_to_be_sent_again() -> None:
    with pytest.raises(RequestInFlightError):
        answer(FakeDatabase(find_idempotent_reply=[]), raising(IdempotencyKeyTakenError("taken")))


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize(
    ("body", "differing"),
    [
        ({**BODY, "vpa": "other@paytm"}, "vpa"),
        ({"order_id": "order_2", "vpa": "other@paytm"}, "order_id, vpa"),
        ({"order_id": "order_1"}, "vpa"),
        ({**BODY, "receipt": "receipt-77"}, "receipt"),
    ],
)
def test_a_key_of_another_request_is_refused_with_the_names_of_the_fields_that_differ(
    body: dict[str, Any], differing: str, held: bool
) -> None:
    database = FakeDatabase(find_idempotent_reply=[stored()])
    with pytest.raises(IdempotencyKeyReusedError) as raised:
        answer(database, never if held else raising(IdempotencyKeyTakenError("taken")), held=held, body=body)
    assert raised.value.description.endswith(f"these fields differ: {differing}.")
    assert (raised.value.field, raised.value.reason) == (HEADER, "IDEMPOTENCY_KEY_REUSED")
    assert not any(str(value) in raised.value.description for value in body.values())


@pytest.mark.parametrize("error", [NotFoundError("no order"), ConflictError("paid")])
def test_a_refusal_is_stored_with_the_key_and_answered(error: PaygateError) -> None:
    database = FakeDatabase(store_idempotent_reply=[{"key": "key-1"}])
    assert answer(database, raising(error)) == REFUSED
    assert database.parameters("store_idempotent_reply") == {
        "merchant_id": "merchant_1",
        "status": 404,
        "body": REFUSED.body,
        **key_parameters(request()),
    }
    assert key_parameters(request()) == {
        "key_scope": "test POST /v1/payments",
        "key": "key-1",
        "key_fingerprint": request().fingerprint,
        "request_id": "req_2",
    }


def test_a_stored_refusal_is_replayed_like_any_other_answer() -> None:
    database = FakeDatabase(find_idempotent_reply=[stored(REFUSED)])
    assert answer(database, never, held=True) == Answer(404, REFUSED.body, "req_1")


@pytest.mark.parametrize(
    "error",
    [
        DatabaseUnavailableError("no"),
        VaultUnavailableError("no"),
        RateLimitError("no"),
        RequestInFlightError("no"),
        SecretUnreadableError("broken"),
        PaygateError("broken"),
        ZeroDivisionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_refusal_of_the_execution_is_not_stored(error: Exception) -> None:
    database = FakeDatabase(find_idempotent_reply=[])
    with pytest.raises(type(error)):
        answer(database, raising(error))
    assert set(database.names) <= {"find_idempotent_reply"}


def test_what_was_right_with_the_first_request_and_is_wrong_by_now_is_replayed() -> None:
    database = FakeDatabase(find_idempotent_reply=[stored()])
    assert answer(database, raising(BadRequestError("The time has passed."))) == Answer(201, DONE.body, "req_1")


@pytest.mark.parametrize("error", [BadRequestError("wrong"), AddressRefusedError("wrong")])
def test_a_bad_request_is_not_stored_but_one_that_was_good_before_is_replayed(error: PaygateError) -> None:
    # Such as an expiry that has passed since.
    database = FakeDatabase(find_idempotent_reply=[])
    with pytest.raises(type(error)) as raised:
        answer(database, raising(error))
    assert raised.value is error
    assert database.names == ["find_idempotent_reply"]
    database.answers["find_idempotent_reply"] = [stored()]
    assert answer(database, raising(error)) == Answer(201, DONE.body, "req_1")
    with pytest.raises(IdempotencyKeyReusedError):
        answer(database, raising(error), body={"order_id": "order_2"})


def test_of_two_requests_that_race_the_one_whose_key_was_stored_first_answers_for_both() -> None:
    # This one found the order paid, by the very payment that the other one has made.
    database = FakeDatabase(store_idempotent_reply=[], find_idempotent_reply=[stored()])
    assert answer(database, raising(ConflictError("The order is already paid."))) == Answer(201, DONE.body, "req_1")


def test_a_refusal_that_cannot_be_stored_is_not_answered_either() -> None:
    with pytest.raises(DatabaseUnavailableError):
        answer(FakeDatabase(store_idempotent_reply=DatabaseUnavailableError("no")), raising(NotFoundError("no order")))


def test_without_a_key_statements_write_none() -> None:
    assert key_parameters(None) == {"key_scope": None, "key": None, "key_fingerprint": None, "request_id": None}
