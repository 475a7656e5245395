"""One function process: started under awslambdaric, its output collected, its whole group killed at the end."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from localstack_process_executor.reaper import Reaper, kill_group

LOG_BYTES_MAX = 6 * 1024 * 1024
_REAPER = Reaper()


class FunctionProcess:
    """Runs `python -m awslambdaric HANDLER` in `task_root` with exactly the environment it is given."""

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

    def running(self) -> bool:
        return self._popen.poll() is None

    def wait_ended(self) -> int:
        """Wait for the end of the process; its exit status, negative for a signal."""
        return self._popen.wait()

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
        kill_group(self.pid)
        self._popen.wait()
        _REAPER.forget(self.pid)


class OutputCollector:
    """Empties a process's output pipe all the time, so that a chatty function never blocks on it."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        assert popen.stdout is not None
        self._stream = popen.stdout
        self._descriptor = popen.stdout.fileno()
        os.set_blocking(self._descriptor, False)
        self._lock = threading.Lock()
        self._parts: list[bytes] = []
        self._held_bytes = 0
        self._open = True
        thread = threading.Thread(target=self._follow, name=f"function-output-{popen.pid}")
        thread.daemon = True
        thread.start()

    def take(self) -> str:
        with self._lock:
            self._drain()
            text = b"".join(self._parts).decode(errors="replace")
            self._parts = []
            self._held_bytes = 0
        return text

    def _follow(self) -> None:
        import select

        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while self._open:
            poller.poll()
            with self._lock:
                self._drain()

    def _drain(self) -> None:
        while self._open:
            try:
                part = os.read(self._descriptor, 65536)
            except BlockingIOError:
                return
            if not part:
                self._open = False
                self._stream.close()
            elif self._held_bytes < LOG_BYTES_MAX:
                self._parts.append(part)
                self._held_bytes += len(part)


def describe_exit(status: int) -> str:
    """Lambda's words for how a runtime ended, e.g. `exit status 1` or `signal: killed`."""
    if status >= 0:
        return f"exit status {status}"
    names = {-9: "killed", -15: "terminated", -11: "segmentation fault", -6: "aborted"}
    return f"signal: {names.get(status, -status)}"
