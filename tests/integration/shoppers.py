"""What tests of the checkout share: shoppers, who know a publishable key and an order's id, and who pay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from paygate.operations.acquirer_calls import AcquirerCalls
from paygate.operations.charging import Charger
from paygate.operations.process_payments import process_payments
from paygate.operations.seed_test_merchant import TEST_KEY_ID
from paygate.wiring import Wiring
from tests.integration.api import Api, running_api
from tests.support.api import JSON_HEADERS, Answer
from tests.support.rows import AUTHORIZATION_SECONDS
from tests.support.servers import Servers

ORDER = "GET /checkout/orders/{order_id}"
PAY = "POST /checkout/payments"
PAYMENT = "GET /checkout/payments/{payment_id}"
CARD = {"number": "5555 5555 5555 4444", "expiry_month": 12, "expiry_year": 2040, "cvv": "123"}
BY_VPA = {"method": "upi", "vpa": "user@paytm"}
BY_LINK = {"method": "upi"}
BY_CARD = {"method": "card", "card": CARD}


@dataclass
class Shop:
    """The API as shoppers use it, without any secret."""

    api: Api
    key: str = TEST_KEY_ID

    def of(self, merchant: Mapping[str, str]) -> Shop:
        """The checkout of another merchant."""
        return replace(self, key=merchant["X-Api-Key"])

    def order(self, order_id: str, **more: Any) -> Answer:
        return self.api.send(
            ORDER, query=[("key", self.key)], path={"order_id": order_id}, merchant={}, headers={}, **more
        )

    def pay(
        self, order_id: str, how: Mapping[str, Any], *, key: str | None = None, came_from: str | None = None
    ) -> Answer:
        """A payment; `key` is its idempotency key, `came_from` its X-Forwarded-For."""
        headers = {**JSON_HEADERS, **({"X-Forwarded-For": came_from} if came_from is not None else {})}
        return self.api.send(
            PAY, json.dumps({"key": self.key, "order_id": order_id, **how}), key=key, merchant={}, headers=headers
        )

    def paid(self, order_id: str, how: Mapping[str, Any]) -> str:
        """The id of a new payment."""
        answer = self.pay(order_id, how)
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    def payment(self, payment_id: str) -> Answer:
        return self.api.send(
            PAYMENT, query=[("key", self.key)], path={"payment_id": payment_id}, merchant={}, headers={}
        )

    def process(self, *payment_ids: str, succeed: bool = True) -> None:
        """Bring payments before the simulator as process_payments does; `succeed` is TEST_PAYMENT_SUCCESS."""
        wiring = self.api.wiring
        acquirer = Wiring(replace(wiring.config, test_payment_success=succeed)).acquirer
        charger = Charger(acquirer, wiring.card_vault, AcquirerCalls())
        queues = wiring.payments_queue, wiring.webhooks_queue
        assert process_payments(wiring.database, charger, *queues, AUTHORIZATION_SECONDS, payment_ids) == set()


@pytest.fixture
def shop(servers: Servers, aws_endpoint_url: str) -> Iterator[Shop]:
    with running_api(servers, aws_endpoint_url) as api:
        yield Shop(api)
