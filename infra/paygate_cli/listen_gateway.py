"""A merchant's event log, read through the API in the order in which things happened."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import requests

from paygate_cli.listen_http import plain_session, reason_of
from paygate_local.problems import Problem

TIMEOUT_SECONDS = 30
PAGE_SIZE = 100
# What is held in memory of a long backlog: its oldest pages.
KEPT_PAGES = 100
PAGES_MAX = 10_000
RETRY_AFTER_MAX = 300
# Both go into a header or onto the terminal.
WORD = re.compile(r"[0-9A-Za-z_.]{1,64}")


class GatewayAway(Exception):  # noqa: N818  it is not this program's error
    """The gateway gives no events now; it asks to be left alone for `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


@dataclass(frozen=True)
class ListedEvent:
    """One event; `body` is byte for byte what its webhook carries, `sequence` None for an event of no payment."""

    id: str
    type: str
    sequence: int | None
    payment_id: str | None
    created_at: datetime
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class EventPage:
    """Events, newest first, and whether there are more in the direction of reading."""

    events: list[ListedEvent]
    has_more: bool


class EventLog:
    """The events of the merchant that the credentials belong to."""

    def __init__(self, url: str, api_key: str, api_secret: str) -> None:
        self._url = f"{url}/api/v1/events"
        self._session = plain_session()
        self._session.headers.update({"X-Api-Key": api_key, "X-Api-Secret": api_secret})

    def since(self, moment: datetime) -> Iterator[ListedEvent]:
        """Every event from `moment` on, the oldest first; those of a payment as their sequence says.

        Raises GatewayAway at any step, and Problem for refused credentials or more events than can be walked through.
        """
        kept = deque([self._page(moment)], KEPT_PAGES)
        read = 1
        # The list begins with the newest, so the way to the oldest leads past all of them.
        while kept[-1].has_more:
            if read == PAGES_MAX:
                raise Problem(f"There are over {PAGES_MAX * PAGE_SIZE} events", "Give a later --since.")
            kept.append(self._page(moment, starting_after=kept[-1].events[-1].id))
            read += 1
        # What a payment's events of one moment are in is the order of their ids, which is none.
        yield from sorted(chain.from_iterable(page.events for page in kept), key=_place)
        if read > len(kept):
            yield from self._after(moment, kept[0].events[0].id)

    def _after(self, moment: datetime, cursor: str) -> Iterator[ListedEvent]:
        # From a fixed event towards the newest, so that nothing is lost however long the reader takes for a page.
        for _ in range(PAGES_MAX):
            page = self._page(moment, ending_before=cursor)
            yield from sorted(page.events, key=_place)
            if not page.has_more:
                return
            cursor = page.events[0].id

    def _page(self, moment: datetime, **cursor: str) -> EventPage:
        """Raises GatewayAway, or Problem for refused credentials."""
        query = {"limit": str(PAGE_SIZE), "created_gte": iso(moment), **cursor}
        try:
            answer = self._session.get(self._url, params=query, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            raise GatewayAway(reason_of(error)) from error
        if answer.status_code == 401:
            raise Problem("The gateway refuses the credentials (401)", "Check --api-key and --api-secret.")
        if answer.status_code != 200:
            raise GatewayAway(str(answer.status_code), _retry_after(answer.headers.get("Retry-After", "")))
        try:
            return _read_page(answer.content)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            raise GatewayAway("what it sends is no list of events; is --url right?") from error


def iso(moment: datetime) -> str:
    """As the API writes times, e.g. 2026-11-23T08:00:00.123Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_milliseconds(moment: datetime) -> datetime:
    """The moment as exactly as `iso` tells it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _place(event: ListedEvent) -> tuple[datetime, str, int]:
    return event.created_at, event.payment_id or "", event.sequence or 0


def _retry_after(text: str) -> int:
    """Seconds from the header; 0 for none or for a date."""
    return min(int(text), RETRY_AFTER_MAX) if text.isascii() and text.isdigit() else 0


def _read_page(content: bytes) -> EventPage:
    """Raises ValueError, LookupError, TypeError or AttributeError for anything but a page of events."""
    answer = json.loads(content)
    events = [_read_event(row) for row in answer["data"]]
    if answer["has_more"] and not events:
        raise ValueError("an empty page that is not the last")
    return EventPage(events, bool(answer["has_more"]))


def _read_event(row: dict[str, Any]) -> ListedEvent:
    if not (WORD.fullmatch(row["id"]) and WORD.fullmatch(row["type"])):
        raise ValueError("neither an id nor a type")
    created_at = whole_milliseconds(datetime.fromisoformat(row["created_at"]).astimezone(UTC))
    text = json.dumps(row["body"], ensure_ascii=False, separators=(",", ":"))
    # Half of a surrogate pair has no UTF-8 form; JSON.stringify writes it as an escape, \ud800, and so does this.
    body = text.encode(errors="backslashreplace")
    return ListedEvent(row["id"], row["type"], row["sequence"], row["payment_id"], created_at, body)
