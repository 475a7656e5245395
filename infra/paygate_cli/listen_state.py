"""How far `./paygate listen` has come, kept in a file so that it goes on from there when it is started again.

An event may become visible after one with a later time, since transactions commit in any order. So the log is read
again from OVERLAP before the newest event, and the ids of that stretch tell what has been forwarded already.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from paygate_cli.listen_gateway import ListedEvent, iso, whole_milliseconds
from paygate_local.problems import Problem

OVERLAP = timedelta(seconds=60)
# At most so many events come twice when the process is killed amid a long backlog.
UNSAVED_MAX = 20


class UnusableState(Exception):  # noqa: N818  it is said and done with
    """The file holds something else than a state."""


class ListenState:
    """Where to read from, and what of it is done; nothing before `floor` is ever read."""

    def __init__(self, path: Path, floor: datetime) -> None:
        self._path = path
        # The API counts in milliseconds: what it lists must not be older than what is remembered.
        self._floor = whole_milliseconds(floor)
        self._newest: datetime | None = None
        self._done: dict[str, datetime] = {}
        self._unsaved = 0

    @classmethod
    def load(cls, path: Path) -> ListenState | None:
        """The state in the file; None if there is no file. Raises UnusableState."""
        try:
            kept = json.loads(path.read_text())
            state = cls(path, _aware(kept["floor"]))
            state._newest = None if kept["newest"] is None else _aware(kept["newest"])
            state._done = {str(event_id): _aware(moment) for event_id, moment in kept["done"].items()}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnusableState from error
        return state

    @property
    def since(self) -> datetime:
        """The time from which on there may be events that are not done."""
        if self._newest is None or self._newest <= self._floor:
            return self._floor
        return max(self._floor, self._newest - OVERLAP)

    def is_done(self, event: ListedEvent) -> bool:
        return event.id in self._done

    def done(self, event: ListedEvent) -> None:
        """The event needs nothing more; the file is told now or soon. Raises Problem if it cannot be written."""
        self._done[event.id] = event.created_at
        self._newest = max(self._newest or event.created_at, event.created_at)
        self._unsaved += 1
        if self._unsaved >= UNSAVED_MAX:
            self.save()

    def save(self, *, always: bool = False) -> None:
        """Write what has changed, in one step that leaves the old or the new file. Raises Problem."""
        if not (self._unsaved or always):
            return
        since = self.since
        self._done = {event_id: moment for event_id, moment in self._done.items() if moment >= since}
        newest = None if self._newest is None else iso(self._newest)
        done = {event_id: iso(moment) for event_id, moment in self._done.items()}
        try:
            _replace(self._path, json.dumps({"floor": iso(self._floor), "newest": newest, "done": done}))
        except OSError as error:
            raise Problem(f"{self._path} cannot be written ({error.strerror})", "Make room for it.") from error
        self._unsaved = 0


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the state file for this process. Raises Problem if another has it: each would undo what the other keeps."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise Problem(f"{path.parent} cannot be used ({error.strerror})", "Check PAYGATE_HOME.") from error
    try:
        _take(lock)
        yield
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Problem("Another ./paygate listen forwards these events to this URL", "Stop it first.") from error


def _aware(text: str) -> datetime:
    """Raises ValueError for a time without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
