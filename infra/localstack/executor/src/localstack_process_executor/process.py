"""One function process: started under awslambdaric, its output collected, its whole group killed at the end."""

from __future__ import annotations

import os
import select
import subprocess
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path

from localstack_process_executor.reaper import Reaper, kill_group

LOG_BYTES_MAX = 6 * 1024 * 1024
PIPE_BYTES = 65536
_REAPER = Reaper()


class FunctionProcess:
    """Runs `python -m awslambdaric HANDLER` in `task_root` with exactly the environment it is given.

    `ended` is resolved by its end, with its exit status, negative for a signal.
    """

    def __init__(self, python: str, handler: str, task_root: Path, environment: Mapping[str, str]) -> None:
        self._popen = subprocess.Popen(
            [python, "-m", "awslambdaric", handler],
            cwd=task_root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _REAPER.register(self._popen.pid)
        self.pid = self._popen.pid
        self._peak_bytes = 0
        self._output = OutputCollector(self._popen)
        self.ended: Future[int] = Future()
        threading.Thread(target=self._await_end, name=f"function-end-{self.pid}", daemon=True).start()

    def take_output(self) -> str:
        """Everything printed since the last call, including what is still in the pipe."""
        return self._output.take()

    def peak_memory_bytes(self) -> int:
        """The most memory the process has held (VmHWM of proc(5)); the last known figure once it has ended."""
        try:
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self._peak_bytes = int(line.split()[1]) * 1024
        except OSError:
            pass  # ended, or a system without /proc
        return self._peak_bytes

    def kill(self) -> None:
        """Kill the process and everything it started, and wait for its end."""
        if not self.ended.done():
            kill_group(self.pid)
        self.ended.result()

    def _await_end(self) -> None:
        status = self._popen.wait()
        try:
            # At once: later, with all of the group gone, its number may be another group's.
            kill_group(self.pid)
            _REAPER.forget(self.pid)
        finally:
            self.ended.set_result(status)


class OutputCollector:
    """Empties a process's output pipe all the time, so that a chatty function never blocks on it."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        if popen.stdout is None:
            raise ValueError("the process was started without an output pipe")
        self._stream = popen.stdout
        self._descriptor = popen.stdout.fileno()
        os.set_blocking(self._descriptor, False)
        self._lock = threading.Lock()
        self._parts: list[bytes] = []
        self._held_bytes = 0
        self._open = True
        threading.Thread(target=self._follow, name=f"function-output-{popen.pid}", daemon=True).start()

    def take(self) -> str:
        with self._lock:
            self._drain()
            text = b"".join(self._parts).decode(errors="replace")
            self._parts = []
            self._held_bytes = 0
        return text

    def _follow(self) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while self._open:
            poller.poll()
            with self._lock:
                self._drain()
        # Nowhere else: the number of a descriptor that `take` had closed could be another file's when poll sees it.
        self._stream.close()

    def _drain(self) -> None:
        """Read what the pipe holds, but no more than it can hold: a process may print faster than this reads."""
        left = PIPE_BYTES
        while self._open and left > 0:
            try:
                part = os.read(self._descriptor, left)
            except BlockingIOError:
                return
            left -= len(part)
            if not part:
                self._open = False
            elif self._held_bytes < LOG_BYTES_MAX:
                self._parts.append(part)
                self._held_bytes += len(part)


def describe_exit(status: int) -> str:
    """Lambda's words for how a runtime ended."""
    if status == 0:
        return "Runtime exited without providing a reason"
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    names = {-9: "killed", -15: "terminated", -11: "segmentation fault", -6: "aborted"}
    return f"Runtime exited with error: signal: {names.get(status, -status)}"
