"""Kills every function process when LocalStack goes away, also after `kill -9`.

LocalStack holds the write end of this process's standard input and names each process group it starts
(`+123`) and has seen end (`-123`). End of file means that LocalStack is gone, however it went: whatever is still
listed is killed. A death signal (PR_SET_PDEATHSIG) would not do, as it follows the starting thread, not the process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable


def reap(lines: Iterable[str]) -> None:
    """Follow `+pid` and `-pid` lines to their end, then kill the process groups that are still listed."""
    groups: set[int] = set()
    for line in lines:
        word = line.strip()
        if not word[1:].isdecimal():
            continue
        if word[0] == "+":
            groups.add(int(word[1:]))
        else:
            groups.discard(int(word[1:]))
    for group in groups:
        kill_group(group)


def kill_group(group: int) -> None:
    """Kill a process group; one that has already ended is no error."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class Reaper:
    """LocalStack's end of the pipe; the helper process is started with the first group that is registered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._helper: subprocess.Popen[str] | None = None

    def register(self, group: int) -> None:
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}")

    def _tell(self, word: str) -> None:
        with self._lock:
            if self._helper is None or self._helper.poll() is not None:
                self._helper = _start_helper()
            print(word, file=self._helper.stdin, flush=True)


def _start_helper() -> subprocess.Popen[str]:
    # A session of its own, or the signal that ends LocalStack's group would end the reaper before its work.
    return subprocess.Popen(
        [sys.executable, "-I", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )


if __name__ == "__main__":
    reap(sys.stdin)
