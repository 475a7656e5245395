"""What operators and developers see and do, through everything that is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from chalicelib import responses
from paygate.domain.ids import new_id
from paygate.operations.seed_test_merchant import TEST_EMAIL, TEST_OPERATOR_EMAIL
from tests.support.polling import eventually
from tests.support.stack import TestStack

POISON = ("{", '{"id":7}')


class Dashboard:
    """A browser whose user has logged in."""

    def __init__(self, stack: TestStack, email: str) -> None:
        self._url = f"{stack.url}/api/v1"
        self._browser = requests.Session()
        session = self.call("POST", "/auth/login", {"email": email, "password": stack.dashboard_password})
        self._browser.headers["X-CSRF-Token"] = session["csrf_token"]

    def call(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        answer = self._browser.request(method, f"{self._url}{path}", json=body, params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture(scope="module")
def operator(stack: TestStack) -> Dashboard:
    return Dashboard(stack, TEST_OPERATOR_EMAIL)


@pytest.fixture(scope="module")
def staff(stack: TestStack) -> Dashboard:
    return Dashboard(stack, TEST_EMAIL)


@contextmanager
def impatient_queue(stack: TestStack, resource: str) -> Iterator[str]:
    """The URL of a queue that puts a message aside once it has failed, and at once."""
    sqs, stacks = stack.aws("sqs"), stack.aws("cloudformation")
    resources = stacks.describe_stack_resources(StackName="paygate")["StackResources"]
    url = next(each["PhysicalResourceId"] for each in resources if each["LogicalResourceId"] == resource)
    names = ["VisibilityTimeout", "RedrivePolicy"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    policy = before["RedrivePolicy"].replace('"maxReceiveCount": 5', '"maxReceiveCount": 1').replace(":5", ":1")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1", "RedrivePolicy": policy})
    try:
        yield url
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


def letters(operator: Dashboard, count: int) -> dict[str, str]:
    """The ids of the dead letters of payments by their bodies, once there are so many."""

    def there() -> list[dict[str, Any]] | None:
        told: list[dict[str, Any]] = operator.call("GET", "/ops/dead-letters", queue="payments")["data"]
        return told if len(told) == count else None

    return {each["body"]: each["message_id"] for each in eventually(there, seconds=60, what=f"{count} dead letters")}


def test_a_poisoned_message_is_seen_sent_again_and_discarded(stack: TestStack, operator: Dashboard) -> None:
    with impatient_queue(stack, "PaymentsQueue") as url:
        for body in POISON:
            stack.aws("sqs").send_message(QueueUrl=url, MessageBody=body)
        found = letters(operator, 2)
        assert found.keys() == set(POISON)
        counts = {each["name"]: each["dead_letters"] for each in operator.call("GET", "/ops/queues")["data"]}
        assert counts == {"payments": 2, "refunds": 0, "webhooks": 0, "slow_webhooks": 0}
        again = {"queue": "payments", "message_ids": [found[POISON[0]]]}
        assert operator.call("POST", "/ops/dead-letters/redrive", again) == {"moved": 1}
        # It is as bad as it was, and comes back as another message.
        found_again = letters(operator, 2)
        assert found_again[POISON[1]] == found[POISON[1]]
        assert found_again[POISON[0]] != found[POISON[0]]
        assert operator.call("POST", "/ops/dead-letters/redrive", {"queue": "payments"}) == {"moved": 2}
        found = letters(operator, 2)
        good = stack.pay()
        assert stack.settled(good)["status"] == "success", "poison keeps nobody waiting"
    for_good = {"queue": "payments", "message_ids": list(found.values())}
    assert operator.call("POST", "/ops/dead-letters/discard", for_good) == {"discarded": 2}
    assert operator.call("GET", "/ops/dead-letters", queue="payments") == {"data": []}


def test_a_request_is_found_in_the_log_by_its_id_and_among_the_latest(stack: TestStack, staff: Dashboard) -> None:
    made = stack.call("POST", "/orders", {"amount": 10_000, "currency": "INR"})
    unknown = stack.call("GET", "/orders/order_unknown")

    def logged(answer: requests.Response) -> dict[str, Any] | None:
        told = staff.call("GET", "/requests", request_id=answer.headers["X-Request-Id"])
        responses.RequestList.model_validate(told)
        return told["data"][0] if told["data"] else None

    found = eventually(lambda: logged(made), what="the request's line")
    assert (found["route"], found["status"]) == ("POST /v1/orders", 201)
    failed = eventually(lambda: logged(unknown), what="the failed request's line")
    assert (failed["route"], failed["code"]) == ("GET /v1/orders/{order_id}", "NOT_FOUND_ERROR")
    latest = staff.call("GET", "/requests", limit="100")["data"]
    ids = [each["request_id"] for each in latest]
    assert ids.index(failed["request_id"]) < ids.index(found["request_id"])
    assert [each["at"] for each in latest] == sorted((each["at"] for each in latest), reverse=True)
    assert all(each["status"] >= 400 for each in staff.call("GET", "/requests", failed="true")["data"])
    assert not any("/requests" in each["route"] or "/auth/" in each["route"] for each in latest)


def test_an_idempotency_key_tells_what_became_of_it(stack: TestStack, staff: Dashboard) -> None:
    key = f"{new_id('key')}/with?signs"
    made = stack.call("POST", "/orders", {"amount": 10_000, "currency": "INR"}, headers=stack.keyed(key))
    assert made.status_code == 201
    (told,) = staff.call("GET", "/idempotency-keys", key=key)["data"]
    assert (told["scope"], told["status"], told["state"]) == ("test POST /v1/orders", 201, "completed")
    assert told["request_id"] == made.headers["X-Request-Id"]


def test_the_background_runs_and_everything_that_must_be_true_is(stack: TestStack, operator: Dashboard) -> None:
    stack.settled(stack.pay())
    told = operator.call("GET", "/ops/status")
    responses.OpsStatus.model_validate(told)
    assert [each for each in told["workers"] if each["status"] != "running"] == []
    assert told["reconcile"]["differences"] == []
    report = operator.call("GET", "/ops/invariants")
    responses.InvariantReport.model_validate(report)
    assert [each for each in report["invariants"] if each["violations"]] == []
    assert min(each["checked"] for each in report["invariants"] if each["name"] == "books_balance") > 0
