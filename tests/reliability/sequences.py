"""Random sequences of what can happen to payments, with the promises checked after each step."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from paygate.domain.errors import DatabaseUnavailableError
from paygate.domain.ids import new_id
from tests.reliability.bank import Bank, Conduct, Crash, Mailbox
from tests.reliability.environments import Environment, is_in_flight, reason_of, replay_of
from tests.reliability.promises import (
    LEASE_OVER_SECONDS,
    Snapshot,
    check_end,
    check_history,
    check_promises,
    drain,
    let_time_pass,
    read_snapshot,
)
from tests.reliability.world import Fault, World
from tests.support.api import Answer

REFUSALS = {"paid": "ORDER_ALREADY_PAID", "authorized": "ORDER_ALREADY_AUTHORIZED", "expired": "ORDER_EXPIRED"}
ORDERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "reusable": {"reusable": True},
    "manual": {"capture": "manual"},
    "expiring": {"expires_in_seconds": 3600},
}
CARD = {"number": "4242 4242 4242 4242", "expiry_month": 12, "expiry_year": datetime.now(UTC).year + 5, "cvv": "123"}

ORDERS_MAX = 2
CARDS_GONE_SECONDS = 15 * 60

# More often than not, nothing goes wrong: faults are to meet payments that have come far.
API_FAULTS: dict[str, Fault | None] = {
    "none": None,
    "still none": None,
    "and none": None,
    "dies before commit": Fault("create_payment", False, Crash),
    "dies after commit": Fault("create_payment", True, Crash),
    "connection breaks before commit": Fault("create_payment", False, DatabaseUnavailableError),
    "connection breaks after commit": Fault("create_payment", True, DatabaseUnavailableError),
    "dies while sending": None,
    "queue is down": None,
}
CONSUMER_FAULTS: dict[str, Fault | None] = {
    "none": None,
    "still none": None,
    "and none": None,
    "dies after claim": Fault("claim_payments", True, Crash),
    "connection breaks after claim": Fault("claim_payments", True, DatabaseUnavailableError),
    "dies before charge": None,
    "dies after charge": None,
    "overtaken before charge": None,
    "overtaken after charge": None,
    "dies before settlement": Fault("settle_payments", False, Crash),
    "connection breaks before settlement": Fault("settle_payments", False, DatabaseUnavailableError),
    "dies after settlement": Fault("settle_payments", True, Crash),
    "connection breaks after settlement": Fault("settle_payments", True, DatabaseUnavailableError),
    "dies while sending": None,
}
PICK = st.integers(0, 11)
METHOD = st.sampled_from(["upi", "upi", "card"])
API_FAULT = st.sampled_from(list(API_FAULTS))
KIND = st.sampled_from(["plain", "plain", *ORDERS])
SELDOM = st.sampled_from([False, False, False, True])

LOST = st.integers(0, 2)


def conducts() -> st.SearchStrategy[Conduct]:
    """How the bank behaves: well half of the time."""
    troubled = st.builds(Conduct, declines=SELDOM, requests_lost=LOST, answers_lost=LOST, lands_late=SELDOM)
    return st.builds(Conduct) | troubled


class Sequence(RuleBasedStateMachine):
    """Merchants and shoppers, a consumer, a sweeper, and everything that can break between them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.bank, self.mailbox, self.webhooks = Bank(), Mailbox(), Mailbox(loses=True)
        self.near, self.other, self.cut_off = (
            site.environment(self.bank, self.mailbox, self.webhooks)
            for site in (world.near, world.other, world.cut_off)
        )
        self.seen: Snapshot = world.empty()
        # The body that each key was first used with, and keys whose lock a dead request has left behind.
        self.requests: dict[str, dict[str, Any]] = {}
        self.locked: set[str] = set()

    @initialize(
        kind=KIND,
        conducts=st.lists(conducts(), min_size=1, max_size=3),
        method=METHOD,
        keyed=st.booleans(),
        fault=API_FAULT,
    )
    def begin(self, kind: str, conducts: list[Conduct], method: str, keyed: bool, fault: str) -> None:
        """Shoppers want to pay the same order."""
        self.create_order(kind)
        for conduct in conducts:
            self.pay(0, method, conduct, keyed, fault)

    @precondition(lambda self: len(self.seen.orders) < ORDERS_MAX)
    @rule(kind=KIND)
    def create_order(self, kind: str) -> None:
        self.world.rows.add_order(**ORDERS[kind])
        self.look()

    @rule(order=PICK, method=METHOD, conduct=conducts(), keyed=st.booleans(), fault=API_FAULT)
    def pay(self, order: int, method: str, conduct: Conduct, keyed: bool, fault: str) -> None:
        body = self.body(order, method)
        key = f"key-{len(self.requests)}" if keyed else None
        if key is not None:
            self.requests[key] = body
        self.send(self.near, body, key, fault, conduct)

    @precondition(lambda self: self.requests)
    @rule(which=PICK, fault=API_FAULT, redis=st.booleans())
    def send_again(self, which: int, fault: str, redis: bool) -> None:
        key = self.pick(self.requests, which)
        self.send(self.near if redis else self.cut_off, self.requests[key], key, fault, Conduct())

    @precondition(lambda self: self.requests)
    @rule(which=PICK, order=PICK, redis=st.booleans())
    def use_key_for_another_request(self, which: int, order: int, redis: bool) -> None:
        key = self.pick(self.requests, which)
        self.send(self.near if redis else self.cut_off, self.body(order, "upi"), key, "none", Conduct())

    @precondition(lambda self: self.seen.payments)
    @rule(
        which=st.lists(PICK, min_size=1, max_size=4),
        unknown=SELDOM,
        fault=st.sampled_from(list(CONSUMER_FAULTS)),
        redis=st.sampled_from([True, True, True, False]),
    )
    def deliver(self, which: list[int], unknown: bool, fault: str, redis: bool) -> None:
        consumer = self.near if redis else self.cut_off
        batch = {self.pick(self.seen.payments, each) for each in which}
        strangers = {new_id("pay")} if unknown else set()
        consumer.database.fault = CONSUMER_FAULTS[fault]  # type: ignore[attr-defined]
        self.webhooks.deadly = fault == "dies while sending"
        moments: dict[str, Callable[[], None]] = {"dies": self.die, "overtaken": lambda: self.overtake(sorted(batch))}
        moment = moments.get(fault.partition(" ")[0])
        self.bank.before_charge = moment if fault.endswith("before charge") else None
        self.bank.after_charge = moment if fault.endswith("after charge") else None
        try:
            again = consumer.process(sorted(batch | strangers))
        except (Crash, DatabaseUnavailableError):
            assert fault not in ("none", "still none", "and none")
        else:
            assert strangers <= again <= batch | strangers
            self.mailbox.ids = [each for each in self.mailbox.ids if each not in batch - again]
        self.heal(consumer)
        self.look()

    @rule(what=st.sampled_from(["messages", "redis"]))
    def lose(self, what: str) -> None:
        if what == "messages":
            self.mailbox.ids.clear()
        else:
            self.world.redis.flushall()
            self.locked.clear()

    @rule(seconds=st.sampled_from([LEASE_OVER_SECONDS, 1_000, 7_200, 90_000]))
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
        self.mailbox.down = down
        waiting = len(self.mailbox.ids)
        for sweeper in [self.world.pool.submit(each.sweep) for each in (self.near, self.other)]:
            sweeper.result(30)
        sent = self.mailbox.ids[waiting:]
        assert len(sent) == len(set(sent)), "two sweepers at once send a job once"
        assert set(sent) <= self.seen.open_ids
        self.mailbox.down = False
        self.look()

    def teardown(self) -> None:
        drain(self.near, self.mailbox, self.world.rows)
        self.bank.land()
        self.look()
        check_end(self.seen, self.bank)
        self.world.sequences += 1
        self.world.reached |= {str(p["failure_reason"] or p["status"]) for p in self.seen.payments.values()}

    def look(self) -> Snapshot:
        """Check the promises; what was seen before."""
        before, self.seen = self.seen, read_snapshot(self.world.rows)
        check_history(before, self.seen)
        check_promises(self.seen, self.bank)
        self.world.steps += 1
        return before

    def pick(self, things: dict[str, Any], number: int) -> str:
        names = sorted(things)
        return names[number % len(names)]

    def body(self, order: int, method: str) -> dict[str, Any]:
        order_id = self.pick(self.seen.orders, order)
        if method == "card":
            return {"order_id": order_id, "method": "card", "card": CARD}
        return {"order_id": order_id, "method": "upi", "vpa": f"shopper{self.world.steps}@bank"}

    def die(self) -> None:
        raise Crash

    def overtake(self, payment_ids: list[str]) -> None:
        """The consumer stalls until its claim is over and another one has done its work."""
        let_time_pass(self.world.rows, LEASE_OVER_SECONDS)
        self.other.process(payment_ids)

    def heal(self, environment: Environment) -> None:
        environment.database.fault = None  # type: ignore[attr-defined]
        self.webhooks.deadly = self.mailbox.deadly = self.mailbox.down = False
        self.bank.before_charge = self.bank.after_charge = None

    def send(
        self, environment: Environment, body: dict[str, Any], key: str | None, fault: str, conduct: Conduct
    ) -> None:
        """Create a payment through the API, and judge what came of it."""
        environment.database.fault = API_FAULTS[fault]  # type: ignore[attr-defined]
        self.mailbox.deadly, self.mailbox.down = fault == "dies while sending", fault == "queue is down"
        answer: Answer | None = None
        try:
            answer = environment.post("/payments", body, key)
        except Crash:
            assert fault.startswith("dies")
        self.heal(environment)
        before = self.look()
        made = self.seen.payments.keys() - before.payments.keys()
        for payment_id in made:
            self.bank.script(payment_id, conduct)
        stored = before.keys.get(key or "")
        kept = self.seen.keys.get(key or "")
        assert len(made) <= (stored is None)
        if key is not None and made:
            assert kept is not None
            assert {json.loads(kept["body"])["id"]} == made, "the key's answer is that of its one payment"
        if key is not None and stored is None and kept is not None:
            self.requests[key] = body
        # A card has nowhere to wait without Redis; but what was answered before needs no card.
        card_needs_redis = environment is self.cut_off and body["method"] == "card" and stored is None
        if answer is None:
            if key is not None and environment is not self.cut_off:
                self.locked.add(key)
        elif answer.status == 503:
            assert fault.startswith("connection") or card_needs_redis
        elif stored is not None:
            self.judge_repeated(answer, stored, same=body == self.requests[key or ""])
        elif is_in_flight(answer):
            assert key in self.locked, "nobody works on this key, nor has one died of it"
            assert kept is None
        else:
            self.judge_first(answer, before.orders[body["order_id"]]["status"], made, kept)

    def judge_repeated(self, answer: Answer, stored: dict[str, Any], *, same: bool) -> None:
        if same:
            assert (answer.status, answer.text) == (stored["status"], stored["body"])
            assert replay_of(answer) == stored["request_id"]
        else:
            assert (answer.status, reason_of(answer)) == (422, "IDEMPOTENCY_KEY_REUSED")

    def judge_first(self, answer: Answer, order_status: str, made: set[str], kept: dict[str, Any] | None) -> None:
        assert replay_of(answer) is None
        assert kept is None or (kept["status"], kept["body"]) == (answer.status, answer.text)
        if order_status == "created":
            assert answer.status == 201
            assert made == {answer.json["id"]}
        else:
            assert (answer.status, reason_of(answer)) == (409, REFUSALS[order_status])
            assert not made
