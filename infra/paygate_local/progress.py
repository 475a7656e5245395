"""Shows each step with the time that it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


class Step:
    """What a step says when it is done; `note` can be changed while it runs."""

    def __init__(self, note: str) -> None:
        self.note = note


@contextmanager
def step(title: str, note: str = "") -> Iterator[Step]:
    """Show `title` as busy, then as done with its note and elapsed time. A step that fails leaves its own line."""
    started = time.monotonic()
    current = Step(note)
    try:
        if OUT.is_terminal:
            with OUT.status(f"{title}…"):
                yield current
        else:
            yield current
    except BaseException:
        OUT.print(f"[red]✗[/] {title:<24}[dim]{time.monotonic() - started:6.1f} s[/]")
        raise
    OUT.print(f"[green]✓[/] {title:<24}[dim]{time.monotonic() - started:6.1f} s[/]  [dim]{current.note}[/]")
