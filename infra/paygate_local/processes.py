"""Background processes of the stack: started detached, found again by pid file, ended by pid and nothing else."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from paygate_local.problems import Problem

# LocalStack would take ten seconds to end its idle threads; it keeps nothing, and the reaper ends its functions.
STOP_SECONDS = 5.0
POLL_SECONDS = 0.05
# Held on purpose: Python warns of a Popen that is forgotten while its process runs, which these are meant to do.
_STARTED: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Daemon:
    """One background process with its pid file and log."""

    name: str
    home: Path

    @property
    def log_file(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.home / "run" / f"{self.name}.json"

    def running_on(self) -> list[int]:
        """The ports that the running process was started for."""
        try:
            return list(json.loads(self.pid_file.read_text())["ports"])
        except (OSError, ValueError, KeyError):
            return []

    def process(self) -> psutil.Process | None:
        """The process that this stack started, if it still runs; a pid that now belongs to another does not count."""
        try:
            record = json.loads(self.pid_file.read_text())
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["created"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, KeyError, psutil.Error):
            return None
        return process if same else None

    def start(
        self,
        command: Sequence[str | Path],
        *,
        ports: Sequence[int],
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        working_directory: Path | None = None,
    ) -> None:
        """Start the program detached; it must not be running."""
        for folder in (self.log_file.parent, self.pid_file.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            started = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(environment) if environment is not None else None,
                user=user,
                cwd=working_directory or self.home,
                start_new_session=True,
            )
        _STARTED.append(started)
        record = {"pid": started.pid, "created": psutil.Process(started.pid).create_time(), "ports": list(ports)}
        temporary = self.pid_file.with_suffix(".new")
        temporary.write_text(json.dumps(record))
        temporary.rename(self.pid_file)

    def stop(self, stop_signal: signal.Signals = signal.SIGTERM) -> bool:
        """End the process and all that it started; False if it was not running."""
        process = self.process()
        self.pid_file.unlink(missing_ok=True)
        if process is None:
            return False
        family = [process, *process.children(recursive=True)]
        with suppress(psutil.Error):
            process.send_signal(stop_signal)
        _, alive = psutil.wait_procs([process], timeout=STOP_SECONDS)
        for survivor in (*alive, *family):
            with suppress(psutil.Error):
                survivor.kill()
        psutil.wait_procs(family, timeout=STOP_SECONDS)
        for started in _STARTED:
            started.poll()  # psutil has collected the exit status; now Popen knows as well
        return True

    def log_tail(self, lines: int = 3) -> str:
        """The end of the log on one line, for an error message."""
        try:
            text = self.log_file.read_text(errors="replace")
        except OSError:
            return "no log"
        return " | ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip())[-400:]


def wait_until(condition: Callable[[], bool], *, seconds: float, daemon: Daemon, what: str) -> None:
    """Poll until `condition` holds. Raises Problem when the process has died or the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if daemon.process() is None:
            raise Problem(f"{what} ended while starting ({daemon.log_tail()})", f"See {daemon.log_file}.")
        if time.monotonic() > deadline:
            raise Problem(f"{what} did not answer within {seconds:.0f} s", f"See {daemon.log_file}.")
        time.sleep(POLL_SECONDS)


def answers(port: int) -> bool:
    """Whether something on this machine accepts connections on the port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


def require_free_port(port: int, setting: str) -> None:
    """Raises Problem that names who uses the port and which setting chooses another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            remedy = f"Stop it, or choose another port with {setting}=<port> in .env."
            raise Problem(f"Port {port} is used by {_port_user(port)}", remedy) from None


def _port_user(port: int) -> str:
    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and local and local.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return "another program"
