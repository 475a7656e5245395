"""What random sequences are made of: requests, deliveries, and the promises that are checked after each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from paygate.domain.errors import DatabaseUnavailableError
from paygate.domain.ids import new_id
from tests.reliability.bank import Bank, Conduct
from tests.reliability.endings import drain
from tests.reliability.environments import CREDENTIALS, Environment, is_in_flight, reason_of, replay_of
from tests.reliability.faults import NONE, Crash, QueueName, api_fault, consumer_fault
from tests.reliability.mailbox import Queues
from tests.reliability.merchant import STATEMENTS, Request, Sent, judge_first, made_by
from tests.reliability.promises import check_end, check_history, check_promises
from tests.reliability.snapshot import LEASE_OVER_SECONDS, Snapshot, let_time_pass, read_snapshot
from tests.reliability.world import World
from tests.support.api import Answer

PICK = st.integers(0, 11)
SELDOM = st.sampled_from([False, False, False, True])
LOST = st.integers(0, 2)


def conducts() -> st.SearchStrategy[Conduct]:
    """How the bank behaves: well half of the time."""
    troubled = st.builds(Conduct, declines=SELDOM, requests_lost=LOST, answers_lost=LOST, lands_late=SELDOM)
    return st.builds(Conduct) | troubled


class Machine(RuleBasedStateMachine):
    """A merchant, two sites that work for it (one of them at a distance), and a bank."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.bank, self.queues = Bank(), Queues()
        self.near, self.other, self.cut_off = (
            site.environment(self.bank, self.queues) for site in (world.near, world.other, world.cut_off)
        )
        self.seen: Snapshot = world.empty()
        # What each key was first used for, and keys whose lock a dead request has left behind.
        self.requests: dict[str, Request] = {}
        self.locked: set[str] = set()

    def teardown(self) -> None:
        drain(self.near, self.world.rows)
        self.bank.land()
        self.look()
        check_end(self.seen, self.bank)
        self.world.sequences += 1
        for payment in self.seen.payments.values():
            self.world.reached |= {payment["status"], str(payment["failure_reason"])}
            self.world.reached |= {str(payment["capture_failure_reason"])}
        self.world.reached |= {f"refund {refund['status']}" for refund in self.seen.refunds.values()}

    def look(self) -> Snapshot:
        """Check the promises; what was seen before."""
        before, self.seen = self.seen, read_snapshot(self.world.rows)
        check_history(before, self.seen)
        check_promises(self.seen, self.bank)
        self.world.steps += 1
        return before

    def pick(self, things: Collection[str], number: int) -> str:
        names = sorted(things)
        return names[number % len(names)]

    def consume(self, queue: QueueName, batch: set[str], unknown: bool, fault: str, redis: bool) -> None:
        """A consumer gets these messages, one perhaps of nothing that it knows, and may not live to their end."""
        consumer = self.near if redis else self.cut_off
        strangers = {new_id("pay")} if unknown else set()
        consumer.database.fault = consumer_fault(fault, queue)  # type: ignore[attr-defined]
        self.queues.webhooks.deadly = fault == "dies while sending"
        moments: dict[str, Callable[[], None]] = {"dies": self.die, "overtaken": lambda: self.overtake(queue, batch)}
        moment = moments.get(fault.partition(" ")[0])
        self.bank.before_act = moment if fault.endswith("before the bank acts") else None
        self.bank.after_act = moment if fault.endswith("after the bank acts") else None
        try:
            again = self.work(consumer, queue, batch | strangers)
        except (Crash, DatabaseUnavailableError):
            assert fault not in NONE
        else:
            assert strangers <= again <= batch | strangers
            mailbox = getattr(self.queues, queue)
            mailbox.ids = [each for each in mailbox.ids if each not in batch - again]
        self.heal(consumer)
        self.look()

    def get_on(self) -> None:
        """Nothing breaks: the consumers do what there is to do."""
        self.work(self.near, "payments", self.seen.open_ids)
        self.work(self.near, "refunds", self.seen.open_refund_ids)
        self.look()

    def work(self, consumer: Environment, queue: QueueName, ids: set[str]) -> set[str]:
        return consumer.process(sorted(ids)) if queue == "payments" else consumer.process_refunds(sorted(ids))

    def die(self) -> None:
        raise Crash

    def overtake(self, queue: QueueName, ids: set[str]) -> None:
        """The consumer stalls until its claim is over and another one has done its work."""
        let_time_pass(self.world.rows, LEASE_OVER_SECONDS)
        self.work(self.other, queue, ids)

    def heal(self, environment: Environment) -> None:
        environment.database.fault = None  # type: ignore[attr-defined]
        self.queues.set()
        self.queues.webhooks.deadly = False
        self.bank.before_act = self.bank.after_act = None

    def ask(self, request: Request, *, keyed: bool, fault: str, conduct: Conduct) -> None:
        """Send something new."""
        key = f"key-{len(self.requests)}" if keyed else None
        if key is not None:
            self.requests[key] = request
        self.send(request, key, fault, conduct)

    def send(self, request: Request, key: str | None, fault: str, conduct: Conduct, *, redis: bool = True) -> None:
        """Send a request to the API, and judge what came of it."""
        environment = self.near if redis else self.cut_off
        environment.database.fault = api_fault(fault, STATEMENTS[request.path])  # type: ignore[attr-defined]
        self.queues.set(deadly=fault == "dies while sending", down=fault == "queue is down")
        answer: Answer | None = None
        try:
            answer = environment.post(request.path, request.body, key, CREDENTIALS, **request.path_parameters)
        except Crash:
            assert fault.startswith("dies")
        self.heal(environment)
        before = self.look()
        made = made_by(request, before, self.seen)
        for object_id in made:
            script = self.bank.script if object_id not in before.payments else self.bank.script_request
            script(object_id, conduct)
        self.judge(Sent(request, key, fault, redis, before, self.seen, answer, made))

    def judge(self, sent: Sent) -> None:
        key, answer, stored, kept = sent.key, sent.answer, sent.stored, sent.kept
        assert len(sent.made) <= (stored is None)
        if key is not None and sent.made:
            assert kept is not None
            assert {json.loads(kept["body"])["id"]} == sent.made, "the key's answer is that of its one effect"
        if key is not None and stored is None and kept is not None:
            self.requests[key] = sent.request
        # A card has nowhere to wait without Redis; but what was answered before needs no card.
        card_needs_redis = sent.request.by_card and not sent.redis and stored is None
        if answer is None:
            if key is not None and sent.redis:
                self.locked.add(key)
        elif answer.status == 503:
            assert sent.fault.startswith("connection") or card_needs_redis
        elif stored is not None:
            self.judge_repeated(answer, stored, same=sent.request == self.requests[key or ""])
        elif is_in_flight(answer):
            assert key in self.locked, "nobody works on this key, nor has one died of it"
            assert kept is None
        else:
            assert replay_of(answer) is None
            assert kept is None or (kept["status"], kept["body"]) == (answer.status, answer.text)
            judge_first(sent)

    def judge_repeated(self, answer: Answer, stored: dict[str, Any], *, same: bool) -> None:
        if same:
            assert (answer.status, answer.text) == (stored["status"], stored["body"])
            assert replay_of(answer) == stored["request_id"]
        else:
            assert (answer.status, reason_of(answer)) == (422, "IDEMPOTENCY_KEY_REUSED")
