"""Random sequences of what can happen to payments and refunds, with the promises checked after each step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.reliability.bank import Conduct
from tests.reliability.faults import API_FAULTS, CONSUMER_FAULTS
from tests.reliability.machine import PICK, SELDOM, Machine, conducts
from tests.reliability.merchant import CANCEL, CAPTURE, PAY, REFUND, Request
from tests.reliability.snapshot import LEASE_OVER_SECONDS, TAKEN, let_time_pass
from tests.support.rows import start_payment

ORDERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "reusable": {"reusable": True},
    "manual": {"capture": "manual"},
    "expiring": {"expires_in_seconds": 3600},
}
CARD = {"number": "4242 4242 4242 4242", "expiry_month": 12, "expiry_year": datetime.now(UTC).year + 5, "cvv": "123"}
CARDS_GONE_SECONDS = 15 * 60
WINDOW_OVER_SECONDS = 8 * 86_400
TIMES = [LEASE_OVER_SECONDS, LEASE_OVER_SECONDS, 1_000, 7_200, 90_000, WINDOW_OVER_SECONDS]

METHOD = st.sampled_from(["upi", "upi", "card"])
API_FAULT = st.sampled_from(API_FAULTS)
CONSUMER_FAULT = st.sampled_from(CONSUMER_FAULTS)
KIND = st.sampled_from(["plain", "manual", "manual", *ORDERS])
# How far the first order's payment has come when the sequence begins; it stays short all the same.
PAST = st.sampled_from(["none", "none", "taken", "taken", "captured"])
ACTION = st.sampled_from([CAPTURE, CANCEL])
BATCH = st.lists(PICK, min_size=1, max_size=4)
# None is all that there is, which is 50,000 at most.
AMOUNT = st.sampled_from([None, None, 1, 20_000, 25_000, 30_000, 50_000, 50_001])
REDIS = st.sampled_from([True, True, True, False])


class Sequence(Machine):
    """Merchants and shoppers, consumers, a sweeper, and everything that can break between them.

    No rule has a precondition: what Hypothesis draws must not depend on what Postgres and two threads made of it. One
    that finds nothing to act on lets the consumers work instead.
    """

    @initialize(
        kinds=st.lists(KIND, min_size=1, max_size=2),
        past=PAST,
        long_ago=SELDOM,
        conducts=st.lists(conducts(), min_size=1, max_size=3),
        declines=st.booleans(),
        method=METHOD,
        path=ACTION,
        amount=AMOUNT,
        keyed=st.booleans(),
        fault=API_FAULT,
    )
    def begin(
        self,
        kinds: list[str],
        past: str,
        long_ago: bool,
        conducts: list[Conduct],
        declines: bool,
        method: str,
        path: str,
        amount: int | None,
        keyed: bool,
        fault: str,
    ) -> None:
        """Shoppers want to pay the same order; or one has paid it, and the merchant does something about it."""
        orders = [self.world.rows.add_order(**ORDERS[kind]) for kind in kinds]
        if past == "none":
            self.look()
            for conduct in conducts:
                self.pay(0, method, conduct, keyed, fault)
            return
        payment_id = start_payment(self.near.database, orders[0])
        self.near.process([payment_id])
        if past == "captured" and kinds[0] == "manual":
            self.near.post(CAPTURE, {}, payment_id=payment_id)
            self.near.process(self.queues.payments.take(1))
        if long_ago:
            let_time_pass(self.world.rows, WINDOW_OVER_SECONDS)
        self.look()
        assert self.seen.payments[payment_id]["status"] in TAKEN
        # Else the bank would seldom decline what few sequences come to.
        conduct = replace(conducts[0], declines=declines)
        if self.seen.payments[payment_id]["status"] == "authorized":
            self.capture_or_cancel(path, amount, 0, conduct, keyed, fault)
        else:
            self.refund(amount, 0, False, conduct, keyed, fault)

    @rule(order=PICK, method=METHOD, conduct=conducts(), keyed=st.booleans(), fault=API_FAULT)
    def pay(self, order: int, method: str, conduct: Conduct, keyed: bool, fault: str) -> None:
        order_id = self.pick(self.seen.orders, order)
        body: dict[str, Any] = {"order_id": order_id, "method": "upi", "vpa": f"shopper{self.world.steps}@bank"}
        if method == "card":
            body = {"order_id": order_id, "method": "card", "card": CARD}
        self.ask(Request(PAY, body), keyed=keyed, fault=fault, conduct=conduct)

    @rule(
        path=ACTION,
        amount=AMOUNT,
        which=PICK,
        conduct=conducts(),
        keyed=st.booleans(),
        fault=API_FAULT,
    )
    def capture_or_cancel(
        self, path: str, amount: int | None, which: int, conduct: Conduct, keyed: bool, fault: str
    ) -> None:
        manual = {p["id"]: p["status"] for p in self.seen.payments.values() if p["capture"] == "manual"}
        if not manual:
            self.get_on()
            return
        authorized = {payment_id for payment_id, status in manual.items() if status == "authorized"}
        payment_id = self.pick(authorized or self.seen.payments, which)
        body = {} if path == CANCEL or amount is None else {"amount": amount}
        self.ask(Request(path, body, payment_id), keyed=keyed, fault=fault, conduct=conduct)

    @rule(amount=AMOUNT, which=PICK, reason=SELDOM, conduct=conducts(), keyed=st.booleans(), fault=API_FAULT)
    def refund(self, amount: int | None, which: int, reason: bool, conduct: Conduct, keyed: bool, fault: str) -> None:
        if not any(p["status"] in TAKEN for p in self.seen.payments.values()):
            self.get_on()
            return
        captured = {p["id"] for p in self.seen.payments.values() if p["amount_captured_minor"] is not None}
        payment_id = self.pick(captured or self.seen.payments, which)
        body: dict[str, Any] = {} if amount is None else {"amount": amount}
        if reason:
            body["reason"] = "too small"
        self.ask(Request(REFUND, body, payment_id), keyed=keyed, fault=fault, conduct=conduct)

    @rule(which=PICK, fault=API_FAULT, redis=st.booleans())
    def send_again(self, which: int, fault: str, redis: bool) -> None:
        if not self.requests:
            self.get_on()
            return
        key = self.pick(self.requests, which)
        self.send(self.requests[key], key, fault, Conduct(), redis=redis)

    @rule(which=PICK, other=PICK, redis=st.booleans())
    def use_key_for_another_request(self, which: int, other: int, redis: bool) -> None:
        if not self.requests or not self.seen.payments:
            self.get_on()
            return
        key = self.pick(self.requests, which)
        request = self.requests[key]
        if request.path == PAY:
            order_id = self.pick(self.seen.orders, other)
            request = Request(PAY, {"order_id": order_id, "method": "upi", "vpa": f"other{self.world.steps}@bank"})
        elif request.path == CANCEL:
            request = replace(request, payment_id=self.pick(self.seen.payments, other))
        else:
            request = replace(request, body={**request.body, "amount": 10_000 + other})
        self.send(request, key, "none", Conduct(), redis=redis)

    @rule(which=BATCH, unknown=SELDOM, stale=SELDOM, fault=CONSUMER_FAULT, redis=REDIS)
    def deliver(self, which: list[int], unknown: bool, stale: bool, fault: str, redis: bool) -> None:
        if not self.seen.payments:
            self.get_on()
            return
        due = self.seen.open_ids if self.seen.open_ids and not stale else self.seen.payments
        self.consume("payments", {self.pick(due, each) for each in which}, unknown, fault, redis)

    @rule(which=BATCH, unknown=SELDOM, stale=SELDOM, fault=CONSUMER_FAULT, redis=REDIS)
    def deliver_refunds(self, which: list[int], unknown: bool, stale: bool, fault: str, redis: bool) -> None:
        if not self.seen.refunds:
            self.get_on()
            return
        due = self.seen.open_refund_ids if self.seen.open_refund_ids and not stale else self.seen.refunds
        self.consume("refunds", {self.pick(due, each) for each in which}, unknown, fault, redis)

    @rule(what=st.sampled_from(["messages", "redis"]))
    def lose(self, what: str) -> None:
        if what == "messages":
            self.queues.lose_messages()
        else:
            self.world.redis.flushall()
            self.locked.clear()

    @rule(seconds=st.sampled_from(TIMES))
    def time_passes(self, seconds: int) -> None:
        let_time_pass(self.world.rows, seconds)
        if seconds >= CARDS_GONE_SECONDS:
            self.bank.land()
            self.world.redis.flushall()
        else:
            for lock in self.world.redis.scan_iter("paygate:lock:*"):
                self.world.redis.delete(lock)
        self.locked.clear()
        self.look()

    @rule(down=SELDOM)
    def sweep(self, down: bool) -> None:
        self.queues.set(down=down)
        mailboxes = (self.queues.payments, self.queues.refunds)
        waiting = [len(mailbox.ids) for mailbox in mailboxes]
        for sweeper in [self.world.pool.submit(each.sweep) for each in (self.near, self.other)]:
            assert sweeper.result(30).ledger_differences == 0
        payments, refunds = (mailbox.ids[count:] for mailbox, count in zip(mailboxes, waiting, strict=True))
        assert len(payments + refunds) == len({*payments, *refunds}), "two sweepers at once send a job once"
        self.queues.set()
        self.look()
        assert set(payments) <= self.seen.open_ids
        assert set(refunds) <= self.seen.open_refund_ids
        for payment_id in self.seen.late:
            assert self.seen.payments[payment_id]["requested"] is not None, "nobody may capture it any more"
