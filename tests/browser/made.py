"""What browser tests of the dashboard look at, made through the API."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.operations.create_user import create_user
from tests.integration.support import Answer, FaultyServer, faulty_server, reply
from tests.support.polling import eventually
from tests.support.rows import rows_of
from tests.support.stack import CREDENTIALS, TestStack

OK = reply("200 OK", b"thanks")
# No consumer can read it.
POISON = "{"
Made = dict[str, Any]


def new_vpa() -> str:
    """One that nobody else has paid from."""
    return f"asha.{secrets.token_hex(4)}@okbank"


def new_user(stack: TestStack) -> str:
    """The e-mail address of the only user of a merchant that has nothing yet."""
    email = f"{secrets.token_hex(8)}@example.com"
    with rows_of(stack.services.database_url) as rows:
        merchant_id = rows.add_merchant()
    with closing(PostgresDatabase(stack.services.database_url)) as database:
        create_user(database, email=email, merchant_id=merchant_id, role="merchant", password=stack.dashboard_password)
    return email


def make(stack: TestStack, path: str, body: Any, *, headers: Mapping[str, str] = CREDENTIALS) -> Made:
    answer = stack.call("POST", path, body, headers=headers)
    assert answer.status_code == 201, answer.text
    made: Made = answer.json()
    return made


def order(stack: TestStack, **changes: Any) -> Made:
    return make(stack, "/orders", {"amount": 50_000, "currency": "INR", **changes})


def paid(stack: TestStack, *, vpa: str | None = None, **changes: Any) -> Made:
    """A payment of an order of its own, once it has come to its end."""
    return stack.settled(stack.pay(order(stack, **changes)["id"], vpa or new_vpa()))


def paid_by_card(stack: TestStack, number: str = "4242424242424242") -> Made:
    card = {"number": number, "expiry_month": "12", "expiry_year": "2040", "cvv": "123", "holder_name": "A. Shopper"}
    body = {"order_id": order(stack)["id"], "method": "card", "card": card}
    return stack.settled(make(stack, "/payments", body)["id"])


def refunded(stack: TestStack, payment_id: str, **body: Any) -> Made:
    """A refund, once it has come to its end."""
    return stack.refunded(make(stack, f"/payments/{payment_id}/refunds", body)["id"])


def events_of(stack: TestStack, payment_id: str) -> list[Made]:
    events: list[Made] = stack.call("GET", f"/events?payment_id={payment_id}").json()["data"]
    return events


def deliveries_to(stack: TestStack, endpoint_id: str, status: str, *, count: int = 1) -> list[Made]:
    """The deliveries to the endpoint once `count` of them have this status."""

    def there() -> list[Made] | None:
        found: list[Made] = stack.call("GET", f"/webhooks?endpoint_id={endpoint_id}&status={status}").json()["data"]
        return found if len(found) >= count else None

    return eventually(there, seconds=60, what=f"{count} {status} at {endpoint_id}")


@dataclass(frozen=True)
class DeadLetters:
    """The dead-letter queue of refunds."""

    sqs: Any
    url: str

    def put(self, body: str) -> str:
        """A message that its consumer has given up; its id."""
        return str(self.sqs.send_message(QueueUrl=self.url, MessageBody=body)["MessageId"])

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)

    def clear(self) -> None:
        self.sqs.purge_queue(QueueUrl=self.url)


def dead_letters_of_refunds(stack: TestStack) -> DeadLetters:
    resource = stack.aws("cloudformation").describe_stack_resource(
        StackName="paygate", LogicalResourceId="RefundsDeadLetterQueue"
    )
    return DeadLetters(stack.aws("sqs"), resource["StackResourceDetail"]["PhysicalResourceId"])


@dataclass
class Receiver:
    """A merchant's server, which answers as it is told to."""

    answer: Answer
    server: FaultyServer

    @property
    def url(self) -> str:
        return self.server.url

    def arrived(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """Headers, with lower-case names, and body of each request once there are so many."""
        requests = self.server.requests
        eventually(lambda: len(requests) >= count, seconds=60, what=f"webhook {count}")
        return [_parts(request) for request in requests]


@contextmanager
def running_receiver(answer: Answer = OK) -> Iterator[Receiver]:
    receivers: list[Receiver] = []
    with faulty_server(lambda connection: receivers[0].answer(connection)) as server:
        receivers.append(Receiver(answer, server))
        yield receivers[0]


@contextmanager
def endpoint(stack: TestStack, url: str, *events: str) -> Iterator[Made]:
    """An endpoint that exists for as long as the block runs."""
    made = make(stack, "/webhook-endpoints", {"url": url, "events": list(events) or ["*"], "description": "Shop"})
    try:
        yield made
    finally:
        assert stack.call("DELETE", f"/webhook-endpoints/{made['id']}").status_code == 200


def _parts(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    pairs = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, value in pairs}, body
