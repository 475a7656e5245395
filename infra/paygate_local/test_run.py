"""`make test`: linters, then every test tier in one pytest run, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from paygate_local.checks import run_linters
from paygate_local.environments import make_environments
from paygate_local.node_packages import make_node_packages
from paygate_local.problems import Problem
from paygate_local.progress import ERR, OUT, step
from paygate_local.settings import ROOT
from paygate_local.up import require_tools

HOME = ROOT / ".local" / "test"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """The exit status: pytest's, or 1 if something stands in the way or was left behind."""
    # Ended politely, pytest still takes its servers down; what even that leaves is found below.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        require_tools()
        with step("Chromium") as current:
            current.note = str(ensure_chromium())
        with step("Environments"):
            make_environments()
            make_node_packages()
        run_linters()
        end_leftovers()
        status = _run_pytest(sys.argv[1:])
    except (Problem, KeyboardInterrupt) as reason:
        ERR.print(f"[red]✗[/] {reason if isinstance(reason, Problem) else 'Interrupted.'}")
        status = 1
    left = end_leftovers()
    if left:
        ERR.print(f"[red]✗[/] The tests left processes behind, now ended: {', '.join(left)}")
    return status or int(bool(left))


def ensure_chromium() -> Path:
    """The browser's path, installed from Debian's packages if there is none. Raises Problem."""
    if (found := find_chromium()) is None and shutil.which("apt-get") and os.geteuid() == 0:
        OUT.print("Installing Chromium with apt-get (once)…")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "chromium"]):
            subprocess.run(command, env=environment, capture_output=True, check=False)
        found = find_chromium()
    if found is None:
        raise Problem("Chromium is missing", "Install it (Debian: apt-get install chromium) for the browser tests.")
    return found


def find_chromium() -> Path | None:
    paths = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((Path(path) for path in paths if path), None)


def end_leftovers() -> list[str]:
    """End what an earlier or this run has started and not ended; their names. Only processes of the tests' home."""
    processes = list(_test_processes())
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=10)
    shutil.rmtree(HOME, ignore_errors=True)
    return [process.info["name"] for process in processes]


def _test_processes() -> Iterator[psutil.Process]:
    """Everything that runs in the tests' home, or was started with a path in it."""
    home = str(HOME)
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter(["name", "cmdline", "cwd"]):
        places = [process.info["cwd"] or "", *(process.info["cmdline"] or ())]
        if process.pid not in ours and any(place.startswith(home) for place in places):
            yield process


def _run_pytest(arguments: list[str]) -> int:
    environment = {**os.environ, "PAYGATE_TEST_HOME": str(HOME)}
    # One worker deploys the stack and waits for it most of the time; the other one does all else meanwhile.
    command = [sys.executable, "-m", "pytest", *(arguments or ["-n", "2", "--dist", "loadgroup", "tests"])]
    running = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return running.wait()
    except KeyboardInterrupt:
        running.send_signal(signal.SIGINT)
        running.wait()
        raise


if __name__ == "__main__":
    sys.exit(main())
