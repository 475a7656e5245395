"""A merchant's requests of the last day, from the log that they leave anyway: listing costs the requests themselves
nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from paygate.domain.errors import LogUnavailableError
from paygate.domain.ids import created_ms
from paygate.domain.request_log import LogPage, RequestFilter, read_line, shown
from paygate.operations.ports import RequestLog

LOG = logging.getLogger("paygate.requests")
DAY_MS = 86_400_000
# The log knows only to read forward, but the latest are wanted: it is read in windows, from the latest one back, each
# so much longer than the one before that three make a day; more carefully once there was one that was too long.
FIRST_WINDOW_MS = 240_000
LONGER = 20
CAREFULLY_LONGER = 4
WINDOW_MS_MIN = 1_000
# What one window may take; rather than more, its latest part is read first, this many times narrower at the most.
PAGES_MAX = 4
NARROWER_MAX = 64
# What a search may cost at most: CloudWatch Logs answers some five reads a second, whoever in the account asks; the
# last one may take six seconds, and the function has ten.
READS_MAX = 10
SECONDS_MAX = 3.0
# A line is written when its request ends, and a request ends within the function's ten seconds; the rest is for clocks.
EARLY_MS = 5_000
LATE_MS = 60_000


def list_requests(
    log: RequestLog,
    wanted: RequestFilter,
    limit: int,
    *,
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """`{"data": […], "complete": …}` (JSON text), newest first; it is not complete when time was over, or the log would
    answer no more, before the whole day was searched. Raises LogUnavailableError when it does not answer at all.
    """
    end_ms = now_ms() + 1
    start_ms = end_ms - DAY_MS
    search = _Search(log, wanted, limit, clock() + SECONDS_MAX, clock)
    if wanted.request_id is not None:
        # Its id tells when it was.
        made_ms = created_ms(wanted.request_id)
        if made_ms is None:
            start_ms = end_ms
        else:
            start_ms, end_ms = max(start_ms, made_ms - EARLY_MS), min(end_ms, made_ms + LATE_MS)
        complete = search.run(start_ms, end_ms, LATE_MS + EARLY_MS)
    else:
        complete = search.run(start_ms, end_ms, FIRST_WINDOW_MS)
    data = [shown(line) for line in search.found[:limit]]
    return json.dumps({"data": data, "complete": complete}, separators=(",", ":"))


@dataclass
class _Search:
    log: RequestLog
    wanted: RequestFilter
    limit: int
    until: float
    clock: Callable[[], float]
    found: list[dict[str, Any]] = field(default_factory=list)
    reads: int = 0

    def run(self, start_ms: int, end_ms: int, window_ms: int) -> bool:
        """Whether everything from `start_ms` until `end_ms` was searched, or enough was found."""
        longer = LONGER
        while end_ms > start_ms and len(self.found) < self.limit:
            begin_ms = max(start_ms, end_ms - window_ms)
            part = self._read(begin_ms, end_ms)
            if part.narrower_ms is not None:
                window_ms, longer = part.narrower_ms, CAREFULLY_LONGER
                continue
            if part.lines is None:
                return False
            self.found += sorted(part.lines, key=lambda line: str(line["timestamp"]), reverse=True)
            end_ms, window_ms = begin_ms, window_ms * longer
        return True

    def _read(self, begin_ms: int, end_ms: int) -> _Part:
        """The wanted lines of a window. What was read of an unfinished one is its oldest part; showing it would hide
        that later ones are missing.
        """
        lines: list[dict[str, Any]] = []
        token: str | None = None
        pages = 0
        while self.reads < READS_MAX and self.clock() < self.until:
            try:
                page = self.log.read(self.wanted, begin_ms, end_ms, token)
            except LogUnavailableError as error:
                if self.reads == 0:
                    raise
                # Somebody else's searches may have used up what the account has.
                LOG.warning("the log answers no more", extra={"reads": self.reads, "error": error.description})
                break
            self.reads += 1
            pages += 1
            parsed = (read_line(text) for _, text in page.lines)
            lines += [line for line in parsed if line is not None and self.wanted.admits(line)]
            token = page.token
            if token is None:
                return _Part(lines)
            narrower_ms = _narrower(page, pages, begin_ms, end_ms)
            if narrower_ms is not None:
                return _Part(None, narrower_ms)
        return _Part(None)


@dataclass(frozen=True)
class _Part:
    """The lines of a window, unless it was not read to its end; `narrower_ms` is how much of it is to be read then."""

    lines: list[dict[str, Any]] | None
    narrower_ms: int | None = None


def _narrower(page: LogPage, pages: int, begin_ms: int, end_ms: int) -> int | None:
    """How much of a window is worth reading when the nth page was not its last; None for all of it."""
    window_ms = end_ms - begin_ms
    if window_ms <= WINDOW_MS_MIN:
        return None
    least_ms = max(WINDOW_MS_MIN, window_ms // NARROWER_MAX)
    if page.full:
        # What its lines span tells how many more pages there will be, unless they are all of one moment.
        span_ms = page.lines[-1][0] - page.lines[0][0]
        more_ms = end_ms - page.lines[-1][0]
        if pages == PAGES_MAX or WINDOW_MS_MIN <= span_ms < more_ms // (PAGES_MAX - pages):
            return min(max(least_ms, span_ms), window_ms // 2)
    return least_ms if pages == PAGES_MAX else None
