"""The receivers of docs/webhooks.md take what Paygate delivers, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.webhooks import WebhookResponse
from paygate.operations import delivering
from paygate.operations.deliver_webhooks import deliver_webhooks
from paygate.operations.delivering import Deliverer
from paygate.operations.ports import WebhookSender
from paygate.operations.rotate_webhook_secret import rotate_webhook_secret
from paygate.operations.webhook_secrets import reveal_secret
from tests.integration.deliveries import Clock
from tests.integration.webhook_receivers import WAYS, Way, running_way
from tests.support.rows import ENDPOINT_SECRET, TEST_MERCHANT_ID, Rows, start_payment

TAKEN, REFUSED = 204, 400
HOSTILE_VPA = "Zoë ₹ 😀 \u2028\u2029\u0085 \"double\" 'single' \\ \\\\ \\u0041 </script> \t\n\x7f"
TOLERANCE_SECONDS = 300
# Far from the limit on either side, so that it does not matter how slow the machine is.
MARGIN_SECONDS = 60
STANDARD_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")

Headers = dict[str, str]
Tamper = Callable[[bytes, Headers], bytes]


@dataclass(frozen=True)
class Tampering:
    """Someone between Paygate and the receiver, who changes what is sent."""

    sender: WebhookSender
    tamper: Tamper

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        changed = dict(headers)
        return self.sender.post(url, self.tamper(body, changed), changed)


@dataclass(frozen=True)
class Merchant:
    """Makes a payment whose event is delivered to one endpoint; `send` tells what the receiver answered."""

    database: PostgresDatabase
    sql: Rows
    cipher: AesGcmCipher
    deliverer: Deliverer
    clock: Clock

    def add_endpoint(self, url: str) -> str:
        return self.sql.add_endpoint(self.cipher, url=url, events=["payment.created"])

    def rotate(self, endpoint_id: str, overlap_seconds: int) -> str:
        """The new secret."""
        body = rotate_webhook_secret(self.database, self.cipher, TEST_MERCHANT_ID, endpoint_id, overlap_seconds)
        return str(json.loads(reveal_secret(self.cipher, body))["secret"])

    def send(self, endpoint_id: str, *, vpa: str = "user@paytm", tamper: Tamper | None = None) -> int | None:
        payment_id = start_payment(self.database, "order_test_123", vpa=vpa)
        delivery_id = self.sql.value(
            "SELECT id FROM webhook_deliveries WHERE endpoint_id = :endpoint_id AND payment_id = :payment_id",
            endpoint_id=endpoint_id,
            payment_id=payment_id,
        )
        deliverer = self.deliverer
        if tamper is not None:
            deliverer = replace(deliverer, sender=Tampering(deliverer.sender, tamper))
        deliver_webhooks(deliverer, self.clock, None, [delivery_id])
        row = self.sql.one(
            "SELECT d.status, a.response_status FROM webhook_deliveries AS d JOIN webhook_attempts AS a"
            " ON a.delivery_id = d.id WHERE d.id = :id",
            id=delivery_id,
        )
        assert row["status"] == ("delivered" if row["response_status"] == TAKEN else "pending")
        status: int | None = row["response_status"]
        return status


@pytest.fixture
def merchant(
    database: PostgresDatabase, sql: Rows, cipher: AesGcmCipher, deliverer: Deliverer, clock: Clock
) -> Merchant:
    return Merchant(database, sql, cipher, deliverer, clock)


@pytest.fixture(scope="module", params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture(scope="module")
def url(way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A receiver that knows the secret with which endpoints begin."""
    with running_way(way, tmp_path_factory.mktemp("receiver"), ENDPOINT_SECRET) as url:
        yield url


@pytest.mark.parametrize("vpa", ["user@paytm", HOSTILE_VPA], ids=["plain", "hostile"])
def test_it_takes_a_delivery(merchant: Merchant, url: str, vpa: str) -> None:
    assert merchant.send(merchant.add_endpoint(url), vpa=vpa) == TAKEN


def test_while_secrets_rotate_it_takes_either_or_the_newest_where_there_is_room_for_one(
    merchant: Merchant, way: Way, url: str, tmp_path: Path
) -> None:
    with_old_secret = merchant.add_endpoint(url)
    new_secret = merchant.rotate(with_old_secret, overlap_seconds=3_600)
    assert merchant.send(with_old_secret) == (REFUSED if way.simple else TAKEN)
    with running_way(way, tmp_path, new_secret) as url_with_new_secret:
        merchant.sql.run(
            "UPDATE webhook_endpoints SET url = :url WHERE id = :id", url=url_with_new_secret, id=with_old_secret
        )
        assert merchant.send(with_old_secret) == TAKEN


def test_it_refuses_a_delivery_that_another_secret_has_signed(merchant: Merchant, url: str) -> None:
    endpoint_id = merchant.add_endpoint(url)
    merchant.rotate(endpoint_id, overlap_seconds=0)
    assert merchant.send(endpoint_id) == REFUSED


def test_it_refuses_what_was_changed_on_the_way(merchant: Merchant, way: Way, url: str) -> None:
    endpoint_id = merchant.add_endpoint(url)
    assert merchant.send(endpoint_id, tamper=lambda body, headers: body) == TAKEN
    for name, tamper in tampers(way):
        assert merchant.send(endpoint_id, tamper=tamper) == REFUSED, name


@pytest.mark.parametrize("sign", [-1, 1], ids=["old", "new"])
def test_it_refuses_a_timestamp_that_is_too_far_off(
    merchant: Merchant, way: Way, url: str, sign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_id = merchant.add_endpoint(url)

    def shift(seconds: int) -> None:
        monkeypatch.setattr(delivering, "time", SimpleNamespace(time=lambda: time.time() + sign * seconds))

    shift(TOLERANCE_SECONDS - MARGIN_SECONDS)
    assert merchant.send(endpoint_id) == TAKEN
    shift(TOLERANCE_SECONDS + MARGIN_SECONDS)
    # The simple signature says nothing about time, as the page warns.
    assert merchant.send(endpoint_id) == (TAKEN if way.simple else REFUSED)


def tampers(way: Way) -> Iterator[tuple[str, Tamper]]:
    """What may be done to a delivery, each of which makes it one to refuse."""
    signature = "X-Webhook-Signature" if way.simple else "webhook-signature"

    def change_body(body: bytes, headers: Headers) -> bytes:
        assert body.count(b"50000") == 1
        return body.replace(b"50000", b"50001")

    yield "changed body", change_body
    for name in (signature,) if way.simple else STANDARD_HEADERS:
        yield f"no {name}", without(name)
        yield f"empty {name}", changed(name, lambda value: "")
    yield "garbage", changed(signature, lambda value: "v1,ÿ=" if value.startswith("v1") else "zz")
    yield "cut off", changed(signature, lambda value: value[:-1])
    if not way.simple:
        yield "another id", changed("webhook-id", lambda value: f"{value}0")
        yield "another time", changed("webhook-timestamp", lambda value: str(int(value) + 1))
        yield "no number", changed("webhook-timestamp", lambda value: "now")
        yield "another version", changed(signature, lambda value: value.replace("v1,", "v2,"))
        yield "no version", changed(signature, lambda value: value.removeprefix("v1,"))


def without(name: str) -> Tamper:
    def tamper(body: bytes, headers: Headers) -> bytes:
        del headers[name]
        return body

    return tamper


def changed(name: str, change: Callable[[str], str]) -> Tamper:
    def tamper(body: bytes, headers: Headers) -> bytes:
        headers[name] = change(headers[name])
        return body

    return tamper
