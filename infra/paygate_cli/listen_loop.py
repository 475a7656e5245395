"""The loop of `./paygate listen`: reads the event log again and again, and forwards each event until it is taken."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from paygate_cli.listen_gateway import EventLog, GatewayAway, ListedEvent
from paygate_cli.listen_receiver import Answer, LocalReceiver, NoAnswer
from paygate_cli.listen_state import ListenState

BACKOFF_MAX = 30.0
# The first try of an event and three more, when each is answered with something else than 2xx.
TRIES_MAX = 4
Say = Callable[[str], None]


class Outage:
    """Whether one side answers: says so when that changes, and how long to wait for it."""

    def __init__(self, name: str, say: Say) -> None:
        self._name = name
        self._say = say
        self._tries = 0

    def gone(self, reason: str) -> float:
        """It gave no answer; the seconds until the next try."""
        if self._tries == 0:
            self._say(f"{self._name} does not answer ({reason}); trying until it does")
        self._tries += 1
        return backoff(self._tries)

    def back(self) -> None:
        """It has answered."""
        if self._tries:
            self._say(f"{self._name} answers again")
        self._tries = 0


@dataclass
class Listener:
    """Forwards what the log holds; `wait` sleeps for so many seconds and is true once told to stop."""

    log: EventLog
    receiver: LocalReceiver
    state: ListenState
    patterns: Sequence[str]
    interval: float
    wait: Callable[[float], bool]
    say: Say
    now: Callable[[], datetime] = datetime.now
    _gateway_outage: Outage = field(init=False)
    _receiver_outage: Outage = field(init=False)

    def __post_init__(self) -> None:
        self._gateway_outage = Outage("The gateway", self._tell)
        self._receiver_outage = Outage("The receiver", self._tell)

    def run(self) -> None:
        """Go on until told to stop. Raises Problem for refused credentials or a state that cannot be kept."""
        try:
            while not self._pause(self._poll()):
                pass
        finally:
            self.state.save()

    def _poll(self) -> float:
        """Read the log once and forward what is new; the seconds until the next poll."""
        try:
            for event in self.log.since(self.state.since):
                self._gateway_outage.back()
                if not self._handle(event):
                    break
        except GatewayAway as away:
            return max(self._gateway_outage.gone(str(away)), away.retry_after)
        self._gateway_outage.back()
        return self.interval

    def _handle(self, event: ListedEvent) -> bool:
        """False when told to stop before the event was done."""
        if self.state.is_done(event):
            return True
        if wanted(event.type, self.patterns) and not self._forward(event):
            return False
        self.state.done(event)
        return True

    def _forward(self, event: ListedEvent) -> bool:
        """True once the receiver has taken the event or used up its tries; false when told to stop before that."""
        answered = 0
        if self.wait(0):
            return False
        for number in itertools.count(1):
            try:
                answer = self.receiver.post(event, number)
            except NoAnswer as reason:
                delay = self._receiver_outage.gone(str(reason))
            else:
                self._receiver_outage.back()
                answered += 1
                delay = 0 if answer.ok or answered == TRIES_MAX else backoff(answered)
                self._tell(_line(event, answer, delay))
                if not delay:
                    return True
            if self._pause(delay):
                return False
        raise AssertionError("counting ends nowhere")

    def _pause(self, seconds: float) -> bool:
        """Whether told to stop meanwhile. What has been done is saved first, as the wait may be long."""
        self.state.save()
        return self.wait(seconds)

    def _tell(self, words: str) -> None:
        self.say(f"{self.now():%H:%M:%S}  {words}")


def backoff(tries: int) -> float:
    """Seconds to wait after so many tries: 1, 2, 4, … up to BACKOFF_MAX."""
    return min(2.0 ** min(tries - 1, 10), BACKOFF_MAX)


def wanted(type: str, patterns: Sequence[str]) -> bool:
    """Whether a type is among the patterns: `*`, a family such as `payment.*`, or exact types."""
    return any(
        pattern in ("*", type) or (pattern.endswith(".*") and type.startswith(pattern[:-1])) for pattern in patterns
    )


def _line(event: ListedEvent, answer: Answer, delay: float) -> str:
    line = f"{event.type:<17}  {event.id}  → {answer.status}  ({answer.duration_ms} ms)"
    if delay:
        return f"{line}  again in {delay:.0f} s"
    return line if answer.ok else f"{line}  failed, passed over"
