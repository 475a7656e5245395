"""A Valkey to kill, requests to race with, and what must come of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import psutil
from redis import Redis

from paygate_local.services import Services
from tests.reliability.endings import BATCH_SIZE
from tests.reliability.environments import WAIT_SECONDS_MAX, is_in_flight, reason_of, replay_of
from tests.reliability.mailbox import Mailbox
from tests.support.api import Answer
from tests.support.servers import settings_for


def upi_payment(order_id: str, vpa: str = "shopper@bank") -> dict[str, Any]:
    return {"order_id": order_id, "method": "upi", "vpa": vpa}


class MortalValkey:
    """A Valkey of the test's own, which dies when so many requests have been answered."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._answered = 0
        self._lock = threading.Lock()
        self.dead = threading.Event()

    @property
    def url(self) -> str:
        return self._services.redis_url

    def count_answer(self, *, last: int) -> None:
        """Called once for each answer; the last one that it lives for kills it."""
        with self._lock:
            self._answered += 1
            if self._answered != last:
                return
        process = self._services.valkey.process()
        assert process is not None
        process.kill()
        psutil.wait_procs([process], timeout=WAIT_SECONDS_MAX)
        self.dead.set()

    def await_death(self) -> None:
        assert self.dead.wait(WAIT_SECONDS_MAX)


class Line(Mailbox):
    """A queue that several threads send to and receive from."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: SimpleQueue[str] = SimpleQueue()

    def send_all(self, object_ids: Sequence[str]) -> None:
        for object_id in object_ids:
            self._messages.put(object_id)

    def receive(self) -> list[str]:
        """Up to ten messages, after a moment's waiting for the first one."""
        batch: list[str] = []
        with suppress(Empty):
            batch.append(self._messages.get(timeout=0.05))
            while len(batch) < BATCH_SIZE:
                batch.append(self._messages.get_nowait())
        return batch


@contextmanager
def mortal_valkey(home: Path) -> Iterator[MortalValkey]:
    services = Services(settings_for(home))
    try:
        services.start_valkey()
        yield MortalValkey(services)
    finally:
        services.stop()


@contextmanager
def flushed_all_the_time(url: str) -> Iterator[None]:
    """Redis forgets everything again and again while the block runs."""
    over, begun = threading.Event(), threading.Event()

    def flush() -> None:
        with Redis.from_url(url) as redis:
            while not over.is_set():
                redis.flushall()
                begun.set()

    thread = threading.Thread(target=flush)
    thread.start()
    try:
        assert begun.wait(WAIT_SECONDS_MAX)
        yield
    finally:
        over.set()
        thread.join(WAIT_SECONDS_MAX)
        assert not thread.is_alive()


def assert_one_answer(answers: Sequence[Answer], *, status: int = 201) -> Answer:
    """Of requests with one key: one first answer, the others replay it byte for byte or say that it is in flight."""
    (first,) = [answer for answer in answers if not is_in_flight(answer) and replay_of(answer) is None]
    assert first.status == status
    for answer in answers:
        if answer is not first and not is_in_flight(answer):
            assert_replays(answer, first)
    return first


def assert_replays(answer: Answer, first: Answer) -> None:
    assert (answer.status, answer.text) == (first.status, first.text)
    assert replay_of(answer) == first.request_id
    assert answer.request_id != first.request_id


def assert_reused_or_in_flight(answer: Answer) -> None:
    assert is_in_flight(answer) or (answer.status, reason_of(answer)) == (422, "IDEMPOTENCY_KEY_REUSED")
